import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { Account, Connection, Entered, SshKeyApi, SshUse } from "../adapter";
import { openTransport } from "../http";
import { type GithubSimulator, type GithubSimulatorOptions, startGithubSimulator } from "../simulators/github";
import type { TokenSpec } from "../simulators/github-tokens";
import { makeKeyPair } from "../ssh/key-pair";
import { fingerprint } from "../ssh/public-key";
import { github } from "./adapter";

const keys = github.ssh.keys as SshKeyApi;
const account: Account = { id: "1", login: "alice", name: null, url: null, isBot: false };

function connect(host: GithubSimulator): Connection {
  const origins = github.origins(host.url);
  return {
    baseUrl: host.url,
    transport: openTransport({ origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"] }),
  };
}

function enter(token: string): Entered {
  const type = github.recognise(token)?.type ?? "classic";
  return { type, token: new Secret(token), fields: {}, secrets: {} };
}

async function makeKey(): Promise<string> {
  return (await makeKeyPair("ed25519", "Forgepass")).publicKey;
}

const uses: { use: SshUse; family: string; permission: string; path: string }[] = [
  { use: "git", family: "public_key", permission: "keys", path: "/user/keys" },
  {
    use: "signing",
    family: "ssh_signing_key",
    permission: "git_signing_ssh_public_keys",
    path: "/user/ssh_signing_keys",
  },
];

describe.each(uses)("keys for $use", ({ use, family, permission, path }) => {
  let host: GithubSimulator;
  beforeAll(async () => {
    host = await startGithubSimulator({ flavour: "ghes" });
  });
  afterAll(() => host.close());
  afterEach(() => {
    host.respondNextWith(null);
    host.requests.length = 0;
  });

  const add = (token: string, publicKey: string, title = "Forgepass at work") =>
    keys.add(connect(host), enter(token), account, { publicKey, title, use });
  const list = (token: string) => keys.list(connect(host), enter(token), account, use);
  const remove = (token: string, id: string) => keys.remove(connect(host), enter(token), account, id, use);
  const admin = (more: TokenSpec = {}) => host.addToken({ scopes: [`admin:${family}`], ...more });

  it("are added, found by their fingerprint, and removed", async () => {
    const token = admin();
    const publicKey = await makeKey();
    const added = await add(token, publicKey);
    expect(added).toEqual({ ok: true, id: expect.stringMatching(/^\d+$/), user: null });
    const id = added.ok ? added.id : "";
    const stored = host.sshKeys().find((row) => String(row.id) === id);
    expect(stored).toMatchObject({ login: "alice", title: "Forgepass at work" });
    expect(stored?.list).toBe(path.slice("/user/".length));
    const listed = await list(token);
    expect(listed).toEqual({ ok: true, keys: [{ id, fingerprint: fingerprintOf(publicKey), user: null }] });
    expect(await remove(token, id)).toEqual({ ok: true });
    expect(await list(token)).toEqual({ ok: true, keys: [] });
    expect(await remove(token, id)).toEqual({ ok: true });
  });

  it("are listed over several pages", async () => {
    const token = admin({ login: "carol" });
    const many = await Promise.all(Array.from({ length: 103 }, makeKey));
    for (const publicKey of many) await add(token, publicKey);
    host.requests.length = 0;
    const listed = await list(token);
    expect(listed.ok && listed.keys.map((key) => key.fingerprint)).toEqual(many.map(fingerprintOf));
    expect(host.requests).toHaveLength(2);
  });

  it("are explained when GitHub has them already, here or elsewhere", async () => {
    const publicKey = await makeKey();
    await add(admin(), publicKey);
    const twice = await add(admin(), publicKey.replace("Forgepass", "another-comment"));
    expect(twice).toMatchObject({ ok: false, reason: "duplicate", hostSaid: "key is already in use" });
    expect(!twice.ok && twice.message).toMatch(/among the account's SSH (signing )?keys already\.$/);
    const elsewhere = await add(admin({ login: "bob" }), publicKey);
    expect(elsewhere).toMatchObject({ ok: false, reason: "duplicate" });
    expect(!elsewhere.ok && elsewhere.message).toMatch(/another account, .*Make a new one\.$/);
  });

  it.each<[string, TokenSpec, RegExp]>([
    ["a classic token with other scopes", { scopes: ["repo"] }, new RegExp(`the scope write:${family}`)],
    ["a classic token that may only read them", { scopes: [`read:${family}`] }, new RegExp(`scope write:${family}`)],
    ["a fine-grained token without the permission", { kind: "fine-grained" }, /permission .*: Read and write/],
    [
      "a fine-grained token that may only read them",
      { kind: "fine-grained", permissions: { [permission]: "read" } },
      /permission .*: Read and write/,
    ],
    [
      "a fine-grained token of an organization",
      { kind: "fine-grained", resourceOwner: "octo-org", permissions: { [permission]: "write" } },
      /permission/,
    ],
    ["a GitHub App's user token", { kind: "app-user" }, /permission/],
    ["an installation token", { kind: "installation" }, /permission/],
  ])("may not be added by %s, which is told what it lacks", async (_, spec, missing) => {
    const refused = await add(host.addToken(spec), await makeKey());
    expect(refused).toMatchObject({ ok: false, reason: "insufficient-scope", hostSaid: expect.any(String) });
    expect(!refused.ok && refused.message).toMatch(missing);
  });

  it("may be added with each of the scopes that are said to suffice", async () => {
    const needs = (use === "signing" ? keys.needsForSigning : keys.needs) ?? [];
    expect(needs).toHaveLength(2);
    for (const scope of needs) {
      expect(await add(host.addToken({ scopes: [scope] }), await makeKey()), scope).toMatchObject({ ok: true });
    }
  });

  it("may be added and removed by a fine-grained token with the permission", async () => {
    const token = host.addToken({ kind: "fine-grained", permissions: { [permission]: "write" } });
    const added = await add(token, await makeKey());
    expect(added).toMatchObject({ ok: true });
    expect(await remove(token, added.ok ? added.id : "")).toEqual({ ok: true });
    expect(await remove(token, added.ok ? added.id : "")).toEqual({ ok: true });
  });

  it("are not called gone when the token may not remove them", async () => {
    const added = await add(admin(), await makeKey());
    const id = added.ok ? added.id : "";
    const writer = host.addToken({ scopes: [`write:${family}`] });
    const refused = await remove(writer, id);
    expect(refused).toMatchObject({ ok: false, reason: "insufficient-scope" });
    expect(!refused.ok && refused.message).toContain(`admin:${family}`);
    host.respondNextWith({ status: 404, body: { message: "Not Found" } });
    const hidden = await remove(host.addToken({ kind: "fine-grained" }), id);
    expect(hidden).toMatchObject({ ok: false, reason: "insufficient-scope" });
    expect(!hidden.ok && hidden.message).toMatch(/may not remove/);
    expect(host.sshKeys().some((row) => String(row.id) === id)).toBe(true);
  });

  it("are not called gone, added or listed by what is not GitHub", async () => {
    for (const status of [200, 201, 204, 404]) {
      host.respondNextWith({ status, headers: { "content-type": "text/html" }, body: "<p>Not Found</p>" });
      expect(await list(admin()), `list ${status}`).toMatchObject({ ok: false });
      expect(await add(admin(), await makeKey()), `add ${status}`).toMatchObject({ ok: false });
      if (status !== 204) expect(await remove(admin(), "70001"), `remove ${status}`).toMatchObject({ ok: false });
    }
  });

  it("are said to have no API where a token with the scope is told that there is nothing", async () => {
    const headers = { "x-oauth-scopes": `admin:${family}` };
    host.respondNextWith({ status: 404, headers, body: { message: "Not Found" } });
    for (const refused of [await list(admin()), await add(admin(), await makeKey()), await remove(admin(), "70001")]) {
      expect(refused).toMatchObject({ ok: false, reason: "unexpected" });
      expect(!refused.ok && refused.message).toMatch(/has no API for/);
    }
  });

  it("are refused in GitHub's words when they are no keys", async () => {
    const refused = await add(admin(), "ssh-ed25519 nonsense");
    expect(refused).toMatchObject({
      ok: false,
      reason: "unexpected",
      hostSaid: expect.stringMatching(/key is invalid/),
    });
  });

  it("ask nothing about an id that GitHub would not give", async () => {
    expect(await remove(admin(), "../../repos/alice/app")).toMatchObject({ ok: false, reason: "unexpected" });
    expect(host.requests).toEqual([]);
  });

  it("are refused for the token's own sake as everywhere", async () => {
    const gone = admin();
    host.revokeToken(gone);
    expect(await add(gone, await makeKey())).toMatchObject({ ok: false, reason: "rejected" });
    expect(await list(gone)).toMatchObject({ ok: false, reason: "rejected" });
    expect(await remove(gone, "70001")).toMatchObject({ ok: false, reason: "rejected" });
    const limited = admin({ trouble: "secondary-limit-seconds" });
    expect(await add(limited, await makeKey())).toMatchObject({ ok: false, reason: "rate-limited" });
  });
});

describe("a duplicate that GitHub does not call one", () => {
  it("is one when it is the account's own, and only perhaps when it is not", async () => {
    const options: GithubSimulatorOptions = { tellsDuplicates: false };
    const host = await startGithubSimulator({ ...options, flavour: "ghes" });
    try {
      const publicKey = await makeKey();
      const add = (login: string) => {
        const token = host.addToken({ login, scopes: ["admin:public_key"] });
        return keys.add(connect(host), enter(token), account, { publicKey, title: "Forgepass", use: "git" });
      };
      expect(await add("alice")).toMatchObject({ ok: true });
      expect(await add("alice")).toMatchObject({ ok: false, reason: "duplicate" });
      const elsewhere = await add("bob");
      expect(elsewhere).toMatchObject({ ok: false, reason: "unexpected" });
      expect(!elsewhere.ok && elsewhere.message).toMatch(/may belong to another account/);
    } finally {
      await host.close();
    }
  });
});

describe("where and how", () => {
  it("the server is the web address's host", () => {
    expect(github.ssh.endpoint("https://github.com/")).toEqual({ user: "git", host: "github.com", port: 22 });
    expect(github.ssh.endpoint("https://octocorp.ghe.com/").host).toBe("octocorp.ghe.com");
    expect(github.ssh.endpoint("https://git.example.com:8443/")).toEqual({
      user: "git",
      host: "git.example.com",
      port: 22,
    });
  });

  it("publishes fingerprints for github.com, and not the RSA key that leaked", () => {
    expect(Object.keys(github.ssh.published)).toEqual(["github.com"]);
    // The known_hosts entry on the same page as the fingerprints.
    const blob = "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
    expect(github.ssh.published["github.com"]).toContain(fingerprint(blob));
    expect(github.ssh.published["github.com"]).not.toContain("SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8");
  });

  it.each([
    ["git", "Authentication Key"],
    ["signing", "Signing Key"],
  ] as const)("the guide to a key for %s names its type and its page", (use, type) => {
    const { steps, page } = github.ssh.guide({ baseUrl: "https://git.example.com/", use });
    expect(page).toBe("https://git.example.com/settings/keys");
    expect(steps.join(" ")).toContain(type);
  });
});

function fingerprintOf(publicKey: string): string {
  return fingerprint(publicKey.split(" ")[1] ?? "");
}
