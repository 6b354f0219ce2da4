/** npm run check: what every commit passes. */
import "./node-version.mjs";
import { existsSync } from "node:fs";
import { ensureInstalled } from "./install.mjs";

// An installation that is there is not replaced under whoever works with it; npm test does that.
if (!existsSync(new URL("../node_modules/vitest", import.meta.url))) await ensureInstalled({ dev: true });
const { generateClient } = await import("./build.mjs");
const { findSshd } = await import("./openssh.mjs");
const { lint, runStages, types, unitTests } = await import("./stages.mjs");
if (!existsSync(new URL("../lib/prisma-client/client.ts", import.meta.url))) await generateClient();
// The tests of bin start and kill whole servers: they wait for npm test.
await runStages({
  "Lint and format": lint,
  Types: types,
  "OpenSSH server": async () => {
    findSshd();
    return { passed: 0, failed: 0 };
  },
  "Unit and contract tests": () => unitTests(["bin"]),
});
