import { authorise, database } from "../db";
import type { Tx } from "../prisma";

/**
 * The log of the runs, for admins: when, how long, how it ended. Runs in a row that ended alike share an entry, so that
 * a job that finds nothing to do every minute does not fill it. Written by whoever holds the job's lock.
 */
export type RunOutcome = "ok" | "failed" | "stopped" | "lost";

const KEPT_DAYS = 90;
const LOST = "Its process ended before it did. It was run again.";

async function runs(job: string): Promise<Tx> {
  const permit = await authorise({ type: "system", name: job }, "site.manage", null);
  if (!permit.ok) throw new Error("background work may not write down what it does");
  return database(permit.value);
}

/** Writes down that a run begins; one that was not ended before is lost, since its lock was free. Resolves to its id. */
export async function beginRun(job: string): Promise<string> {
  const db = await runs(job);
  const count = await db.$executeRaw`
    UPDATE "JobRun" SET outcome = 'lost', detail = ${LOST}, "endedAt" = clock_timestamp()
    WHERE job = ${job} AND "endedAt" IS NULL`;
  // Rare: so that the log has an end, without a job of its own.
  if (count > 0 || Math.random() < 0.01) {
    await db.$executeRaw`DELETE FROM "JobRun" WHERE "startedAt" < clock_timestamp() - make_interval(days => ${KEPT_DAYS})`;
  }
  const [run] = await db.$queryRaw<{ id: string }[]>`
    INSERT INTO "JobRun" (job, "startedAt") VALUES (${job}, clock_timestamp()) RETURNING id`;
  if (!run) throw new Error("a run was not written down");
  return run.id;
}

export async function endRun(job: string, id: string, outcome: RunOutcome, detail: string): Promise<void> {
  const db = await runs(job);
  await db.$executeRaw`
    WITH before AS (
      SELECT id, times FROM (
        SELECT id, times, outcome, detail FROM "JobRun" WHERE job = ${job} AND id <> ${id}::uuid
        ORDER BY "startedAt" DESC LIMIT 1
      ) last WHERE outcome = ${outcome} AND detail = ${detail}
    ), gone AS (
      DELETE FROM "JobRun" WHERE id IN (SELECT id FROM before)
    )
    UPDATE "JobRun" SET outcome = ${outcome}, detail = ${detail}, "endedAt" = clock_timestamp(),
      times = 1 + coalesce((SELECT times FROM before), 0)
    WHERE id = ${id}::uuid`;
}
