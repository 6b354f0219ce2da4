import { record } from "../audit";
import type { Actor, Owner } from "../authz";
import { connect } from "../code-hosts/connect";
import { change, database, type Permit, recordDenial } from "../db";
import { adapterFor } from "../hosts/registry";
import type { CodeHost } from "../prisma-client/client";
import { fail, ok, type Result } from "../result";
import { open, SealError } from "../seal";
import type { Secret } from "../secret";
import { databaseNow } from "./clock";
import { authoriseOwner, notFound, ownerColumn } from "./owner";
import { sealContext } from "./seal-context";
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
  const { codeHost: host, owner: person, sealed, ...row } = found;
  if (person?.disabledAt) return fail("conflict", "The owner is disabled, so the credential is not used or checked.");
  return await recheck(permit.value, { row, sealed, host });
}

/** Within the owner only: another owner's id is not found. */
async function findCredential(permit: Permit<"credential.manage">, owner: Owner, id: string) {
  return await database(permit).credential.findFirst({
    where: { id, ownerId: ownerColumn(owner) },
    select: { ...SUMMARY_COLUMNS, sealed: true, codeHost: true, owner: { select: { disabledAt: true } } },
  });
}

export async function recheck(
  permit: Permit<"credential.manage">,
  { row, sealed, host }: { row: CredentialRow; sealed: string; host: CodeHost },
): Promise<Result<CredentialSummary>> {
  const adapter = adapterFor(host.kind);
  if (!adapter) return fail("unavailable", `This portal no longer knows code hosts of the kind ${host.kind}.`);
  if (row.sealedFor !== host.baseUrl) {
    return fail("conflict", `The address of ${host.name} has changed. Replace the token to use it there.`);
  }
  const token = await openToken(permit, row, sealed, host);
  if (!token.ok) return token;
  const verdict = await askHost(adapter, connect(adapter, host), token.value, row.type);
  const now = await databaseNow(database(permit));
  const data = verdict.ok ? acceptedColumns(verdict, row.type, now) : refusedColumns(verdict, now);
  const updated = await change(permit, async (tx) => {
    // Of a version that was replaced meanwhile, the answer is of no use any more.
    await tx.credential.updateMany({ where: { id: row.id, version: row.version }, data });
    const value = await tx.credential.findUnique({ where: { id: row.id }, select: SUMMARY_COLUMNS });
    const details = { owner: row.ownerId ?? "site", result: verdict.ok ? "valid" : verdict.reason };
    const target = { type: "credential", id: row.id, label: host.name };
    return { value, audit: { action: "credential.check", target, outcome: verdict.ok ? "ok" : "failed", details } };
  });
  return updated ? ok(summarise(updated, adapter, host.baseUrl)) : notFound();
}

async function openToken(
  permit: Permit<"credential.manage">,
  row: CredentialRow,
  sealed: string,
  host: CodeHost,
): Promise<Result<Secret>> {
  try {
    return ok(await open(sealed, await sealContext(row.id, row.version, host)));
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    const { reason } = error;
    await record({
      actor: permit.actor,
      action: "credential.open",
      target: { type: "credential", id: row.id, label: host.name },
      outcome: "failed",
      details: { owner: row.ownerId ?? "site", reason },
    });
    return fail(
      "integrity",
      reason === "missing-key"
        ? "The key that sealed this token is not in the keyring. Restore the keyring, or replace the token."
        : "The stored token does not fit its place: the database was changed from outside. Replace the token and tell a site admin.",
    );
  }
}
