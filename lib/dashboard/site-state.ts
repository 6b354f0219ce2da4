import type { Actor } from "../authz";
import { requirementsByKind } from "../consumers/list-consumers";
import { assess, ENDS_SOON_DAYS, type Outcome, type State } from "../credentials/assessment";
import { databaseNow } from "../credentials/clock";
import { authorise, database, type Permit } from "../db";
import type { Expiry } from "../hosts/adapter";
import { adapterFor } from "../hosts/registry";
import { ok, type Result } from "../result";

/**
 * The state of the whole site for its admins: how many credentials of which state on each code host, what ends in 30
 * days, what happened in the last 30. The database groups what is alike, so 10,000 credentials are a few dozen
 * assessments.
 */
export const WINDOW_DAYS = 30;

export type Counts = Record<Exclude<State, "none">, number>;

export interface SiteState {
  /** Code hosts with credentials, those with the most first. */
  hosts: { id: string; kind: string; name: string; counts: Counts; total: number }[];
  /** Code hosts that nobody has a credential on. */
  emptyHosts: number;
  counts: Counts;
  total: number;
  ending: { total: number; first: Ending[] };
  /** Added within the last 30 days; `days` in UTC, each of them, the oldest first. */
  added: { total: number; days: { date: string; count: number }[] };
  /** Credentials that a consumer fetched within the last 30 days. */
  used: number;
  /** Credentials whose rejection was confirmed within the last 30 days, and that are still rejected. */
  rejected: number;
  now: string;
}

export interface Ending {
  id: string;
  hostName: string;
  kind: string;
  /** "this site", "the team Platform", or a person's name. */
  ownerLabel: string;
  login: string | null;
  expiresAt: string;
}

export async function readSiteState(actor: Actor): Promise<Result<SiteState>> {
  const permit = await authorise(actor, "site.manage", null, { type: "site" });
  if (!permit.ok) return permit;
  const db = database(permit.value);
  const [groups, hosts, needs, ending, added, recent, now] = await Promise.all([
    readGroups(permit.value),
    db.codeHost.findMany({ select: { id: true, kind: true, name: true } }),
    requirementsByKind(actor),
    readEnding(permit.value),
    countAdded(permit.value),
    countRecent(permit.value),
    databaseNow(db),
  ]);
  if (!needs.ok) return needs;
  const byHost = new Map(hosts.map((host) => [host.id, { ...host, counts: none(), total: 0 }]));
  const counts = none();
  for (const group of groups) {
    const host = byHost.get(group.codeHostId);
    const adapter = host && adapterFor(host.kind);
    if (!host || !adapter) continue;
    const { state } = assess(adapter, checkedOf(group, now), needs.value.get(host.kind) ?? [], now);
    host.counts[state] += group.count;
    host.total += group.count;
    counts[state] += group.count;
  }
  const withSome = [...byHost.values()].filter(({ total }) => total > 0);
  withSome.sort((a, b) => b.total - a.total || a.name.localeCompare(b.name));
  return ok({
    hosts: withSome,
    emptyHosts: hosts.length - withSome.length,
    counts,
    total: counts.ok + counts.warn + counts.bad + counts.off,
    ...{ ending, added, ...recent },
    now: now.toISOString(),
  });
}

function none(): Counts {
  return { ok: 0, warn: 0, bad: 0, off: 0 };
}

interface Group {
  codeHostId: string;
  type: string;
  outcome: Outcome;
  scopes: string[];
  scopesKnown: boolean;
  scopesPartial: boolean;
  scopesAbsent: string[];
  isMoved: boolean;
  /** unknown, never, ended, soon or later */
  ends: string;
  count: number;
}

/** Credentials that an assessment cannot tell apart. */
async function readGroups(permit: Permit<"site.manage">): Promise<Group[]> {
  return await database(permit).$queryRaw<Group[]>`
    SELECT "codeHostId", type, outcome, scopes, "scopesKnown", "scopesPartial", "scopesAbsent", "isMoved", ends,
           count(*)::int AS count
    FROM (
      SELECT c."codeHostId", c.type, c.outcome, c.scopes, c."scopesKnown", c."scopesPartial", c."scopesAbsent",
             c."sealedFor" <> h."baseUrl" AS "isMoved",
             CASE WHEN NOT c."expiryKnown" THEN 'unknown' WHEN c."expiresAt" IS NULL THEN 'never'
                  WHEN c."expiresAt" <= now() THEN 'ended'
                  WHEN c."expiresAt" < now() + make_interval(days => ${ENDS_SOON_DAYS}::int) THEN 'soon'
                  ELSE 'later' END AS ends
      FROM "Credential" c JOIN "CodeHost" h ON h.id = c."codeHostId"
    ) alike
    GROUP BY "codeHostId", type, outcome, scopes, "scopesKnown", "scopesPartial", "scopesAbsent", "isMoved", ends`;
}

const DAY_MS = 86_400_000;

function checkedOf(group: Group, now: Date) {
  const after = { ended: -DAY_MS, soon: DAY_MS, later: 400 * DAY_MS }[group.ends];
  const expiry: Expiry =
    group.ends === "unknown"
      ? { known: false }
      : { known: true, at: after === undefined ? null : new Date(now.getTime() + after) };
  return {
    outcome: group.outcome,
    type: group.type,
    scopes: group.scopesKnown ? group.scopes : null,
    absent: group.scopesPartial ? group.scopesAbsent : null,
    expiry,
    isMoved: group.isMoved,
  };
}

const SHOWN_ENDING = 6;

async function readEnding(permit: Permit<"site.manage">): Promise<SiteState["ending"]> {
  const rows = await database(permit).$queryRaw<(Omit<Ending, "expiresAt"> & { expiresAt: Date; total: number })[]>`
    SELECT c.id, h.name AS "hostName", h.kind, c."accountLogin" AS login, c."expiresAt",
           coalesce(u.name, 'the team ' || t.name, 'this site') AS "ownerLabel", count(*) OVER ()::int AS total
    FROM "Credential" c JOIN "CodeHost" h ON h.id = c."codeHostId"
      LEFT JOIN "User" u ON u.id = c."ownerId" LEFT JOIN "Team" t ON t.id = c."teamId"
    WHERE c."expiresAt" > now() AND c."expiresAt" <= now() + make_interval(days => ${WINDOW_DAYS}::int)
    ORDER BY c."expiresAt", c.id LIMIT ${SHOWN_ENDING}`;
  return {
    total: rows[0]?.total ?? 0,
    first: rows.map(({ total: _, expiresAt, ...row }) => ({ ...row, expiresAt: expiresAt.toISOString() })),
  };
}

/** From the audit log: what was added counts though it was removed since. */
async function countAdded(permit: Permit<"site.manage">): Promise<SiteState["added"]> {
  const days = await database(permit).$queryRaw<{ date: string; count: number }[]>`
    WITH added AS (
      SELECT (at AT TIME ZONE 'UTC')::date AS day, count(*)::int AS count FROM "AuditEntry"
      WHERE action = 'credential.add' AND outcome = 'ok'
        AND at >= (current_date AT TIME ZONE 'UTC') - make_interval(days => ${WINDOW_DAYS}::int)
      GROUP BY 1
    )
    SELECT to_char(day, 'YYYY-MM-DD') AS date, coalesce(added.count, 0) AS count
    FROM generate_series((now() AT TIME ZONE 'UTC')::date - ${WINDOW_DAYS - 1}::int, (now() AT TIME ZONE 'UTC')::date,
                         interval '1 day') AS series(at)
      CROSS JOIN LATERAL (SELECT series.at::date AS day) each
      LEFT JOIN added USING (day)
    ORDER BY day`;
  return { total: days.reduce((sum, { count }) => sum + count, 0), days };
}

async function countRecent(permit: Permit<"site.manage">): Promise<{ used: number; rejected: number }> {
  const [row] = await database(permit).$queryRaw<{ used: number; rejected: number }[]>`
    SELECT count(*) FILTER (WHERE "lastUsedAt" > now() - make_interval(days => ${WINDOW_DAYS}::int))::int AS used,
           count(*) FILTER (WHERE "rejectedAt" > now() - make_interval(days => ${WINDOW_DAYS}::int))::int AS rejected
    FROM "Credential"`;
  return row ?? { used: 0, rejected: 0 };
}
