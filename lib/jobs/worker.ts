import { describeError, log } from "../log";
import { jobs as allJobs } from "./all-jobs";
import { lastDue } from "./cron";
import type { Job } from "./job";
import { type Locks, openLocks } from "./locks";
import { dueId, openQueues, prepareQueues, type Queues } from "./queues";
import { beginRun, endRun, type RunOutcome } from "./runs";

/**
 * Runs the jobs: each when it is due or asked for, one run of a kind at a time over all processes. Only who holds a job's
 * lock takes it from its queue, so an active one with a free lock was left behind by a process that died, and is tried
 * again. A time that was missed while nobody worked is made up for. A run that throws or hangs never ends the worker.
 */
export interface RunningWorker {
  /** Tells the runs under way to end and waits for them, eight seconds at most. They go on elsewhere. */
  stop(): Promise<void>;
}

export interface WorkerSettings {
  jobs?: readonly Job[];
  /** Milliseconds between two looks at the queues. */
  lookEveryMs?: number;
}

const STOP_MS = 8000;
/** For a run that was told to end. */
const GRACE_MS = 5000;
const AFTER_TROUBLE_MS = 5000;

export async function startWorker({ jobs = allJobs, lookEveryMs = 1000 }: WorkerSettings = {}): Promise<RunningWorker> {
  const complain = (error: unknown) => log().error(describeError(error), "background work is in trouble");
  const queues = openQueues(3, complain);
  let locks = await openLocks();
  // pg-boss's own way to make a queue deadlocks where two processes begin together.
  await locks
    .alone(() => prepareQueues(queues, jobs))
    .catch(async (error: unknown) => {
      await Promise.all([locks.close(), queues.close()]);
      throw error;
    });
  const stopping = new AbortController();
  const running = new Map<string, Promise<void>>();
  const scheduled = new Map<string, number>();

  async function look(): Promise<void> {
    if (locks.lost.aborted) locks = await openLocks();
    await queueWhatIsDue(queues, jobs, scheduled);
    const waiting = await findWaiting(queues);
    for (const job of jobs) {
      if (!waiting.has(job.name) || running.has(job.name) || stopping.signal.aborted) continue;
      const run = takeAndRun(job, queues, locks, stopping.signal)
        .catch(complain)
        .finally(() => running.delete(job.name));
      running.set(job.name, run);
    }
  }

  let wake = () => {};
  const looping = (async () => {
    while (!stopping.signal.aborted) {
      const pause = await look().then(
        () => lookEveryMs,
        (error: unknown) => {
          complain(error);
          return AFTER_TROUBLE_MS;
        },
      );
      await new Promise<void>((done) => {
        wake = done;
        setTimeout(done, pause).unref();
        if (stopping.signal.aborted) done();
      });
    }
  })();

  return {
    stop: async () => {
      stopping.abort(new Stopped());
      wake();
      await looping;
      await within(STOP_MS, Promise.all(running.values()));
      await locks.close().catch(() => {});
      await queues.close();
    },
  };
}

class Stopped extends Error {}

class TimedOut extends Error {
  constructor() {
    super();
    this.name = "TimedOut";
  }
}

/** By the database's clock. What several processes queue is queued once: the due time is the run's id. */
async function queueWhatIsDue({ boss, query }: Queues, jobs: readonly Job[], done: Map<string, number>): Promise<void> {
  const [row] = await query<{ now: Date }>("SELECT clock_timestamp() AS now");
  if (!row) return;
  for (const { name, every } of jobs) {
    const due = lastDue(every, row.now);
    if (done.get(name) === due.getTime()) continue;
    await boss.send(name, {}, { id: dueId(name, due) });
    done.set(name, due.getTime());
  }
}

/** Names of the jobs with something to run, or to pick up. */
async function findWaiting({ query }: Queues): Promise<Set<string>> {
  const rows = await query<{ name: string }>(
    `SELECT DISTINCT name FROM pgboss.job
     WHERE policy = 'stately' AND state <= 'active' AND (state = 'active' OR start_after < now())`,
  );
  return new Set(rows.map(({ name }) => name));
}

async function takeAndRun(job: Job, queues: Queues, locks: Locks, stopping: AbortSignal): Promise<void> {
  const { boss, query } = queues;
  if (!(await locks.take(job.name))) return;
  try {
    const left = await query<{ id: string }>("SELECT id FROM pgboss.job WHERE name = $1 AND state = 'active'", [
      job.name,
    ]);
    for (const { id } of left) await boss.fail(job.name, id, { code: "lost" });
    const [taken] = await boss.fetch(job.name);
    if (!taken) return;
    const run = await beginRun(job.name);
    const { outcome, detail } = await runOnce(job, AbortSignal.any([stopping, locks.lost]));
    await endRun(job.name, run, outcome, detail);
    if (outcome === "ok") await boss.complete(job.name, taken.id);
    else await boss.fail(job.name, taken.id, { code: outcome });
  } finally {
    await locks.free(job.name);
  }
}

/** Ends at the latest a little after the job's time: one that does not listen is given up. */
async function runOnce(job: Job, ended: AbortSignal): Promise<{ outcome: RunOutcome; detail: string }> {
  const late = AbortSignal.timeout(job.timeoutSeconds * 1000);
  const signal = AbortSignal.any([ended, late]);
  try {
    const sentence = await Promise.race([job.run(signal), givenUp(signal, late)]);
    return { outcome: "ok", detail: sentence.slice(0, 300) };
  } catch (error) {
    if (ended.aborted) return { outcome: "stopped", detail: "Its process was stopped. It is run again." };
    const described = describeError(error);
    log().error({ job: job.name, ...described }, "background work failed");
    return { outcome: "failed", detail: [described.error, described.code].filter(Boolean).join(" ").slice(0, 100) };
  }
}

function givenUp(signal: AbortSignal, late: AbortSignal): Promise<never> {
  return new Promise((_, failed) => {
    const giveUp = () => setTimeout(() => failed(late.aborted ? new TimedOut() : new Stopped()), GRACE_MS).unref();
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp, { once: true });
  });
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    work,
    new Promise((done) => {
      timer = setTimeout(done, ms);
    }),
  ]);
  clearTimeout(timer);
}
