import { z } from "zod";
import type { Actor } from "../authz";
import { requirementsByKind } from "../consumers/list-consumers";
import { ownerName } from "../credentials/owner";
import { SUMMARY_COLUMNS } from "../credentials/summary";
import { database, type Permit } from "../db";
import { adapterFor } from "../hosts/registry";
import { fail, ok, type Result } from "../result";
import { planRevocation, type RevocationPlan } from "../revocations/plan-revocation";
import { authoriseScope, type Scope } from "../revocations/scope";
import type { Concern, Staleness, StaleReason } from "./judge-stale";
import { type Scanned, scanStale } from "./scan-stale";
import { type UsedRow, type WouldBreak, wouldBreak } from "./would-break";

/**
 * Stale credentials, those that have been so longest first, and what each is still good for. All of the scope are judged,
 * so that the counts are right; a page of them, cut by its last row and not by a number, is made out in full.
 */
export interface StaleRow {
  id: string;
  /** "site", "team:ID", or a person's id. */
  owner: string;
  ownerLabel: string;
  hasOwnerLeft: boolean;
  host: { id: string; kind: string; name: string; baseUrl: string };
  typeName: string;
  tokenLabel: string;
  login: string | null;
  reasons: Because[];
  /** Rules that may concern it. */
  mayConcern: Rule[];
  lastUse: { at: string; by: string | null } | null;
  /** What the host says of its last use before our checks. */
  hostUse: { known: boolean; at: string | null };
  wouldBreak: WouldBreak;
  plan: RevocationPlan;
}

export interface Because {
  reason: StaleReason;
  since: string;
  rule: Rule | null;
}

export interface Rule {
  rule: string;
  instead: string;
  source: string;
  endsAt: string;
}

export interface StalePage {
  rows: StaleRow[];
  /** Within the search: how many are stale, and for which reason; one may have several. */
  counts: Record<StaleReason | "all", number>;
  /** Cursors; null where there is no such page. */
  next: string | null;
  previous: string | null;
  staleAfterDays: number | null;
  now: string;
}

export interface StaleQuery {
  search?: string;
  reason?: StaleReason | null;
  after?: string | null;
  before?: string | null;
}

const PAGE = 50;
const cursor = z.string().regex(/^\d{1,15}_[0-9a-f-]{36}$/);

export async function listStale(actor: Actor, scope: Scope, query: StaleQuery = {}): Promise<Result<StalePage>> {
  const permit = await authoriseScope(actor, scope);
  if (!permit.ok) return permit;
  for (const place of [query.after, query.before]) {
    if (place != null && !cursor.safeParse(place).success) {
      return fail("invalid-input", "This page cannot be shown. Open it from the start.");
    }
  }
  const words = (query.search ?? "").toLowerCase().split(/\s+/).filter(Boolean).slice(0, 10);
  const { found, now, staleAfterDays } = await scanStale(permit.value, scope, words);
  const stale = found.filter(({ judged }) => judged.reasons.length > 0);
  const has = (reason: StaleReason) => (one: Scanned) =>
    one.judged.reasons.some((because) => because.reason === reason);
  const kept = query.reason ? stale.filter(has(query.reason)) : stale;
  const { shown, next, previous } = cutPage(kept, query);
  const rows = await makeOut(permit.value, actor, shown, now);
  if (!rows.ok) return rows;
  const count = (reason: StaleReason) => stale.filter(has(reason)).length;
  const counts = {
    all: stale.length,
    expired: count("expired"),
    rejected: count("rejected"),
    unused: count("unused"),
    retired: count("retired"),
    "owner-left": count("owner-left"),
  };
  return ok({ rows: rows.value, counts, next, previous, staleAfterDays, now: now.toISOString() });
}

/** How many are stale, for whoever may know. */
export async function countStale(actor: Actor, scope: Scope): Promise<Result<number>> {
  const permit = await authoriseScope(actor, scope);
  if (!permit.ok) return permit;
  const { found } = await scanStale(permit.value, scope);
  return ok(found.filter(({ judged }) => judged.reasons.length > 0).length);
}

function cutPage(kept: readonly Scanned[], { after, before }: StaleQuery) {
  const placed = kept
    .map((one) => ({ one, ms: one.judged.reasons[0]?.since.getTime() ?? 0 }))
    .sort((a, b) => a.ms - b.ms || (a.one.id < b.one.id ? -1 : 1));
  const cursorOf = (at: (typeof placed)[number] | undefined) => (at ? `${at.ms}_${at.one.id}` : null);
  const isAfter = ({ ms, one }: (typeof placed)[number], place: string) => {
    const [placeMs = "", id = ""] = place.split("_");
    return ms > Number(placeMs) || (ms === Number(placeMs) && one.id > id);
  };
  const from = after
    ? placed.findIndex((at) => isAfter(at, after))
    : before
      ? placed.filter((at) => !isAfter(at, before) && cursorOf(at) !== before).length - PAGE
      : 0;
  const start = from < 0 && after ? placed.length : Math.max(from, 0);
  const page = placed.slice(start, start + PAGE);
  return {
    shown: page.map(({ one }) => one),
    next: start + PAGE < placed.length ? cursorOf(page.at(-1)) : null,
    previous: start > 0 ? cursorOf(page[0]) : null,
  };
}

const ROW_COLUMNS = {
  ...SUMMARY_COLUMNS,
  rejectedAt: true,
  hostLastUsedAt: true,
  hostLastUsedKnown: true,
  lastUsedBy: { select: { name: true } },
  owner: { select: { name: true, email: true, disabledAt: true, _count: { select: { teams: true } } } },
  team: { select: { name: true } },
  codeHost: { select: { id: true, kind: true, name: true, baseUrl: true, globalUse: true } },
} as const;

async function makeOut(
  permit: Permit,
  actor: Actor,
  shown: readonly Scanned[],
  now: Date,
): Promise<Result<StaleRow[]>> {
  if (shown.length === 0) return ok([]);
  const db = database(permit);
  const [rows, needs] = await Promise.all([
    db.credential.findMany({ where: { id: { in: shown.map(({ id }) => id) } }, select: ROW_COLUMNS }),
    requirementsByKind(actor),
  ]);
  if (!needs.ok) return needs;
  const others = await findOthers(permit, rows);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const made = shown.flatMap(({ id, judged }) => {
    const row = byId.get(id);
    if (!row) return [];
    const { codeHost: host, owner, team, lastUsedBy } = row;
    const person = owner && { name: owner.name, isDisabled: owner.disabledAt !== null, teamCount: owner._count.teams };
    const required = needs.value.get(host.kind) ?? [];
    const place = { row, host, person, others: others(row), required };
    const type = adapterFor(host.kind)?.credentialTypes.find((one) => one.id === row.type);
    const made: StaleRow = {
      id,
      owner: ownerName(row),
      ownerLabel: owner?.name ?? team?.name ?? "This site",
      hasOwnerLeft: person?.isDisabled ?? false,
      host: { id: host.id, kind: host.kind, name: host.name, baseUrl: host.baseUrl },
      typeName: type?.name ?? "Token",
      tokenLabel: row.prefix || row.lastFour ? `${row.prefix}…${row.lastFour}` : "",
      login: row.accountLogin,
      reasons: judged.reasons.map(becauseOf),
      mayConcern: judged.concerns.filter(({ rule }) => rule.isUncertain).map(ruleOf),
      lastUse: row.lastUsedAt ? { at: row.lastUsedAt.toISOString(), by: lastUsedBy?.name ?? null } : null,
      hostUse: { known: row.hostLastUsedKnown, at: row.hostLastUsedAt?.toISOString() ?? null },
      wouldBreak: wouldBreak(place, now),
      plan: planRevocation(host, row),
    };
    return [made];
  });
  return ok(made);
}

/** What the owners of these would get in their place, in one query: their teams' and the site's on the same hosts. */
async function findOthers(
  permit: Permit,
  rows: readonly (UsedRow & { ownerId: string | null; teamId: string | null })[],
): Promise<(row: UsedRow) => UsedRow[]> {
  const ownerIds = [...new Set(rows.flatMap(({ ownerId }) => ownerId ?? []))];
  const ofOwners = { where: { userId: { in: ownerIds } }, select: { userId: true } };
  const found = await database(permit).credential.findMany({
    where: {
      ownerId: null,
      codeHostId: { in: [...new Set(rows.map(({ codeHostId }) => codeHostId))] },
      OR: [{ teamId: null }, { team: { members: { some: ofOwners.where } } }],
    },
    select: { ...SUMMARY_COLUMNS, rejectedAt: true, team: { select: { name: true, members: ofOwners } } },
  });
  return ({ id, codeHostId, ownerId, teamId }) =>
    found.filter((one) => {
      if (one.id === id || one.codeHostId !== codeHostId) return false;
      if (one.teamId === null) return ownerId !== null || teamId !== null;
      return ownerId !== null && one.team?.members.some(({ userId }) => userId === ownerId);
    });
}

function becauseOf({ reason, since, rule }: Staleness): Because {
  return { reason, since: since.toISOString(), rule: rule && ruleOf({ rule, endsAt: since }) };
}

function ruleOf({ rule: { rule, instead, source }, endsAt }: Concern): Rule {
  return { rule, instead, source, endsAt: endsAt.toISOString() };
}
