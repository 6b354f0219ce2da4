/** npm run check: what every commit passes. */
import "./node-version.mjs";
import { ensureInstalled } from "./install.mjs";

await ensureInstalled({ dev: true });
const { existsSync } = await import("node:fs");
const { generateClient } = await import("./build.mjs");
const { lint, runStages, types, unitTests } = await import("./stages.mjs");
if (!existsSync(new URL("../lib/prisma-client/client.ts", import.meta.url))) await generateClient();
await runStages({ "Lint and format": lint, Types: types, "Unit and contract tests": unitTests });
