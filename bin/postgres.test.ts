import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startPostgres } from "./postgres.mjs";

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "forgepass-beside-"));
  // Root lends PostgreSQL another account.
  chmodSync(dataDir, 0o711);
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

async function query(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A process that starts the database and is killed without a chance to stop it. */
async function startAndDie() {
  const module = new URL("./postgres.mjs", import.meta.url).href;
  const script = `import { startPostgres } from ${JSON.stringify(module)};
    const { url } = await startPostgres({ dataDir: ${JSON.stringify(dataDir)} }); console.log(url); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [url] = await once(child.stdout, "data");
  await query(String(url).trim(), "CREATE TABLE kept AS SELECT 1 AS n");
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

const pidFile = () => join(dataDir, "postgres/postmaster.pid");
const postmaster = () => Number(readFileSync(pidFile(), "utf8").split("\n")[0]);

// Making a database waits for the disk, several times over.
describe("the PostgreSQL beside the portal", { timeout: 90_000 }, () => {
  it("listens on this machine only, with checksums, for a role that is no superuser", async () => {
    const { url, stop } = await startPostgres({ dataDir });
    expect(
      await query(
        url,
        `SELECT current_setting('listen_addresses') AS listens, current_setting('data_checksums') AS checksums,
           current_setting('is_superuser') AS super, current_setting('synchronous_commit') AS waits`,
      ),
    ).toEqual([{ listens: "127.0.0.1", checksums: "on", super: "off", waits: "on" }]);
    expect(statSync(join(dataDir, "postgres.json")).mode & 0o077).toBe(0);
    await expect(query(url.replace(/:[^:@]+@/, ":wrong@"), "SELECT 1")).rejects.toThrow(/password/);
    await stop();
  });

  it("starts again while the one of a killed portal still runs, and has what that one wrote", async () => {
    await startAndDie();
    const orphan = postmaster();
    const { url, stop } = await startPostgres({ dataDir });
    expect(postmaster()).not.toBe(orphan);
    expect(await query(url, "SELECT n FROM kept")).toEqual([{ n: 1 }]);
    await stop();
  });

  it("starts again after it was killed itself", async () => {
    await startAndDie();
    process.kill(postmaster(), "SIGKILL");
    const { url, stop } = await startPostgres({ dataDir });
    expect(await query(url, "SELECT n FROM kept")).toEqual([{ n: 1 }]);
    await stop();
  });

  it("starts beside a stranger that got its predecessor's number, and leaves that one alone", async () => {
    await (await startPostgres({ dataDir })).stop();
    const stranger = spawn("sleep", ["60"]);
    writeFileSync(pidFile(), `${stranger.pid}\n${join(dataDir, "postgres")}\n`);
    const { stop } = await startPostgres({ dataDir });
    expect(stranger.exitCode).toBeNull();
    await stop();
    stranger.kill();
  });

  it("refuses to make a second database when the first one's passwords are lost", async () => {
    await (await startPostgres({ dataDir })).stop();
    rmSync(join(dataDir, "postgres.json"));
    await expect(startPostgres({ dataDir })).rejects.toThrow(/^DATA_DIR: .*missing or damaged/);
  });
});
