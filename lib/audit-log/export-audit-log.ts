import type { Actor } from "../authz";
import { authorise, change, database, type Permit } from "../db";
import type { AuditEntry } from "../prisma-client/client";
import { ok, type Result } from "../result";
import { type AuditFilter, type ReadFilter, readFilter, toWhere } from "./audit-filter";

/**
 * The audit log as JSON lines, oldest first, with the macs of the chain. The export is in the log itself before its
 * first line is handed out; what is written after that is not part of it.
 */
export async function exportAuditLog(actor: Actor, filter: AuditFilter = {}): Promise<Result<AsyncGenerator<string>>> {
  const permit = await authorise(actor, "audit.read", null, { type: "audit" });
  if (!permit.ok) return permit;
  const read = readFilter(filter);
  if (!read.ok) return read;
  const asked = Object.fromEntries(Object.entries(read.value).filter(([, value]) => value !== ""));
  const last = await change(permit.value, async (tx) => {
    const newest = await tx.auditEntry.findFirst({ orderBy: { seq: "desc" }, select: { seq: true } });
    return {
      value: newest?.seq ?? 0n,
      audit: { action: "audit.export", target: { type: "audit" }, outcome: "ok", details: { filter: asked } },
    };
  });
  return ok(writeLines(permit.value, read.value, last));
}

const BATCH = 1000;

async function* writeLines(permit: Permit, filter: ReadFilter, last: bigint): AsyncGenerator<string> {
  let seq = 0n;
  for (;;) {
    const rows = await database(permit).auditEntry.findMany({
      where: { AND: [toWhere(filter), { seq: { gt: seq, lte: last } }] },
      orderBy: { seq: "asc" },
      take: BATCH,
    });
    const newest = rows.at(-1);
    if (!newest) return;
    yield rows.map(line).join("");
    if (rows.length < BATCH) return;
    seq = newest.seq;
  }
}

function line({ seq, at, ...entry }: AuditEntry): string {
  return `${JSON.stringify({ seq: seq.toString(), at: at.toISOString(), ...entry })}\n`;
}
