import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { Account, Connection, SshKeyApi, SshUse } from "../adapter";
import { openTransport } from "../http";
import { type GitlabSimulator, startGitlabSimulator } from "../simulators/gitlab";
import type { GitlabOptions, TokenSpec } from "../simulators/gitlab-state";
import { makeKeyPair } from "../ssh/key-pair";
import { fingerprint } from "../ssh/public-key";
import { gitlab } from "./adapter";

const keys = gitlab.ssh.keys as SshKeyApi;
const account: Account = { id: "40", login: "alice", name: "Alice", url: null, isBot: false };
let host: GitlabSimulator;

async function start(options: GitlabOptions = {}): Promise<GitlabSimulator> {
  host = await startGitlabSimulator(options);
  return host;
}
afterEach(() => host.close());

function connect(): Connection {
  const origins = gitlab.origins(host.baseUrl);
  const transport = openTransport({ origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"] });
  return { baseUrl: host.baseUrl, transport };
}

const enter = (token: string) => ({ type: "personal", token: new Secret(token), fields: {}, secrets: {} });
const add = (token: string, publicKey: string, use: SshUse = "git") =>
  keys.add(connect(), enter(token), account, { publicKey, title: "Forgepass at work", use });
const list = (token: string, use: SshUse = "git") => keys.list(connect(), enter(token), account, use);
const remove = (token: string, id: string) => keys.remove(connect(), enter(token), account, id, "git");

async function makeKey(): Promise<string> {
  return (await makeKeyPair("ed25519", "Forgepass")).publicKey;
}

const fingerprintOf = (publicKey: string) => fingerprint(publicKey.split(" ")[1] ?? "");

describe("keys of an account", () => {
  it("are added, found by their fingerprint, and removed, below a relative root too", async () => {
    await start({ relativeRoot: "/gitlab" });
    const token = host.addToken({ scopes: ["api"] });
    const publicKey = await makeKey();
    const added = await add(token, publicKey);
    expect(added).toEqual({ ok: true, id: expect.stringMatching(/^\d+$/), user: null });
    const id = added.ok ? added.id : "";
    expect(host.sshKeys()).toMatchObject([{ title: "Forgepass at work", fingerprint: fingerprintOf(publicKey) }]);
    expect(await list(token)).toEqual({ ok: true, keys: [{ id, fingerprint: fingerprintOf(publicKey), user: null }] });
    expect(await remove(token, id)).toEqual({ ok: true });
    expect(host.sshKeys()).toEqual([]);
    expect(await remove(token, id)).toEqual({ ok: true });
  });

  it("for git may sign too, and those for signing do not open git", async () => {
    await start();
    const token = host.addToken();
    const [forGit, forSigning] = [await makeKey(), await makeKey()];
    await add(token, forGit);
    await add(token, forSigning, "signing");
    expect(host.sshKeys().map(({ usageType }) => usageType)).toEqual(["auth_and_signing", "signing"]);
    const listed = async (use: SshUse) => {
      const answer = await list(token, use);
      return answer.ok && answer.keys.map((key) => key.fingerprint);
    };
    expect(await listed("git")).toEqual([fingerprintOf(forGit)]);
    expect(await listed("signing")).toEqual([forGit, forSigning].map(fingerprintOf));
  });

  it("are listed over several pages", async () => {
    await start();
    const token = host.addToken({ scopes: ["api"] });
    const many = await Promise.all(Array.from({ length: 101 }, makeKey));
    for (const publicKey of many) await add(token, publicKey);
    host.requests.length = 0;
    const listed = await list(host.addToken({ scopes: ["read_user"] }));
    expect(listed.ok && listed.keys.map((key) => key.fingerprint)).toEqual(many.map(fingerprintOf));
    expect(host.requests).toHaveLength(2);
  });

  it.each(["fields", "sha256"] as const)("are explained when GitLab has them already (%s)", async (duplicateKeys) => {
    await start({ duplicateKeys });
    const alice = host.addToken();
    const publicKey = await makeKey();
    await add(alice, publicKey, "signing");
    const again = await add(alice, publicKey, "signing");
    expect(again).toMatchObject({
      ok: false,
      reason: "duplicate",
      hostSaid: expect.stringMatching(/already been taken/),
    });
    expect(!again.ok && again.message).toBe("This key is among the account's SSH keys already.");
    const forGit = await add(alice, publicKey, "git");
    expect(!forGit.ok && forGit.message).toMatch(/already, for signing only\. Remove it there/);
    const elsewhere = await add(host.addToken({ user: { username: "bob" } }), publicKey);
    expect(elsewhere).toMatchObject({
      ok: false,
      reason: "duplicate",
      message: expect.stringMatching(/Another account/),
    });
    const deployed = await makeKey();
    host.addDeployKey(deployed);
    const deployKey = await add(alice, deployed);
    expect(deployKey).toMatchObject({ ok: false, reason: "duplicate", message: expect.stringMatching(/deploy key/) });
  });

  it.each<[string, TokenSpec]>([
    ["read_user", { scopes: ["read_user"] }],
    ["write_repository", { scopes: ["write_repository"] }],
    ["another permission", { granularScopes: [{ access: "user", permissions: ["read_user"] }] }],
  ])("may not be added or removed with %s, and nothing is called gone", async (_, spec) => {
    await start();
    const added = await add(host.addToken(), await makeKey());
    const token = host.addToken(spec);
    for (const refused of [await add(token, await makeKey()), await remove(token, added.ok ? added.id : "")]) {
      expect(refused).toMatchObject({ ok: false, reason: "insufficient-scope", hostSaid: expect.any(String) });
      expect(!refused.ok && refused.message).toMatch(/may not (add|remove) SSH keys\. Use one with the scope api, or/);
    }
    expect(host.sshKeys()).toHaveLength(1);
  });

  it("may be added by a fine-grained token with the permission", async () => {
    await start();
    const permissions = ["create_user_ssh_key", "read_user_ssh_key", "delete_user_ssh_key"];
    const token = host.addToken({ granularScopes: [{ access: "user", permissions }] });
    const added = await add(token, await makeKey());
    expect(added).toMatchObject({ ok: true });
    expect(await remove(token, added.ok ? added.id : "")).toEqual({ ok: true });
  });

  it("for signing are taken off again by a server that would let them in", async () => {
    await start({ version: "15.6.8" });
    const token = host.addToken();
    const refused = await add(token, await makeKey(), "signing");
    expect(refused).toMatchObject({ ok: false, reason: "unexpected", message: expect.stringMatching(/GitLab 15\.7/) });
    expect(host.sshKeys()).toEqual([]);
    expect(await add(token, await makeKey())).toMatchObject({ ok: true });
    expect(await list(token, "signing")).toEqual({ ok: true, keys: [] });
    const listed = await list(token);
    expect(listed.ok && listed.keys).toHaveLength(1);
  });

  it("are refused in GitLab's words when it takes no such keys", async () => {
    await start({ forbiddenKeyTypes: ["ssh-ed25519"] });
    const refused = await add(host.addToken(), await makeKey());
    expect(refused).toMatchObject({ ok: false, reason: "unexpected", hostSaid: expect.stringMatching(/is forbidden/) });
    expect(!refused.ok && refused.message).toMatch(/kinds of keys/);
  });

  it("are not called gone, added or listed by what is not GitLab", async () => {
    await start();
    const token = host.addToken();
    for (const status of [200, 201, 302, 400, 404, 502]) {
      for (const body of ["<h1>404 Not Found</h1>", { message: "404 Not Found" }, { error: "404 Not Found" }]) {
        host.respondNextWith({ status, body });
        for (const refused of [await list(token), await add(token, await makeKey()), await remove(token, "9001")]) {
          expect(refused, `${status} ${JSON.stringify(body)}`).toMatchObject({ ok: false });
        }
      }
    }
  });

  it("ask nothing about an id that GitLab would not give, or with a token that no header can carry", async () => {
    await start();
    const token = host.addToken();
    for (const id of ["", "0", "1/../../users/1", "1e3", "9".repeat(20)]) {
      expect(await remove(token, id)).toMatchObject({ ok: false, reason: "unexpected" });
    }
    expect(await list("glpat-two\r\nX-Injected: 1")).toMatchObject({
      ok: false,
      message: expect.stringMatching(/Copy it again/),
    });
    expect(host.requests).toEqual([]);
  });

  it("are refused for the token's own sake as everywhere", async () => {
    await start();
    const revoked = host.addToken({ state: "revoked" });
    expect(await add(revoked, await makeKey())).toMatchObject({ ok: false, reason: "revoked" });
    expect(await list(revoked)).toMatchObject({ ok: false, reason: "revoked" });
    expect(await remove(revoked, "9001")).toMatchObject({ ok: false, reason: "revoked" });
    const limited = host.addToken({ state: "rate-limited" });
    expect(await add(limited, await makeKey())).toMatchObject({ ok: false, reason: "rate-limited" });
    await host.close();
    expect(await list(revoked)).toMatchObject({ ok: false, reason: "unreachable" });
    await start();
  });
});

describe("where and how", () => {
  it("the server is the web address's host, and GitLab.com publishes its keys", async () => {
    await start();
    expect(gitlab.ssh.endpoint("https://git.example.com:8443/gitlab")).toEqual({
      user: "git",
      host: "git.example.com",
      port: 22,
    });
    expect(Object.keys(gitlab.ssh.published)).toEqual(["gitlab.com"]);
    // The known_hosts entry on the same page as the fingerprints.
    const blob = "AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf";
    expect(gitlab.ssh.published["gitlab.com"]).toContain(fingerprint(blob));
  });

  it("the guide follows the release to the page of keys, and names the use", async () => {
    await start();
    const baseUrl = "https://git.example.com/gitlab/";
    const newer = gitlab.ssh.guide({ baseUrl, use: "signing" });
    expect(newer.page).toBe("https://git.example.com/gitlab/-/user_settings/ssh_keys");
    expect(newer.steps.join(" ")).toMatch(/Choose Signing as its usage type/);
    const older = gitlab.ssh.guide({ baseUrl, use: "git", version: "16" });
    expect(older.page).toBe("https://git.example.com/gitlab/-/profile/keys");
    expect(older.steps.join(" ")).toMatch(/Authentication & Signing/);
  });
});
