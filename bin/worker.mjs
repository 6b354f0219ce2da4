/**
 * npm run worker: only the background work of the portal as built, for a site whose servers leave it to others. It needs
 * the database and the keyring of the portal.
 */
import "./node-version.mjs";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Refusal } from "./refusal.mjs";
import { root } from "./root.mjs";
import { exitCode, explain } from "./run-portal.mjs";

process.chdir(root);
process.env.NODE_ENV = "production";
const stopping = new AbortController();
let working;

async function stop(code) {
  if (stopping.signal.aborted) return;
  stopping.abort();
  await working?.stop().catch((error) => console.error(error));
  process.exit(code);
}

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) {
  process.on(signal, () => {
    if (!stopping.signal.aborted) console.log("Stopping.");
    void stop(0);
  });
}

try {
  // Without npm's installation, as in a container, there is nothing to install or build with.
  if (existsSync(join(root, "package-lock.json"))) {
    const { ensureInstalled } = await import("./install.mjs");
    await ensureInstalled();
    const { ensureBuilt } = await import("./build.mjs");
    await ensureBuilt();
  }
  const dataDir = resolve(process.env.DATA_DIR || "data");
  if (!process.env.DATABASE_URL) {
    if (!existsSync(join(dataDir, "postgres.json"))) {
      throw new Refusal("DATABASE_URL: set the PostgreSQL of the portal; a worker has none of its own.");
    }
    const { runningUrl } = await import("./postgres.mjs");
    process.env.DATABASE_URL = runningUrl(dataDir);
  }
  const { work } = await import(pathToFileURL(join(root, "build/work.mjs")).href);
  working = await work({ directory: root }, stopping.signal);
  if (stopping.signal.aborted) await working.stop();
  else console.log("The worker is at work.");
} catch (error) {
  if (!stopping.signal.aborted) {
    explain(error);
    await stop(exitCode(error));
  }
}
