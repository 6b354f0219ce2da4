import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { authorise } from "../db";
import { adapterFor } from "../hosts/registry";
import { type Sshd, startSshd } from "../hosts/simulators/sshd";
import { fingerprint } from "../hosts/ssh/public-key";
import type { CodeHost } from "../prisma-client/client";
import { userActor } from "../testing/actors";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { confirmHostKeys, scanHostKeys, showHostKeys } from "./host-keys";
import { compareHostKeys } from "./host-keys-compare";
import { knownHostsLines, sshEndpointOf } from "./host-keys-known";
import { listCodeHosts } from "./list-code-hosts";

const admin = userActor("admin", "ADMIN");
const alice = userActor("alice");
let db: TestDatabase;
let sshd: Sshd;
let codeHostId: string;
const published = adapterFor("github")?.ssh.published as Record<string, readonly string[]>;

beforeAll(async () => {
  [db, sshd] = await Promise.all([createTestDatabase({ FORGEPASS_ALLOWED_NETWORKS: "127.0.0.0/8" }), startSshd()]);
});
afterAll(async () => {
  await Promise.all([db.drop(), sshd.close()]);
});
beforeEach(async () => {
  await db.query(`DELETE FROM "CodeHost"`);
  codeHostId = randomUUID();
  await db.query(
    `INSERT INTO "CodeHost" (id, kind, name, "baseUrl", "gitOverSsh", "sshAddress", "updatedAt")
     VALUES ($1, 'github', 'Own GitHub', 'https://git.example.com', true, $2, now())`,
    [codeHostId, `git@127.0.0.1:${sshd.port}`],
  );
});
afterEach(() => {
  delete published["127.0.0.1"];
});

const shownBy = () => sshd.hostKeys().map((line) => fingerprint(line.split(" ")[1] ?? ""));
const kept = () => db.query(`SELECT * FROM "HostKey" ORDER BY algorithm`);
const lastAudit = async () =>
  (await db.query(`SELECT action, outcome, details, "actorType" FROM "AuditEntry" ORDER BY seq DESC LIMIT 1`))[0];

async function scan() {
  const scanned = await scanHostKeys(admin, codeHostId);
  if (!scanned.ok) throw new Error(scanned.error.message);
  return scanned.value;
}

describe("host keys that nobody publishes", () => {
  it("are shown to an admin, and kept only once confirmed", async () => {
    const scanned = await scan();
    expect(scanned).toMatchObject({ endpoint: `git@127.0.0.1:${sshd.port}`, isSettled: false, hasChanged: false });
    expect(scanned.seen.map((key) => [key.fingerprint, key.state])).toEqual(shownBy().map((one) => [one, "new"]));
    expect(await kept()).toEqual([]);
    expect(await lastAudit()).toMatchObject({ action: "code-host.scan-host-keys", outcome: "ok" });
    const [first] = shownBy();
    const confirmed = await confirmHostKeys(admin, { codeHostId, fingerprints: [first ?? ""] });
    expect(confirmed).toMatchObject({ ok: true, value: { kept: [{ fingerprint: first, source: "confirmed" }] } });
    expect(confirmed.ok && confirmed.value.knownHosts).toEqual([
      `[127.0.0.1]:${sshd.port} ${sshd.hostKeys()[0]?.split(" ").slice(0, 2).join(" ")}`,
    ]);
    expect(await lastAudit()).toMatchObject({
      action: "code-host.confirm-host-keys",
      details: { fingerprints: [first] },
    });
    expect((await kept()).map(({ confirmedById }) => confirmedById)).toEqual([admin.id]);
    expect((await scan()).seen.map(({ state }) => state)).toEqual(["kept", "new", "new"]);
  });

  it("cannot be confirmed by a fingerprint that the server does not show", async () => {
    const made = `SHA256:${"A".repeat(43)}`;
    const answer = await confirmHostKeys(admin, { codeHostId, fingerprints: [shownBy()[0] ?? "", made] });
    expect(answer).toMatchObject({ ok: false, error: { code: "conflict" } });
    expect(await kept()).toEqual([]);
  });

  it.each([[[]], [["x"]], [[`MD5:${"A".repeat(43)}`]], [[null]], ["all"], [undefined]])(
    "%j confirms nothing",
    async (fingerprints) => {
      const answer = await confirmHostKeys(admin, { codeHostId, fingerprints: fingerprints as never });
      expect(answer).toMatchObject({ ok: false, error: { code: "invalid-input" } });
    },
  );

  it("are an admin's to read and confirm, and everybody's to see", async () => {
    await confirmHostKeys(admin, { codeHostId, fingerprints: shownBy() });
    const connections = sshd.connections();
    expect(await scanHostKeys(alice, codeHostId)).toMatchObject({ ok: false, error: { code: "forbidden" } });
    expect(await confirmHostKeys(alice, { codeHostId, fingerprints: shownBy() })).toMatchObject({
      ok: false,
      error: { code: "forbidden" },
    });
    expect(sshd.connections()).toBe(connections);
    expect(await lastAudit()).toMatchObject({ action: "code-host.manage", outcome: "denied" });
    expect(await showHostKeys(alice, codeHostId)).toMatchObject({ ok: true, value: { isPublished: false } });
    expect(await showHostKeys({ type: "anonymous", ip: null }, codeHostId)).toMatchObject({ ok: false });
  });

  it("confirmed by two admins at once are kept once", async () => {
    const both = await Promise.all([1, 2].map(() => confirmHostKeys(admin, { codeHostId, fingerprints: shownBy() })));
    expect(both.some(({ ok }) => ok)).toBe(true);
    expect(await kept()).toHaveLength(3);
  });
});

describe("a host key that has changed", () => {
  it("is said loudly, is not replaced by a scan or a plain confirmation, and is by an admin who was told", async () => {
    await confirmHostKeys(admin, { codeHostId, fingerprints: shownBy() });
    const before = await kept();
    await sshd.replaceHostKeys(["ed25519", "rsa"]);
    const scanned = await scan();
    expect(scanned).toMatchObject({ hasChanged: true, isSettled: false });
    expect(scanned.seen.map(({ state }) => state)).toEqual(["changed", "changed"]);
    expect(scanned.seen[0]?.keptFingerprint).toBe(
      before.find(({ algorithm }) => algorithm === "ssh-ed25519")?.fingerprint,
    );
    expect(scanned.missing).toMatchObject([{ algorithm: "ecdsa-sha2-nistp256" }]);
    const fingerprints = scanned.seen.map((key) => key.fingerprint);
    expect(await confirmHostKeys(admin, { codeHostId, fingerprints })).toMatchObject({
      ok: false,
      error: { code: "needs-confirmation" },
    });
    expect(await kept()).toEqual(before);
    expect(await confirmHostKeys(admin, { codeHostId, fingerprints, replace: true })).toMatchObject({ ok: true });
    expect((await kept()).map((key) => key.fingerprint)).toEqual(expect.arrayContaining(fingerprints));
    const replaced = before
      .filter(({ algorithm }) => algorithm !== "ecdsa-sha2-nistp256")
      .map((key) => key.fingerprint);
    expect(await lastAudit()).toMatchObject({ details: { replaced: expect.arrayContaining(replaced) } });
    await sshd.replaceHostKeys();
  });
});

describe("host keys that the host publishes", () => {
  it("are kept by the scan, without an admin's word", async () => {
    const [first = ""] = shownBy();
    published["127.0.0.1"] = [first];
    const scanned = await scan();
    expect(scanned.seen.map(({ state }) => state)).toEqual(["published", "contradicts", "contradicts"]);
    expect(await kept()).toMatchObject([{ fingerprint: first, source: "published", confirmedById: null }]);
    expect(await lastAudit()).toMatchObject({ action: "code-host.keep-host-keys", details: { fingerprints: [first] } });
  });

  it("are there for git and for checks before an admin has looked, and others are not", async () => {
    const host = (await db.query(`SELECT * FROM "CodeHost"`))[0] as unknown as CodeHost;
    const permit = await authorise(alice, "code-host.list", null);
    if (!permit.ok) throw new Error("not permitted");
    expect(await knownHostsLines(permit.value, host)).toEqual([]);
    published["127.0.0.1"] = [`SHA256:${"A".repeat(43)}`];
    expect(await knownHostsLines(permit.value, host)).toEqual([]);
    expect(await kept()).toEqual([]);
    published["127.0.0.1"] = [shownBy()[2] ?? ""];
    const [line, ...others] = await knownHostsLines(permit.value, host);
    expect(line).toBe(`[127.0.0.1]:${sshd.port} ${sshd.hostKeys()[2]?.split(" ").slice(0, 2).join(" ")}`);
    expect(others).toEqual([]);
    expect(await lastAudit()).toMatchObject({ action: "code-host.keep-host-keys", actorType: "system" });
  });

  it("do not replace a kept key", () => {
    const key = { algorithm: "ssh-ed25519", publicKey: "AAAA", fingerprint: "SHA256:new" };
    const before = { algorithm: "ssh-ed25519", publicKey: "BBBB", fingerprint: "SHA256:old", source: "published" };
    expect(compareHostKeys([key], [before], ["SHA256:new"], "GitHub")).toMatchObject([
      { state: "changed", keptFingerprint: "SHA256:old", message: expect.stringContaining("publishes the new one") },
    ]);
  });
});

describe("the list of code hosts", () => {
  const listed = async () => {
    const page = await listCodeHosts(alice, {});
    if (!page.ok) throw new Error(page.error.message);
    return page.value.codeHosts.map(({ hostKeys }) => hostKeys);
  };

  it("says how a code host's keys stand where its SSH server is now", async () => {
    expect(await listed()).toEqual(["to-confirm"]);
    await confirmHostKeys(admin, { codeHostId, fingerprints: shownBy().slice(0, 1) });
    expect(await listed()).toEqual(["confirmed"]);
    await db.query(`UPDATE "CodeHost" SET "sshAddress" = 'git@other.example.com:22'`);
    expect(await listed()).toEqual(["to-confirm"]);
    await db.query(`UPDATE "CodeHost" SET "sshAddress" = 'git@github.com:22'`);
    expect(await listed()).toEqual(["published"]);
    await db.query(`UPDATE "CodeHost" SET "sshAddress" = 'a,b'`);
    expect(await listed()).toEqual(["address-unknown"]);
    await db.query(`UPDATE "CodeHost" SET "gitOverSsh" = false`);
    expect(await listed()).toEqual([null]);
  });
});

describe("where the SSH server is", () => {
  const host = { kind: "github", name: "GitHub", baseUrl: "https://github.com", sshAddress: null };

  it.each([
    [null, { user: "git", host: "github.com", port: 22 }],
    ["git@ssh.github.com:443", { user: "git", host: "ssh.github.com", port: 443 }],
    ["ssh.github.com:443", { user: "git", host: "ssh.github.com", port: 443 }],
    ["alice@[fd00::1]:29418", { user: "alice", host: "fd00::1", port: 29_418 }],
  ])("%j is %j", (sshAddress, endpoint) => {
    expect(sshEndpointOf({ ...host, sshAddress })).toEqual({ ok: true, value: endpoint });
  });

  it("cannot be told of an address that ssh could misread, or of a kind that is gone", () => {
    for (const sshAddress of ["-oProxyCommand=x", "a,b", ""]) {
      expect(sshEndpointOf({ ...host, sshAddress })).toMatchObject({ ok: false, error: { code: "unavailable" } });
    }
    expect(sshEndpointOf({ ...host, baseUrl: "https://a,b.example.com" })).toMatchObject({ ok: false });
    expect(sshEndpointOf({ ...host, kind: "gone" })).toMatchObject({ ok: false });
  });

  it("that does not answer is said so, and audited", async () => {
    await db.query(`UPDATE "CodeHost" SET "sshAddress" = 'git@127.0.0.1:1'`);
    expect(await scanHostKeys(admin, codeHostId)).toMatchObject({
      ok: false,
      error: { code: "unavailable", message: expect.stringContaining("127.0.0.1:1") },
    });
    expect(await lastAudit()).toMatchObject({ action: "code-host.scan-host-keys", outcome: "failed" });
  });

  it("is not contacted in a network that is not allowed, nor for a code host that is not there", async () => {
    await db.query(`UPDATE "CodeHost" SET "sshAddress" = 'git@169.254.169.254:22'`);
    expect(await scanHostKeys(admin, codeHostId)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining("never contacts") },
    });
    for (const id of [randomUUID(), "x", "", null, { startsWith: "" }]) {
      expect(await scanHostKeys(admin, id as never)).toMatchObject({ ok: false, error: { code: "not-found" } });
      expect(await showHostKeys(alice, id as never)).toMatchObject({ ok: false, error: { code: "not-found" } });
    }
  });
});
