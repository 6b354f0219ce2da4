import type { Actor, Owner } from "../authz";
import { change, database, recordDenial } from "../db";
import { ok, type Result } from "../result";
import { takeKeysOffHost } from "../ssh-keys/remove";
import type { TakenOff } from "../ssh-keys/take-off";
import { authoriseOwner, notFound, ownerColumns, ownerName } from "./owner";

/**
 * Deletes a credential here, for good, with its SSH keys, which are taken off the code host first as far as that can be
 * done: the value says what became of each. The token lives on at the code host until it is removed there too.
 */
export async function removeCredential(
  actor: Actor,
  { owner, credentialId }: { owner: Owner; credentialId: string },
): Promise<Result<TakenOff[]>> {
  const target = { type: "credential", id: credentialId };
  const permit = await authoriseOwner(actor, "credential.manage", owner, target);
  if (!permit.ok) return permit;
  const where = { id: credentialId, ...ownerColumns(owner) };
  const hasKeys = await database(permit.value).sshKey.findFirst({ where: { credential: where }, select: { id: true } });
  const keys = hasKeys ? await takeKeysOffHost(actor, { owner, credentialId }) : ok([]);
  if (!keys.ok && keys.error.code !== "unavailable") return keys;
  const removed = await change(permit.value, async (tx) => {
    const row = await tx.credential.findFirst({
      where,
      select: { lastFour: true, codeHost: { select: { name: true } } },
    });
    const { count } = await tx.credential.deleteMany({ where });
    if (!row || count === 0) return { value: false, audit: null };
    const details = { owner: ownerName(owner), lastFour: row.lastFour };
    const label = row.codeHost.name;
    return {
      value: true,
      audit: { action: "credential.remove", target: { ...target, label }, outcome: "ok", details },
    };
  });
  if (removed) return ok(keys.ok ? keys.value : []);
  await recordDenial(actor, "credential.manage", target);
  return notFound();
}
