/**
 * Brings a database to the schema that this build was made for. Instances that start together take turns, each
 * migration is applied once, and a database that a newer release has migrated is refused rather than guessed at.
 */
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import pg from "pg";
import type { Migration } from "./schema-engine";

/** Any constant of ours: PostgreSQL's advisory locks are numbered per database. */
const lockId = 4_702_011_900;

export class MigrationError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "MigrationError";
  }
}

/** Those under prisma/migrations, in the order of their names. */
export async function readMigrations(directory = resolve("prisma/migrations")): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => ({ name, sql: await readFile(join(directory, name, "migration.sql"), "utf8") })),
  );
}

/** Resolves to the names of the migrations that were applied now. Throws MigrationError, naming the remedy. */
export async function migrate(databaseUrl: string, directory?: string): Promise<string[]> {
  const migrations = await readMigrations(directory);
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
  } catch (cause) {
    throw new MigrationError(`DATABASE_URL: the database does not answer (${reason(cause)}); check that it runs.`, {
      cause,
    });
  }
  try {
    await client.query("SELECT pg_advisory_lock($1)", [lockId]);
    const state = await migrationState(client, migrations);
    if (state.unknown.length > 0) {
      throw new MigrationError(
        `DATABASE_URL: the database was migrated by a newer release (${state.unknown[0]}); run that release or later.`,
      );
    }
    if (state.pending.length === 0) return [];
    // Whoever began these was killed, or we would not have the lock; and what was not marked finished left nothing behind.
    if (state.unfinished.length > 0) {
      await client.query(`UPDATE "_prisma_migrations" SET "rolled_back_at" = now() WHERE "finished_at" IS NULL`);
    }
    const { runMigrations } = await import("./schema-engine");
    return await runMigrations(databaseUrl, migrations).catch((cause: unknown) => {
      throw new MigrationError(`DATABASE_URL: migrating the database failed: ${reason(cause)}`, { cause });
    });
  } finally {
    await client.end();
  }
}

export interface MigrationState {
  /** Ours, not applied yet. */
  pending: string[];
  /** Begun and not finished: being applied right now, or its process was killed. */
  unfinished: string[];
  /** Applied, but not ours. */
  unknown: string[];
}

/** Compares a database with a list of migrations; writes nothing. */
export async function migrationState(
  database: Pick<pg.Client, "query">,
  migrations: Migration[],
): Promise<MigrationState> {
  const { rows: tables } = await database.query("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS present");
  const { rows } = tables[0].present
    ? await database.query(
        "SELECT migration_name AS name, finished_at IS NOT NULL AS done FROM _prisma_migrations WHERE rolled_back_at IS NULL",
      )
    : { rows: [] };
  const applied = new Set(rows.filter(({ done }) => done).map(({ name }) => name));
  return {
    pending: migrations.map(({ name }) => name).filter((name) => !applied.has(name)),
    unfinished: rows.filter(({ done }) => !done).map(({ name }) => name),
    unknown: [...applied].filter((name) => !migrations.some((migration) => migration.name === name)),
  };
}

function reason(error: unknown): string {
  return error instanceof Error && error.message !== "" ? error.message : String((error as { code?: unknown }).code);
}
