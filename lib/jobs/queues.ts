import { createHash } from "node:crypto";
import pg from "pg";
import PgBoss from "pg-boss";
import { ConfigurationError, env } from "../env";
import type { Job } from "./job";

/**
 * The queues of the jobs, in pg-boss's tables beside ours (schema pgboss). A job waits at most once and is never two
 * times active; what failed is tried again, later each time. Nothing is in a payload, and of an error only its code.
 */
export interface Queues {
  boss: PgBoss;
  /** Past pg-boss, for what it has no call for. */
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

const DAY = 24 * 60 * 60;
/** PostgreSQL's code. */
const INSUFFICIENT_PRIVILEGE = "42501";

/** Opening sends nothing yet. */
export function openQueues(connections: number, onError: (error: unknown) => void): Queues {
  const pool = new pg.Pool({
    connectionString: env().databaseUrl,
    application_name: "forgepass-queues",
    max: connections,
    connectionTimeoutMillis: 5000,
    query_timeout: 30_000,
    allowExitOnIdle: true,
  });
  pool.on("error", onError);
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    // Its own schedules would not make up for a time that was missed; see worker.ts.
    schedule: false,
    maintenanceIntervalSeconds: 30,
    // A due time is known by its job: it must not be forgotten before the next one. Our own log keeps the rest.
    archiveCompletedAfterSeconds: 2 * DAY,
    deleteAfterDays: 1,
  });
  boss.on("error", onError);
  return {
    boss,
    query: async (sql, values) => (await pool.query(sql, values)).rows,
    close: async () => {
      await boss.stop({ graceful: false });
      await pool.end();
    },
  };
}

/** Makes the tables and the queues where there are none. One process at a time. */
export async function prepareQueues({ boss }: Queues, jobs: readonly Job[]): Promise<void> {
  await boss.start().catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== INSUFFICIENT_PRIVILEGE) throw error;
    throw new ConfigurationError(
      "DATABASE_URL",
      "its role may not make the schema of the background work; run GRANT CREATE ON DATABASE … TO … as an administrator",
    );
  });
  for (const { name, timeoutSeconds } of jobs) {
    const options: PgBoss.Queue = {
      name,
      policy: "stately",
      retryLimit: 5,
      retryDelay: 10,
      retryBackoff: true,
      // Later than the worker gives up by itself: only for what the worker could not write down.
      expireInSeconds: timeoutSeconds + 60,
    };
    await boss.createQueue(name, { ...options });
    await boss.updateQueue(name, { ...options });
  }
}

/** The id of the run that is due then: the same in every process, so that it is queued once. */
export function dueId(job: string, due: Date): string {
  const hex = createHash("sha256").update(`${job} ${due.toISOString()}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
