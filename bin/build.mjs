/**
 * npm run build: the database client, the pages and the programs, and at the very end a stamp saying what they were
 * built from. Without the stamp, or with another one, the next start builds again.
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundle } from "./bundle.mjs";
import { lock } from "./lock-file.mjs";
import { Refusal } from "./refusal.mjs";
import { root } from "./root.mjs";
import { runStep } from "./run-step.mjs";
import { buildStamp, isBuilt, sourceHash } from "./stamps.mjs";

/** Builds unless what is there was built from the same sources. One process at a time; the others wait and then agree. */
export async function ensureBuilt({ always = false } = {}) {
  if (!always && isBuilt()) return;
  const release = await lock(join(root, "build/build.lock"), () => console.log("Waiting for another build."));
  try {
    if (!always && isBuilt()) return;
    const hash = sourceHash();
    rmSync(buildStamp, { force: true });
    await generateClient();
    await runStep("Building the pages", [join(root, "node_modules/next/dist/bin/next"), "build"], {
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
    });
    await bundle();
    writeFileSync(buildStamp, hash);
  } finally {
    release();
  }
}

/** Prisma's client, without its native engine: generating needs none, but wants to be shown a program. */
export async function generateClient() {
  await runStep("Generating the database client", [join(root, "node_modules/prisma/build/index.js"), "generate"], {
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    CHECKPOINT_DISABLE: "1",
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await ensureBuilt({ always: true }).catch((error) => {
    if (!(error instanceof Refusal)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  });
}
