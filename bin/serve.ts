/**
 * The server process: checks the settings and the keyring, migrates the database, and answers HTTP. Every request passes
 * the guard before Next sees it, so what must be answered without Next (health, later the consumers' API) is answered
 * here. It refuses to start on what it cannot work with, and stops without cutting off an answer.
 */
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join, resolve } from "node:path";
import { ensureBuiltInConsumers } from "../lib/consumers/ensure-built-in-consumers";
import { ConfigurationError, type Env, env } from "../lib/env";
import { ensureKeyring } from "../lib/first-keyring";
import { answerHealth, createReadiness } from "../lib/health";
import { closeTransports } from "../lib/hosts/http";
import { checkKeys } from "../lib/installation";
import { closeRequests } from "../lib/jobs/request-run";
import { startWorker } from "../lib/jobs/worker";
import { deriveKey, keyring } from "../lib/keyring";
import { migrate } from "../lib/migrate";
import { closeDatabase } from "../lib/prisma";
import { answer, guard } from "../lib/request-guard";
import { createSetUpLink } from "../lib/set-up";

export interface Running {
  url: string;
  /** Where the first admin is made; null when there is one. */
  setUpLink: string | null;
  /** Not ready any more, then waits up to ten seconds for the answers under way. */
  stop(): Promise<void>;
}

const drainMs = 10_000;

/**
 * @param directory of the build, or of the sources in development
 * @param say one sentence for the operator
 */
export async function serve({
  directory = process.cwd(),
  isDevelopment = false,
  say = console.log,
}: {
  directory?: string;
  isDevelopment?: boolean;
  say?: (sentence: string) => void;
} = {}): Promise<Running> {
  const settings = env();
  const applied = await migrate(settings.databaseUrl, resolve(directory, "prisma/migrations"));
  if (applied.length > 0) say(`Migrated the database: ${applied.join(", ")}.`);
  await ensureKeyring(say);
  await checkKeys();
  await ensureBuiltInConsumers();
  const next = await startNext(settings, directory, isDevelopment);
  const readiness = createReadiness(resolve(directory, "prisma/migrations"));
  const guardSettings = { ...settings, isDevelopment };

  const server = createServer({ requestTimeout: 60_000, headersTimeout: 15_000, keepAliveTimeout: 65_000 });
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    if (!guard(guardSettings, request, response)) return;
    if (answerHealth(readiness, request, response)) return;
    next.handle(request, response).catch(() => {
      answer(response, { status: 500, code: "unavailable", message: "Something went wrong. Try again." });
    });
  });
  server.on("upgrade", (request, socket, head) => {
    if (isDevelopment) next.upgrade(request, socket, head).catch(() => socket.destroy());
    else socket.destroy();
  });
  await listen(server, settings);
  const setUpLink = await createSetUpLink();
  const worker = settings.jobs === "here" ? await startWorker() : null;
  if (!worker) say("Background work is left to workers elsewhere (FORGEPASS_JOBS); npm run worker starts one.");
  return {
    url: settings.publicUrl,
    setUpLink,
    stop: async () => {
      readiness.stop();
      await Promise.all([drain(server), worker?.stop()]);
      await closeRequests();
      await next.close();
      await closeTransports();
      await closeDatabase();
    },
  };
}

async function startNext(settings: Env, directory: string, isDevelopment: boolean) {
  const { primary } = keyring();
  // Instances behind one address must understand each other's forms, and a restart must not invalidate open pages.
  process.env.NEXT_SERVER_ACTIONS_ENCRYPTION_KEY = deriveKey(primary, "server-actions").toString("base64");
  process.env.NEXTAUTH_URL = settings.publicUrl;
  process.env.NEXTAUTH_SECRET = settings.authSecret ?? deriveKey(primary, "auth-secret").toString("base64url");
  process.env.NEXT_TELEMETRY_DISABLED = "1";
  const built = join(directory, ".next/required-server-files.json");
  if (!isDevelopment && existsSync(built)) {
    // The configuration as built: next.config.js is not read again, and what only that needs need not be installed.
    process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(JSON.parse(readFileSync(built, "utf8")).config);
  }
  const { default: createNext } = (await import("next")) as unknown as { default: typeof import("next").default };
  const app = createNext({ dev: isDevelopment, dir: directory, port: settings.port, hostname: settings.host });
  await app.prepare();
  return { handle: app.getRequestHandler(), upgrade: app.getUpgradeHandler(), close: () => app.close() };
}

async function listen(server: Server, { port, host }: Env): Promise<void> {
  await new Promise<void>((done, failed) => {
    server.once("error", (error: NodeJS.ErrnoException) => failed(refusedPort(error, port, host)));
    server.listen(port, host, done);
  });
}

function refusedPort(error: NodeJS.ErrnoException, port: number, host: string): Error {
  if (error.code === "EADDRINUSE") {
    return new ConfigurationError("PORT", `${port} is in use by another program; stop that, or set another port`);
  }
  if (error.code === "EACCES") {
    return new ConfigurationError("PORT", `${port} is reserved for the system; set one from 1024 up`);
  }
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND") {
    return new ConfigurationError(
      "HOST",
      `${host} is not an address of this machine; set one that is, or leave it out`,
    );
  }
  return error;
}

async function drain(server: Server): Promise<void> {
  const closed = new Promise((done) => server.close(done));
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearTimeout(late);
}
