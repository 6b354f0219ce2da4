import type { Actor, Owner } from "../authz";
import { connect } from "../code-hosts/connect";
import { change, database, type Permit, recordDenial } from "../db";
import { adapterFor } from "../hosts/registry";
import type { CodeHost } from "../prisma-client/client";
import { fail, ok, type Result } from "../result";
import { databaseNow } from "./clock";
import { openStored, SEALED_COLUMNS, type SealedColumns } from "./open";
import { authoriseOwner, notFound, ownerColumns, ownerName } from "./owner";
import { type CredentialRow, type CredentialSummary, SUMMARY_COLUMNS, summarise } from "./summary";
import { acceptedColumns, askHost, refusedColumns } from "./verify";

/**
 * Asks the code host again about a stored credential and stores what it said, good or bad. A sealed token that does not
 * open for its row is an integrity failure: audited, and nothing is sent anywhere.
 */
export async function checkCredential(
  actor: Actor,
  { owner, credentialId }: { owner: Owner; credentialId: string },
): Promise<Result<CredentialSummary>> {
  const target = { type: "credential", id: credentialId };
  const permit = await authoriseOwner(actor, "credential.manage", owner, target);
  if (!permit.ok) return permit;
  const found = await findCredential(permit.value, owner, credentialId);
  if (!found) {
    await recordDenial(actor, "credential.manage", target);
    return notFound();
  }
  const { codeHost: host, owner: person, sealed, sealedFields, ...row } = found;
  if (person?.disabledAt) return fail("conflict", "The owner is disabled, so the credential is not used or checked.");
  return await recheck(permit.value, { row, sealed: { sealed, sealedFields }, host });
}

/** Within the owner only: another owner's id is not found. */
async function findCredential(permit: Permit<"credential.manage">, owner: Owner, id: string) {
  return await database(permit).credential.findFirst({
    where: { id, ...ownerColumns(owner) },
    select: { ...SUMMARY_COLUMNS, ...SEALED_COLUMNS, codeHost: true, owner: { select: { disabledAt: true } } },
  });
}

export async function recheck(
  permit: Permit<"credential.manage">,
  { row, sealed, host }: { row: CredentialRow; sealed: SealedColumns; host: CodeHost },
): Promise<Result<CredentialSummary>> {
  const adapter = adapterFor(host.kind);
  if (!adapter) return fail("unavailable", `This portal no longer knows code hosts of the kind ${host.kind}.`);
  if (row.sealedFor !== host.baseUrl) {
    return fail("conflict", `The address of ${host.name} has changed. Replace the token to use it there.`);
  }
  const entered = await openStored(permit, { ...row, ...sealed }, host);
  if (!entered.ok) return entered;
  const verdict = await askHost(adapter, connect(adapter, host), entered.value);
  const now = await databaseNow(database(permit));
  const data = verdict.ok ? acceptedColumns(verdict, row.type, now) : refusedColumns(verdict, now);
  const updated = await change(permit, async (tx) => {
    // Of a version that was replaced meanwhile, the answer is of no use any more.
    await tx.credential.updateMany({ where: { id: row.id, version: row.version }, data });
    const value = await tx.credential.findUnique({ where: { id: row.id }, select: SUMMARY_COLUMNS });
    const details = { owner: ownerName(row), result: verdict.ok ? "valid" : verdict.reason };
    const target = { type: "credential", id: row.id, label: host.name };
    return { value, audit: { action: "credential.check", target, outcome: verdict.ok ? "ok" : "failed", details } };
  });
  return updated ? ok(summarise(updated, adapter, host.baseUrl)) : notFound();
}
