import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { storeInput } from "../credentials/fixture";
import { removeCredential } from "../credentials/remove";
import { storeCredential } from "../credentials/store";
import { checkSshKey } from "./check";
import { createSshKeysFixture, type SshKeysFixture } from "./fixture";
import { listSshKeys } from "./list";
import { makeSshKey } from "./make";
import { openPrivateKey } from "./open";
import { regenerateSshKey } from "./regenerate";
import { removeSshKey } from "./remove";
import type { SshKeyPoint } from "./ssh-key";
import { uploadSshKey } from "./upload";

let f: SshKeysFixture;
beforeAll(async () => {
  f = await createSshKeysFixture();
  await f.database.query(`UPDATE "CodeHost" SET "gitOverSsh" = true, "sshAddress" = $1 WHERE id = $2`, [
    `${f.sshd.user}@127.0.0.1:${f.sshd.port}`,
    f.gitlabId,
  ]);
});
afterAll(() => f.drop());
beforeEach(async () => {
  await f.database.query(`DELETE FROM "Credential"`);
  await f.confirmAll();
});

const signing = (point: SshKeyPoint): SshKeyPoint => ({ ...point, use: "signing" });
const stored = async () =>
  (await f.database.query(`SELECT use, fingerprint, version FROM "SshKey" ORDER BY use`)) as {
    use: string;
    fingerprint: string;
    version: number;
  }[];

async function makeBoth(point: SshKeyPoint): Promise<string> {
  const git = await makeSshKey(f.alice, point);
  const same = await makeSshKey(f.alice, signing(point), { sameAsGit: true });
  expect(same).toMatchObject({ ok: true, value: { use: "signing", isShared: true, state: "new" } });
  if (!git.ok || !same.ok) throw new Error("not made");
  expect(same.value.publicKey).toBe(git.value.publicKey);
  return git.value.fingerprint;
}

describe("signing with the key for git", () => {
  it("is one pair, sealed once for each use, and opening it for that is in the audit log", async () => {
    const point = await f.addCredential();
    const before = (await f.auditOf("ssh-key.open")).length;
    await makeBoth(point);
    expect((await f.auditOf("ssh-key.open")).slice(before)).toMatchObject([
      { outcome: "ok", details: { for: "signing" } },
    ]);
    expect((await f.auditOf("ssh-key.make")).at(-1)).toMatchObject({ details: { use: "signing", isCopy: true } });
    const [git, sign] = [await openPrivateKey(f.alice, point), await openPrivateKey(f.alice, signing(point))];
    if (!git.ok || !sign.ok) throw new Error("not opened");
    expect(sign.value.privateKey.reveal()).toBe(git.value.privateKey.reveal());
    const seals = await f.database.query(`SELECT sealed FROM "SshKey"`);
    expect(new Set(seals.map(({ sealed }) => sealed)).size).toBe(2);
  });

  it("needs a key for git", async () => {
    const point = await f.addCredential();
    const alone = await makeSshKey(f.alice, signing(point), { sameAsGit: true });
    expect(alone).toMatchObject({ ok: false, error: { code: "conflict" } });
    expect(await stored()).toEqual([]);
  });

  it("gets the new pair too when one is made for git, and both lists lose the old one", async () => {
    const point = await f.addCredential();
    const old = await makeBoth(point);
    await uploadSshKey(f.alice, point);
    await uploadSshKey(f.alice, signing(point));
    expect(f.github.sshKeys().filter(({ fingerprint }) => fingerprint === old)).toHaveLength(2);
    const made = await regenerateSshKey(f.alice, point);
    expect(made).toMatchObject({
      ok: true,
      value: {
        key: { use: "git", isShared: true, state: "new" },
        old: { outcome: "removed", use: "git" },
        also: { key: { use: "signing", isShared: true, state: "new" }, old: { outcome: "removed", use: "signing" } },
      },
    });
    expect(f.github.sshKeys().filter(({ fingerprint }) => fingerprint === old)).toHaveLength(0);
    const [git, sign] = await stored();
    expect(git?.fingerprint).not.toBe(old);
    expect(sign).toEqual({ ...git, use: "signing" });
    expect((await openPrivateKey(f.alice, signing(point))).ok).toBe(true);
  });
});

describe("where one list holds both uses", () => {
  async function addGitlab(): Promise<SshKeyPoint> {
    const token = f.gitlab.addToken({ scopes: ["api", "read_repository", "write_repository"] });
    const input = storeInput(f.alice, f.gitlabId, token, { confirm: ["missing-scopes"] });
    const added = await storeCredential(f.alice, input);
    if (!added.ok) throw new Error(added.error.message);
    await f.database.query(`DELETE FROM "SshKey"`);
    return { owner: { type: "user", id: f.alice.id }, credentialId: added.value.id, use: "git" };
  }

  it("one upload serves both, and removing the one keeps the entry for the other", async () => {
    const point = await addGitlab();
    await makeBoth(point);
    expect(await uploadSshKey(f.alice, point)).toMatchObject({ ok: true, value: { was: "added" } });
    expect(await checkSshKey(f.alice, signing(point))).toMatchObject({ ok: true, value: { state: "known" } });
    expect(await uploadSshKey(f.alice, signing(point))).toMatchObject({ ok: true, value: { was: "there" } });
    expect(await removeSshKey(f.alice, signing(point))).toMatchObject({
      ok: true,
      value: { outcome: "left", message: expect.stringContaining("used for git too") },
    });
    expect(await uploadSshKey(f.alice, point)).toMatchObject({ ok: true, value: { was: "there" } });
    expect(await listSshKeys(f.alice, point)).toMatchObject({ ok: true, value: [{ use: "git", isShared: false }] });
    expect(await removeSshKey(f.alice, point)).toMatchObject({ ok: true, value: { outcome: "removed" } });
  });

  it("a new pair takes the one entry off, and so does removing the credential", async () => {
    const point = await addGitlab();
    await makeBoth(point);
    await uploadSshKey(f.alice, point);
    expect(await regenerateSshKey(f.alice, point)).toMatchObject({
      ok: true,
      value: { old: { outcome: "removed" }, also: { old: { outcome: "removed" } } },
    });
    await uploadSshKey(f.alice, point);
    const removed = await removeCredential(f.alice, point);
    expect(removed.ok && removed.value.keys.map(({ outcome }) => outcome)).toEqual([
      "removed",
      expect.stringMatching(/removed|absent/),
    ]);
  });
});
