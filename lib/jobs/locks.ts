import { createHash } from "node:crypto";
import pg from "pg";
import { env } from "../env";

/**
 * Who runs a job holds its lock: a session lock of PostgreSQL's, gone at once when the process or its connection is. So
 * at no time two processes run the same job, and one that died is known to have died by its free lock. A process that
 * works at all holds the lock `PRESENCE` together with the others.
 */
export const LOCKS = 0x464f4a42;
export const PRESENCE = 0;
const PREPARATION = 1;

/** The job's number among the locks; positive, so that it reads the same in pg_locks. */
export function lockNumber(job: string): number {
  return createHash("sha256").update(job).digest().readUInt32BE(0) >>> 1;
}

export interface Locks {
  /** False: another process has it, or this one. */
  take(job: string): Promise<boolean>;
  free(job: string): Promise<void>;
  /** One process after the other. */
  alone(work: () => Promise<void>): Promise<void>;
  /** Aborted when the connection, and all locks with it, is lost. */
  lost: AbortSignal;
  close(): Promise<void>;
}

/** A machine that vanished without a word is noticed within a minute. */
const KEEPALIVE = "SET tcp_keepalives_idle = 20; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3";

export async function openLocks(): Promise<Locks> {
  const client = new pg.Client({
    connectionString: env().databaseUrl,
    application_name: "forgepass-worker",
    connectionTimeoutMillis: 5000,
    keepAlive: true,
  });
  const lost = new AbortController();
  const lose = () => lost.abort(new Error("the connection that holds the locks ended"));
  client.on("error", lose);
  client.on("end", lose);
  await client.connect();
  await client.query(KEEPALIVE);
  await client.query("SELECT pg_advisory_lock_shared($1, $2)", [LOCKS, PRESENCE]);
  const held = new Set<string>();
  let before: Promise<unknown> = Promise.resolve();
  /** One after the other, as the connection wants it. */
  function ask(sql: string, ...values: number[]): Promise<pg.QueryResult> {
    const asked = before.then(
      () => client.query(sql, values),
      () => client.query(sql, values),
    );
    before = asked;
    return asked;
  }
  return {
    lost: lost.signal,
    take: async (job) => {
      if (held.has(job)) return false;
      held.add(job);
      try {
        const { rows } = await ask("SELECT pg_try_advisory_lock($1, $2) AS taken", LOCKS, lockNumber(job));
        if (!rows[0].taken) held.delete(job);
        return rows[0].taken;
      } catch (error) {
        held.delete(job);
        throw error;
      }
    },
    free: async (job) => {
      if (!held.delete(job) || lost.signal.aborted) return;
      await ask("SELECT pg_advisory_unlock($1, $2)", LOCKS, lockNumber(job));
    },
    alone: async (work) => {
      await ask("SELECT pg_advisory_lock($1, $2)", LOCKS, PREPARATION);
      try {
        await work();
      } finally {
        await ask("SELECT pg_advisory_unlock($1, $2)", LOCKS, PREPARATION);
      }
    },
    close: () => client.end(),
  };
}
