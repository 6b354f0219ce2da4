import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { adapterFor } from "../hosts/registry";
import { Secret } from "../secret";
import { readEntered } from "./entered";

function read(kind: string, token: string, more: { type?: string; fields?: Record<string, string> } = {}) {
  const adapter = adapterFor(kind);
  if (!adapter) throw new Error(`no ${kind}`);
  const fields = Object.entries(more.fields ?? {}).map(([id, text]) => [id, new Secret(text)] as const);
  return readEntered(adapter, {
    owner: { type: "site" },
    codeHostId: randomUUID(),
    credentialId: null,
    type: more.type ?? null,
    token: new Secret(token),
    fields: Object.fromEntries(fields),
    repository: null,
    confirm: [],
  });
}

describe("a token", () => {
  it.each([
    ["a line break inside", "CANARY\nX: y"],
    ["only spaces", "   "],
    ["letters that no token has", "CANARYé"],
    ["another host's token", "glpat-CANARYcanaryCANARY12"],
    ["what is not worth storing", `ghs_${"C".repeat(36)}`],
  ])("with %s is refused beside its field, without being quoted", (_, token) => {
    const result = read("github", token);
    expect(result).toMatchObject({
      ok: false,
      error: { code: "invalid-input", fields: { token: expect.any(String) } },
    });
    expect(JSON.stringify(result)).not.toContain("CANARY");
  });

  it("loses what surrounds it", () => {
    const result = read("github", "  ghp_x\n");
    expect(result.ok && result.value.entered.token.reveal()).toBe("ghp_x");
  });

  it("is of the type that it shows, whatever was chosen; of the chosen one where it does not show", () => {
    const classic = read("github", `ghp_${"a".repeat(36)}`, { type: "fine-grained" });
    expect(classic.ok && classic.value.entered.type).toBe("classic");
    const bare = read("github", "f".repeat(40), { type: "oauth" });
    expect(bare.ok && bare.value.entered.type).toBe("oauth");
  });

  it("of a type that may not be stored, or that does not exist, is refused", () => {
    for (const type of ["installation", "no-such", "constructor"]) {
      expect(read("github", "f".repeat(40), { type })).toMatchObject({ ok: false, error: { code: "invalid-input" } });
    }
  });

  it("takes no field that its type does not ask for", () => {
    const result = read("github", `ghp_${"a".repeat(36)}`, { fields: { username: "alice" } });
    expect(result).toMatchObject({ ok: false, error: { code: "invalid-input" } });
  });
});

describe("the fields of a type", () => {
  const password = (fields: Record<string, string>, token = "CANARY pass word") =>
    read("bitbucket-data-center", token, { type: "password", fields });

  it("are read and trimmed; a password keeps its spaces and quotation marks", () => {
    const result = password({ username: " alice " }, '"CANARY pass word" ');
    expect(result.ok && result.value.entered.fields).toEqual({ username: "alice" });
    expect(result.ok && result.value.entered.token.reveal()).toBe('"CANARY pass word" ');
  });

  it.each([
    ["left out", {}],
    ["empty", { username: "  " }],
    ["with a line break", { username: "alice\nbob" }],
    ["with the secret instead", { username: "CANARY pass word" }],
    ["with the secret in it", { username: "alice:CANARY pass word" }],
  ])("%s are refused beside their field, without being quoted", (_, fields) => {
    const result = password(fields);
    expect(result).toMatchObject({ ok: false, error: { fields: { username: expect.stringMatching(/\.$/) } } });
    expect(JSON.stringify(result)).not.toContain("CANARY");
  });

  it("that are secret are Secrets, and no fields", () => {
    const secrets = { accessKeyId: "ASIAQNZGKIQY56JQ7WML", sessionToken: `CANARY${"x".repeat(200)}` };
    const result = read("aws-codecommit", "c".repeat(40), { type: "temporary-key", fields: secrets });
    if (!result.ok) throw new Error(JSON.stringify(result));
    const { entered } = result.value;
    expect(entered.fields).toEqual({ accessKeyId: secrets.accessKeyId });
    expect(entered.secrets.sessionToken?.reveal()).toBe(secrets.sessionToken);
    expect(JSON.stringify(entered)).not.toContain("CANARY");
  });
});
