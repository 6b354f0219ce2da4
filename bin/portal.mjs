/**
 * The portal as built, without installing or building anything: what npm start ends in, and what a container runs.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./root.mjs";
import { runPortal } from "./run-portal.mjs";

export async function runBuilt() {
  process.chdir(root);
  process.env.NODE_ENV = "production";
  await runPortal(async (say) => {
    const { serve } = await import(pathToFileURL(join(root, "build/serve.mjs")).href);
    return serve({ directory: root, say });
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await runBuilt();
