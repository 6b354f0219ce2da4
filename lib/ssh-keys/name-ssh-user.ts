import type { Actor } from "../authz";
import { change } from "../db";
import { isSshUser } from "../hosts/ssh/address";
import { fail, ok, type Result } from "../result";
import { findKey, keyDetails, keyTarget } from "./find";
import { outrun } from "./make";
import { KEY_COLUMNS, type SshKeyPoint, type SshKeySummary, summariseKey } from "./ssh-key";

/** Keeps the user name that the host shows for a key that was added there by hand (AWS: the SSH key ID). */
export async function nameSshUser(
  actor: Actor,
  { sshUser, ...point }: SshKeyPoint & { sshUser: string },
): Promise<Result<SshKeySummary>> {
  const found = await findKey(actor, point);
  if (!found.ok) return found;
  const user = sshUser.trim();
  if (!isSshUser(user)) {
    const message = "Copy the user name that the host shows for this key: letters and digits.";
    return fail("invalid-input", message, { sshUser: message });
  }
  const { permit, host, key } = found.value;
  const stored = await change(permit, async (tx) => {
    const { count } = await tx.sshKey.updateMany({
      where: { id: key.id, version: key.version },
      data: { sshUser: user },
    });
    const value = count === 1 ? await tx.sshKey.findUnique({ where: { id: key.id }, select: KEY_COLUMNS }) : null;
    const details = { ...keyDetails(found.value, key), sshUser: user };
    const audit = { action: "ssh-key.name-user", target: keyTarget(host, key.id), outcome: "ok" as const, details };
    return { value, audit: value && audit };
  });
  return stored ? ok(summariseKey(stored, found.value)) : outrun();
}
