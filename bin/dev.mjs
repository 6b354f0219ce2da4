/**
 * npm run dev: the portal from its sources with hot reload, beside a PostgreSQL and a keyring of its own in data/dev.
 * Code hosts on this machine are allowed.
 */
import { join } from "node:path";
import { generateClient } from "./build.mjs";
import { bundle } from "./bundle.mjs";
import { root } from "./root.mjs";
import { runPortal } from "./run-portal.mjs";

process.chdir(root);
process.env.NODE_ENV = "development";
process.env.DATA_DIR ||= join(root, "data/dev");
process.env.FORGEPASS_ALLOWED_NETWORKS ||= "127.0.0.0/8";
await runPortal(async (say) => {
  await generateClient();
  const outdir = await bundle(join(root, "build/dev"));
  const { serve } = await import(join(outdir, "serve.mjs"));
  return serve({ directory: root, isDevelopment: true, say });
});
