import { change, type Permit } from "../db";
import type { Verdict } from "../hosts/adapter";
import { announce } from "../notifications/event";
import type { Tx } from "../prisma";
import type { CodeHost } from "../prisma-client/client";
import type { CheckResult, Known } from "./check-result";
import { ownerName } from "./owner";
import { describeRejection } from "./rejection";
import { type CredentialRow, SUMMARY_COLUMNS } from "./summary";

/** Writes down what a check found, in one transaction with its audit entry and with what people are told of it. */
export interface Checked {
  row: Known;
  host: CodeHost;
  verdict: Verdict;
  result: CheckResult;
}

/**
 * @param audited always: somebody asked for it. news: only when something is other than before
 * @returns the credential as it is now, null when it is gone
 */
export async function recordCheck(
  permit: Permit<"credential.manage">,
  { row, host, verdict, result }: Checked,
  audited: "always" | "news",
): Promise<CredentialRow | null> {
  const { columns, isConfirmed, isNews } = result;
  return await change(permit, async (tx) => {
    // Of a version that was replaced meanwhile, the answer is of no use any more; and of two that confirm, one tells.
    const where = { id: row.id, version: row.version, ...(isConfirmed && { rejectedAt: null }) };
    const { count } = await tx.credential.updateMany({ where, data: columns });
    if (count > 0 && isConfirmed && !verdict.ok) {
      await announce(tx, describeRejection(row, host, verdict, await nameOfLastUse(tx, row.id)));
    }
    const value = await tx.credential.findUnique({ where: { id: row.id }, select: SUMMARY_COLUMNS });
    if (audited === "news" && !(count > 0 && isNews)) return { value, audit: null };
    const said = verdict.ok ? "valid" : verdict.reason;
    const details = { owner: ownerName(row), result: said, ...(isConfirmed && { confirmed: true }) };
    const target = { type: "credential", id: row.id, label: host.name };
    return { value, audit: { action: "credential.check", target, outcome: verdict.ok ? "ok" : "failed", details } };
  });
}

async function nameOfLastUse(tx: Tx, id: string): Promise<string | null> {
  const used = await tx.credential.findUnique({ where: { id }, select: { lastUsedBy: { select: { name: true } } } });
  return used?.lastUsedBy?.name ?? null;
}

/** Same result as before: only the times, many in one statement, without an audit entry each. */
export async function refreshChecked(db: Tx, checked: readonly Checked[]): Promise<void> {
  if (checked.length === 0) return;
  const time = (value: unknown) => (value instanceof Date ? value.toISOString() : null);
  const rows = checked.map(({ row, result: { columns } }) => ({
    id: row.id,
    version: row.version,
    checkedAt: time(columns.checkedAt),
    validAt: time(columns.validAt),
    nextCheckAt: time(columns.nextCheckAt),
  }));
  await db.$executeRaw`
    UPDATE "Credential" c SET
      "checkedAt" = coalesce(r."checkedAt", c."checkedAt"),
      "validAt" = coalesce(r."validAt", c."validAt"),
      "nextCheckAt" = r."nextCheckAt",
      "updatedAt" = clock_timestamp()
    FROM json_to_recordset(${JSON.stringify(rows)}::json)
      AS r(id uuid, version int, "checkedAt" timestamptz, "validAt" timestamptz, "nextCheckAt" timestamptz)
    WHERE c.id = r.id AND c.version = r.version`;
}
