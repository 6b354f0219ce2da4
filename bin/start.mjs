/**
 * npm start, from a fresh clone on: installs and builds what is missing, then runs the portal with all that it needs.
 */
import "./node-version.mjs";
import { join } from "node:path";
import { ensureInstalled } from "./install.mjs";
import { root } from "./root.mjs";

process.chdir(root);
process.env.NODE_ENV = "production";
// These read nothing but Node itself until the packages are there.
const { explain, exitCode, runPortal } = await import("./run-portal.mjs");
try {
  await ensureInstalled();
  const { ensureBuilt } = await import("./build.mjs");
  await ensureBuilt();
} catch (error) {
  explain(error);
  process.exit(exitCode(error));
}
await runPortal(async (say) => {
  const { serve } = await import(join(root, "build/serve.mjs"));
  return serve({ directory: root, say });
});
