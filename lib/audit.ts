import { createHmac, timingSafeEqual } from "node:crypto";
import canonicalize from "canonicalize";
import type { Actor } from "./authz";
import { deriveKey, type Keyring, keyring } from "./keyring";
import { prisma, type Tx } from "./prisma";
import type { AuditEntry, Prisma } from "./prisma-client/client";

/**
 * The audit log: append-only, written in the transaction of what it tells, each entry chained to the one before by an
 * HMAC under a key that the database does not hold. An edit, a gap or a reordering breaks the chain; a cut-off tail is
 * found with a head that was noted outside (`verifyChain(head)`). No entry carries a secret.
 */
export interface AuditInput {
  actor: Actor;
  /** noun.verb */
  action: string;
  target: { type: string; id?: string | null; label?: string | null } | null;
  outcome: "ok" | "denied" | "failed";
  /** Ids, codes, names; never a secret or what was submitted. */
  details?: Record<string, Prisma.InputJsonValue | null>;
}

const GENESIS = "genesis";
const LOCK = 0x464f5247;

/** Appends within a transaction; holds a lock until it commits, so that the chain never forks. */
export async function append(tx: Tx, input: AuditInput): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK})`;
  const [last] = await tx.$queryRaw<{ mac: string | null; seq: bigint; now: Date }[]>`
    SELECT last.mac, coalesce(last.seq, 0) AS seq, clock_timestamp() AS now
    FROM (SELECT 1) one LEFT JOIN LATERAL (SELECT mac, seq FROM "AuditEntry" ORDER BY seq DESC LIMIT 1) last ON true`;
  if (!last) throw new Error("the audit log did not answer");
  const { actor } = input;
  const entry = {
    seq: last.seq + 1n,
    at: last.now,
    actorType: actor.type,
    actorId: actor.type === "user" ? actor.id : null,
    actorLabel: actor.type === "user" ? actor.email : actor.type === "system" ? actor.name : "not signed in",
    action: input.action,
    targetType: input.target?.type ?? null,
    targetId: input.target?.id ?? null,
    targetLabel: input.target?.label ?? null,
    outcome: input.outcome,
    ip: "ip" in actor ? actor.ip : null,
    details: (input.details ?? {}) as Prisma.InputJsonObject,
    kid: keyring().primary.kid,
    prev: last.mac ?? GENESIS,
  };
  await tx.auditEntry.create({ data: { ...entry, mac: computeMac(keyring(), entry) ?? "" } });
}

/** An entry of its own: denials, failed sign-ins. */
export async function record(input: AuditInput): Promise<void> {
  // Entries wait for each other: under a storm of denials each still gets its turn.
  await prisma().$transaction((tx) => append(tx, input), { timeout: 15_000, maxWait: 10_000 });
}

export type ChainReport =
  | { ok: true; entries: number; head: { seq: string; mac: string } | null }
  | { ok: false; entries: number; seq: string; problem: string };

/**
 * Reads the whole log in order and recomputes every mac.
 * @param head a sequence number and mac noted earlier, outside the database; without it a cut-off tail cannot be found
 */
export async function verifyChain(head: { seq: string; mac: string } | null): Promise<ChainReport> {
  const keys = keyring();
  let prev = GENESIS;
  let seq = 0n;
  let entries = 0;
  let headSeen = head === null;
  for (;;) {
    const page = await prisma().auditEntry.findMany({
      where: { seq: { gt: seq } },
      orderBy: { seq: "asc" },
      take: 1000,
    });
    for (const entry of page) {
      const problem = checkEntry(keys, entry, seq + 1n, prev);
      if (problem) return { ok: false, entries, seq: entry.seq.toString(), problem };
      if (head && entry.seq.toString() === head.seq) {
        if (entry.mac !== head.mac)
          return { ok: false, entries, seq: head.seq, problem: "is not the entry noted as head" };
        headSeen = true;
      }
      prev = entry.mac;
      seq = entry.seq;
      entries += 1;
    }
    if (page.length < 1000) break;
  }
  if (!headSeen) return { ok: false, entries, seq: head?.seq ?? "", problem: "is missing: the log was cut off" };
  return { ok: true, entries, head: entries ? { seq: seq.toString(), mac: prev } : null };
}

type Chained = Omit<AuditEntry, "mac" | "details"> & { details: unknown };

function checkEntry(keys: Keyring, entry: AuditEntry, expectedSeq: bigint, expectedPrev: string): string | null {
  if (entry.seq !== expectedSeq) return `follows entry ${expectedSeq - 1n}: entries between are missing`;
  if (entry.prev !== expectedPrev) return "does not follow the entry before it";
  const mac = computeMac(keys, entry);
  if (mac === null) return `was written under key ${entry.kid}, which the keyring does not hold`;
  const given = Buffer.from(entry.mac);
  const computed = Buffer.from(mac);
  if (given.length !== computed.length || !timingSafeEqual(given, computed)) return "was changed";
  return null;
}

/** Beside seq, at and prev. A fixed list: a column that comes later must not change what older entries were signed over. */
const SIGNED = [
  "actorType",
  "actorId",
  "actorLabel",
  "action",
  "targetType",
  "targetId",
  "targetLabel",
  "outcome",
  "ip",
  "details",
  "kid",
] as const;

function computeMac(keys: Keyring, entry: Chained): string | null {
  const key = keys.keys.get(entry.kid);
  if (!key) return null;
  const columns = Object.fromEntries(SIGNED.map((column) => [column, entry[column]]));
  const body = canonicalize({ ...columns, seq: entry.seq.toString(), at: entry.at.toISOString() });
  return createHmac("sha256", deriveKey(key, "audit")).update(`${entry.prev}\n${body}`).digest("base64url");
}
