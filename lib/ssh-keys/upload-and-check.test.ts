import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { GITHUB_SCOPES } from "../credentials/fixture";
import { checkSshKey } from "./check";
import { createSshKeysFixture, type SshKeysFixture } from "./fixture";
import { makeSshKey } from "./make";
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
const keysAt = (list?: "keys" | "ssh_signing_keys") => f.keysAt(list);

describe("uploading", () => {
  it("puts the public key into the list that its use asks for, and remembers its id", async () => {
    const point = await f.addCredential();
    const [git, signing] = [await made(point), await made({ ...point, use: "signing" })];
    expect(await uploadSshKey(f.alice, point)).toMatchObject({
      ok: true,
      value: { was: "added", key: { state: "known", isUploaded: true, stateDetail: null } },
    });
    expect(await uploadSshKey(f.alice, { ...point, use: "signing" })).toMatchObject({ ok: true });
    expect(keysAt()).toContain(git.fingerprint);
    expect(keysAt()).not.toContain(signing.fingerprint);
    expect(keysAt("ssh_signing_keys")).toContain(signing.fingerprint);
    expect((await f.auditOf("ssh-key.upload")).at(-1)).toMatchObject({ outcome: "ok", details: { was: "added" } });
  });

  it("takes a key that is in the account's list already for what it is", async () => {
    const point = await f.addCredential();
    await made(point);
    await uploadSshKey(f.alice, point);
    expect(await uploadSshKey(f.alice, point)).toMatchObject({
      ok: true,
      value: { was: "there", key: { state: "known" } },
    });
  });

  it("explains a key that another account has", async () => {
    const point = await f.addCredential();
    const key = await made(point);
    const bobs = await f.addCredential(f.bob);
    await makeSshKey(f.bob, bobs);
    await f.database.query(`UPDATE "SshKey" SET "publicKey" = $1, fingerprint = $2 WHERE "credentialId" = $3`, [
      key.publicKey,
      key.fingerprint,
      bobs.credentialId,
    ]);
    await uploadSshKey(f.bob, bobs);
    const refused = await uploadSshKey(f.alice, point);
    expect(refused).toMatchObject({
      ok: false,
      error: { code: "host-refused", message: expect.stringContaining("another account") },
    });
    expect((await f.auditOf("ssh-key.upload")).at(-1)).toMatchObject({
      outcome: "failed",
      details: { reason: "duplicate" },
    });
  });

  it("says before it is tried that the token lacks the scope, and what the host says when it is tried", async () => {
    const point = await f.addCredential(f.alice, GITHUB_SCOPES);
    const key = await made(point);
    expect(key.upload).toMatchObject({ can: false, why: expect.stringContaining("write:public_key") });
    expect(await uploadSshKey(f.alice, point)).toMatchObject({ ok: false, error: { code: "host-refused" } });
    expect(keysAt()).not.toContain(key.fingerprint);
  });

  it("leaves nothing behind when the host breaks down", async () => {
    const point = await f.addCredential();
    await made(point);
    f.github.respondNextWith({ status: 502, body: "<html>bad gateway</html>" });
    expect(await uploadSshKey(f.alice, point)).toMatchObject({ ok: false, error: { code: "host-refused" } });
    expect(await rows()).toMatchObject([{ state: "new", hostKeyId: null }]);
  });
});

describe("checking", () => {
  it("is known by the list and by signing in, unknown when neither has it", async () => {
    const point = await f.addCredential();
    await made(point);
    f.syncKeys();
    expect(await checkSshKey(f.alice, point)).toMatchObject({
      ok: true,
      value: { state: "unknown", checkedAt: expect.any(String), stateDetail: expect.stringContaining("does not know") },
    });
    await uploadSshKey(f.alice, point);
    f.syncKeys();
    expect(await checkSshKey(f.alice, point)).toMatchObject({ ok: true, value: { state: "known", stateDetail: null } });
    expect((await f.auditOf("ssh-key.check")).map(({ outcome }) => outcome).slice(-2)).toEqual(["failed", "ok"]);
  });

  it("is unclear when the host lists the key and its server refuses it", async () => {
    const point = await f.addCredential();
    await made(point);
    await uploadSshKey(f.alice, point);
    f.sshd.authorise([]);
    const check = await checkSshKey(f.alice, point);
    expect(check).toMatchObject({
      ok: true,
      value: { state: "unclear", stateDetail: expect.stringContaining("refuses it") },
    });
  });

  it("goes by signing in alone when the token may not read the list", async () => {
    const point = await f.addCredential(f.alice, GITHUB_SCOPES);
    const key = await made(point);
    f.sshd.authorise([key.publicKey]);
    expect(await checkSshKey(f.alice, point)).toMatchObject({ ok: true, value: { state: "known" } });
    f.sshd.authorise([]);
    expect(await checkSshKey(f.alice, point)).toMatchObject({ ok: true, value: { state: "unknown" } });
  });

  it("says that a key which signs in is not this account's", async () => {
    const point = await f.addCredential();
    const key = await made(point);
    f.sshd.authorise([key.publicKey]);
    const check = await checkSshKey(f.alice, point);
    expect(check).toMatchObject({
      ok: true,
      value: { state: "known", stateDetail: expect.stringContaining("another account") },
    });
  });

  it("goes by the list alone when nobody knows the server's host keys, and nobody signs in", async () => {
    const point = await f.addCredential();
    await made(point);
    await uploadSshKey(f.alice, point);
    await f.database.query(`DELETE FROM "HostKey"`);
    const connections = f.sshd.connections();
    const check = await checkSshKey(f.alice, point);
    expect(check).toMatchObject({
      ok: true,
      value: { state: "known", stateDetail: expect.stringContaining("was not tried") },
    });
    expect(f.sshd.connections()).toBe(connections);
  });

  it("is unclear when neither can be asked", async () => {
    const point = await f.addCredential();
    await made(point);
    await f.database.query(`DELETE FROM "HostKey"`);
    f.github.respondNextWith({ status: 502, body: "" });
    const check = await checkSshKey(f.alice, point);
    expect(check).toMatchObject({ ok: true, value: { state: "unclear" } });
    expect(check.ok && check.value.stateDetail).toMatch(/host keys .* not known yet/);
  });

  it("finds a key that was added by hand, so that it can be taken off later", async () => {
    const point = await f.addCredential();
    await made(point);
    await uploadSshKey(f.alice, point);
    await f.database.query(`UPDATE "SshKey" SET "hostKeyId" = NULL, state = 'new'`);
    f.syncKeys();
    expect(await checkSshKey(f.alice, point)).toMatchObject({ ok: true, value: { isUploaded: true, state: "known" } });
  });

  it("asks by the list alone for a key for signatures", async () => {
    const point: SshKeyPoint = { ...(await f.addCredential()), use: "signing" };
    await made(point);
    const connections = f.sshd.connections();
    expect(await checkSshKey(f.alice, point)).toMatchObject({ ok: true, value: { state: "unknown", endpoint: null } });
    await uploadSshKey(f.alice, point);
    expect(await checkSshKey(f.alice, point)).toMatchObject({ ok: true, value: { state: "known" } });
    expect(f.sshd.connections()).toBe(connections);
  });
});
