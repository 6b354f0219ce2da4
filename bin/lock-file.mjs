/**
 * A lock that one process holds and that dies with it: the file names its holder, and a holder that was killed holds
 * nothing.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { identify } from "./process-identity.mjs";

/** A function that lets go of the lock, or null while another living process holds it. */
export function tryLock(path) {
  mkdirSync(dirname(path), { recursive: true });
  const mine = identify(process.pid);
  const draft = `${path}.${process.pid}`;
  for (let attempt = 0; attempt < 10; attempt++) {
    writeFileSync(draft, mine, { mode: 0o600 });
    try {
      linkSync(draft, path);
      return () => {
        if (read(path) === mine) rmSync(path, { force: true });
      };
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    } finally {
      rmSync(draft, { force: true });
    }
    const holder = read(path);
    if (holder !== null && holder !== mine && identify(Number.parseInt(holder, 10)) === holder) return null;
    if (holder !== null) removeStale(path, holder);
  }
  return null;
}

/** Waits for the lock, telling once that it has to. */
export async function lock(path, onWait) {
  for (let waited = false; ; waited = true) {
    const release = tryLock(path);
    if (release) return release;
    if (!waited) onWait();
    await sleep(300);
  }
}

/** Two processes may find the same stale lock: the slower one must not take away what the faster one just created. */
function removeStale(path, holder) {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (read(aside) !== holder) {
    try {
      linkSync(aside, path);
    } catch {
      // A third one has it by now.
    }
  }
  rmSync(aside, { force: true });
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
