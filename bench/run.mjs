/**
 * npm run bench: starts the built portal as npm start does, beside a PostgreSQL and simulated code hosts that are gone
 * afterwards, measures it, and prints ratios. It stops by itself, within five minutes once everything is built.
 */
import "../bin/node-version.mjs";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureInstalled } from "../bin/install.mjs";
import { root } from "../bin/root.mjs";

const limitMs = 5 * 60_000;

process.chdir(root);
process.env.NODE_ENV = "production";
await ensureInstalled({ dev: true });
const { ensureBuilt } = await import("../bin/build.mjs");
await ensureBuilt();
const { bundle } = await import("../bin/bundle.mjs");
const bench = await bundle(join(root, "build/bench"), "bench");

const { startTemporaryPostgres } = await import("../bin/postgres.mjs");
const dataDir = mkdtempSync(join(tmpdir(), "forgepass-bench-"));
// It waits for the disk, as the real one does.
const postgres = await startTemporaryPostgres({
  settings: { fsync: "on", synchronous_commit: "on", full_page_writes: "on" },
});
let server;
let isOver = false;

async function finish(code) {
  if (isOver) return;
  isOver = true;
  if (server?.exitCode === null) {
    server.kill("SIGTERM");
    await new Promise((done) => server.once("exit", done));
  }
  await postgres.stop();
  rmSync(dataDir, { recursive: true, force: true });
  process.exit(code);
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void finish(1));
setTimeout(() => {
  console.error("The bench was stopped: it took more than five minutes.");
  void finish(1);
}, limitMs).unref();

try {
  Object.assign(process.env, {
    DATABASE_URL: postgres.url,
    DATA_DIR: dataDir,
    KEYRING_FILE: "",
    AUTH_SECRET: "",
    AUTH_URL: "",
    HOST: "127.0.0.1",
    PORT: String(await freePort()),
    FORGEPASS_ALLOWED_NETWORKS: "127.0.0.0/8",
    TRUSTED_PROXIES: "",
    LOG_LEVEL: "error",
    // What is due in the background is measured by itself, and must not disturb the rest.
    FORGEPASS_JOBS: "elsewhere",
  });
  server = await startServer();
  const { measure } = await import(join(bench, "measure.mjs"));
  await measure(root, bench);
  await finish(0);
} catch (error) {
  if (!isOver) console.error(error);
  await finish(1);
}

/** In a process of its own, so that whoever measures does not take its time. */
async function startServer() {
  const child = spawn(process.execPath, [join(root, "bin/start.mjs")], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  await new Promise((ready, failed) => {
    child.stdout.setEncoding("utf8").on("data", (text) => {
      said += text;
      if (said.includes("Forgepass is ready")) ready();
    });
    child.once("exit", () => failed(new Error(`The portal did not start.\n${said}`)));
  });
  return child;
}

function freePort() {
  return new Promise((done, failed) => {
    const probe = createServer().once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}
