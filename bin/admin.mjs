/**
 * npm run admin: the operator's commands, on the portal of this folder whether it runs or not.
 */
import "./node-version.mjs";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureInstalled } from "./install.mjs";
import { tryLock } from "./lock-file.mjs";
import { runningUrl, startPostgres } from "./postgres.mjs";
import { root } from "./root.mjs";
import { exitCode, explain } from "./run-portal.mjs";

process.chdir(root);
process.env.NODE_ENV = "production";
let postgres;
let release;
try {
  const commands = join(root, "build/forgepass.mjs");
  // Without npm's installation, as in a container, there is nothing to install or build with.
  if (existsSync(join(root, "package-lock.json"))) {
    await ensureInstalled();
    const { ensureBuilt } = await import("./build.mjs");
    await ensureBuilt();
  }
  if (!process.env.DATABASE_URL) {
    const dataDir = resolve(process.env.DATA_DIR || "data");
    release = tryLock(join(dataDir, "portal.lock"));
    if (release) postgres = await startPostgres({ dataDir, onProgress: (sentence) => console.error(sentence) });
    process.env.DATABASE_URL = postgres?.url ?? runningUrl(dataDir);
  }
  const { main } = await import(pathToFileURL(commands).href);
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  explain(error);
  process.exitCode = exitCode(error);
}
await postgres?.stop();
release?.();
process.exit();
