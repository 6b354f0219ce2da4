/**
 * Which account PostgreSQL runs under. It refuses to run as root, so root lends it the postgres account (made when there
 * is none), and a place that this account can reach when the portal's own folder is closed to it, as /root is.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Refusal } from "./refusal.mjs";

/** {uid, gid} to run PostgreSQL under, or {} for the account at hand. */
export function postgresAccount(cluster) {
  const owner = existsSync(cluster) ? statSync(cluster) : null;
  if (process.getuid?.() !== 0) {
    if (owner && process.getuid && owner.uid !== process.getuid()) {
      throw new Refusal(
        `DATA_DIR: ${cluster} belongs to another account; start the portal as the account that started it first.`,
      );
    }
    return {};
  }
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return account("postgres") ?? createAccount() ?? account("nobody") ?? noAccount();
}

function account(name) {
  try {
    const id = (flag) =>
      Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return null;
  }
}

function createAccount() {
  for (const command of [
    ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", "postgres"],
    ["adduser", "-S", "-D", "-H", "postgres"],
  ]) {
    try {
      execFileSync(command[0], command.slice(1), { stdio: "ignore" });
      return account("postgres");
    } catch {
      // The next way, or none.
    }
  }
  return null;
}

function noAccount() {
  throw new Refusal(
    "DATABASE_URL: PostgreSQL refuses to run as root and no other account was found; start the portal as an ordinary user, or set the URL of your own PostgreSQL.",
  );
}

/** Whether the account can pass through every folder on the way to `path`, which need not exist yet. */
function canReach(path, { uid, gid }) {
  if (uid === undefined) return true;
  let folder = resolve(path);
  while (!existsSync(folder)) folder = dirname(folder);
  for (folder = realpathSync(folder); ; folder = dirname(folder)) {
    const { mode, uid: owner, gid: group } = statSync(folder);
    const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
    if (!(mode & bit)) return false;
    if (folder === dirname(folder)) return true;
  }
}

/**
 * The folder to keep the cluster in: `dataDir`, or one under /var/lib named after it when the account cannot reach it.
 * A cluster that is already in one of the two stays there.
 */
export function clusterParent(dataDir) {
  const name = createHash("sha256").update(resolve(dataDir)).digest("hex").slice(0, 8);
  const elsewhere = join("/var/lib", `forgepass-${name}`);
  if (existsSync(join(elsewhere, "postgres"))) return elsewhere;
  if (existsSync(join(dataDir, "postgres"))) return dataDir;
  const account = postgresAccount(join(dataDir, "postgres"));
  return canReach(dataDir, account) ? dataDir : elsewhere;
}

/** The binaries' folder, copied into `parent` when the account cannot reach it where it is. */
export function reachableHome(home, version, parent, account) {
  if (canReach(join(home, "bin"), account)) return home;
  const copy = join(parent, `postgresql-${version}`);
  if (!existsSync(copy)) {
    const draft = `${copy}.${process.pid}`;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(parent, { recursive: true, mode: 0o755 });
    cpSync(home, draft, { recursive: true, verbatimSymlinks: true });
    renameSync(draft, copy);
  }
  return copy;
}
