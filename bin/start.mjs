/**
 * npm start, from a fresh clone on: installs and builds what is missing, then runs the portal with all that it needs.
 */
import "./node-version.mjs";
import { ensureInstalled } from "./install.mjs";
import { runBuilt } from "./portal.mjs";
import { root } from "./root.mjs";
import { exitCode, explain } from "./run-portal.mjs";

process.chdir(root);
try {
  await ensureInstalled();
  const { ensureBuilt } = await import("./build.mjs");
  await ensureBuilt();
} catch (error) {
  explain(error);
  process.exit(exitCode(error));
}
await runBuilt();
