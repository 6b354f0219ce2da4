/**
 * node bin/migration.mjs NAME: writes the next migration, from the schema at HEAD to the one in the folder. What Prisma's
 * schema cannot say is added to it by hand.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.mjs";
import { root } from "./root.mjs";

const name = process.argv[2];
if (!/^[a-z][a-z0-9_]*$/.test(name ?? "")) {
  console.error("Name it in lower case: node bin/migration.mjs add_teams");
  process.exit(2);
}
const outdir = await bundle(join(root, "build/tools"));
const { diffSchemas } = await import(join(outdir, "diff-schemas.mjs"));
const before = execFileSync("git", ["show", "HEAD:prisma/schema.prisma"], { cwd: root, encoding: "utf8" });
const sql = await diffSchemas(before, readFileSync(join(root, "prisma/schema.prisma"), "utf8"));
if (/^\s*(--.*)?\s*$/.test(sql)) {
  console.log("The schema is as it is at HEAD: nothing to migrate.");
} else {
  const folder = join(root, "prisma/migrations");
  const last = Math.max(0, ...readdirSync(folder).map((entry) => Number.parseInt(entry, 10) || 0));
  const file = join(folder, `${String(last + 1).padStart(4, "0")}_${name}`, "migration.sql");
  mkdirSync(join(file, ".."));
  writeFileSync(file, sql);
  console.log(`Wrote ${file}. Read it, and add what the schema cannot say.`);
}
process.exit();
