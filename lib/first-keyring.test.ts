import { readFileSync, rmSync, statSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { env } from "./env";
import { ensureKeyring } from "./first-keyring";
import { readKeyring } from "./keyring";
import { createTestDatabase, type TestDatabase } from "./testing/database";

let database: TestDatabase;
const said: string[] = [];
const say = (sentence: string) => said.push(sentence);

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe("the keyring of a new installation", () => {
  it("is left alone when it is there", async () => {
    const before = readFileSync(env().keyringFile, "utf8");
    await ensureKeyring(say);
    expect(readFileSync(env().keyringFile, "utf8")).toBe(before);
    expect(said).toEqual([]);
  });

  it("is made for its owner only, and the operator is told to back it up", async () => {
    rmSync(env().keyringFile);
    await ensureKeyring(say);
    expect(statSync(env().keyringFile).mode & 0o777).toBe(0o600);
    expect(readKeyring(env().keyringFile).keys.size).toBe(1);
    expect(said.join()).toMatch(/Back it up/);
  });

  it("is not made for a database that was sealed with another one, which is named", async () => {
    rmSync(env().keyringFile);
    await database.query(`INSERT INTO "KeyCheck" (kid, sealed) VALUES ('lost-key', 'x')`);
    await expect(ensureKeyring(say)).rejects.toThrow(/^KEYRING_FILE: .*lost-key.*restore/);
    expect(() => statSync(env().keyringFile)).toThrow(/ENOENT/);
  });
});
