import type { Actor } from "../authz";
import { database } from "../db";
import { ok, type Result } from "../result";
import { type LedgerFilter, ownerAndHost } from "./filter";
import { beginWalk } from "./list-ledger";
import { FROM, type Walk, walkLedger } from "./scan";
import { type LedgerScope, scopeCondition } from "./scope";
import { dayOf, ENDS_NEAR_DAYS, ENDS_SOON_DAYS, type EndState, firstOfMonth, MONTHS_SHOWN } from "./time-left";

/**
 * How many credentials end on which day, from what has ended to what never will: the picture above the list. The window
 * of time of the filter does not count here, so that the picture stays while one looks into a part of it.
 */
export interface Timeline {
  /** Of this month and the next twelve, the earliest first; those on which nothing ends are left out. */
  days: TimelineDay[];
  counts: {
    all: number;
    ended: number;
    /** Ended before this month. */
    earlier: number;
    soon: number;
    /** Within 30 days: those that end soon included. */
    near: number;
    /** After the last month that is shown. */
    later: number;
    never: number;
    notTold: number;
  };
  now: string;
}

export interface TimelineDay {
  /** 2026-12-31, UTC */
  day: string;
  state: EndState;
  count: number;
  /** Names of up to three code hosts, the one with the most first. */
  hosts: string[];
}

interface Group {
  day: string | null;
  state: EndState;
  host: string;
  count: number;
}

export async function readTimeline(
  actor: Actor,
  scope: LedgerScope,
  filter: LedgerFilter = {},
): Promise<Result<Timeline>> {
  const walk = await beginWalk(actor, scope, { ...filter, window: "" });
  if (!walk.ok) return walk;
  const groups = walk.value.filter.consumer === "" ? await readGroups(walk.value) : await walkGroups(walk.value);
  return ok(draw(groups, walk.value.now));
}

async function readGroups({ permit, scope, filter, now }: Walk): Promise<Group[]> {
  return await database(permit).$queryRaw<Group[]>`
    SELECT day, state, host, count(*)::int AS count
    FROM (
      SELECT to_char(c."expiresAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, h.name AS host,
             CASE WHEN NOT c."expiryKnown" THEN 'not-told' WHEN c."expiresAt" IS NULL THEN 'never'
                  WHEN c."expiresAt" <= ${now}::timestamptz THEN 'ended'
                  WHEN c."expiresAt" < ${now}::timestamptz + make_interval(hours => ${ENDS_SOON_DAYS * 24}::int) THEN 'soon'
                  WHEN c."expiresAt" <= ${now}::timestamptz + make_interval(hours => ${ENDS_NEAR_DAYS * 24}::int) THEN 'near'
                  ELSE 'later' END AS state
      FROM ${FROM} WHERE ${scopeCondition(scope)} AND ${ownerAndHost(filter)}
    ) ends GROUP BY day, state, host`;
}

/** Whom a credential serves is not in the database: each is looked at. */
async function walkGroups(walk: Walk): Promise<Group[]> {
  const groups: Group[] = [];
  for await (const { end, state, host } of walkLedger(walk, { batch: 1000 })) {
    const day = end.known && end.at ? dayOf(new Date(end.at)) : null;
    groups.push({ day, state, host: host.name, count: 1 });
  }
  return groups;
}

function draw(groups: readonly Group[], now: Date): Timeline {
  const [first, beyond] = [dayOf(firstOfMonth(now)), dayOf(firstOfMonth(now, MONTHS_SHOWN))];
  const sum = (of: (group: Group) => boolean) => groups.filter(of).reduce((total, { count }) => total + count, 0);
  const ends = (group: Group) => group.state !== "never" && group.state !== "not-told" && group.day !== null;
  return {
    days: byDay(groups.filter((group) => ends(group) && (group.day ?? "") >= first && (group.day ?? "") < beyond)),
    counts: {
      all: sum(() => true),
      ended: sum(({ state }) => state === "ended"),
      earlier: sum((group) => ends(group) && (group.day ?? "") < first),
      soon: sum(({ state }) => state === "soon"),
      near: sum(({ state }) => state === "soon" || state === "near"),
      later: sum((group) => ends(group) && (group.day ?? "") >= beyond),
      never: sum(({ state }) => state === "never"),
      notTold: sum(({ state }) => state === "not-told"),
    },
    now: now.toISOString(),
  };
}

/** What ends on a day in which something has ended already comes apart. */
function byDay(groups: readonly Group[]): TimelineDay[] {
  const days = new Map<string, { day: string; state: EndState; count: number; hosts: Map<string, number> }>();
  for (const { day, state, host, count } of groups) {
    if (day === null) continue;
    const key = `${day} ${state}`;
    const entry = days.get(key) ?? { day, state, count: 0, hosts: new Map<string, number>() };
    entry.count += count;
    entry.hosts.set(host, (entry.hosts.get(host) ?? 0) + count);
    days.set(key, entry);
  }
  const order: EndState[] = ["ended", "soon", "near", "later"];
  return [...days.values()]
    .sort((a, b) => a.day.localeCompare(b.day) || order.indexOf(a.state) - order.indexOf(b.state))
    .map(({ hosts, ...entry }) => ({
      ...entry,
      hosts: [...hosts]
        .sort(([a, many], [b, more]) => more - many || a.localeCompare(b))
        .slice(0, 3)
        .map(([name]) => name),
    }));
}
