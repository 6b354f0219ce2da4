import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { removeCredential } from "../credentials/remove";
import { open } from "../seal";
import { checkSshKey } from "./check";
import { createSshKeysFixture, type SshKeysFixture } from "./fixture";
import { listSshKeys } from "./list";
import { makeSshKey } from "./make";
import { nameSshUser } from "./name-ssh-user";
import { openPrivateKey } from "./open";
import { regenerateSshKey } from "./regenerate";
import { removeSshKey, takeKeysOffHost } from "./remove";
import type { SshKeyPoint } from "./ssh-key";
import { uploadSshKey } from "./upload";

let f: SshKeysFixture;
beforeAll(async () => {
  f = await createSshKeysFixture();
});
afterAll(() => f.drop());
beforeEach(async () => {
  f.github.respondNextWith(null);
  await f.database.query(`DELETE FROM "Credential"`);
  await f.database.query(`DELETE FROM "HostKey"`);
  await f.confirmAll();
});

const made = (point: SshKeyPoint) => f.make(point);
const rows = () => f.database.query(`SELECT * FROM "SshKey" ORDER BY use`);
/** Statements that wait for somebody's lock. */
const waiting = () =>
  f.database.query(`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`);
const keysAt = (list?: "keys" | "ssh_signing_keys") => f.keysAt(list);

describe("making a key pair", () => {
  it("stores the private part sealed, shows the public part, and says so in the audit log", async () => {
    const point = await f.addCredential();
    const key = await made(point);
    expect(key).toMatchObject({
      algorithm: "ed25519",
      use: "git",
      state: "new",
      endpoint: `${f.sshd.user}@127.0.0.1:${f.sshd.port}`,
      needsSshUser: false,
      upload: { can: true },
      isUploaded: false,
      guide: { page: expect.stringMatching(/^http.*\/settings\/keys$/) },
    });
    expect(key.publicKey).toMatch(/^ssh-ed25519 AAAA\S+ forgepass@localhost:3000$/);
    const [row] = await rows();
    expect(JSON.stringify(row)).not.toMatch(/PRIVATE|privateKey/);
    expect(String(row?.sealed).split(".")).toHaveLength(5);
    expect((await f.auditOf("ssh-key.make")).slice(-1)).toMatchObject([
      { outcome: "ok", details: { use: "git", fingerprint: key.fingerprint, owner: f.alice.id } },
    ]);
    expect(await listSshKeys(f.alice, point)).toMatchObject({ ok: true, value: [{ fingerprint: key.fingerprint }] });
    expect(JSON.stringify(await f.database.query(`SELECT * FROM "AuditEntry"`))).not.toContain("PRIVATE");
  });

  it("makes one for git and another for signatures, each once, also when asked twice at the same time", async () => {
    const point = await f.addCredential();
    const answers = await Promise.all([1, 2, 3].map(() => makeSshKey(f.alice, point)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    for (const answer of answers) if (!answer.ok) expect(answer.error.code).toBe("conflict");
    await made({ ...point, use: "signing" });
    const all = (await rows()).map(({ use, fingerprint }) => [use, fingerprint]);
    expect(all.map(([use]) => use)).toEqual(["git", "signing"]);
    expect(all[0]?.[1]).not.toBe(all[1]?.[1]);
  });

  it("makes none for a code host that is set to Git over HTTPS", async () => {
    const point = await f.addCredential();
    await f.database.query(`UPDATE "CodeHost" SET "gitOverSsh" = false WHERE id = $1`, [f.githubId]);
    try {
      expect(await makeSshKey(f.alice, point)).toMatchObject({ ok: false, error: { code: "conflict" } });
      expect((await makeSshKey(f.alice, { ...point, use: "signing" })).ok).toBe(true);
    } finally {
      await f.database.query(`UPDATE "CodeHost" SET "gitOverSsh" = true WHERE id = $1`, [f.githubId]);
    }
  });

  it("makes none for a person who is disabled, and opens none", async () => {
    const point = await f.addCredential();
    await made(point);
    await f.database.query(`UPDATE "User" SET "disabledAt" = now() WHERE id = $1`, [f.alice.id]);
    try {
      for (const attempt of [makeSshKey, uploadSshKey, checkSshKey, regenerateSshKey, openPrivateKey]) {
        expect(await attempt(f.admin, point)).toMatchObject({ ok: false, error: { code: "conflict" } });
      }
      expect(await listSshKeys(f.admin, point)).toMatchObject({ ok: true });
    } finally {
      await f.database.query(`UPDATE "User" SET "disabledAt" = NULL WHERE id = $1`, [f.alice.id]);
    }
  });
});

describe("whose key it is", () => {
  it("another's key is answered as if it were not there, nothing is sent, and the denial is audited", async () => {
    const point = await f.addCredential();
    const key = await made(point);
    const asBob: SshKeyPoint = { ...point, owner: { type: "user", id: f.bob.id } };
    const asSite: SshKeyPoint = { ...point, owner: { type: "site" } };
    const [sent, connections] = [f.github.requests.length, f.sshd.connections()];
    const before = (await f.auditOf("credential.manage")).length;
    const attempts = [
      ...[
        makeSshKey,
        listSshKeys,
        uploadSshKey,
        checkSshKey,
        regenerateSshKey,
        removeSshKey,
        openPrivateKey,
        takeKeysOffHost,
      ],
      (actor: typeof f.bob, at: SshKeyPoint) => nameSshUser(actor, { ...at, sshUser: "mallory" }),
    ];
    for (const attempt of attempts) {
      for (const at of [point, asBob]) {
        expect(await attempt(f.bob, at)).toMatchObject({ ok: false, error: { code: "not-found" } });
      }
      expect((await attempt(f.bob, asSite)).ok).toBe(false);
      expect((await attempt({ type: "anonymous", ip: null } as never, point)).ok).toBe(false);
    }
    expect((await f.auditOf("credential.manage")).slice(before).map(({ outcome }) => outcome)).toEqual(
      Array(attempts.length * 4).fill("denied"),
    );
    expect([f.github.requests.length, f.sshd.connections()]).toEqual([sent, connections]);
    expect(await rows()).toMatchObject([{ fingerprint: key.fingerprint, version: 1, sshUser: null }]);
    expect(await listSshKeys(f.admin, point)).toMatchObject({ ok: true });
  });
});

describe("the seal", () => {
  it("opens for its row, version and host only; a swap is audited and nothing is sent", async () => {
    const point = await f.addCredential();
    await made(point);
    const signing: SshKeyPoint = { ...point, use: "signing" };
    await made(signing);
    const [git, other] = await rows();
    await f.database.query(`UPDATE "SshKey" SET sealed = $1 WHERE id = $2`, [other?.sealed, git?.id]);
    const connections = f.sshd.connections();
    expect(await openPrivateKey(f.alice, point)).toMatchObject({ ok: false, error: { code: "integrity" } });
    expect(await checkSshKey(f.alice, point)).toMatchObject({ ok: false, error: { code: "integrity" } });
    expect((await f.auditOf("ssh-key.open")).at(-1)).toMatchObject({
      outcome: "failed",
      details: { reason: "integrity" },
    });
    expect(f.sshd.connections()).toBe(connections);
    await f.database.query(`UPDATE "SshKey" SET sealed = $1, version = 2 WHERE id = $2`, [git?.sealed, git?.id]);
    expect(await openPrivateKey(f.alice, point)).toMatchObject({ ok: false, error: { code: "integrity" } });
    await f.database.query(`UPDATE "SshKey" SET version = 1 WHERE id = $1`, [git?.id]);
    expect((await openPrivateKey(f.alice, point)).ok).toBe(true);
    const context = {
      installationId: "",
      table: "Credential",
      rowId: String(git?.id),
      field: "token",
      host: "",
      version: 1,
    };
    await expect(open(String(git?.sealed), context as never)).rejects.toThrow();
  });

  it("does not open after the code host moved; a new pair does", async () => {
    const point = await f.addCredential();
    await made(point);
    const { url } = f.github;
    const moved = url.replace("127.0.0.1", "127.0.0.2");
    await f.database.query(`UPDATE "CodeHost" SET "baseUrl" = $1 WHERE id = $2`, [moved, f.githubId]);
    try {
      expect(await openPrivateKey(f.alice, point)).toMatchObject({ ok: false, error: { code: "conflict" } });
      expect(await uploadSshKey(f.alice, point)).toMatchObject({ ok: false, error: { code: "conflict" } });
      expect(await listSshKeys(f.alice, point)).toMatchObject({ ok: true, value: [{ isMoved: true }] });
      expect(await regenerateSshKey(f.alice, point)).toMatchObject({
        ok: true,
        value: { key: { isMoved: false }, old: { outcome: "left" } },
      });
      expect((await openPrivateKey(f.alice, point)).ok).toBe(true);
    } finally {
      await f.database.query(`UPDATE "CodeHost" SET "baseUrl" = $1 WHERE id = $2`, [url, f.githubId]);
    }
  });

  it("is opened for issuing only after the audit log has it", async () => {
    const point = await f.addCredential();
    await made(point);
    const before = (await f.auditOf("ssh-key.open")).length;
    const opened = await openPrivateKey(f.alice, point);
    expect(opened).toMatchObject({ ok: true, value: { endpoint: { user: f.sshd.user, port: f.sshd.port } } });
    expect(opened.ok && opened.value.knownHosts).toHaveLength(3);
    expect(JSON.stringify(opened)).not.toContain("PRIVATE");
    expect((await f.auditOf("ssh-key.open")).slice(before)).toMatchObject([{ outcome: "ok", details: { version: 1 } }]);
    await f.database.query(`ALTER TABLE "AuditEntry" RENAME TO "Gone"`);
    try {
      await expect(openPrivateKey(f.alice, point)).rejects.toThrow();
    } finally {
      await f.database.query(`ALTER TABLE "Gone" RENAME TO "AuditEntry"`);
    }
  });
});

describe("a new pair", () => {
  it("takes the old key off the host, whoever put it there", async () => {
    const point = await f.addCredential();
    const old = await made(point);
    await uploadSshKey(f.alice, point);
    await f.database.query(`UPDATE "SshKey" SET "hostKeyId" = NULL`);
    const next = await regenerateSshKey(f.alice, point);
    expect(next).toMatchObject({
      ok: true,
      value: { key: { state: "new", isUploaded: false }, old: { outcome: "removed" } },
    });
    expect(next.ok && next.value.key.fingerprint).not.toBe(old.fingerprint);
    expect(keysAt()).not.toContain(old.fingerprint);
    expect(await rows()).toMatchObject([{ version: 2 }]);
    expect((await f.auditOf("ssh-key.regenerate")).at(-1)).toMatchObject({
      details: { before: old.fingerprint, version: 2 },
    });
  });

  it("says when the old one was never there, and when it stays", async () => {
    const point = await f.addCredential();
    await made(point);
    expect(await regenerateSshKey(f.alice, point)).toMatchObject({ ok: true, value: { old: { outcome: "absent" } } });
    await uploadSshKey(f.alice, point);
    const [{ fingerprint } = { fingerprint: "" }] = await rows();
    f.github.respondNextWith({ status: 502, body: "" });
    const kept = await regenerateSshKey(f.alice, point);
    expect(kept).toMatchObject({
      ok: true,
      value: {
        old: { outcome: "left", message: expect.stringContaining(String(fingerprint)), page: expect.any(String) },
      },
    });
    expect((await f.auditOf("ssh-key.take-off")).at(-1)).toMatchObject({
      outcome: "failed",
      details: { result: "left" },
    });
  });

  it("of two at once, one is made and the other is told", async () => {
    const point = await f.addCredential();
    await made(point);
    const hold = new pg.Client({ connectionString: f.database.url });
    await hold.connect();
    await hold.query(`BEGIN; SELECT 1 FROM "SshKey" FOR UPDATE`);
    const both = Promise.all([regenerateSshKey(f.alice, point), regenerateSshKey(f.alice, point)]);
    // Both have read the pair when both wait to replace it.
    await vi.waitFor(async () => expect((await waiting()).length).toBe(2), { timeout: 10_000 });
    await hold.query("COMMIT");
    await hold.end();
    const answers = await both;
    expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(await rows()).toMatchObject([{ version: 2 }]);
  });

  it("keeps no answer that was about the old one", async () => {
    const point = await f.addCredential();
    const old = await made(point);
    f.github.delay(400);
    try {
      const upload = uploadSshKey(f.alice, point);
      await new Promise((done) => setTimeout(done, 150));
      await f.database.query(`UPDATE "SshKey" SET version = 2, fingerprint = 'SHA256:next', state = 'new'`);
      expect(await upload).toMatchObject({ ok: false, error: { code: "conflict" } });
    } finally {
      f.github.delay(0);
    }
    expect(await rows()).toMatchObject([{ state: "new", hostKeyId: null }]);
    expect(keysAt()).not.toContain(old.fingerprint);
  });
});

describe("removing", () => {
  it("takes the key off the host and deletes it here", async () => {
    const point = await f.addCredential();
    const { fingerprint } = await made(point);
    await uploadSshKey(f.alice, point);
    expect(await removeSshKey(f.alice, point)).toMatchObject({ ok: true, value: { outcome: "removed", fingerprint } });
    expect(keysAt()).not.toContain(fingerprint);
    expect(await rows()).toEqual([]);
    expect((await f.auditOf("ssh-key.remove")).at(-1)).toMatchObject({ outcome: "ok", details: { atHost: "removed" } });
    expect(await removeSshKey(f.alice, point)).toMatchObject({ ok: false, error: { code: "not-found" } });
  });

  it("a credential takes both its keys off the host", async () => {
    const point = await f.addCredential();
    await made(point);
    await made({ ...point, use: "signing" });
    await uploadSshKey(f.alice, point);
    await uploadSshKey(f.alice, { ...point, use: "signing" });
    const [before, signing] = [keysAt().length, keysAt("ssh_signing_keys").length];
    expect(await removeCredential(f.alice, point)).toMatchObject({
      ok: true,
      value: {
        keys: [
          { use: "git", outcome: "removed" },
          { use: "signing", outcome: "removed" },
        ],
      },
    });
    expect([keysAt().length, keysAt("ssh_signing_keys").length]).toEqual([before - 1, signing - 1]);
    expect(await rows()).toEqual([]);
  });

  it("a credential whose token is dead is removed all the same, and what is left is said", async () => {
    const point = await f.addCredential();
    const { fingerprint } = await made(point);
    await uploadSshKey(f.alice, point);
    f.github.respondNextWith({ status: 401, body: { message: "Bad credentials" } });
    const removed = await removeCredential(f.alice, point);
    expect(removed).toMatchObject({ ok: true, value: { keys: [{ outcome: "left", fingerprint }] } });
    expect(await f.database.query(`SELECT 1 FROM "Credential"`)).toEqual([]);
  });
});

describe("a user name of the key's own", () => {
  it("is kept as it was entered, and one that ssh could misread is refused", async () => {
    const point = await f.addCredential();
    await made(point);
    for (const sshUser of ["", "-oProxyCommand=x", "a b", "a@b", "a\nb"]) {
      expect(await nameSshUser(f.alice, { ...point, sshUser })).toMatchObject({
        ok: false,
        error: { code: "invalid-input", fields: { sshUser: expect.any(String) } },
      });
    }
    expect(await nameSshUser(f.alice, { ...point, sshUser: " APKAEIBAERJR2EXAMPLE " })).toMatchObject({
      ok: true,
      value: { sshUser: "APKAEIBAERJR2EXAMPLE", endpoint: `APKAEIBAERJR2EXAMPLE@127.0.0.1:${f.sshd.port}` },
    });
  });
});
