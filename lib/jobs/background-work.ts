import type { Actor } from "../authz";
import { databaseNow } from "../credentials/clock";
import { authorise, database } from "../db";
import { env } from "../env";
import type { Tx } from "../prisma";
import { ok, type Result } from "../result";
import { jobs } from "./all-jobs";
import { nextDue } from "./cron";
import { LOCKS, lockNumber, PRESENCE } from "./locks";

/** What the background does: each job's last run, what runs now, what comes next, and whether anybody works at all. */
export interface BackgroundWork {
  jobs: JobState[];
  /** Processes that do background work. */
  workers: number;
  /** When the last run began or ended; null: never. */
  lastSignAt: string | null;
  /** Is this server one of those that do it? */
  place: "here" | "elsewhere";
  paused: PausedHost[];
  now: string;
}

export interface JobState {
  name: string;
  title: string;
  last: RunView | null;
  /** Since when; null: it does not. */
  runningSince: string | null;
  /** Asked for or due, and not begun yet. */
  isWaiting: boolean;
  /** When it comes by itself, or is tried again. */
  nextAt: string;
  isRetry: boolean;
}

export interface RunView {
  id: string;
  job: string;
  title: string;
  startedAt: string;
  /** Null while it runs, or since nobody knows. */
  tookMs: number | null;
  outcome: string | null;
  detail: string;
  times: number;
}

export interface PausedHost {
  id: string;
  kind: string;
  name: string;
  until: string;
  reason: string;
}

export async function readBackgroundWork(actor: Actor): Promise<Result<BackgroundWork>> {
  const permit = await authorise(actor, "site.manage", null, { type: "job" });
  if (!permit.ok) return permit;
  const db = database(permit.value);
  const names = jobs.map(({ name }) => name);
  const [now, last, held, queued, paused, [sign]] = await Promise.all([
    databaseNow(db),
    readLastRuns(db, names),
    readLocks(db),
    readQueued(db),
    db.codeHost.findMany({
      where: { pausedUntil: { not: null } },
      select: { id: true, kind: true, name: true, pausedUntil: true, pauseReason: true },
      orderBy: [{ name: "asc" }, { id: "asc" }],
    }),
    db.$queryRaw<{ at: Date | null }[]>`SELECT max(greatest("startedAt", "endedAt")) AS at FROM "JobRun"`,
  ]);
  const states = jobs.map(({ name, title, every }): JobState => {
    const runs = last.filter(({ job }) => job === name);
    const isRunning = held.has(lockNumber(name));
    const current = runs.find(({ outcome }) => outcome === null);
    const mine = queued.filter((one) => one.name === name);
    const retry = mine.find(({ state, start }) => state === "retry" && start > now);
    const ended = runs.find(({ outcome }) => outcome !== null);
    const due = nextDue(every, now);
    return {
      name,
      title,
      last: ended ? viewRun(ended) : null,
      runningSince: isRunning && current ? current.startedAt.toISOString() : null,
      isWaiting: mine.some(({ start }) => start <= now),
      nextAt: (retry && retry.start < due ? retry.start : due).toISOString(),
      isRetry: retry !== undefined && retry.start < due,
    };
  });
  return ok({
    jobs: states,
    workers: held.get(PRESENCE) ?? 0,
    lastSignAt: sign?.at?.toISOString() ?? null,
    place: env().jobs,
    paused: paused.flatMap(({ pausedUntil, pauseReason, ...host }) =>
      pausedUntil && pausedUntil > now
        ? [{ ...host, until: pausedUntil.toISOString(), reason: pauseReason ?? "" }]
        : [],
    ),
    now: now.toISOString(),
  });
}

export interface StoredRun {
  id: string;
  job: string;
  startedAt: Date;
  endedAt: Date | null;
  outcome: string | null;
  detail: string;
  times: number;
}

export function viewRun({ id, job, startedAt, endedAt, outcome, detail, times }: StoredRun): RunView {
  const title = jobs.find(({ name }) => name === job)?.title ?? job;
  const tookMs = endedAt && outcome !== "lost" ? endedAt.getTime() - startedAt.getTime() : null;
  return { id, job, title, startedAt: startedAt.toISOString(), tookMs, outcome, detail, times };
}

/** Of each job the last two: one may be running. */
async function readLastRuns(db: Tx, names: readonly string[]): Promise<StoredRun[]> {
  return await db.$queryRaw<StoredRun[]>`
    SELECT r.* FROM unnest(${[...names]}::text[]) AS names(name) CROSS JOIN LATERAL (
      SELECT id, job, "startedAt", "endedAt", outcome, detail, times FROM "JobRun"
      WHERE job = names.name ORDER BY "startedAt" DESC LIMIT 2
    ) r ORDER BY r."startedAt" DESC`;
}

/** Our locks by number, with how many hold each. */
async function readLocks(db: Tx): Promise<Map<number, number>> {
  const rows = await db.$queryRaw<{ number: number; holders: number }[]>`
    SELECT objid::int AS number, count(*)::int AS holders FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND classid::bigint = ${LOCKS}
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    GROUP BY objid`;
  return new Map(rows.map(({ number, holders }) => [number, holders]));
}

async function readQueued(db: Tx): Promise<{ name: string; state: string; start: Date }[]> {
  const [made] = await db.$queryRaw<{ is: boolean }[]>`SELECT to_regclass('pgboss.job') IS NOT NULL AS is`;
  if (!made?.is) return [];
  return await db.$queryRaw`
    SELECT name, state::text AS state, start_after AS start FROM pgboss.job
    WHERE policy = 'stately' AND state < 'active'`;
}
