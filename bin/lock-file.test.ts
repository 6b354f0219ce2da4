import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tryLock } from "./lock-file.mjs";
import { identify } from "./process-identity.mjs";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "forgepass-lock-"));
  path = join(folder, "portal.lock");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Another process that takes the lock and tells whether it got it. */
async function contend() {
  const module = new URL("./lock-file.mjs", import.meta.url).href;
  const script = `import { tryLock } from ${JSON.stringify(module)};
    console.log(tryLock(${JSON.stringify(path)}) ? "got it" : "refused"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = await once(child.stdout, "data");
  return { said: String(said).trim(), child };
}

async function kill(child: Awaited<ReturnType<typeof contend>>["child"]) {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

describe("a lock file", () => {
  it("has one holder at a time", async () => {
    const holder = await contend();
    expect(holder.said).toBe("got it");
    expect(tryLock(path)).toBeNull();
    await kill(holder.child);
  });

  it("is free again when its holder was killed", async () => {
    const holder = await contend();
    await kill(holder.child);
    expect(tryLock(path)).not.toBeNull();
  });

  it("is free again when its holder let go", async () => {
    tryLock(path)?.();
    const next = await contend();
    expect(next.said).toBe("got it");
    await kill(next.child);
  });

  it("is not held by a stranger that got the holder's number", () => {
    writeFileSync(path, `${process.ppid} a-boot-long-ago 1`);
    expect(identify(process.ppid)).not.toBeNull();
    expect(tryLock(path)).not.toBeNull();
  });

  it("goes to one of many that find it stale together", async () => {
    writeFileSync(path, "1 a-boot-long-ago 1");
    const all = await Promise.all(Array.from({ length: 6 }, contend));
    expect(all.filter(({ said }) => said === "got it")).toHaveLength(1);
    await Promise.all(all.map(({ child }) => kill(child)));
  });
});
