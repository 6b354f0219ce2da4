/**
 * A migrated database of a test file's own, with a keyring of its own, and the settings that point the code under test
 * to them. Call it before anything that reads settings; nothing is shared with other files.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { inject } from "vitest";
import { closeRequests } from "../jobs/request-run";
import { createKeyring } from "../keyring";
import { closeDatabase } from "../prisma";
import { closeRateLimits } from "../rate-limits";

export interface TestDatabase {
  url: string;
  /** Runs SQL past the code under test, under the portal's own role. */
  query(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Disconnects the code under test and deletes the database and the keyring. */
  drop(): Promise<void>;
}

/** `settings` are set in process.env besides DATABASE_URL, DATA_DIR and KEYRING_FILE. */
export async function createTestDatabase(settings: Record<string, string> = {}): Promise<TestDatabase> {
  const { url: template, adminUrl } = inject("postgres");
  const name = `test_${randomBytes(6).toString("hex")}`;
  await administer(adminUrl, `CREATE DATABASE ${name} TEMPLATE forgepass OWNER forgepass`);
  const url = Object.assign(new URL(template), { pathname: `/${name}` }).href;
  const dataDir = await mkdtemp(join(tmpdir(), "forgepass-test-"));
  const keyringFile = join(dataDir, "keyring.json");
  createKeyring(keyringFile);
  Object.assign(process.env, { LOG_LEVEL: "silent", ...settings });
  Object.assign(process.env, { DATABASE_URL: url, DATA_DIR: dataDir, KEYRING_FILE: keyringFile });
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  return {
    url,
    query: async (sql, values) => (await pool.query(sql, values)).rows,
    drop: async () => {
      await closeRateLimits();
      await closeRequests();
      await closeDatabase();
      await pool.end();
      await dropDatabase(adminUrl, name);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function administer(adminUrl: string, statement: string): Promise<void> {
  await asAdmin(adminUrl, (client) => client.query(statement));
}

/**
 * A pool has ended before its connections have; one that is cut off meanwhile would throw where nobody listens. So they
 * are given a while to go.
 */
async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  await asAdmin(adminUrl, async (client) => {
    for (let tries = 0; tries < 100; tries++) {
      const open = await client.query("SELECT 1 FROM pg_stat_activity WHERE datname = $1", [name]);
      if (open.rowCount === 0) break;
      await new Promise((done) => setTimeout(done, 50));
    }
    await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
  });
}

async function asAdmin(adminUrl: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
