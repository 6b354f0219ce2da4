import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import pg from "pg";
import { checkDue } from "../lib/credentials/check-due";
import { sealEntered } from "../lib/credentials/entered";
import { env } from "../lib/env";
import { adapterFor } from "../lib/hosts/registry";
import { startGithubSimulator } from "../lib/hosts/simulators/github";
import { Secret } from "../lib/secret";
import type { Checking } from "./checking";
import type { Figure } from "./numbers";

/**
 * Checking ten thousand credentials that are due, on four code hosts whose answers take 50 ms each. The floor is what the
 * hosts' pace allows: answers × latency ÷ checks at the same time. What else it takes, the portal adds.
 */
const credentials = 10_000;
const hosts = 4;
const latencyMs = 50;

type Simulator = Awaited<ReturnType<typeof startGithubSimulator>>;

export async function measureChecks(bench: string): Promise<Figure[]> {
  const simulators = await Promise.all(Array.from({ length: hosts }, () => startGithubSimulator()));
  const database = new pg.Client({ connectionString: env().databaseUrl });
  await database.connect();
  await addPeople(database, credentials / hosts);
  for (const simulator of simulators) await addCredentials(database, simulator, credentials / hosts);
  await makeAlike(database);
  for (const simulator of simulators) {
    simulator.requests.length = 0;
    simulator.delay(latencyMs);
  }
  const { checked, unclear, ms, cpuMs, before, most } = await check(bench);
  if (checked !== credentials || unclear > 0) throw new Error(`${checked} were checked, ${unclear} without an answer`);
  const answers = simulators.reduce((sum, { requests }) => sum + requests.length, 0);
  const atOnce = hosts * (adapterFor("github")?.pace.concurrent ?? 1);
  const idealMs = (answers * latencyMs) / atOnce;
  await database.query(`DELETE FROM "CodeHost" WHERE name LIKE 'Checked %'`);
  await database.query(`DELETE FROM "User" WHERE email LIKE 'checked-%'`);
  await database.end();
  await Promise.all(simulators.map((simulator) => simulator.close()));
  const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;
  return [
    {
      what: `checking ${credentials.toLocaleString("en")} credentials`,
      ratio: `${(ms / idealMs).toFixed(2)} ×`,
      against: `${answers.toLocaleString("en")} answers of ${latencyMs} ms, ${atOnce} at once, ${seconds(idealMs)}`,
      absolute: `${seconds(ms)}, ${seconds(cpuMs)} of processor, ${mib(most)} of memory (${mib(before)} before)`,
    },
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

async function addPeople(database: pg.Client, count: number): Promise<void> {
  await database.query(
    `INSERT INTO "User" (email, name, "passwordHash", "updatedAt")
     SELECT 'checked-' || i || '@example.com', 'Checked ' || i, 'none', now() FROM generate_series(1, $1) i`,
    [count],
  );
}

/** One for each of the people, sealed as the portal does; the first is due. */
async function addCredentials(database: pg.Client, simulator: Simulator, count: number): Promise<void> {
  const baseUrl = simulator.url;
  const codeHostId = randomUUID();
  await database.query(
    `INSERT INTO "CodeHost" (id, kind, name, "baseUrl", "updatedAt") VALUES ($1, 'github', $2, $3, now())`,
    [codeHostId, `Checked ${codeHostId}`, baseUrl],
  );
  const rows = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const id = randomUUID();
      const token = new Secret(simulator.addToken({ kind: "fine-grained", login: "checked" }));
      const entered = { type: "fine-grained", token, fields: {}, secrets: {} };
      const { sealed, kid } = await sealEntered(entered, { rowId: id, version: 1, host: { baseUrl } });
      return { id, email: `checked-${index + 1}@example.com`, sealed, kid };
    }),
  );
  await database.query(
    `INSERT INTO "Credential" (id, "codeHostId", "ownerId", type, sealed, kid, "sealedFor", prefix, "lastFour", outcome,
       "nextCheckAt", "updatedAt")
     SELECT r.id, $2, u.id, 'fine-grained', r.sealed, r.kid, $3, 'github_pat_', '', 'unchecked',
       CASE WHEN r.email = 'checked-1@example.com' THEN now() ELSE 'infinity' END, now()
     FROM json_to_recordset($1) AS r(id uuid, email text, sealed text, kid text) JOIN "User" u ON u.email = r.email`,
    [JSON.stringify(rows), codeHostId, baseUrl],
  );
}

/** What is checked every day is mostly as it was the day before: one is checked, and the others become like it, and due. */
async function makeAlike(database: pg.Client): Promise<void> {
  await checkDue(new AbortController().signal);
  const columns = await database.query(
    `SELECT string_agg(format('%1$I = first.%1$I', column_name), ', ') AS alike FROM information_schema.columns
     WHERE table_name = 'Credential' AND column_name = ANY($1)`,
    [alike],
  );
  await database.query(
    `UPDATE "Credential" c SET ${columns.rows[0].alike} FROM "Credential" first
     WHERE first."codeHostId" = c."codeHostId" AND first.outcome = 'valid' AND c.outcome = 'unchecked'`,
  );
  await database.query(`UPDATE "Credential" SET "nextCheckAt" = now() WHERE prefix = 'github_pat_'`);
  await database.query("ANALYZE");
}

const alike = [
  ...["outcome", "accountId", "accountLogin", "accountName", "accountUrl", "accountIsBot", "scopesKnown", "notes"],
  ...["expiryKnown", "expiresAt", "checkedAt", "validAt", "hostLastUsedKnown"],
];

async function check(bench: string): Promise<Checking> {
  const child = spawn(process.execPath, [join(bench, "checking.mjs"), "--check"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(await text(child.stdout)) as Checking;
}
