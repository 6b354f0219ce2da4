import { z } from "zod";
import type { Actor } from "../authz";
import { authorise, change, database, isConflict } from "../db";
import { parse } from "../input";
import type { CodeHost, Prisma } from "../prisma-client/client";
import { ok, type Result } from "../result";
import { alreadyThere } from "./add-code-host";
import { findAffected, lockCodeHost, nameAffected, needsConfirmation } from "./affected-credentials";
import { fingerprints } from "./ca-certificate";
import { type CodeHostFailure, type CodeHostSummary, codeHostFields, id, summarise, withCount } from "./code-host";
import { noSuchCodeHost } from "./list-code-hosts";
import { readFields, type StoredFields } from "./read-fields";

/**
 * Edits a code host. Its kind stays. A credential's seal is bound to the address it was entered for, so a new address
 * makes the credentials unusable until they are entered again: that is said first, with whose they are.
 */
export const editInput = z.strictObject({
  ...codeHostFields.omit({ kind: true }).shape,
  id,
  /** How many credentials the admin was told become unusable; asked again when there are more by now. */
  confirmedCount: z.number().int().min(0).default(0),
});

export async function editCodeHost(
  actor: Actor,
  input: z.input<typeof editInput>,
): Promise<Result<CodeHostSummary, CodeHostFailure>> {
  const permit = await authorise(actor, "code-host.manage", null, { type: "code-host", id: String(input?.id) });
  if (!permit.ok) return permit;
  const parsed = parse(editInput, input);
  if (!parsed.ok) return parsed;
  const { id, confirmedCount, ...typed } = parsed.value;
  const before = await database(permit.value).codeHost.findUnique({ where: { id } });
  if (!before) return noSuchCodeHost();
  const fields = await readFields({ ...typed, kind: before.kind });
  if (!fields.ok) return fields;
  const { kind: _kind, ...data } = fields.value;
  try {
    return await change<Result<CodeHostSummary, CodeHostFailure>>(permit.value, async (tx) => {
      await lockCodeHost(tx, id);
      const current = await tx.codeHost.findUnique({ where: { id } });
      if (!current) return { value: noSuchCodeHost(), audit: null };
      const moves = current.baseUrl !== data.baseUrl;
      const affected = moves
        ? await findAffected(tx, { codeHostId: id, sealedFor: current.baseUrl })
        : { count: 0, owners: [] };
      if (affected.count > confirmedCount) {
        const message = `A new address makes ${nameAffected(affected)} unusable until entered again.`;
        return { value: needsConfirmation(message, affected), audit: null };
      }
      const row = await tx.codeHost.update({ where: { id }, data, include: withCount });
      const details = {
        changed: describeChanges(current, data),
        ...(moves ? { credentialsToEnterAgain: affected.count } : {}),
      };
      const target = { type: "code-host", id, label: row.name };
      return { value: ok(summarise(row)), audit: { action: "code-host.edit", target, outcome: "ok", details } };
    });
  } catch (error) {
    if (!isConflict(error)) throw error;
    const existing = await database(permit.value).codeHost.findUnique({ where: { baseUrl: data.baseUrl } });
    return alreadyThere(existing?.name ?? data.baseUrl);
  }
}

function describeChanges(before: CodeHost, after: Omit<StoredFields, "kind">): Prisma.InputJsonObject {
  const changed: Record<string, Prisma.InputJsonObject> = {};
  for (const field of ["name", "baseUrl", "gitOverSsh", "sshAddress"] as const) {
    if (before[field] !== after[field]) changed[field] = { from: before[field], to: after[field] };
  }
  if (before.caCertificate !== after.caCertificate) {
    changed.caFingerprints = { from: fingerprints(before.caCertificate), to: fingerprints(after.caCertificate) };
  }
  return changed;
}
