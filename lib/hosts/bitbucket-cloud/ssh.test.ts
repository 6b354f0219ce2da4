import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { Account, Entered, SshKeyApi } from "../adapter";
import { openTransport } from "../http";
import { type BitbucketCloudSimulator, startBitbucketCloudSimulator } from "../simulators/bitbucket-cloud";
import type { BitbucketCloudOptions } from "../simulators/bitbucket-cloud-state";
import { fingerprint } from "../ssh/public-key";
import { bitbucketCloud } from "./adapter";

let host: BitbucketCloudSimulator;
let account: Account;
const keys = bitbucketCloud.ssh.keys as SshKeyApi;
const all = ["read:ssh-key:bitbucket", "write:ssh-key:bitbucket", "delete:ssh-key:bitbucket"];

beforeEach(() => start());
afterEach(() => host.close());

async function start(options: BitbucketCloudOptions = {}): Promise<void> {
  host = await startBitbucketCloudSimulator(options);
  const { uuid } = host.addUser();
  account = { id: uuid, login: "alice", name: null, url: null, isBot: false };
}

function connect() {
  const { baseUrl } = host;
  const origins = bitbucketCloud.origins(baseUrl);
  return { baseUrl, transport: openTransport({ origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"] }) };
}

function enter(scopes = all, state: "active" | "dead" = "active"): Entered {
  const token = new Secret(host.addToken({ scopes, state }));
  return { type: "api-token", token, fields: { email: "alice@example.com" }, secrets: {} };
}

/** An Ed25519 public key as OpenSSH writes it. */
function newKey(): { line: string; fingerprint: string } {
  const raw = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  const head = Buffer.from("0000000b7373682d6564323535313900000020", "hex");
  const blob = Buffer.concat([head, raw]).toString("base64");
  return { line: `ssh-ed25519 ${blob} forgepass`, fingerprint: fingerprint(blob) };
}

const named = (publicKey: string) => ({ publicKey, title: "Forgepass", use: "git" as const });

describe("SSH keys", () => {
  it("are added, listed with their fingerprints, and removed", async () => {
    const entered = enter();
    const key = newKey();
    const added = await keys.add(connect(), entered, account, named(key.line));
    expect(added).toMatchObject({ ok: true, user: null });
    const id = added.ok ? added.id : "";
    expect(await keys.list(connect(), entered, account, "git")).toEqual({
      ok: true,
      keys: [{ id, fingerprint: key.fingerprint, user: null }],
    });
    expect(await keys.remove(connect(), entered, account, id, "git")).toEqual({ ok: true });
    expect(await keys.list(connect(), entered, account, "git")).toEqual({ ok: true, keys: [] });
    expect(await keys.remove(connect(), entered, account, id, "git")).toEqual({ ok: true });
  });

  it("are listed over several pages, without following the host's links", async () => {
    const user = host.addUser();
    const rows = Array.from({ length: 103 }, () => newKey());
    user.sshKeys = rows.map(({ line }, index) => ({
      uuid: `{00000000-0000-4000-8000-${String(index).padStart(12, "0")}}`,
      key: line.split(" ").slice(0, 2).join(" "),
      comment: "",
      label: "",
    }));
    const listed = await keys.list(connect(), enter(), account, "git");
    expect(listed.ok && listed.keys.map((key) => key.fingerprint)).toEqual(rows.map((row) => row.fingerprint));
    const values = user.sshKeys.slice(0, 1);
    const path = `/users/${encodeURIComponent(account.id)}/ssh-keys`;
    host.respondAt(path, { status: 200, body: { values, next: "https://evil.example/keys" } });
    expect(await keys.list(connect(), enter(), account, "git")).toMatchObject({ ok: true });
  });

  it.each([
    "Someone has already added that SSH key.",
    "Someone has already registered that SSH key.",
    "SSH keys must be unique and deleted keys may take up to 30 days to be removed. Please use a unique SSH key",
  ])("that are elsewhere already are duplicates: %s", async (message) => {
    const path = `/users/${encodeURIComponent(account.id)}/ssh-keys`;
    for (const error of [
      { message },
      { message: "Bad request", detail: message },
      { message: "Bad request", fields: { key: [message] } },
    ]) {
      host.respondAt(path, { status: 400, body: { type: "error", error } });
      const added = await keys.add(connect(), enter(), account, named(newKey().line));
      expect(added).toMatchObject({ ok: false, reason: "duplicate", hostSaid: expect.stringContaining(message) });
    }
  });

  it("that another account has are duplicates", async () => {
    const key = newKey();
    host
      .addUser({ username: "bob" })
      .sshKeys.push({ uuid: "{0}", key: key.line.split(" ").slice(0, 2).join(" "), comment: "", label: "" });
    expect(await keys.add(connect(), enter(), account, named(key.line))).toMatchObject({
      ok: false,
      reason: "duplicate",
    });
  });

  it("that Bitbucket does not take are not called duplicates", async () => {
    const added = await keys.add(connect(), enter(), account, named("ssh-dss AAAAB3Nza x"));
    expect(added).toMatchObject({ ok: false, reason: "unexpected", hostSaid: "Invalid SSH key." });
  });

  it.each(["list", "string"] as const)("need the scopes that the refusal names, told by a %s", async (scopeDetail) => {
    await host.close();
    await start({ scopeDetail });
    const reading = enter(["read:ssh-key:bitbucket"]);
    const refused = await keys.add(connect(), reading, account, named(newKey().line));
    expect(refused).toMatchObject({ ok: false, reason: "insufficient-scope" });
    expect(!refused.ok && refused.message).toContain("read:ssh-key:bitbucket and write:ssh-key:bitbucket");
    expect(await keys.list(connect(), enter(["write:ssh-key:bitbucket"]), account, "git")).toMatchObject({
      ok: false,
      reason: "insufficient-scope",
    });
    expect(await keys.list(connect(), enter(all, "dead"), account, "git")).toMatchObject({ reason: "rejected" });
  });

  it("are not called removed when the host hides them", async () => {
    const entered = enter();
    const added = await keys.add(connect(), entered, account, named(newKey().line));
    const id = added.ok ? added.id : "";
    const path = `/users/${encodeURIComponent(account.id)}/ssh-keys/${encodeURIComponent(id)}`;
    host.respondAt(path, { status: 404, body: { type: "error", error: { message: "Not found" } } });
    expect(await keys.remove(connect(), entered, account, id, "git")).toMatchObject({ ok: false });
  });

  it("never throw, and say that nothing answers", async () => {
    const entered = enter();
    const gone = connect();
    await host.close();
    expect(await keys.list(gone, entered, account, "git")).toMatchObject({ ok: false, reason: "unreachable" });
    expect(await keys.add(gone, entered, account, named("x"))).toMatchObject({ ok: false, reason: "unreachable" });
    expect(await keys.remove(gone, entered, account, "{1}", "git")).toMatchObject({ ok: false, reason: "unreachable" });
  });

  it("go into the one list of an account, for git and signatures alike, and access tokens have none", () => {
    expect(bitbucketCloud.ssh).toMatchObject({ signing: "same", algorithm: "ed25519" });
    expect(keys.notFor).toEqual(["repository-token", "project-token", "workspace-token", "app-password"]);
    expect(bitbucketCloud.ssh.endpoint("https://bitbucket.org")).toEqual({
      user: "git",
      host: "bitbucket.org",
      port: 22,
    });
    const { page } = bitbucketCloud.ssh.guide({ baseUrl: "https://bitbucket.org", use: "git" });
    expect(page).toBe("https://bitbucket.org/account/settings/ssh-keys/");
  });

  it("git over HTTPS wants another user name than the API", () => {
    const remote = new URL("https://bitbucket.org/acme/app.git");
    const named = (type: string) => bitbucketCloud.gitCredential({ ...enter(), type }, account, remote).username;
    expect(named("api-token")).toBe("x-bitbucket-api-token-auth");
    expect(named("project-token")).toBe("x-token-auth");
  });
});
