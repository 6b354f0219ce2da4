/**
 * npm test, in a fresh clone too: everything that can be checked, down to a real browser against the built server.
 */
import "./node-version.mjs";
import { ensureInstalled } from "./install.mjs";
import { exitCode, explain } from "./run-portal.mjs";

try {
  await ensureInstalled({ dev: true });
} catch (error) {
  explain(error);
  console.log("0 passed, 1 failed");
  process.exit(exitCode(error));
}
const { ensureBuilt, generateClient } = await import("./build.mjs");
const { findChromium } = await import("./chromium.mjs");
const { findSshd } = await import("./openssh.mjs");
const { browserTests, lint, runStages, types, unitTests } = await import("./stages.mjs");

const nothing = { passed: 0, failed: 0 };
await runStages({
  "Database client": async () => {
    await generateClient();
    return nothing;
  },
  "Lint and format": lint,
  Types: types,
  "OpenSSH server": async () => {
    findSshd();
    return nothing;
  },
  "Unit and contract tests": () => unitTests(),
  "Production build": async () => {
    await ensureBuilt();
    return nothing;
  },
  "Browser tests": async () => browserTests({ CHROMIUM: await findChromium() }),
});
