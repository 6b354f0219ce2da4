import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Owner } from "../authz";
import { authorise, database as databaseOf } from "../db";
import { adapterFor } from "../hosts/registry";
import { startSimulator } from "../hosts/simulators/simulator";
import type { UserActor } from "../testing/actors";
import { checkCredential } from "./check";
import { checkDue } from "./check-due";
import { checkHost } from "./check-host";
import {
  addHost,
  addUser,
  type CredentialsFixture,
  createCredentialsFixture,
  GITHUB_SCOPES,
  GITLAB_SCOPES,
  storeInput,
} from "./fixture";
import { claimDue, findDueHosts } from "./lease";
import { storeCredential } from "./store";

let f: CredentialsFixture;
const signal = new AbortController().signal;

beforeAll(async () => {
  f = await createCredentialsFixture();
});
afterAll(() => f.drop());
beforeEach(async () => {
  await f.database.query(`TRUNCATE "Credential", "Notification" CASCADE`);
  await f.database.query(`UPDATE "CodeHost" SET troubles = 0, "pausedUntil" = NULL, "pauseReason" = NULL`);
});
afterEach(() => {
  f.github.respondNextWith(null);
  f.gitlab.respondNextWith(null);
  f.github.delay(0);
});

/** Stored and found to work. */
async function store(
  actor: UserActor,
  owner: Owner = { type: "user", id: actor.id },
): Promise<{ id: string; token: string }> {
  const token = f.github.addToken({ scopes: GITHUB_SCOPES, login: actor.name.toLowerCase() });
  const stored = await storeCredential(actor, storeInput(actor, f.githubId, token, { owner }));
  if (!stored.ok) throw new Error(stored.error.message);
  return { id: stored.value.id, token };
}

/** `count` people with a credential each. */
async function storeMany(count: number): Promise<{ id: string; token: string }[]> {
  const people = await Promise.all(
    Array.from({ length: count }, () => addUser(f.database, `p${randomUUID().slice(0, 8)}`, "USER")),
  );
  return await Promise.all(people.map((person) => store(person)));
}

async function row(id: string): Promise<Record<string, unknown>> {
  const [found] = await f.database.query(
    `SELECT *, extract(epoch FROM "nextCheckAt" - now()) / 60 AS minutes FROM "Credential" WHERE id = $1`,
    [id],
  );
  return found ?? {};
}

/** Everything happened so long ago. */
async function pass(minutes: number): Promise<void> {
  const by = `$1::int * interval '1 minute'`;
  await f.database.query(
    `UPDATE "Credential" SET "nextCheckAt" = "nextCheckAt" - ${by}, "doubtedAt" = "doubtedAt" - ${by},
      "rejectedAt" = "rejectedAt" - ${by}, "checkedAt" = "checkedAt" - ${by}, "retryAt" = "retryAt" - ${by}`,
    [minutes],
  );
  await f.database.query(`UPDATE "CodeHost" SET "pausedUntil" = "pausedUntil" - ${by}`, [minutes]);
}

const comeDue = () => f.database.query(`UPDATE "Credential" SET "nextCheckAt" = now() - interval '1 second'`);

/** Each check begins with it; what storing still asks beside it may come late. */
const checksAsked = () => f.github.requests.filter(({ path }) => path.endsWith("/user")).length;

async function told(): Promise<unknown[]> {
  return await f.database.query(
    `SELECT u.email, n.event, n.title FROM "Notification" n JOIN "User" u ON u.id = n."userId" ORDER BY n."createdAt", u.email`,
  );
}

async function auditOf(id: string): Promise<unknown[]> {
  return await f.database.query(
    `SELECT "actorLabel", outcome, details->>'result' AS result FROM "AuditEntry"
     WHERE "targetId" = $1 AND action = 'credential.check' ORDER BY seq`,
    [id],
  );
}

describe("scheduled checks", () => {
  it("check what is due, once, however many run at the same time, and write no audit entry when all is as before", async () => {
    const stored = await storeMany(5);
    expect(await checkDue(signal)).toMatchObject({ checked: 0 });
    await comeDue();
    f.github.requests.length = 0;
    const runs = await Promise.all([checkDue(signal), checkDue(signal), checkDue(signal)]);
    expect(runs.reduce((sum, { checked }) => sum + checked, 0)).toBe(5);
    const asked = f.github.requests.filter(({ path }) => path.endsWith("/user"));
    expect(new Set(asked.map(({ headers }) => headers.authorization)).size).toBe(5);
    expect(asked).toHaveLength(5);
    for (const { id } of stored) {
      expect(await row(id)).toMatchObject({ outcome: "valid" });
      expect(Number((await row(id)).minutes)).toBeGreaterThan(100);
      expect(await auditOf(id)).toEqual([]);
    }
    const [times] = await f.database.query(
      `SELECT count(*)::int AS fresh FROM "Credential" WHERE "checkedAt" > now() - interval '20 seconds' AND "validAt" = "checkedAt"`,
    );
    expect(times?.fresh).toBe(5);
  });

  it("check again in a minute what was stored unchecked, and take the host's word on its last use then only", async () => {
    // So lately that our own question does not count at the host.
    const usedAt = new Date(Date.now() - 300_000).toISOString();
    const token = f.gitlab.addToken({
      scopes: GITLAB_SCOPES,
      user: { username: "alice" },
      lastUsedAt: usedAt,
    } as never);
    f.gitlab.respondNextWith({ status: 503, body: "" });
    const stored = await storeCredential(f.alice, storeInput(f.alice, f.gitlabId, token, { confirm: ["unchecked"] }));
    f.gitlab.respondNextWith(null);
    const { id } = stored.ok ? stored.value : { id: "" };
    expect(await row(id)).toMatchObject({ outcome: "unchecked", hostLastUsedKnown: false });
    expect(await checkDue(signal)).toMatchObject({ checked: 0 });
    await pass(2);
    expect(await checkDue(signal)).toMatchObject({ checked: 1, hosts: 1 });
    const hostLastUsedAt = new Date(usedAt);
    expect(await row(id)).toMatchObject({ outcome: "valid", accountLogin: "alice", hostLastUsedAt });
    expect(await auditOf(id)).toEqual([{ actorLabel: "credentials.check", outcome: "ok", result: "valid" }]);
    const earlier = new Date("2026-01-01T00:00:00Z");
    await f.database.query(`UPDATE "Credential" SET "hostLastUsedAt" = $1, "nextCheckAt" = now()`, [earlier]);
    expect(await checkDue(signal)).toMatchObject({ checked: 1 });
    expect(await row(id)).toMatchObject({ hostLastUsedAt: earlier, hostLastUsedKnown: true });
  });

  it("take a host's no for a doubt, and tell people when a second check confirms it, once", async () => {
    const { id, token } = await store(f.alice);
    f.github.revokeToken(token);
    await comeDue();
    expect(await checkDue(signal)).toMatchObject({ checked: 1, doubted: 1, rejected: 0 });
    expect(await row(id)).toMatchObject({ outcome: "valid", doubtedAt: expect.any(Date), rejectedAt: null });
    expect(await told()).toEqual([]);
    await pass(1);
    expect(await checkDue(signal)).toMatchObject({ checked: 0 });
    await pass(1);
    expect(await checkDue(signal)).toMatchObject({ checked: 1, doubted: 0, rejected: 1 });
    expect(await row(id)).toMatchObject({ outcome: "rejected", rejectedAt: expect.any(Date) });
    expect(await told()).toEqual([
      { email: "alice@example.com", event: "credential.rejected", title: "Sim GitHub rejects a credential" },
    ]);
    expect(await auditOf(id)).toEqual([{ actorLabel: "credentials.check", outcome: "failed", result: "rejected" }]);
    await comeDue();
    expect(await checkDue(signal)).toMatchObject({ checked: 1, rejected: 0 });
    expect(await told()).toHaveLength(1);
    expect(await auditOf(id)).toHaveLength(1);
  });

  it("forget a doubt and a rejection at a yes", async () => {
    const { id } = await store(f.alice);
    await f.database.query(`UPDATE "Credential" SET "doubtedAt" = now() - interval '1 hour', "nextCheckAt" = now()`);
    await checkDue(signal);
    expect(await row(id)).toMatchObject({ outcome: "valid", doubtedAt: null, rejectedAt: null });
    await f.database.query(
      `UPDATE "Credential" SET "doubtedAt" = now(), "rejectedAt" = now(), outcome = 'blocked', "nextCheckAt" = now()`,
    );
    await checkDue(signal);
    expect(await row(id)).toMatchObject({ outcome: "valid", doubtedAt: null, rejectedAt: null });
    expect(await told()).toEqual([]);
  });

  it.each([
    ["a 503", { status: 503, body: "" }],
    ["a page", { status: 200, headers: { "content-type": "text/html" }, body: "<h1>Sign in</h1>" }],
    ["a redirect", { status: 302, headers: { location: "https://sso.example.com/" }, body: "" }],
    ["a 401 of somebody else's", { status: 401, headers: { "content-type": "text/html" }, body: "<h1>401</h1>" }],
  ])("conclude nothing from %s, neither a doubt nor its confirmation", async (_, answer) => {
    const { id } = await store(f.alice);
    f.github.respondNextWith(answer);
    await comeDue();
    expect(await checkDue(signal)).toMatchObject({ checked: 1, unclear: 1 });
    expect(await row(id)).toMatchObject({ outcome: "valid", doubtedAt: null, rejectedAt: null });
    expect(Number((await row(id)).minutes)).toBeLessThan(19);
    await f.database.query(`UPDATE "Credential" SET "doubtedAt" = now() - interval '1 hour', "nextCheckAt" = now()`);
    expect(await checkDue(signal)).toMatchObject({ checked: 1, unclear: 1, rejected: 0 });
    expect(await row(id)).toMatchObject({ outcome: "valid", doubtedAt: expect.any(Date), rejectedAt: null });
    // Two days of silence are another matter.
    await f.database.query(`UPDATE "CodeHost" SET troubles = 0, "pausedUntil" = NULL`);
    await pass(49 * 60);
    expect(await checkDue(signal)).toMatchObject({ checked: 1 });
    expect(["unreachable", "unexpected", "redirected"]).toContain((await row(id)).outcome);
    expect(await told()).toEqual([]);
  });

  it("need no confirmation of an end that was known, and announce no rejection for it", async () => {
    const { id, token } = await store(f.alice);
    f.github.revokeToken(token);
    await f.database.query(`UPDATE "Credential" SET "expiryKnown" = true, "expiresAt" = now() - interval '1 minute'`);
    await comeDue();
    expect(await checkDue(signal)).toMatchObject({ checked: 1, doubted: 1, rejected: 0 });
    expect(await row(id)).toMatchObject({ outcome: "rejected", rejectedAt: expect.any(Date) });
    expect(await told()).toEqual([]);
  });

  it("leave disabled people's alone, and check those of teams and of the site", async () => {
    const teamId = randomUUID();
    await f.database.query(`INSERT INTO "Team" (id, name, "updatedAt") VALUES ($1, 'Payments', now())`, [teamId]);
    const ofSite = await store(f.admin, { type: "site" });
    const ofTeam = await store(f.admin, { type: "team", id: teamId });
    const ofBob = await store(f.bob);
    await f.database.query(`UPDATE "User" SET "disabledAt" = now() WHERE id = $1`, [f.bob.id]);
    await comeDue();
    expect(await checkDue(signal)).toMatchObject({ checked: 2 });
    const minutes = await Promise.all([ofSite, ofTeam, ofBob].map(async ({ id }) => Number((await row(id)).minutes)));
    expect(minutes.map((left) => left > 0)).toEqual([true, true, false]);
    await f.database.query(`UPDATE "User" SET "disabledAt" = NULL`);
    await f.database.query(`DELETE FROM "Team"`);
  });

  it("come again when the process that claimed them died", async () => {
    const [one] = await storeMany(3);
    await comeDue();
    const permit = await authorise({ type: "system", name: "test" }, "credential.manage", { type: "site" });
    if (!permit.ok) throw new Error("no permit");
    expect(await claimDue(databaseOf(permit.value), { id: f.githubId, baseUrl: f.github.url }, 2)).toHaveLength(2);
    expect(await checkDue(signal)).toMatchObject({ checked: 1 });
    await pass(11);
    expect(await checkDue(signal)).toMatchObject({ checked: 2 });
    expect(await row(one?.id ?? "")).toMatchObject({ outcome: "valid" });
  });

  it("give back what they had no time for", async () => {
    await storeMany(6);
    await comeDue();
    f.github.delay(100);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    const { checked } = await checkDue(stop.signal);
    expect(checked).toBeLessThan(6);
    f.github.delay(0);
    expect((await checkDue(signal)).checked).toBe(6 - checked);
  });
});

describe("a check that somebody asks for", () => {
  it("shows what the host said at once, and is confirmed by the next before anybody is told", async () => {
    const { id, token } = await store(f.alice);
    f.github.revokeToken(token);
    const point = { owner: { type: "user", id: f.alice.id }, credentialId: id } as const;
    expect(await checkCredential(f.alice, point)).toMatchObject({ ok: true, value: { outcome: "rejected" } });
    expect(await checkCredential(f.alice, point)).toMatchObject({ ok: true, value: { outcome: "rejected" } });
    expect(await row(id)).toMatchObject({ doubtedAt: expect.any(Date), rejectedAt: null });
    expect(await told()).toEqual([]);
    await pass(2);
    const [check] = await Promise.all([checkCredential(f.alice, point), checkDue(signal)]);
    expect(check).toMatchObject({ ok: true, value: { outcome: "rejected" } });
    expect(await told()).toHaveLength(1);
    expect(await auditOf(id)).toEqual(
      expect.arrayContaining([expect.objectContaining({ actorLabel: "alice@example.com", result: "rejected" })]),
    );
  });

  it("counts as a use of the host's: what it says of the last one is not taken again", async () => {
    const { id } = await store(f.alice);
    const before = new Date("2026-01-01T00:00:00Z");
    await f.database.query(`UPDATE "Credential" SET "hostLastUsedAt" = $1, "hostLastUsedKnown" = true`, [before]);
    await checkCredential(f.alice, { owner: { type: "user", id: f.alice.id }, credentialId: id });
    expect(await row(id)).toMatchObject({ hostLastUsedAt: before, hostLastUsedKnown: true });
  });
});

describe("a code host in trouble", () => {
  it("does not delay the others' checks", { timeout: 60_000 }, async () => {
    const silent = await startSimulator(() => new Promise(() => {}));
    const silentId = await addHost(f.database, "github", "Silent", silent.url);
    const [first] = await storeMany(3);
    const person = await addUser(f.database, "waiting", "USER");
    const token = f.github.addToken({ scopes: GITHUB_SCOPES, login: "waiting" });
    const stored = storeCredential(person, storeInput(person, silentId, token, { confirm: ["unchecked"] }));
    expect(await stored).toMatchObject({ ok: true, value: { outcome: "unchecked" } });
    await comeDue();
    const startedAt = Date.now();
    const run = checkDue(signal);
    const isChecked = `SELECT count(*)::int AS count FROM "Credential" WHERE "codeHostId" = $1 AND "nextCheckAt" > now() + interval '1 hour'`;
    while (Number((await f.database.query(isChecked, [f.githubId]))[0]?.count) < 3) {
      await new Promise((done) => setTimeout(done, 20));
    }
    expect(Date.now() - startedAt).toBeLessThan(4000);
    // What comes due while the silent one is being waited for is not left until it has answered.
    await f.database.query(`UPDATE "Credential" SET "nextCheckAt" = now() WHERE id = $1`, [first?.id]);
    while (Number((await f.database.query(isChecked, [f.githubId]))[0]?.count) < 3) {
      await new Promise((done) => setTimeout(done, 20));
    }
    const ofSilent = await f.database.query(`SELECT outcome FROM "Credential" WHERE "codeHostId" = $1`, [silentId]);
    expect(ofSilent).toEqual([{ outcome: "unchecked" }]);
    expect(await run).toMatchObject({ checked: 5, unclear: 1 });
    await silent.close();
    await f.database.query(`DELETE FROM "CodeHost" WHERE id = $1`, [silentId]);
  });

  it("is paused after five checks in a row without an answer, and tried with one after that", async () => {
    await storeMany(12);
    await comeDue();
    f.github.respondNextWith({ status: 503, body: "" });
    f.github.requests.length = 0;
    await checkDue(signal);
    // Those that were under way at the fifth are finished.
    expect(checksAsked()).toBeGreaterThanOrEqual(5);
    expect(checksAsked()).toBeLessThanOrEqual(8);
    const paused = async () =>
      await f.database.query(
        `SELECT troubles, round(extract(epoch FROM "pausedUntil" - now()) / 60)::int AS minutes, "pauseReason" FROM "CodeHost" WHERE id = $1`,
        [f.githubId],
      );
    expect(await paused()).toEqual([
      { troubles: 5, minutes: 1, pauseReason: expect.stringContaining("GitHub has a problem") },
    ]);
    await comeDue();
    expect(await checkDue(signal)).toMatchObject({ checked: 0 });
    await pass(2);
    f.github.requests.length = 0;
    expect(await checkDue(signal)).toMatchObject({ checked: 1, unclear: 1 });
    expect(checksAsked()).toBe(1);
    expect(await paused()).toMatchObject([{ troubles: 6, minutes: 5 }]);
    f.github.respondNextWith(null);
    await pass(6);
    await comeDue();
    expect(await checkDue(signal)).toMatchObject({ checked: 12, unclear: 0 });
    expect(await paused()).toEqual([{ troubles: 0, minutes: null, pauseReason: null }]);
  });

  it("is not asked before the end of the limit that it told", async () => {
    await storeMany(10);
    await comeDue();
    f.github.respondNextWith({
      status: 429,
      headers: { "retry-after": "600" },
      body: { message: "You have exceeded a secondary rate limit", documentation_url: "https://docs.github.com" },
    });
    f.github.requests.length = 0;
    await checkDue(signal);
    expect(checksAsked()).toBeLessThanOrEqual(4);
    const [host] = await f.database.query(
      `SELECT round(extract(epoch FROM "pausedUntil" - now()) / 60)::int AS minutes, troubles FROM "CodeHost" WHERE id = $1`,
      [f.githubId],
    );
    expect(host).toEqual({ minutes: 10, troubles: 0 });
    await comeDue();
    f.github.respondNextWith(null);
    expect(await checkDue(signal)).toMatchObject({ checked: 0 });
    await pass(10);
    expect(await checkDue(signal)).toMatchObject({ checked: 10, unclear: 0 });
    expect(await told()).toEqual([]);
  });

  it("is asked as its kind allows: so many at the same time, their beginnings so far apart", async () => {
    await storeMany(6);
    const permit = await authorise({ type: "system", name: "test" }, "credential.manage", { type: "site" });
    const adapter = adapterFor("github");
    if (!permit.ok || !adapter) throw new Error("no permit");
    const db = databaseOf(permit.value);
    const host = await db.codeHost.findUniqueOrThrow({ where: { id: f.githubId } });
    const run = { permit: permit.value, everyHours: 24, clock: () => new Date(), signal };
    const time = async (pace: { concurrent: number; everyMs: number }) => {
      await comeDue();
      const startedAt = performance.now();
      expect(await checkHost(run, host, { ...adapter, pace })).toMatchObject({ checked: 6 });
      return performance.now() - startedAt;
    };
    f.github.delay(400);
    const byTwo = await time({ concurrent: 2, everyMs: 0 });
    expect(byTwo).toBeGreaterThanOrEqual(1200);
    expect(await time({ concurrent: 6, everyMs: 0 })).toBeLessThan(byTwo);
    f.github.delay(0);
    expect(await time({ concurrent: 6, everyMs: 120 })).toBeGreaterThanOrEqual(590);
    expect(await findDueHosts(db, ["github"])).toEqual([]);
  });
});
