import type { Actor, Owner } from "../authz";
import { change, recordDenial } from "../db";
import { ok, type Result } from "../result";
import { authoriseOwner, notFound, ownerColumn } from "./owner";

/** Deletes a credential here, for good. At the code host the token lives on until it is removed there too. */
export async function removeCredential(
  actor: Actor,
  { owner, credentialId }: { owner: Owner; credentialId: string },
): Promise<Result<null>> {
  const target = { type: "credential", id: credentialId };
  const permit = await authoriseOwner(actor, "credential.manage", owner, target);
  if (!permit.ok) return permit;
  const where = { id: credentialId, ownerId: ownerColumn(owner) };
  const removed = await change(permit.value, async (tx) => {
    const row = await tx.credential.findFirst({
      where,
      select: { lastFour: true, codeHost: { select: { name: true } } },
    });
    const { count } = await tx.credential.deleteMany({ where });
    if (!row || count === 0) return { value: false, audit: null };
    const details = { owner: ownerColumn(owner) ?? "site", lastFour: row.lastFour };
    const label = row.codeHost.name;
    return {
      value: true,
      audit: { action: "credential.remove", target: { ...target, label }, outcome: "ok", details },
    };
  });
  if (removed) return ok(null);
  await recordDenial(actor, "credential.manage", target);
  return notFound();
}
