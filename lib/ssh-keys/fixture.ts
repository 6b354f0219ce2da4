import { confirmHostKeys, scanHostKeys } from "../code-hosts/host-keys";
import { type CredentialsFixture, createCredentialsFixture, GITHUB_SCOPES, storeInput } from "../credentials/fixture";
import { storeCredential } from "../credentials/store";
import { type Sshd, startSshd } from "../hosts/simulators/sshd";
import type { UserActor } from "../testing/actors";
import { makeSshKey } from "./make";
import type { SshKeyPoint, SshKeySummary } from "./ssh-key";

/** A simulated GitHub whose git is a real OpenSSH server: a key counts there once it is in an account's list. */
export interface SshKeysFixture extends CredentialsFixture {
  sshd: Sshd;
  /** Stores a token of Alice's for the simulated GitHub and names its key. */
  addCredential(actor?: UserActor, scopes?: readonly string[]): Promise<SshKeyPoint>;
  /** Makes the key, which must succeed. */
  make(point: SshKeyPoint): Promise<SshKeySummary>;
  /** Fingerprints in the accounts' lists. */
  keysAt(list?: "keys" | "ssh_signing_keys"): string[];
  /** What is in the accounts' lists may sign in from now on. */
  syncKeys(): void;
  /** An admin reads the SSH server's host keys and confirms them all. */
  confirmAll(replace?: boolean, codeHostId?: string): Promise<void>;
  auditOf(action: string): Promise<{ outcome: string; details: Record<string, unknown>; actorType: string }[]>;
}

const KEY_SCOPES = [...GITHUB_SCOPES, "admin:public_key", "admin:ssh_signing_key"];

export async function createSshKeysFixture(): Promise<SshKeysFixture> {
  const [f, sshd] = await Promise.all([createCredentialsFixture(), startSshd()]);
  await f.database.query(`UPDATE "CodeHost" SET "gitOverSsh" = true, "sshAddress" = $1 WHERE id = $2`, [
    `${sshd.user}@127.0.0.1:${sshd.port}`,
    f.githubId,
  ]);
  return {
    ...f,
    sshd,
    async addCredential(actor = f.alice, scopes = KEY_SCOPES) {
      const login = actor.name.toLowerCase();
      const token = f.github.addToken({ login, scopes: [...scopes] });
      const stored = await storeCredential(
        actor,
        storeInput(actor, f.githubId, token, { confirm: ["missing-scopes"] }),
      );
      if (!stored.ok) throw new Error(stored.error.message);
      // Each test makes the key itself.
      await f.database.query(`DELETE FROM "SshKey" WHERE "credentialId" = $1`, [stored.value.id]);
      return { owner: { type: "user", id: actor.id }, credentialId: stored.value.id, use: "git" };
    },
    async make(point) {
      const key = await makeSshKey(f.alice, point);
      if (!key.ok) throw new Error(key.error.message);
      return key.value;
    },
    keysAt: (list = "keys") =>
      f.github
        .sshKeys()
        .filter((key) => key.list === list)
        .map(({ fingerprint }) => fingerprint),
    syncKeys: () =>
      sshd.authorise(
        f.github
          .sshKeys()
          .filter(({ list }) => list === "keys")
          .map(({ key }) => key),
      ),
    async confirmAll(replace = false, codeHostId = f.githubId) {
      const scan = await scanHostKeys(f.admin, codeHostId);
      if (!scan.ok) throw new Error(scan.error.message);
      const fingerprints = scan.value.seen.map(({ fingerprint }) => fingerprint);
      const confirmed = await confirmHostKeys(f.admin, { codeHostId, fingerprints, replace });
      if (!confirmed.ok) throw new Error(confirmed.error.message);
    },
    auditOf: async (action) =>
      (await f.database.query(`SELECT outcome, details, "actorType" FROM "AuditEntry" WHERE action = $1 ORDER BY seq`, [
        action,
      ])) as Awaited<ReturnType<SshKeysFixture["auditOf"]>>,
    drop: async () => {
      await Promise.all([f.drop(), sshd.close()]);
    },
  };
}
