/**
 * Installs what the lockfile says, when it is not there yet. An installation with more than is needed is left alone.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lock } from "./lock-file.mjs";
import { Refusal } from "./refusal.mjs";
import { root } from "./root.mjs";
import { installStamp, lockfileHash, read } from "./stamps.mjs";

/** With `dev`, the tools for tests too. */
export async function ensureInstalled({ dev = false } = {}) {
  if (isInstalled(dev)) return;
  const release = await lock(join(root, "build/install.lock"), () => console.log("Waiting for another installation."));
  try {
    if (isInstalled(dev)) return;
    console.log("Installing packages; the first time this takes a minute or two.");
    // One without the tools keeps them where they are already, at the price of installing them again.
    const withTools = dev || read(installStamp)?.startsWith("all ") === true;
    const args = [
      "ci",
      "--no-audit",
      "--no-fund",
      "--ignore-scripts",
      ...(withTools ? ["--include=dev"] : ["--omit=dev"]),
    ];
    const code = await npm(args);
    if (code !== 0) {
      throw new Refusal("Packages could not be installed; npm says why above. Check the network and start again.", 1);
    }
    writeFileSync(installStamp, `${withTools ? "all" : "production"} ${lockfileHash()}`);
  } finally {
    release();
  }
}

function isInstalled(dev) {
  const [kind, hash] = (read(installStamp) ?? "").split(" ");
  if (hash === lockfileHash() && (!dev || kind === "all")) return true;
  return isSameAsLockfile(dev);
}

/** For what npm itself installed: it keeps its own copy of the lockfile, of what it put where. */
function isSameAsLockfile(dev) {
  const hidden = join(root, "node_modules/.package-lock.json");
  if (!existsSync(hidden)) return false;
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const present = JSON.parse(readFileSync(hidden, "utf8")).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "" || entry.optional || entry.devOptional || (entry.dev && !dev)) return true;
    return present[path]?.version === entry.version && existsSync(join(root, path));
  });
}

/** Under npm, that npm; else the one on the path. */
function npm(args) {
  const cli = process.env.npm_execpath;
  const [command, ...rest] = cli?.endsWith(".js") ? [process.execPath, cli, ...args] : ["npm", ...args];
  const env = { ...process.env, NODE_ENV: undefined };
  const child = spawn(command, rest, { cwd: root, stdio: "inherit", env, shell: process.platform === "win32" });
  return new Promise((done) => child.on("error", () => done(1)).on("close", done));
}
