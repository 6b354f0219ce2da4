import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigurationError } from "./env";
import { addKey, createKeyring, deriveKey, newKey, readKeyring } from "./keyring";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "forgepass-keyring-"));
  path = join(folder, "keyring.json");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function refusal(): string {
  try {
    readKeyring(path);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as ConfigurationError).variable).toBe("KEYRING_FILE");
    return (error as Error).message;
  }
  throw new Error("the keyring was accepted");
}

function write(content: unknown) {
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content), { mode: 0o600 });
}

function stored({ kid, bytes } = newKey()) {
  return { kid, key: bytes.toString("base64") };
}

describe("a new keyring", () => {
  it("can be read by its owner only, and holds one key, which is primary", () => {
    createKeyring(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const { primary, keys } = readKeyring(path);
    expect([...keys.keys()]).toEqual([primary.kid]);
    expect(primary.bytes).toHaveLength(32);
  });

  it("never takes the place of one that exists", () => {
    createKeyring(path);
    const before = readFileSync(path, "utf8");
    expect(() => createKeyring(path)).toThrow(/EEXIST/);
    expect(readFileSync(path, "utf8")).toBe(before);
  });
});

describe("a keyring with several keys", () => {
  it("seals with its primary and holds them all", () => {
    const [old, current] = [stored(), stored()];
    write({ version: 1, primary: current.kid, keys: [old, current] });
    const { primary, keys } = readKeyring(path);
    expect(primary.kid).toBe(current.kid);
    expect([...keys.keys()]).toEqual([old.kid, current.kid]);
  });
});

describe("adding a key", () => {
  it("makes it primary, keeps the others, and keeps the file to its owner", () => {
    createKeyring(path);
    const before = readKeyring(path).primary;
    const kid = addKey(path);
    const after = readKeyring(path);
    expect(after.primary.kid).toBe(kid);
    expect(after.keys.get(before.kid)?.bytes).toEqual(before.bytes);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("leaves a keyring that it cannot read as it is", () => {
    write("damaged");
    expect(() => addKey(path)).toThrow(ConfigurationError);
    expect(readFileSync(path, "utf8")).toBe("damaged");
  });
});

describe("a keyring is refused", () => {
  it.each([0o640, 0o604, 0o644, 0o620, 0o601, 0o666])("when its mode is %o", (mode) => {
    createKeyring(path);
    chmodSync(path, mode);
    expect(refusal()).toMatch(/can be read by others; run chmod 600/);
  });

  it("when it is missing", () => {
    expect(refusal()).toMatch(/cannot be read; restore it from your backup/);
  });

  const key = stored();
  const flipped = Buffer.from(key.key, "base64");
  flipped.writeUInt8(flipped.readUInt8(0) ^ 1, 0);
  it.each<[string, unknown, RegExp]>([
    ["it is empty", "", /is not a keyring/],
    ["it was cut off", JSON.stringify({ version: 1, primary: key.kid, keys: [key] }).slice(0, -9), /is not a keyring/],
    ["it holds no key", { version: 1, primary: key.kid, keys: [] }, /is not a keyring/],
    ["it is of a later version", { version: 2, primary: key.kid, keys: [key] }, /is not a keyring/],
    ["it says more than it may", { version: 1, primary: key.kid, keys: [key], more: 1 }, /is not a keyring/],
    [
      "its key is no base64",
      { version: 1, primary: key.kid, keys: [{ kid: key.kid, key: "no!" }] },
      /is not a keyring/,
    ],
    ["it lacks the primary", { version: 1, primary: stored().kid, keys: [key] }, /primary key that it does not hold/],
    [
      "one bit of a key flipped",
      { version: 1, primary: key.kid, keys: [{ kid: key.kid, key: flipped.toString("base64") }] },
      /is damaged/,
    ],
    [
      "a key is too short",
      { version: 1, primary: key.kid, keys: [{ kid: key.kid, key: flipped.subarray(1).toString("base64") }] },
      /is damaged/,
    ],
    [
      "a key carries another key's kid",
      { version: 1, primary: key.kid, keys: [{ kid: key.kid, key: stored().key }] },
      /is damaged/,
    ],
  ])("when %s, and no sentence shows a key", (_when, content, sentence) => {
    write(content);
    const message = refusal();
    expect(message).toMatch(sentence);
    expect(message).not.toContain(key.key);
  });
});

describe("a derived key", () => {
  it("differs by purpose and by key, stays the same, and is not the key itself", () => {
    const [one, other] = [newKey(), newKey()];
    const audit = deriveKey(one, "audit").toString("hex");
    expect(deriveKey(one, "audit").toString("hex")).toBe(audit);
    const all = [audit, deriveKey(one, "auth-secret"), deriveKey(other, "audit"), one.bytes].map((each) =>
      typeof each === "string" ? each : each.toString("hex"),
    );
    expect(new Set(all).size).toBe(4);
  });
});
