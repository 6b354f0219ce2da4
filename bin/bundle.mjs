/**
 * Bundles the TypeScript programs in bin/ into build/, so that plain Node runs them. Packages stay outside the bundle.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.mjs";

/** Bundles the programs of one folder. Resolves to the folder of the bundles. */
export async function bundle(outdir = join(root, "build"), folder = "bin") {
  const { build } = await import("esbuild");
  const programs = readdirSync(join(root, folder)).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  await build({
    absWorkingDir: root,
    entryPoints: programs.map((name) => join(folder, name)),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node20",
    format: "esm",
    packages: "external",
    sourcemap: "linked",
    logLevel: "error",
  });
  return outdir;
}
