/**
 * Fingerprints that say whether what is installed and what is built still belong to these sources.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.mjs";

export const buildStamp = join(root, "build/stamp");
export const installStamp = join(root, "node_modules/.forgepass-installed");

const sources = [
  "app",
  "bin",
  "components",
  "lib",
  "prisma",
  "public",
  "next.config.js",
  "package-lock.json",
  "package.json",
  "postcss.config.mjs",
  "prisma.config.ts",
  "instrumentation.ts",
];

/** Of every file that the build reads; tests and what the build itself writes (tsconfig.json too) do not count. */
export function sourceHash() {
  const hash = createHash("sha256").update(process.version);
  const add = (path) => {
    hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
  };
  const walk = (folder) => {
    const entries = readdirSync(join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory() && path !== "lib/prisma-client") walk(path);
      else if (entry.isFile() && !/\.test\.tsx?$/.test(entry.name)) add(path);
    }
  };
  for (const source of sources) {
    const path = join(root, source);
    if (!existsSync(path)) continue;
    if (source.includes(".")) add(source);
    else walk(source);
  }
  return hash.digest("hex");
}

export function isBuilt() {
  return existsSync(join(root, ".next/BUILD_ID")) && read(buildStamp) === sourceHash();
}

export function lockfileHash() {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}

export function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
