import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addHost } from "../credentials/fixture";
import { userActor } from "../testing/actors";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { jobs } from "./all-jobs";
import { readBackgroundWork } from "./background-work";
import { lastDue, nextDue } from "./cron";
import { listRuns } from "./list-runs";
import { lockNumber, openLocks } from "./locks";
import { openQueues, prepareQueues } from "./queues";
import { runJobNow, tryHostNow } from "./run-now";

let database: TestDatabase;
const admin = userActor("admin", "ADMIN");
const alice = userActor("alice");

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.query(`TRUNCATE "JobRun"`);
});

async function addRun(job: string, minutesAgo: number, outcome: string | null, detail = "Done."): Promise<void> {
  await database.query(
    `INSERT INTO "JobRun" (job, "startedAt", "endedAt", outcome, detail)
     VALUES ($1, now() - $2::int * interval '1 minute',
       CASE WHEN $3::text IS NULL THEN NULL ELSE now() - $2::int * interval '1 minute' + interval '2 seconds' END, $3, $4)`,
    [job, minutesAgo, outcome, detail],
  );
}

async function read() {
  const work = await readBackgroundWork(admin);
  if (!work.ok) throw new Error(work.error.message);
  return work.value;
}

describe("the jobs of the portal", () => {
  it("have names and locks of their own, run at times that exist, and have time to end", () => {
    expect(jobs.length).toBeGreaterThan(0);
    expect(new Set(jobs.map(({ name }) => name)).size).toBe(jobs.length);
    expect(new Set(jobs.map(({ name }) => lockNumber(name))).size).toBe(jobs.length);
    for (const { name, title, every, timeoutSeconds } of jobs) {
      expect(name).toMatch(/^[a-z-]+\.[a-z-]+$/);
      expect(title).toMatch(/^[A-Z]/);
      expect(nextDue(every, new Date()).getTime()).toBeGreaterThan(Date.now());
      expect(timeoutSeconds).toBeLessThan(24 * 3600 - 60);
    }
  });
});

describe("times of day", () => {
  const now = new Date("2026-11-23T12:34:56.789Z");

  it.each([
    ["* * * * *", "2026-11-23T12:34:00.000Z", "2026-11-23T12:35:00.000Z"],
    ["*/15 * * * *", "2026-11-23T12:30:00.000Z", "2026-11-23T12:45:00.000Z"],
    ["34 * * * *", "2026-11-23T12:34:00.000Z", "2026-11-23T13:34:00.000Z"],
    ["15 6 * * *", "2026-11-23T06:15:00.000Z", "2026-11-24T06:15:00.000Z"],
    ["0 */6 * * *", "2026-11-23T12:00:00.000Z", "2026-11-23T18:00:00.000Z"],
    ["5,35 23 * * *", "2026-11-22T23:35:00.000Z", "2026-11-23T23:05:00.000Z"],
    ["0 3 * * 1", "2026-11-23T03:00:00.000Z", "2026-11-30T03:00:00.000Z"],
  ])("of %s: the last and the next", (cron, last, next) => {
    expect(lastDue(cron, now).toISOString()).toBe(last);
    expect(nextDue(cron, now).toISOString()).toBe(next);
  });

  it.each(["", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "*/0 * * * *", "a * * * *", "1- * * * *"])(
    "refuse %j",
    (cron) => {
      expect(() => nextDue(cron, now)).toThrow();
    },
  );
});

describe("what admins see of it", () => {
  it("is for admins only", async () => {
    for (const asked of [readBackgroundWork(alice), listRuns(alice), runJobNow(alice, "credentials.check")]) {
      expect(await asked).toMatchObject({ ok: false, error: { code: "forbidden" } });
    }
    expect(await tryHostNow(alice, randomUUID())).toMatchObject({ ok: false, error: { code: "forbidden" } });
  });

  it("says that nobody works before anybody did, and when the last sign was", async () => {
    expect(await read()).toMatchObject({ workers: 0, lastSignAt: null, place: "here", paused: [] });
    await addRun("credentials.check", 5, "ok");
    const { lastSignAt, now, jobs: states } = await read();
    expect(Date.parse(now) - Date.parse(lastSignAt ?? "")).toBeGreaterThan(290_000);
    expect(states.find(({ name }) => name === "credentials.check")).toMatchObject({
      last: { outcome: "ok", detail: "Done.", tookMs: 2000 },
      runningSince: null,
      isWaiting: false,
    });
  });

  it("tells what runs by its lock, not by what a process that died has left behind", async () => {
    await addRun("credentials.check", 9, "failed", "TypeError");
    await addRun("credentials.check", 1, null);
    const state = async () => (await read()).jobs.find(({ name }) => name === "credentials.check");
    expect(await state()).toMatchObject({ runningSince: null, last: { outcome: "failed", detail: "TypeError" } });
    const locks = await openLocks();
    await locks.take("credentials.check");
    expect(await read()).toMatchObject({ workers: 1 });
    expect(await state()).toMatchObject({ runningSince: expect.any(String), last: { outcome: "failed" } });
    await locks.close();
    await expect.poll(async () => (await read()).workers).toBe(0);
  });

  it("has the runs in pages, each once, both ways", async () => {
    for (let minute = 0; minute < 30; minute++) await addRun("credentials.check", minute, "ok", `Run ${minute}.`);
    const read = async (input: Parameters<typeof listRuns>[1]) => {
      const page = await listRuns(admin, { limit: 12, ...input });
      if (!page.ok) throw new Error(page.error.message);
      return page.value;
    };
    const first = await read({});
    const second = await read({ olderThan: first.older });
    const third = await read({ olderThan: second.older });
    const details = [first, second, third].flatMap(({ runs }) => runs.map(({ detail }) => detail));
    expect(details).toEqual(Array.from({ length: 30 }, (_, minute) => `Run ${minute}.`));
    expect([first.newer, third.older]).toEqual([null, null]);
    const back = await read({ newerThan: third.newer });
    expect(back.runs.map(({ id }) => id)).toEqual(second.runs.map(({ id }) => id));
    expect((await read({ newerThan: back.newer })).newer).toBeNull();
    for (const olderThan of ["x", "1_2", "9999999999999_'; DROP TABLE", 5 as never]) {
      expect(await listRuns(admin, { olderThan })).toMatchObject({ ok: false, error: { code: "invalid-input" } });
    }
  });
});

describe("what admins may hurry", () => {
  it("is a job by its name, audited, and queued once", async () => {
    const queues = openQueues(1, () => {});
    await prepareQueues(queues, jobs);
    expect(await runJobNow(admin, "credentials.check")).toMatchObject({ ok: true });
    expect(await runJobNow(admin, "credentials.check")).toMatchObject({ ok: true });
    expect((await database.query("SELECT name, data FROM pgboss.job")).map((row) => row)).toEqual([
      { name: "credentials.check", data: {} },
    ]);
    expect((await read()).jobs.find(({ name }) => name === "credentials.check")).toMatchObject({ isWaiting: true });
    const entries = await database.query(`SELECT "actorLabel", details FROM "AuditEntry" WHERE action = 'job.run'`);
    expect(entries).toEqual(Array(2).fill({ actorLabel: admin.email, details: { job: "credentials.check" } }));
    for (const name of ["no.such", "", null, {}, ["credentials.check"]]) {
      expect(await runJobNow(admin, name)).toMatchObject({ ok: false, error: { code: "not-found" } });
    }
    await queues.close();
  });

  it("is a code host that is left in peace", async () => {
    const id = await addHost(database, "github", "Paused", "https://git.example.com");
    await database.query(
      `UPDATE "CodeHost" SET troubles = 7, "pausedUntil" = now() + interval '1 hour', "pauseReason" = 'It was silent.' WHERE id = $1`,
      [id],
    );
    expect((await read()).paused).toMatchObject([{ name: "Paused", reason: "It was silent." }]);
    expect(await tryHostNow(admin, id)).toEqual({ ok: true, value: { name: "Paused" } });
    expect((await read()).paused).toEqual([]);
    const [entry] = await database.query(`SELECT "targetLabel" FROM "AuditEntry" WHERE action = 'code-host.try'`);
    expect(entry).toEqual({ targetLabel: "Paused" });
    for (const bad of [randomUUID(), "x", null, {}]) {
      expect(await tryHostNow(admin, bad)).toMatchObject({ ok: false, error: { code: "not-found" } });
    }
  });
});
