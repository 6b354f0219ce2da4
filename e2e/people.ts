/**
 * People and code hosts for the specs, written straight into the database: the journeys that make them by hand have
 * specs of their own.
 */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { hash } from "@node-rs/argon2";
import type { BrowserContextOptions } from "@playwright/test";
import pg from "pg";

export interface Person {
  id: string;
  name: string;
  email: string;
  password: string;
  /** For browser.newContext: signed in as this person. */
  storageState: Exclude<BrowserContextOptions["storageState"], string | undefined>;
}

let pool: pg.Pool | undefined;

/** Runs SQL in the portal's database. */
export async function query<T extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<T[]> {
  pool ??= new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
  return (await pool.query<T>(sql, values)).rows;
}

export async function closeDatabase(): Promise<void> {
  await pool?.end();
  pool = undefined;
}

/** A person of that role with a session. The name is made unique, so that specs do not see each other's. */
export async function createPerson(role: "USER" | "ADMIN", name = "Alice"): Promise<Person> {
  const mark = randomBytes(4).toString("hex");
  const person = { id: randomUUID(), name: `${name} ${mark}`, email: `${name.toLowerCase()}-${mark}@example.com` };
  const password = `correct horse ${mark}`;
  const passwordHash = await hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
  await query(
    `INSERT INTO "User" (id, name, email, "passwordHash", role, "updatedAt") VALUES ($1, $2, $3, $4, $5::"Role", now())`,
    [person.id, person.name, person.email, passwordHash, role],
  );
  return { ...person, password, storageState: await signIn(person.id) };
}

async function signIn(userId: string): Promise<Person["storageState"]> {
  const token = randomBytes(32).toString("base64url");
  await query(
    `INSERT INTO "Session" ("tokenHash", "userId", "expiresAt") VALUES ($1, $2, now() + interval '12 hours')`,
    [createHash("sha256").update(token).digest("hex"), userId],
  );
  const cookie = {
    name: "forgepass-session",
    value: token,
    domain: "localhost",
    path: "/",
    expires: -1,
    httpOnly: true,
    secure: false,
    sameSite: "Lax" as const,
  };
  return { cookies: [cookie], origins: [] };
}

export interface CodeHost {
  id: string;
  kind: string;
  name: string;
  baseUrl: string;
}

/** Adds a code host at a simulator's address. */
export async function createCodeHost(kind: string, name: string, baseUrl: string): Promise<CodeHost> {
  const [row] = await query<CodeHost>(
    `INSERT INTO "CodeHost" (kind, name, "baseUrl", "updatedAt") VALUES ($1, $2, $3, now())
     ON CONFLICT ("baseUrl") DO UPDATE SET name = excluded.name RETURNING id, kind, name, "baseUrl"`,
    [kind, name, baseUrl],
  );
  if (!row) throw new Error("The code host was not added.");
  return row;
}
