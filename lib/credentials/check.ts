import type { Actor, Owner } from "../authz";
import { connect } from "../code-hosts/connect";
import { database, type Permit, recordDenial } from "../db";
import { adapterFor } from "../hosts/registry";
import { readSiteSettings } from "../policy/site-settings";
import { fail, ok, type Result } from "../result";
import { judgeCheck } from "./check-result";
import { databaseNow } from "./clock";
import { openStored, SEALED_COLUMNS } from "./open";
import { authoriseOwner, notFound, ownerColumns } from "./owner";
import { recordCheck } from "./record-check";
import { isUnclear } from "./schedule";
import { type CredentialSummary, SUMMARY_COLUMNS, summarise } from "./summary";
import { askHost } from "./verify";

/**
 * Asks the code host again about a stored credential, because somebody wants to know now, and stores what it said, good
 * or bad. A sealed token that does not open for its row is an integrity failure: audited, and nothing is sent anywhere.
 */
export const CHECK_COLUMNS = { ...SUMMARY_COLUMNS, ...SEALED_COLUMNS, doubtedAt: true, rejectedAt: true } as const;

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
  const { codeHost: host, owner: person, ...row } = found;
  if (person?.disabledAt) return fail("conflict", "The owner is disabled, so the credential is not used or checked.");
  const adapter = adapterFor(host.kind);
  if (!adapter) return fail("unavailable", `This portal no longer knows code hosts of the kind ${host.kind}.`);
  if (row.sealedFor !== host.baseUrl) {
    return fail("conflict", `The address of ${host.name} has changed. Replace the token to use it there.`);
  }
  const entered = await openStored(permit.value, row, host);
  if (!entered.ok) return entered;
  const verdict = await askHost(adapter, connect(adapter, host), entered.value);
  const db = database(permit.value);
  const [now, { checkEveryHours }] = await Promise.all([databaseNow(db), readSiteSettings(db)]);
  const result = judgeCheck(row, verdict, { now, everyHours: checkEveryHours, by: "person" });
  const updated = await recordCheck(permit.value, { row, host, verdict, result }, "always");
  // It answers: checks of the others need not wait for their trial.
  if (host.pausedUntil && (verdict.ok || !isUnclear(verdict.reason))) {
    await db.codeHost.updateMany({
      where: { id: host.id, troubles: { gt: 0 } },
      data: { troubles: 0, pausedUntil: null },
    });
  }
  return updated ? ok(summarise(updated, adapter, host.baseUrl)) : notFound();
}

/** Within the owner only: another owner's id is not found. */
async function findCredential(permit: Permit<"credential.manage">, owner: Owner, id: string) {
  return await database(permit).credential.findFirst({
    where: { id, ...ownerColumns(owner) },
    select: { ...CHECK_COLUMNS, codeHost: true, owner: { select: { disabledAt: true } } },
  });
}
