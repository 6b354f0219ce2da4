/**
 * The worker process: does the background work of a portal, beside servers that leave it to others or that do it too.
 * It makes neither a database nor a keyring: it waits until a server of its release has, and refuses a keyring that is
 * not the one the tokens were sealed with.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import pg from "pg";
import { ConfigurationError, type Env, env } from "../lib/env";
import { closeTransports } from "../lib/hosts/http";
import { checkKeys } from "../lib/installation";
import { closeRequests } from "../lib/jobs/request-run";
import { startWorker } from "../lib/jobs/worker";
import { describeError, log } from "../lib/log";
import { MigrationError, migrationState, readMigrations } from "../lib/migrate";
import { closeDatabase } from "../lib/prisma";

export interface Working {
  /** Within ten seconds; what was under way goes on elsewhere. */
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 2000;

/**
 * @param say one sentence for the operator
 * @param stopped aborted: no longer waits
 */
export async function work(
  { directory = process.cwd(), say = console.log }: { directory?: string; say?: (sentence: string) => void },
  stopped: AbortSignal,
): Promise<Working> {
  const settings = env();
  if (!existsSync(settings.keyringFile)) {
    throw new ConfigurationError(
      "KEYRING_FILE",
      `${settings.keyringFile} is missing; give the worker the same keyring as the portal`,
    );
  }
  await untilMigrated(settings, resolve(directory, "prisma/migrations"), say, stopped);
  await checkKeys();
  const worker = await startWorker();
  return {
    stop: async () => {
      await worker.stop();
      await closeRequests();
      await closeTransports();
      await closeDatabase();
    },
  };
}

/** Tells once that it waits. A database of a newer release is refused. */
async function untilMigrated(
  { databaseUrl }: Env,
  directory: string,
  say: (sentence: string) => void,
  stopped: AbortSignal,
): Promise<void> {
  const migrations = await readMigrations(directory);
  for (let tries = 0; ; tries++) {
    stopped.throwIfAborted();
    const waitsFor = await look(databaseUrl, migrations);
    if (waitsFor === null) return;
    if (tries === 0) say(waitsFor);
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
  }
}

async function look(
  databaseUrl: string,
  migrations: Awaited<ReturnType<typeof readMigrations>>,
): Promise<string | null> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5000, query_timeout: 5000 });
  client.on("error", () => {});
  try {
    await client.connect();
    const { pending, unknown } = await migrationState(client, migrations);
    if (unknown.length > 0) {
      throw new MigrationError(
        `DATABASE_URL: the database was migrated by a newer release (${unknown[0]}); run that release or later.`,
      );
    }
    return pending.length > 0 ? "Waiting for a server of this release to migrate the database." : null;
  } catch (error) {
    if (error instanceof MigrationError) throw error;
    log().warn(describeError(error), "the database does not answer");
    return "Waiting for the database (DATABASE_URL).";
  } finally {
    await client.end().catch(() => {});
  }
}
