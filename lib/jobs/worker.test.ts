import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import type { Job } from "./job";
import { requestRun } from "./request-run";
import { type RunningWorker, startWorker } from "./worker";
import { asProgram, countedJob } from "./worker-fixture";

let database: TestDatabase;
const workers: RunningWorker[] = [];
const CANARY = `canary-${randomBytes(8).toString("hex")}`;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.query(
    `CREATE TABLE "effect" (id int GENERATED ALWAYS AS IDENTITY, "where" text, what text, at timestamptz DEFAULT clock_timestamp())`,
  );
});
beforeEach(async () => {
  await database.query(`TRUNCATE "effect"`);
  await database.query(`TRUNCATE "JobRun"`);
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  await database.query("DROP SCHEMA IF EXISTS pgboss CASCADE");
});
afterAll(() => database.drop());

async function start(...jobs: Job[]): Promise<RunningWorker> {
  const worker = await startWorker({ jobs, lookEveryMs: 50 });
  workers.push(worker);
  return worker;
}

function job(name: string, run: Job["run"], more: Partial<Job> = {}): Job {
  return { name, title: name, every: "0 0 * * *", timeoutSeconds: 30, run, ...more };
}

async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 25));
  }
}

async function runsOf(name: string) {
  return await database.query(
    `SELECT outcome, detail, times, "endedAt" IS NULL AS running FROM "JobRun" WHERE job = $1 ORDER BY "startedAt", id`,
    [name],
  );
}

const untilEnded = (name: string, count = 1) =>
  until(async () => {
    const rows = await runsOf(name);
    const ended = rows.filter(({ running }) => !running).reduce((sum, { times }) => sum + Number(times), 0);
    return ended >= count && rows;
  });

/** Time passes for what waits to be tried again. */
const hurry = () =>
  database.query("UPDATE pgboss.job SET start_after = now() - interval '1 second' WHERE state < 'active'");

async function tellEffects(): Promise<string[]> {
  const rows = await database.query(`SELECT "where", what FROM "effect" ORDER BY id`);
  return rows.map(({ where, what }) => `${where} ${what}`);
}

describe("the worker", () => {
  it("runs what is due, once over all processes, and makes up for a time that was missed", async () => {
    const counted = job("due.once", countedJob("here", false).run);
    await Promise.all([start(counted), start(counted), start(counted)]);
    expect(await untilEnded("due.once")).toEqual([{ outcome: "ok", detail: "Counted.", times: 1, running: false }]);
    // A later start finds the same time dealt with.
    await start(counted);
    await start(job("another.one", async () => "Done."));
    await untilEnded("another.one");
    expect(await tellEffects()).toEqual(["here began", "here ended"]);
    // Yesterday's was forgotten meanwhile.
    await database.query("UPDATE pgboss.job SET id = gen_random_uuid() WHERE name = 'due.once'");
    await start(counted);
    expect(await untilEnded("due.once", 2)).toMatchObject([{ times: 2 }]);
  });

  it("never runs a job twice at the same time, however many processes there are and however often it is asked for", async () => {
    let active = 0;
    let most = 0;
    let runs = 0;
    const busy = job("busy.work", async () => {
      active += 1;
      most = Math.max(most, active);
      await new Promise((done) => setTimeout(done, 30));
      active -= 1;
      runs += 1;
      return "Worked.";
    });
    await Promise.all([start(busy), start(busy), start(busy)]);
    await until(async () => {
      await requestRun("busy.work");
      return runs >= 10;
    });
    expect(most).toBe(1);
    const asked = await database.query("SELECT count(*)::int AS jobs FROM pgboss.job WHERE state = 'completed'");
    await until(async () => active === 0);
    expect(runs).toBeGreaterThanOrEqual(Number(asked[0]?.jobs));
    expect(runs - Number(asked[0]?.jobs)).toBeLessThanOrEqual(1);
  });

  it("picks up what a killed process left, well before its time is over", async () => {
    const killed = await startProcess();
    await until(async () => (await tellEffects()).includes("killed began"));
    await start(countedJob("other", false));
    expect(await database.query("SELECT state FROM pgboss.job")).toEqual([{ state: "active" }]);
    const ended = new Promise((done) => killed.once("close", done));
    killed.kill("SIGKILL");
    await ended;
    await until(async () => (await database.query("SELECT 1 FROM pgboss.job WHERE state = 'retry'")).length > 0);
    await hurry();
    await untilEnded("counted.work", 2);
    expect(await tellEffects()).toEqual(["killed began", "other began", "other ended"]);
    expect(await runsOf("counted.work")).toMatchObject([{ outcome: "lost" }, { outcome: "ok", detail: "Counted." }]);
  });

  it("keeps of an error its name and code, tries again later, and leaves no secret in its tables", async () => {
    let tries = 0;
    await start(
      job("failing.work", async () => {
        tries += 1;
        if (tries === 1) throw Object.assign(new TypeError(`no good: ${CANARY}`), { code: "E_CODE", token: CANARY });
        return "Worked.";
      }),
    );
    expect(await untilEnded("failing.work")).toMatchObject([{ outcome: "failed", detail: "TypeError E_CODE" }]);
    const [waiting] = await until(async () => {
      const rows = await database.query(
        "SELECT state, data, output, start_after > now() + interval '5 seconds' AS later FROM pgboss.job",
      );
      return rows[0]?.state === "retry" && rows;
    });
    expect(waiting).toEqual({ state: "retry", data: {}, output: { code: "failed" }, later: true });
    await hurry();
    expect(await untilEnded("failing.work", 2)).toMatchObject([{ outcome: "failed" }, { outcome: "ok" }]);
    const tables = await database.query("SELECT tablename FROM pg_tables WHERE schemaname = 'pgboss'");
    for (const { tablename } of [
      ...tables.map((row) => ({ tablename: `pgboss."${row.tablename}"` })),
      { tablename: '"JobRun"' },
    ]) {
      const found = await database.query(`SELECT 1 FROM ${tablename} t WHERE t::text LIKE $1`, [`%${CANARY}%`]);
      expect(found, String(tablename)).toEqual([]);
    }
  });

  it("gives up a run that takes too long, and tells it to end first", async () => {
    let told = false;
    await start(
      job(
        "hanging.work",
        (signal) => {
          signal.addEventListener("abort", () => {
            told = true;
          });
          return new Promise(() => {});
        },
        { timeoutSeconds: 1 },
      ),
      job("quick.work", async () => "Done."),
    );
    await untilEnded("quick.work");
    expect(await untilEnded("hanging.work")).toMatchObject([{ outcome: "failed", detail: "TimedOut" }]);
    expect(told).toBe(true);
  });

  it("stops in order: the run is told, and another process goes on with it", async () => {
    let begun = 0;
    const stoppable = job("long.work", async (signal) => {
      begun += 1;
      if (begun > 1) return "Finished.";
      await new Promise((_, failed) => signal.addEventListener("abort", () => failed(signal.reason)));
      return "";
    });
    const first = await start(stoppable);
    await until(async () => begun === 1);
    workers.pop();
    await first.stop();
    expect(await runsOf("long.work")).toMatchObject([{ outcome: "stopped" }]);
    await hurry();
    await start(stoppable);
    expect(await untilEnded("long.work", 2)).toMatchObject([{ outcome: "stopped" }, { outcome: "ok" }]);
  });

  it("tells a run to end when its lock is lost with the connection, and works on", async () => {
    let begun = 0;
    await start(
      job("cut.off", async (signal) => {
        begun += 1;
        if (begun > 1) return "Finished.";
        await new Promise((_, failed) => signal.addEventListener("abort", () => failed(signal.reason)));
        return "";
      }),
    );
    await until(async () => begun === 1);
    await database.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'forgepass-worker' AND datname = current_database()",
    );
    await until(async () => (await database.query("SELECT 1 FROM pgboss.job WHERE state = 'retry'")).length > 0);
    await hurry();
    expect(await untilEnded("cut.off", 2)).toMatchObject([{ outcome: "stopped" }, { outcome: "ok" }]);
  });

  it("lets runs be asked for before there are queues, without trouble", async () => {
    expect(await requestRun("any.work")).toBe(false);
    let runs = 0;
    const asked = job("asked.for", async () => `Run ${++runs}.`);
    await start(asked);
    await untilEnded("asked.for");
    expect(await requestRun("asked.for")).toBe(true);
    expect(await untilEnded("asked.for", 2)).toMatchObject([{ detail: "Run 1." }, { detail: "Run 2." }]);
  });

  it("says what to do when the database does not let it make its tables", async () => {
    const name = new URL(database.url).pathname.slice(1);
    await database.query(`REVOKE CREATE ON DATABASE ${name} FROM forgepass`);
    await expect(start(job("any.work", async () => "Done."))).rejects.toThrow(/^DATABASE_URL: .*GRANT CREATE/);
    await database.query(`GRANT CREATE ON DATABASE ${name} TO forgepass`);
  });

  it("writes runs in a row that end alike as one", async () => {
    await start(job("idle.work", async () => "Nothing was due."));
    for (let count = 1; count <= 3; count++) {
      await untilEnded("idle.work", count);
      if (count < 3) await until(() => requestRun("idle.work"));
    }
    expect(await runsOf("idle.work")).toEqual([
      { outcome: "ok", detail: "Nothing was due.", times: 3, running: false },
    ]);
  });
});

async function startProcess(): Promise<ChildProcess> {
  const folder = resolve("build", `worker-${randomBytes(4).toString("hex")}`);
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, "worker.mjs");
  const entryPoints = ["lib/jobs/worker-fixture.ts"];
  await build({ entryPoints, outfile, bundle: true, platform: "node", format: "esm", packages: "external" });
  const child = spawn(process.execPath, [outfile, asProgram], { stdio: "inherit" });
  child.once("close", () => rmSync(folder, { recursive: true, force: true }));
  return child;
}
