import { z } from "zod";
import type { Actor } from "../authz";
import { authorise, change } from "../db";
import { fail, ok, type Result } from "../result";
import { findAffected, lockCodeHost, nameAffected, needsConfirmation } from "./affected-credentials";
import { type CodeHostFailure, id } from "./code-host";
import { noSuchCodeHost } from "./list-code-hosts";

/**
 * Removes a code host and, once whose they are was told and confirmed, its credentials. Tokens are not revoked at the
 * code host by this.
 */
const removeInput = z.strictObject({
  id,
  /** How many credentials the admin was told go with it; asked again when there are more by now. */
  confirmedCount: z.number().int().min(0).default(0),
});

export async function removeCodeHost(
  actor: Actor,
  input: z.input<typeof removeInput>,
): Promise<Result<{ name: string; credentialsRemoved: number }, CodeHostFailure>> {
  const permit = await authorise(actor, "code-host.manage", null, { type: "code-host", id: String(input?.id) });
  if (!permit.ok) return permit;
  const parsed = removeInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input", "This code host cannot be removed. Reload the page.");
  const { id, confirmedCount } = parsed.data;
  return await change<Awaited<ReturnType<typeof removeCodeHost>>>(permit.value, async (tx) => {
    await lockCodeHost(tx, id);
    const host = await tx.codeHost.findUnique({ where: { id } });
    if (!host) return { value: noSuchCodeHost(), audit: null };
    const affected = await findAffected(tx, { codeHostId: id });
    if (affected.count > confirmedCount) {
      const message = `Removing ${host.name} removes ${nameAffected(affected)}.`;
      return { value: needsConfirmation(message, affected), audit: null };
    }
    await tx.codeHost.delete({ where: { id } });
    const details = {
      kind: host.kind,
      baseUrl: host.baseUrl,
      credentialsRemoved: affected.count,
      owners: affected.owners,
    };
    const target = { type: "code-host", id, label: host.name };
    return {
      value: ok({ name: host.name, credentialsRemoved: affected.count }),
      audit: { action: "code-host.remove", target, outcome: "ok", details },
    };
  });
}
