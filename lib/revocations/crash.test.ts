import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { removeCredential } from "../credentials/remove";
import { confirmRevocations } from "./confirm-revocations";
import { asProgram, createRevocationsFixture, type RevocationsFixture } from "./fixture";

/*
 * A process that dies while a token is being revoked: before the host has done anything, and after it did and before the
 * answer was here.
 */
let f: RevocationsFixture;
const folder = resolve("build", `removal-${randomBytes(4).toString("hex")}`);
const outfile = join(folder, "removal.mjs");

beforeAll(async () => {
  f = await createRevocationsFixture();
  mkdirSync(folder, { recursive: true });
  const entryPoints = ["lib/revocations/fixture.ts"];
  await build({ entryPoints, outfile, bundle: true, platform: "node", format: "esm", packages: "external" });
});
beforeEach(async () => {
  f.onEnd(null);
  await f.database.query(`DELETE FROM "Revocation"`);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await f.drop();
});

/** Runs a removal in a process of its own, which is killed when the host is asked for the end. */
async function dieWhileAsking(id: string, isDone: boolean): Promise<void> {
  let child: ChildProcess | null = null;
  f.onEnd(() => {
    child?.kill("SIGKILL");
    f.onEnd(null);
    // Null: the host does it all the same, and nobody hears of it.
    return isDone ? null : { status: 503 };
  });
  child = spawn(process.execPath, [outfile, asProgram, JSON.stringify(f.alice), id], { stdio: "inherit" });
  const [code, signal] = await once(child, "close");
  expect({ code, signal }).toEqual({ code: null, signal: "SIGKILL" });
}

it.each([
  ["before the host did anything", false],
  ["after the host did it, with the answer lost", true],
])("killed %s, the removal is finished by the job, and nothing is lost", async (_when, isDone) => {
  const { id, token } = await f.addCredential(f.alice);
  await dieWhileAsking(id, isDone);
  const asked = () => f.lab.requests.filter(({ method }) => method === "DELETE").length;
  const before = asked();
  expect(await f.receipts()).toMatchObject([{ state: "asking", sealed: expect.any(String), credentialId: id }]);
  expect(await f.database.query(`SELECT id FROM "Credential"`)).toEqual([{ id }]);
  const input = { owner: { type: "user", id: f.alice.id } as const, credentialId: id, revoke: {} };
  // Whoever removes it at once is told that it is being done.
  expect(await removeCredential(f.alice, input)).toMatchObject({ ok: false, error: { code: "conflict" } });
  await f.goBack("5 minutes");
  await Promise.all([run(), run()]);
  expect(await f.receipts()).toMatchObject([{ state: "dead", sealed: null }]);
  expect(await f.database.query(`SELECT id FROM "Credential"`)).toEqual([]);
  // What the host has done is not asked of it again.
  expect(asked() - before).toBe(isDone ? 0 : 1);
  expect((await f.auditOf("credential.remove")).at(-1)).toMatchObject({ actorType: "system", outcome: "ok" });
  const rows = await f.database.query(`SELECT (SELECT json_agg(r)::text FROM "Revocation" r) AS text`);
  expect(rows[0]?.text).not.toContain(token);
});

it("a token that was entered since is another one, and stays", async () => {
  const { id } = await f.addCredential(f.alice);
  await dieWhileAsking(id, true);
  await f.goBack("5 minutes");
  await f.database.query(`UPDATE "Credential" SET "enteredAt" = now() WHERE id = $1`, [id]);
  await run();
  expect(await f.receipts()).toMatchObject([{ state: "dead" }]);
  expect(await f.database.query(`SELECT id FROM "Credential"`)).toEqual([{ id }]);
});

async function run(): Promise<string> {
  return await confirmRevocations.run(new AbortController().signal);
}
