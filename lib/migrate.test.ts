import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { migrate, migrationState, readMigrations } from "./migrate";
import { diffSchemas, type Migration, runMigrations } from "./schema-engine";
import { createTestDatabase, type TestDatabase } from "./testing/database";

const { url: template, adminUrl } = inject("postgres");
const databases: { name: string; client: pg.Client }[] = [];

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}

/** An empty database that the portal's role owns. */
async function createEmpty(): Promise<{ url: string; client: pg.Client }> {
  const name = `migrate_${randomBytes(6).toString("hex")}`;
  await administer(`CREATE DATABASE ${name} OWNER forgepass`);
  const url = Object.assign(new URL(template), { pathname: `/${name}` }).href;
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  databases.push({ name, client });
  return { url, client };
}

afterEach(async () => {
  for (const { name, client } of databases.splice(0)) {
    await client.end();
    await administer(`DROP DATABASE ${name} WITH (FORCE)`);
  }
});

const columns = `SELECT table_name || '.' || column_name || ' ' || udt_name || coalesce('(' || datetime_precision || ')', '')
  || ' ' || is_nullable || ' ' || coalesce(column_default, '') AS line FROM information_schema.columns
  WHERE table_schema = 'public' AND table_name NOT IN ('_prisma_migrations', 'RateLimit')`;
const constraints = `SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) AS line
  FROM pg_constraint WHERE contype IN ('p', 'f', 'u') AND connamespace = 'public'::regnamespace
  AND conrelid::regclass::text NOT IN ('_prisma_migrations', '"RateLimit"')`;
const indexes = `SELECT indexdef AS line FROM pg_indexes WHERE schemaname = 'public'
  AND tablename NOT IN ('_prisma_migrations', 'RateLimit')`;
const enums = `SELECT typname || ' ' || enumlabel AS line FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid`;

async function describeDatabase(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query(
    `SELECT line FROM (${columns} UNION ALL ${constraints} UNION ALL ${indexes} UNION ALL ${enums}) described ORDER BY line`,
  );
  return rows.map(({ line }) => line);
}

describe("the migrations", () => {
  it("lead to the schema, but for what the schema cannot say", async () => {
    const [migrated, drawn] = [await createEmpty(), await createEmpty()];
    await migrate(migrated.url);
    await drawn.client.query(await diffSchemas(null, await readFile("prisma/schema.prisma", "utf8")));
    const byHand = /"Credential_codeHostId_owner_key"|"Rotation_one_at_a_time"|"Notification_unread"/;
    const found = (await describeDatabase(migrated.client)).filter((line) => !byHand.test(line));
    expect(found).toEqual(await describeDatabase(drawn.client));
    expect(found.length).toBeGreaterThan(100);
  });

  it("are applied once, however many instances start together", async () => {
    const { url, client } = await createEmpty();
    const names = (await readMigrations()).map(({ name }) => name);
    const applied = await Promise.all([migrate(url), migrate(url), migrate(url)]);
    expect(applied.flat()).toEqual(names);
    expect(await migrationState(client, await readMigrations())).toEqual({ pending: [], unfinished: [], unknown: [] });
  });

  it("refuse a database that a newer release has migrated", async () => {
    const { url, client } = await createEmpty();
    await migrate(url);
    await client.query(`UPDATE "_prisma_migrations" SET migration_name = '9999_later'`);
    await expect(migrate(url)).rejects.toThrow(/newer release \(9999_later\)/);
  });

  it("say so when the database does not answer", async () => {
    await expect(migrate("postgresql://a:b@127.0.0.1:1/none")).rejects.toThrow(/^DATABASE_URL: .*ECONNREFUSED/);
  });

  it("leave nothing of one that fails, and go on from there when it is mended", async () => {
    const { url, client } = await createEmpty();
    const good = { name: "0001_good", sql: `CREATE TABLE "A" (id int); INSERT INTO "A" VALUES (1);` };
    const bad: Migration = { name: "0002_bad", sql: `CREATE TABLE "B" (id int); INSERT INTO "B" VALUES (1 / 0);` };
    await expect(runMigrations(url, [good, bad])).rejects.toThrow("division by zero");
    expect((await client.query(`SELECT to_regclass('"B"') AS b`)).rows).toEqual([{ b: null }]);
    expect(await migrationState(client, [good, bad])).toMatchObject({
      pending: ["0002_bad"],
      unfinished: ["0002_bad"],
    });
    await client.query(`UPDATE "_prisma_migrations" SET rolled_back_at = now() WHERE finished_at IS NULL`);
    const mended = { ...bad, sql: `CREATE TABLE "B" (id int);` };
    expect(await runMigrations(url, [good, mended])).toEqual(["0002_bad"]);
  });

  it("keep a function's body in one piece", async () => {
    const { url, client } = await createEmpty();
    const body = `CREATE FUNCTION two() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; RETURN 2; END $$;`;
    await runMigrations(url, [{ name: "0001_function", sql: body }]);
    expect((await client.query("SELECT two()")).rows).toEqual([{ two: 2 }]);
  });
});

describe("the migrated database", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it.each([
    ["a second installation", `INSERT INTO "Installation" (id) VALUES (2)`, /single_check/],
    [
      "an e-mail address in capitals",
      `INSERT INTO "User" (email, name, "passwordHash", "updatedAt") VALUES ('Alice@example.com', 'a', 'x', now())`,
      /email_check/,
    ],
    [
      "a code host that is not reached by http",
      `INSERT INTO "CodeHost" (kind, name, "baseUrl", "updatedAt") VALUES ('github', 'x', 'ftp://git.example.com', now())`,
      /baseUrl_check/,
    ],
    ["a changed audit entry", `UPDATE "AuditEntry" SET ip = null`, /append-only/],
    ["a deleted audit entry", `DELETE FROM "AuditEntry" WHERE seq = 1`, /append-only/],
    ["an emptied audit log", `TRUNCATE "AuditEntry"`, /append-only/],
  ])("refuses %s", async (_, statement, refusal) => {
    await expect(database.query(statement)).rejects.toThrow(refusal);
  });

  it("refuses a second global credential on a code host", async () => {
    const add = `INSERT INTO "Credential" (id, "codeHostId", type, sealed, kid, "sealedFor", prefix, "lastFour", outcome, "updatedAt")
      SELECT gen_random_uuid(), id, 'pat', 'x', 'k', "baseUrl", '', '', 'valid', now() FROM "CodeHost" LIMIT 1`;
    await database.query(add);
    await expect(database.query(add)).rejects.toMatchObject({ code: "23505" });
  });
});
