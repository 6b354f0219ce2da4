import { randomUUID } from "node:crypto";
import { CompactEncrypt, decodeProtectedHeader } from "jose";
import { describe, expect, it } from "vitest";
import { type Keyring, newKey } from "./keyring";
import { open, type SealContext, SealError, seal } from "./seal";
import { Secret } from "./secret";

const token = "ghp_canaryCANARYcanary0123456789abcdef";
const keys = keyringOf(newKey());
const context: SealContext = {
  installationId: randomUUID(),
  table: "Credential",
  rowId: randomUUID(),
  field: "sealed",
  host: "https://git.example.com",
  version: 3,
};

function keyringOf(...all: ReturnType<typeof newKey>[]): Keyring {
  const [primary] = all;
  if (!primary) throw new Error("no key");
  return { primary, keys: new Map(all.map((key) => [key.kid, key])) };
}

async function refusal(sealed: string, where = context, using = keys): Promise<string> {
  try {
    await open(sealed, where, using);
  } catch (error) {
    if (error instanceof SealError) return error.reason;
    throw error;
  }
  return "opened";
}

const { sealed } = await seal(new Secret(token), context, keys);

describe("a sealed token", () => {
  it("opens where it was sealed for, unchanged", async () => {
    expect((await open(sealed, context, keys)).reveal()).toBe(token);
  });

  it.each(["", "a", "ümläut-☃", "x".repeat(10_000)])("opens to exactly what was sealed: %.12j", async (raw) => {
    const { sealed } = await seal(new Secret(raw), context, keys);
    expect((await open(sealed, context, keys)).reveal()).toBe(raw);
  });

  it("shows neither the token nor the key, and differs each time", async () => {
    const again = await seal(new Secret(token), context, keys);
    expect(again.sealed).not.toBe(sealed);
    expect(again.kid).toBe(keys.primary.kid);
    const seen =
      sealed
        .split(".")
        .map((part) => Buffer.from(part, "base64url").toString("latin1"))
        .join(" ") + sealed;
    for (const form of [token, Buffer.from(token).toString("base64url"), encodeURIComponent(token)]) {
      expect(seen).not.toContain(form);
    }
    expect(seen).not.toContain(keys.primary.bytes.toString("latin1"));
  });

  it("says in its header what it is bound to, and nothing more", () => {
    const { installationId: i, table: t, rowId: r, field: f, host: o, version: v } = context;
    expect(decodeProtectedHeader(sealed)).toEqual({
      alg: "A256KW",
      enc: "A256GCM",
      typ: "forgepass+1",
      kid: keys.primary.kid,
      crit: ["ctx"],
      ctx: { i, t, r, f, o, v },
    });
  });
});

describe("a sealed token does not open", () => {
  it.each<[string, Partial<SealContext>]>([
    ["in another installation", { installationId: randomUUID() }],
    ["in another table", { table: "KeyCheck" }],
    ["in another row", { rowId: randomUUID() }],
    ["in another field", { field: "privateKey" }],
    ["under another code host", { host: "https://evil.example.com" }],
    ["under another port of the code host", { host: "https://git.example.com:8443" }],
    ["under plain http", { host: "http://git.example.com" }],
    ["under a later version", { version: 4 }],
    ["under an earlier version", { version: 2 }],
  ])("%s", async (_where, other) => {
    expect(await refusal(sealed, { ...context, ...other })).toBe("integrity");
  });

  it("after it was swapped with another row's", async () => {
    const other = { ...context, rowId: randomUUID() };
    const { sealed: others } = await seal(new Secret("glpat-other-token-000000"), other, keys);
    expect(await refusal(others, context)).toBe("integrity");
    expect(await refusal(sealed, other)).toBe("integrity");
  });

  it("with the key that sealed it missing, and says so", async () => {
    expect(await refusal(sealed, context, keyringOf(newKey()))).toBe("missing-key");
  });

  it("with another key under the same kid", async () => {
    const impostor = { kid: keys.primary.kid, bytes: newKey().bytes };
    expect(await refusal(sealed, context, keyringOf(impostor))).toBe("integrity");
  });

  it.each(["", ".", "....", "a.b.c.d.e", "null", "{}", "eyJhbGciOiJub25lIn0....", `${"a".repeat(5000)}....`])(
    "when it is no seal: %.20j",
    async (garbage) => {
      expect(await refusal(garbage)).toBe("integrity");
    },
  );

  it("when header members are added, dropped, reordered or other algorithms named, even by who holds the key", async () => {
    const { installationId: i, table: t, rowId: r, field: f, host: o, version: v } = context;
    const header = { alg: "A256KW", enc: "A256GCM", typ: "forgepass+1", kid: keys.primary.kid, crit: ["ctx"] };
    const ctx = { i, t, r, f, o, v };
    const forge = (forged: object) =>
      new CompactEncrypt(Buffer.from(token))
        .setProtectedHeader(forged as never)
        .encrypt(keys.primary.bytes, { crit: { ctx: true } });
    expect(await refusal(await forge({ ...header, ctx }))).toBe("opened");
    for (const forged of [
      { ...header, ctx: { ...ctx, x: 1 } },
      { ...header, ctx, zip: "DEF" },
      { ...header, ctx, jku: "https://evil.example.com" },
      { ...header, ctx: { r, i, t, f, o, v } },
      { ...header, ctx: { ...ctx, v: "3" } },
      { ...header, typ: "JWT", ctx },
      { ...header, enc: "A128CBC-HS256", ctx },
      { ...header, alg: "A256GCMKW", ctx },
      { ...header, alg: "dir", ctx },
    ]) {
      const sealed = await forge(forged).catch(() => "");
      expect(await refusal(sealed), JSON.stringify(forged)).toBe("integrity");
    }
  });
});

describe("any change of a sealed token's text is refused", () => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const isRefused = async (edited: string) => {
    const reason = await refusal(edited);
    // An edit of the kid names a key that is not there.
    return reason === "integrity" || reason === "missing-key";
  };

  it("one character, at each position", { timeout: 60_000 }, async () => {
    const opened: number[] = [];
    for (let at = 0; at < sealed.length; at++) {
      const here = alphabet.indexOf(sealed.charAt(at));
      // The lowest bit is the spare one where base64url has any.
      const others = new Set([
        ...(here < 0 ? "A" : (alphabet[here ^ 1] ?? "")),
        alphabet[(here + 17) % 64],
        ".",
        "=",
        " ",
      ]);
      for (const other of others) {
        if (other === sealed[at]) continue;
        if (!(await isRefused(`${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}`))) opened.push(at);
      }
    }
    expect(opened).toEqual([]);
  });

  it("each other spelling of the last character of a part", { timeout: 60_000 }, async () => {
    const ends = [...sealed.matchAll(/[^.](?=\.|$)/g)].map(({ index }) => index);
    expect(ends).toHaveLength(5);
    for (const at of ends) {
      for (const other of alphabet) {
        if (other === sealed[at]) continue;
        expect(await isRefused(`${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}`)).toBe(true);
      }
    }
  });

  it.each([
    ["a space after", `${sealed} `],
    ["a line break after", `${sealed}\n`],
    ["a space before", ` ${sealed}`],
    ["padding", `${sealed}=`],
    ["a part more", `${sealed}.`],
    ["a character less", sealed.slice(0, -1)],
    ["a shorter tag", sealed.slice(0, -16)],
    ["base64 for base64url", sealed.replaceAll("-", "+").replaceAll("_", "/").concat("+")],
  ])("%s", async (_edit, edited) => {
    expect(await isRefused(edited)).toBe(true);
  });
});

describe("after the primary key changed", () => {
  const next = newKey();
  const both = keyringOf(next, keys.primary);

  it("what the old key sealed still opens, and what is sealed now names the new one", async () => {
    expect((await open(sealed, context, both)).reveal()).toBe(token);
    const fresh = await seal(new Secret(token), context, both);
    expect(fresh.kid).toBe(next.kid);
    expect((await open(fresh.sealed, context, both)).reveal()).toBe(token);
    expect(await refusal(fresh.sealed, context, keys)).toBe("missing-key");
  });
});
