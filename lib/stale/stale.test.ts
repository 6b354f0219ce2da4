import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type CredentialsFixture, createCredentialsFixture, GITLAB_SCOPES, storeInput } from "../credentials/fixture";
import { storeCredential } from "../credentials/store";
import type { UserActor } from "../testing/actors";
import { countStale, listStale, type StaleQuery, type StaleRow } from "./list-stale";
import { sunsetRadar } from "./sunset-radar";

let f: CredentialsFixture;
let maintainer: UserActor;
const teamId = randomUUID();
const all = { type: "all" } as const;
const team = { type: "team", id: teamId } as const;
/** That are enabled from the start, and need something on GitLab. */
const TOOLS = ["Atlantis", "Batch Changes", "Git Integration for Jira"];

beforeAll(async () => {
  f = await createCredentialsFixture();
  await f.database.query(`INSERT INTO "Team" (id, name, "updatedAt") VALUES ($1, 'Platform', now())`, [teamId]);
  await f.database.query(`INSERT INTO "TeamMember" ("teamId", "userId") VALUES ($1, $2)`, [teamId, f.alice.id]);
  maintainer = { ...f.bob, teams: [{ id: teamId, role: "MAINTAINER" }] };
});
beforeEach(async () => {
  await f.database.query(`DELETE FROM "Credential"`);
  await f.database.query(`UPDATE "User" SET "disabledAt" = NULL`);
  await f.database.query(`DELETE FROM "SiteSettings"`);
});
afterAll(() => f.drop());

async function add(actor: UserActor, more: Parameters<typeof storeInput>[3] = {}, scopes = GITLAB_SCOPES) {
  const token = f.gitlab.addToken({ scopes: [...scopes], user: { username: actor.name.toLowerCase() } });
  const input = storeInput(actor, f.gitlabId, token, { confirm: ["missing-scopes"], ...more });
  const stored = await storeCredential(actor, input);
  if (!stored.ok) throw new Error(stored.error.message);
  return stored.value.id;
}

async function set(id: string, column: string, days: number): Promise<void> {
  await f.database.query(`UPDATE "Credential" SET "${column}" = now() - $2::int * interval '1 day' WHERE id = $1`, [
    id,
    days,
  ]);
}

async function list(query: StaleQuery = {}, actor: UserActor = f.admin, scope: typeof all | typeof team = all) {
  const listed = await listStale(actor, scope, query);
  if (!listed.ok) throw new Error(listed.error.message);
  return listed.value;
}

const row = async (id: string): Promise<StaleRow | undefined> => (await list()).rows.find((one) => one.id === id);

describe("the stale list", () => {
  it("says of each why, since when, and what it was last used by", async () => {
    const id = await add(f.alice);
    expect((await list()).rows).toEqual([]);
    await set(id, "rejectedAt", 3);
    await set(id, "enteredAt", 200);
    await set(id, "lastUsedAt", 120);
    await f.database.query(
      `UPDATE "Credential" SET "lastUsedById" = (SELECT id FROM "Consumer" WHERE name = 'Atlantis')`,
    );
    expect(await row(id)).toMatchObject({
      owner: f.alice.id,
      ownerLabel: "alice",
      login: "alice",
      reasons: [{ reason: "unused" }, { reason: "rejected" }],
      lastUse: { by: "Atlantis" },
      plan: { byApi: true },
    });
    expect(await countStale(f.admin, all)).toEqual({ ok: true, value: 1 });
  });

  it("counts by reason, and narrows by it and by words", async () => {
    const [alices, bobs] = [await add(f.alice), await add(f.bob)];
    await set(alices, "expiresAt", 3);
    await set(bobs, "expiresAt", 2);
    await set(bobs, "enteredAt", 100);
    expect((await list()).counts).toMatchObject({ all: 2, expired: 2, unused: 1, rejected: 0 });
    expect((await list({ reason: "unused" })).rows.map(({ id }) => id)).toEqual([bobs]);
    expect((await list({ search: "ALICE gitlab" })).rows.map(({ id }) => id)).toEqual([alices]);
    expect((await list({ search: "100%" })).rows).toEqual([]);
    expect((await list({ search: "_lice" })).rows).toEqual([]);
  });

  it("follows what admins set about use", async () => {
    const id = await add(f.alice);
    await set(id, "enteredAt", 40);
    expect((await list()).rows).toEqual([]);
    await f.database.query(`INSERT INTO "SiteSettings" ("staleAfterDays", "updatedAt") VALUES (30, now())`);
    expect(await list()).toMatchObject({ rows: [{ id }], staleAfterDays: 30 });
    await f.database.query(`UPDATE "SiteSettings" SET "staleAfterDays" = NULL`);
    expect(await list()).toMatchObject({ rows: [], staleAfterDays: null });
  });

  it("shows a maintainer what the team has, and nothing to members and others", async () => {
    const [teams, alices] = [await add(maintainer, { owner: team }), await add(f.alice)];
    await set(teams, "expiresAt", 3);
    await set(alices, "expiresAt", 3);
    expect((await list({}, maintainer, team)).rows.map(({ id }) => id)).toEqual([teams]);
    expect((await list()).rows).toHaveLength(2);
    const member: UserActor = { ...f.alice, teams: [{ id: teamId, role: "MEMBER" }] };
    for (const actor of [member, f.alice]) {
      expect(await listStale(actor, team)).toMatchObject({ ok: false, error: { code: "not-found" } });
      expect(await sunsetRadar(actor, team)).toMatchObject({ ok: false });
    }
    for (const actor of [maintainer, f.alice]) {
      expect(await listStale(actor, all)).toMatchObject({ ok: false, error: { code: "forbidden" } });
      expect(await countStale(actor, all)).toMatchObject({ ok: false });
    }
  });

  it.each(["x", "1_", "1_../../etc", `99999999999999999_${randomUUID()}`])("refuses the place %j", async (after) => {
    expect(await listStale(f.admin, all, { after })).toMatchObject({ ok: false, error: { code: "invalid-input" } });
  });
});

describe("what would break", () => {
  it("are the tools that it suffices for, when nothing takes its place", async () => {
    const id = await add(f.alice);
    await set(id, "enteredAt", 100);
    expect((await row(id))?.wouldBreak).toMatchObject({ breaks: TOOLS, goesOn: [], instead: null });
  });

  it("is nothing where a team's or the global one goes on, and what does not suffice does not count", async () => {
    const id = await add(f.alice);
    await set(id, "enteredAt", 100);
    const site = await add(f.admin, { owner: { type: "site" } });
    expect((await row(id))?.wouldBreak).toMatchObject({
      breaks: [],
      goesOn: TOOLS,
      instead: "the global one",
    });
    const weak = await add(maintainer, { owner: team }, ["read_user"]);
    expect((await row(id))?.wouldBreak).toMatchObject({ breaks: TOOLS, instead: "the team Platform's" });
    await f.database.query(`DELETE FROM "Credential" WHERE id = $1`, [weak]);
    await set(site, "enteredAt", 100);
    expect((await row(site))?.wouldBreak).toMatchObject({ breaks: TOOLS, instead: null });
  });

  it("is nothing where it is dead, or its owner gets none any more", async () => {
    const id = await add(f.alice);
    await set(id, "expiresAt", 1);
    expect((await row(id))?.wouldBreak).toMatchObject({ breaks: [], perhaps: [], goesOn: [] });
    await f.database.query(`UPDATE "Credential" SET "expiresAt" = NULL`);
    await f.database.query(`UPDATE "User" SET "disabledAt" = now() WHERE id = $1`, [f.alice.id]);
    expect(await row(id)).toMatchObject({ hasOwnerLeft: true, wouldBreak: { breaks: [] } });
  });
});

it("ten thousand are paged without a gap, each page in a moment", async () => {
  const id = await add(f.alice);
  await f.database.query(
    `INSERT INTO "CodeHost" (id, kind, name, "baseUrl", "updatedAt")
     SELECT gen_random_uuid(), CASE WHEN n % 2 = 0 THEN 'gitlab' ELSE 'github' END, 'Host ' || n, 'https://h' || n || '.example.com', now()
     FROM generate_series(1, 10000) n`,
  );
  await f.database.query(
    `INSERT INTO "Credential" (id, "codeHostId", "ownerId", type, sealed, kid, "sealedFor", prefix, "lastFour", scopes, notes, outcome, "enteredAt", "expiresAt", "updatedAt")
     SELECT gen_random_uuid(), h.id, c."ownerId", c.type, c.sealed, c.kid, h."baseUrl", c.prefix, c."lastFour", c.scopes, c.notes, c.outcome,
       -- Many of the same moment: the place is the id's to tell.
       now(), date_trunc('day', now()) - (length(h.name) % 3) * interval '1 day', now()
     FROM "CodeHost" h, "Credential" c WHERE h.name LIKE 'Host %' AND c.id = $1`,
    [id],
  );
  const seen: string[] = [];
  const pages: number[] = [];
  let after: string | null = null;
  let back: string | null = null;
  for (let page = 0; page < 5; page++) {
    const began = performance.now();
    const { rows, next, previous, counts } = await list({ after });
    pages.push(performance.now() - began);
    expect(counts).toMatchObject({ all: 10_000, expired: 10_000 });
    seen.push(...rows.map((one) => one.id));
    after = next;
    back = previous;
  }
  expect(new Set(seen).size).toBe(250);
  const before = await list({ before: back });
  expect(before.rows.map((one) => one.id)).toEqual(seen.slice(150, 200));
  expect((await list({ before: before.previous })).rows.map((one) => one.id)).toEqual(seen.slice(100, 150));
  console.info(`a page of 10,000 stale credentials: ${pages.map((ms) => ms.toFixed(0)).join(", ")} ms`);
  expect(Math.min(...pages)).toBeLessThan(2000);
  await f.database.query(`DELETE FROM "CodeHost" WHERE name LIKE 'Host %'`);
}, 60_000);

describe("the sunset radar", () => {
  it("names each rule of the kinds that are here, with its source and how many it concerns", async () => {
    const radar = await sunsetRadar(f.admin, all);
    if (!radar.ok) throw new Error(radar.error.message);
    expect(radar.value.every(({ kind }) => ["github", "gitlab"].includes(kind))).toBe(true);
    expect(radar.value).toContainEqual(
      expect.objectContaining({
        kind: "github",
        count: 0,
        firstEndsAt: null,
        source: expect.stringMatching(/^https:/),
      }),
    );
    await f.database.query(`UPDATE "CodeHost" SET "baseUrl" = 'https://github.com/' WHERE id = $1`, [f.githubId]);
    const token = f.gitlab.addToken({ scopes: [...GITLAB_SCOPES], user: { username: "alice" } });
    const stored = await storeCredential(f.alice, storeInput(f.alice, f.gitlabId, token));
    if (!stored.ok) throw new Error(stored.error.message);
    await f.database.query(`UPDATE "Credential" SET "codeHostId" = $1, type = 'classic' WHERE id = $2`, [
      f.githubId,
      stored.value.id,
    ]);
    const after = await sunsetRadar(f.admin, all);
    expect(after.ok && after.value.find(({ kind }) => kind === "github")).toMatchObject({
      count: 1,
      isUncertain: true,
      firstEndsAt: expect.any(String),
    });
    // It may concern it, which alone makes nothing stale.
    expect((await list()).rows).toEqual([]);
    await f.database.query(`UPDATE "CodeHost" SET "baseUrl" = $2 WHERE id = $1`, [f.githubId, f.github.url]);
  });
});
