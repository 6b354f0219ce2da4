import { record } from "../audit";
import { database } from "../db";
import { installationId } from "../installation";
import type { CodeHost } from "../prisma-client/client";
import { fail, ok, type Result } from "../result";
import { open, type SealContext, SealError, seal } from "../seal";
import type { Secret } from "../secret";
import { type Found, keyDetails, keyTarget, noSuchKey } from "./find";
import type { SshKeyRow } from "./ssh-key";

/** The private part under its seal: bound to its row, the code host's address and the version. */
async function contextOf(rowId: string, version: number, host: Pick<CodeHost, "baseUrl">): Promise<SealContext> {
  return {
    installationId: await installationId(),
    table: "SshKey",
    rowId,
    field: "privateKey",
    host: host.baseUrl,
    version,
  };
}

export async function sealPrivateKey(
  privateKey: Secret,
  at: { rowId: string; version: number; host: Pick<CodeHost, "baseUrl"> },
): Promise<{ sealed: string; kid: string }> {
  return await seal(privateKey, await contextOf(at.rowId, at.version, at.host));
}

/** What does not open for its row is an integrity failure: audited, and nothing is sent anywhere. */
export async function unsealPrivateKey(found: Found, key: SshKeyRow): Promise<Result<Secret>> {
  const { permit, host } = found;
  if (key.sealedFor !== host.baseUrl) return moved(host);
  const stored = await database(permit).sshKey.findUnique({
    where: { id: key.id, version: key.version },
    select: { sealed: true },
  });
  if (!stored) return noSuchKey();
  try {
    return ok(await open(stored.sealed, await contextOf(key.id, key.version, host)));
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    const { reason } = error;
    const details = { ...keyDetails(found, key), reason };
    const target = keyTarget(host, key.id);
    await record({ actor: permit.actor, action: "ssh-key.open", target, outcome: "failed", details });
    return fail(
      "integrity",
      reason === "missing-key"
        ? "The key that sealed this private key is not in the keyring. Restore the keyring, or make a new pair."
        : "The stored private key does not fit its place: the database was changed from outside. Make a new pair and tell a site admin.",
    );
  }
}

export function moved(host: { name: string }) {
  return fail("conflict", `The address of ${host.name} has changed. Make a new key pair to use it there.`);
}
