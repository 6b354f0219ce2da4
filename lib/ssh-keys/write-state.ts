import { type AuditInput, record } from "../audit";
import { databaseNow } from "../credentials/clock";
import { change, database } from "../db";
import { type Found, keyDetails, keyTarget } from "./find";
import { KEY_COLUMNS, type SshKeyRow, type SshKeyState } from "./ssh-key";

/** What an answer changes of a key; what is absent stays. */
export interface Learnt {
  state: SshKeyState;
  stateDetail: string | null;
  hostKeyId?: string | null;
  sshUser?: string | null;
}

/**
 * Writes what was learnt, with its audit entry. Null: the pair that it was learnt of has been replaced meanwhile, and
 * nothing was written.
 */
export async function writeState(
  found: Found,
  key: SshKeyRow,
  learnt: Learnt,
  audit: Pick<AuditInput, "action" | "outcome" | "details">,
): Promise<SshKeyRow | null> {
  const { permit, host } = found;
  const checkedAt = await databaseNow(database(permit));
  return await change(permit, async (tx) => {
    const { count } = await tx.sshKey.updateMany({
      where: { id: key.id, version: key.version },
      data: { ...learnt, checkedAt },
    });
    const value = count === 1 ? await tx.sshKey.findUnique({ where: { id: key.id }, select: KEY_COLUMNS }) : null;
    const details = { ...keyDetails(found, key), ...audit.details };
    return { value, audit: value && { ...audit, target: keyTarget(host, key.id), details } };
  });
}

/** An entry of its own, for what changed nothing. */
export async function recordKey(
  found: Found,
  key: SshKeyRow,
  { action, outcome, details }: Pick<AuditInput, "action" | "outcome" | "details">,
): Promise<void> {
  const { permit, host } = found;
  const target = keyTarget(host, key.id);
  await record({ actor: permit.actor, action, target, outcome, details: { ...keyDetails(found, key), ...details } });
}
