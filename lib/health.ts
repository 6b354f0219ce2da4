import type { IncomingMessage, ServerResponse } from "node:http";
import pg from "pg";
import { env } from "./env";
import { checkKeys } from "./installation";
import { keyring } from "./keyring";
import { migrationState, readMigrations } from "./migrate";

/**
 * /healthz says that the process answers; /readyz that it can work: the database answers and has this build's schema,
 * the keyring holds every key, and nobody asked it to stop. What is wrong is named by a code, never by an address or a
 * statement. The database is asked at most once a second, however many ask.
 */
export interface Readiness {
  check(): Promise<Report>;
  /** From now on not ready. */
  stop(): void;
}

export type Report = { ready: true; key: string } | { ready: false; reason: string };

const freshMs = 1000;

export function createReadiness(migrationsDirectory: string): Readiness {
  let isStopping = false;
  let last: { at: number; report: Promise<Report> } | undefined;
  return {
    check: async () => {
      if (isStopping) return { ready: false, reason: "stopping" };
      if (!last || Date.now() - last.at > freshMs) last = { at: Date.now(), report: look(migrationsDirectory) };
      return last.report;
    },
    stop: () => {
      isStopping = true;
    },
  };
}

async function look(migrationsDirectory: string): Promise<Report> {
  const client = new pg.Client({
    connectionString: env().databaseUrl,
    connectionTimeoutMillis: 2000,
    query_timeout: 2000,
  });
  client.on("error", () => {});
  try {
    await client.connect();
    const state = await migrationState(client, await readMigrations(migrationsDirectory));
    if (state.pending.length > 0) return { ready: false, reason: "migrations-pending" };
  } catch {
    return { ready: false, reason: "database-unreachable" };
  } finally {
    await client.end().catch(() => {});
  }
  try {
    await checkKeys();
    return { ready: true, key: keyring().primary.kid };
  } catch (error) {
    const kids = (error as { kids?: unknown }).kids;
    return { ready: false, reason: Array.isArray(kids) ? `keys-missing ${kids.join(" ")}` : "keys-unchecked" };
  }
}

/** Answers the two addresses; false when the request is for something else. */
export function answerHealth(readiness: Readiness, request: IncomingMessage, response: ServerResponse): boolean {
  const path = request.url?.split("?")[0];
  if (path === "/healthz") {
    send(response, 200, { live: true });
    return true;
  }
  if (path === "/readyz") {
    void readiness.check().then((report) => send(response, report.ready ? 200 : 503, report));
    return true;
  }
  return false;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(`${JSON.stringify(body)}\n`);
}
