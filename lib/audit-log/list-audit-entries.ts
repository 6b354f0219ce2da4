import { z } from "zod";
import type { Actor } from "../authz";
import { authorise, database } from "../db";
import type { AuditEntry } from "../prisma-client/client";
import { fail, ok, type Result } from "../result";
import { type AuditFilter, readFilter, toWhere } from "./audit-filter";
import { describeEntry } from "./describe-entry";

/** Reading the audit log: site admins only, newest first, keyset-paged by sequence number. */
export interface AuditEntryView {
  seq: string;
  at: Date;
  actorType: string;
  actorId: string | null;
  actorLabel: string;
  action: string;
  targetType: string | null;
  targetId: string | null;
  targetLabel: string | null;
  outcome: string;
  ip: string | null;
  details: unknown;
  /** The whole entry in a sentence. */
  sentence: string;
}

export interface AuditPage {
  entries: AuditEntryView[];
  /** Cursors of the older and the newer page; null where there is none. */
  older: string | null;
  newer: string | null;
  /** The newest entry of the whole log, to note elsewhere: the chain is verified against it. */
  head: { seq: string; mac: string } | null;
}

const PAGE = 100;
const cursor = z
  .string()
  .regex(/^\d{1,18}$/)
  .nullable();

export async function listAuditEntries(
  actor: Actor,
  filter: AuditFilter = {},
  place: { olderThan?: string | null; newerThan?: string | null } = {},
): Promise<Result<AuditPage>> {
  const permit = await authorise(actor, "audit.read", null, { type: "audit" });
  if (!permit.ok) return permit;
  const read = readFilter(filter);
  if (!read.ok) return read;
  const at = cursor.safeParse(place.newerThan ?? place.olderThan ?? null);
  if (!at.success) return fail("invalid-input", "This page cannot be shown. Open the audit log again.");
  const isForwards = at.data !== null && typeof place.newerThan === "string";
  const beyond = at.data === null ? {} : { seq: isForwards ? { gt: BigInt(at.data) } : { lt: BigInt(at.data) } };
  const db = database(permit.value);
  const [rows, last] = await Promise.all([
    db.auditEntry.findMany({
      where: { AND: [toWhere(read.value), beyond] },
      orderBy: { seq: isForwards ? "asc" : "desc" },
      take: PAGE + 1,
    }),
    db.auditEntry.findFirst({ orderBy: { seq: "desc" }, select: { seq: true, mac: true } }),
  ]);
  const shown = isForwards ? rows.slice(0, PAGE).reverse() : rows.slice(0, PAGE);
  const [newest, oldest] = [shown[0], shown.at(-1)];
  const isMore = rows.length > PAGE;
  return ok({
    entries: shown.map(view),
    older: oldest && (isForwards || isMore) ? oldest.seq.toString() : null,
    newer: newest && at.data !== null && (!isForwards || isMore) ? newest.seq.toString() : null,
    head: last ? { seq: last.seq.toString(), mac: last.mac } : null,
  });
}

function view({ kid: _kid, prev: _prev, mac: _mac, seq, ...entry }: AuditEntry): AuditEntryView {
  return { ...entry, seq: seq.toString(), sentence: describeEntry(entry) };
}
