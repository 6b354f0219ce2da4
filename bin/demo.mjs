/**
 * npm run demo: the portal as npm start runs it, offline, with simulated code hosts, a few people and tokens in every
 * state. It has a database and a keyring of its own in data/demo, and begins anew at each start.
 */
import "./node-version.mjs";
import { join } from "node:path";
import { ensureInstalled } from "./install.mjs";
import { root } from "./root.mjs";

process.chdir(root);
Object.assign(process.env, {
  NODE_ENV: "production",
  // The demo empties its database: never somebody's own.
  DATABASE_URL: "",
  KEYRING_FILE: "",
  AUTH_SECRET: "",
  DATA_DIR: join(root, "data/demo"),
  FORGEPASS_ALLOWED_NETWORKS: "127.0.0.0/8",
});
const { explain, exitCode, runPortal } = await import("./run-portal.mjs");
let demo;
try {
  await ensureInstalled();
  const { ensureBuilt } = await import("./build.mjs");
  await ensureBuilt();
  const { bundle } = await import("./bundle.mjs");
  demo = await bundle(join(root, "build/demo"), "bin/demo");
} catch (error) {
  explain(error);
  process.exit(exitCode(error));
}
await runPortal(async (say) => {
  const { prepareDemo } = await import(join(demo, "prepare.mjs"));
  const { guide, stop } = await prepareDemo(root, say);
  const { serve } = await import(join(root, "build/serve.mjs"));
  const server = await serve({ directory: root, say });
  say(guide);
  return {
    ...server,
    stop: async () => {
      await server.stop();
      await stop();
    },
  };
});
