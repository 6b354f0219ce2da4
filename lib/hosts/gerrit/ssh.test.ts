import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { Account, Connection, Entered, SshKeyApi } from "../adapter";
import { openTransport } from "../http";
import { type GerritSimulator, startGerritSimulator } from "../simulators/gerrit";
import type { GerritOptions } from "../simulators/gerrit-state";
import { gerrit } from "./adapter";

let host: GerritSimulator;
let entered: Entered;
const options: GerritOptions = { subPath: "/r" };
const account: Account = { id: "1000000", login: "alice", name: "Alice", url: null, isBot: false };
const keys = gerrit.ssh.keys as SshKeyApi;
const folder = mkdtempSync(join(tmpdir(), "gerrit-ssh-"));

/** A key of ssh-keygen's, with the fingerprint that it gives. */
function makeKey(name: string): { publicKey: string; fingerprint: string } {
  const path = join(folder, name);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "forgepass test", "-f", path]);
  const listed = execFileSync("ssh-keygen", ["-lf", `${path}.pub`], { encoding: "utf8" });
  return { publicKey: readFileSync(`${path}.pub`, "utf8").trim(), fingerprint: listed.split(" ")[1] ?? "" };
}

beforeAll(async () => {
  host = await startGerritSimulator(options);
  const token = new Secret(host.addToken());
  entered = { type: "token", token, fields: { username: "alice" }, secrets: {} };
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await host.close();
});
afterEach(() => {
  delete options.addKeyStatus;
  for (const row of host.state.accounts) row.sshKeys = [];
});

function connect(): Connection {
  const origins = gerrit.origins(host.baseUrl);
  const transport = openTransport({ origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"] });
  return { baseUrl: host.baseUrl, transport };
}

const add = (publicKey: string) => keys.add(connect(), entered, account, { publicKey, title: "Forgepass", use: "git" });
const list = () => keys.list(connect(), entered, account, "git");
const remove = (id: string) => keys.remove(connect(), entered, account, id, "git");

describe("SSH keys", () => {
  it.each([200, 201] as const)(
    "adds a key where Gerrit answers %i, and finds it by its fingerprint",
    async (status) => {
      options.addKeyStatus = status;
      const { publicKey, fingerprint } = makeKey(`key-${status}`);
      expect(await add(`${publicKey}\n`)).toEqual({ ok: true, id: "1", user: "alice" });
      expect(await list()).toEqual({ ok: true, keys: [{ id: "1", fingerprint, user: "alice" }] });
    },
  );

  it("a key that is there already keeps its number, and there is no second copy", async () => {
    const { publicKey } = makeKey("twice");
    expect(await add(publicKey)).toEqual(await add(publicKey));
    const listed = await list();
    expect(listed.ok && listed.keys).toHaveLength(1);
  });

  it("removes a key, also when it is gone already", async () => {
    await add(makeKey("removed").publicKey);
    expect(await remove("1")).toEqual({ ok: true });
    expect(await list()).toEqual({ ok: true, keys: [] });
    expect(await remove("1")).toEqual({ ok: true });
  });

  it("quotes why a key is not taken", async () => {
    expect(await add("ssh-nonsense")).toMatchObject({ ok: false, hostSaid: "Unsupported key type: ssh-nonsense" });
    expect(await add("  ")).toMatchObject({ ok: false, hostSaid: "SSH public key missing" });
  });

  it("does not count a key that Gerrit kept but cannot use", async () => {
    const { publicKey } = makeKey("useless");
    host.addUser({ username: "alice", sshKeys: [{ seq: 7, publicKey, valid: false }] });
    expect(await add(publicKey)).toMatchObject({ ok: false, reason: "unexpected" });
  });

  it("never asks with an id that is not a key's number", async () => {
    const before = host.requests.length;
    expect(await remove("../tokens/1")).toMatchObject({ ok: false });
    expect(host.requests).toHaveLength(before);
  });

  it("tells a rejected password, a page and a host that is gone", async () => {
    const wrong = { ...entered, token: new Secret("wrong") };
    expect(await keys.list(connect(), wrong, account, "git")).toMatchObject({ ok: false, reason: "rejected" });
    host.respondNextWith({ status: 200, headers: { "content-type": "text/html" }, body: "<html>" });
    for (const answer of [await list(), await add("ssh-ed25519 AAAA"), await remove("1")]) {
      expect(answer).toMatchObject({ ok: false, reason: "unexpected" });
    }
    host.respondNextWith({ status: 404, headers: { "content-type": "text/html" }, body: "<html>not here" });
    expect(await remove("1")).toMatchObject({ ok: false });
    host.respondNextWith(null);
    const gone = { ...connect(), baseUrl: "http://127.0.0.1:1" };
    expect(await keys.list(gone, entered, account, "git")).toMatchObject({ ok: false });
  });

  it("says where the SSH server is, with no user of its own, and where its real port is shown", () => {
    expect(gerrit.ssh.endpoint("https://review.example.com:8443/r")).toEqual({
      user: null,
      host: "review.example.com",
      port: 29418,
    });
    const { steps, page } = gerrit.ssh.guide({ baseUrl: "https://review.example.com/r/", use: "git" });
    expect(page).toBe("https://review.example.com/r/settings/#SSHKeys");
    expect(steps.join(" ")).toContain("https://review.example.com/r/ssh_info");
  });
});
