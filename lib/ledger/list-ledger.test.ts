import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "../authz";
import { addHost } from "../credentials/fixture";
import { userActor } from "../testing/actors";
import { listChoices } from "./choices";
import type { LedgerFilter } from "./filter";
import { createLedgerFixture, type LedgerFixture } from "./fixture";
import { listLedger } from "./list-ledger";
import { readTimeline } from "./read-timeline";
import type { LedgerScope } from "./scope";

let f: LedgerFixture;
beforeAll(async () => {
  f = await createLedgerFixture();
});
afterAll(() => f.drop());
beforeEach(async () => {
  await f.database.query(`DELETE FROM "Credential"`);
  await f.database.query(`DELETE FROM "CodeHost" WHERE id <> ALL($1)`, [[f.githubId, f.gitlabId]]);
});

const mine = (actor: { id: string }): LedgerScope => ({ type: "user", id: actor.id });
const all: LedgerScope = { type: "site-all" };

async function list(actor: Actor, scope: LedgerScope, filter: LedgerFilter = {}) {
  const page = await listLedger(actor, scope, filter);
  if (!page.ok) throw new Error(JSON.stringify(page.error));
  return page.value.rows;
}

async function timeline(actor: Actor, scope: LedgerScope, filter: LedgerFilter = {}) {
  const drawn = await readTimeline(actor, scope, filter);
  if (!drawn.ok) throw new Error(JSON.stringify(drawn.error));
  return drawn.value;
}

async function consumerId(name: string): Promise<string> {
  const [row] = await f.database.query(`SELECT id FROM "Consumer" WHERE name = $1`, [name]);
  return String(row?.id);
}

describe("a line of the ledger", () => {
  it("says how many days are left and what that means, by the database's clock", async () => {
    const id = await f.put({ ownerId: f.alice.id, endsIn: "0 days" });
    const moments: [string, number, string][] = [
      [`now() - interval '3 days'`, -3, "ended"],
      [`now() - interval '1 second'`, 0, "ended"],
      [`now() + interval '1 minute'`, 0, "soon"],
      [`now() + interval '1 day'`, 1, "soon"],
      [`now() + interval '13 days 23 hours'`, 13, "soon"],
      [`now() + interval '14 days 1 minute'`, 14, "near"],
      [`now() + interval '29 days 23 hours'`, 29, "near"],
      [`now() + interval '30 days 1 hour'`, 30, "later"],
      [`now() + interval '400 days'`, 400, "later"],
    ];
    for (const [moment, days, state] of moments) {
      // Near midnight a minute more is a day more: the day is the database's, too.
      const [expected] = await f.database.query(
        `UPDATE "Credential" SET "expiresAt" = ${moment} WHERE id = $1 RETURNING
           ("expiresAt" AT TIME ZONE 'UTC')::date - (now() AT TIME ZONE 'UTC')::date AS days`,
        [id],
      );
      const [row] = await list(f.alice, mine(f.alice));
      expect(row, moment).toMatchObject({ daysLeft: expected?.days, state });
      expect(Math.abs(Number(expected?.days) - days), moment).toBeLessThanOrEqual(1);
    }
    await f.database.query(`UPDATE "Credential" SET "expiresAt" = NULL WHERE id = $1`, [id]);
    expect(await list(f.alice, mine(f.alice))).toMatchObject([
      { daysLeft: null, state: "never", end: { known: true, at: null } },
    ]);
    await f.database.query(`UPDATE "Credential" SET "expiryKnown" = false WHERE id = $1`, [id]);
    expect(await list(f.alice, mine(f.alice))).toMatchObject([
      { daysLeft: null, state: "not-told", end: { known: false } },
    ]);
  });

  it("names its owner, account and type, whom it serves, whom perhaps, and what used it last", async () => {
    const atlantis = await consumerId("Atlantis");
    await f.put({ teamId: f.teamId, endsIn: "40 days", login: "svc", usedBy: atlantis });
    await f.put({ endsIn: "50 days", scopes: null });
    await f.put({ ownerId: f.alice.id, endsIn: "60 days", scopes: ["read:org"] });
    const [teams, sites, alices] = await list(f.admin, all);
    expect(teams).toMatchObject({
      owner: { type: "team", id: f.teamId, name: "Platform" },
      host: { id: f.githubId, kind: "github", name: "Sim GitHub" },
      typeName: "Personal access token (classic)",
      tokenLabel: "ghp_…abcd",
      login: "svc",
      lastUsed: { by: { id: atlantis, name: "Atlantis" } },
      mayServe: [],
    });
    expect(teams?.serves.map(({ name }) => name)).toContain("Atlantis");
    expect(sites).toMatchObject({ owner: { type: "site" }, serves: [], lastUsed: null });
    expect(sites?.mayServe.map(({ name }) => name)).toContain("Atlantis");
    expect(alices).toMatchObject({ owner: { type: "user", name: "alice", email: "alice@example.com" } });
    expect([...(alices?.serves ?? []), ...(alices?.mayServe ?? [])].map(({ name }) => name)).not.toContain("Atlantis");
  });

  it("that has ended tells what it served until then; one that was revoked serves nobody", async () => {
    await f.put({ ownerId: f.alice.id, endsIn: "-2 days", outcome: "expired" });
    await f.put({ endsIn: "20 days", outcome: "revoked" });
    const [ended, revoked] = await list(f.admin, all);
    expect(ended).toMatchObject({ state: "ended", health: { state: "bad", word: "expired" } });
    expect(ended?.serves.map(({ name }) => name)).toContain("Atlantis");
    expect(revoked).toMatchObject({ serves: [], mayServe: [], health: { state: "bad", word: "revoked" } });
  });

  it("holds nothing that is sealed", async () => {
    await f.put({ ownerId: f.alice.id, endsIn: "2 days" });
    expect(Object.keys((await list(f.alice, mine(f.alice)))[0] ?? {})).not.toContain("sealed");
  });
});

describe("who may see which ledger", () => {
  const scopes = ["alice's", "the team's", "all"] as const;
  const expected: Record<string, readonly string[]> = {
    alice: ["ok", "not-found", "forbidden"],
    member: ["not-found", "ok", "forbidden"],
    maintainer: ["not-found", "ok", "forbidden"],
    admin: ["ok", "ok", "ok"],
    demoted: ["not-found", "not-found", "forbidden"],
    outsider: ["not-found", "not-found", "forbidden"],
    nobody: ["signed-out", "signed-out", "signed-out"],
  };

  it.each(Object.keys(expected))("%s", async (who) => {
    const actors: Record<string, Actor> = {
      ...{ alice: f.alice, member: f.member, maintainer: f.maintainer, admin: f.admin },
      demoted: { ...f.admin, role: "USER" },
      outsider: userActor("eve"),
      nobody: { type: "anonymous", ip: "127.0.0.1" },
    };
    await f.put({ ownerId: f.alice.id, endsIn: "2 days" });
    await f.put({ teamId: f.teamId, endsIn: "3 days" });
    for (const [at, scope] of [mine(f.alice), { type: "team", id: f.teamId } as const, all].entries()) {
      const actor = actors[who] ?? f.alice;
      for (const read of [listLedger, readTimeline, listChoices]) {
        const answer = await read(actor, scope);
        expect(answer.ok ? "ok" : answer.error.code, `${scopes[at]} by ${read.name}`).toBe(expected[who]?.[at]);
      }
    }
  });

  it("and of a team or a person that is none there is no ledger", async () => {
    for (const id of ["00000000-0000-4000-8000-000000000000", "[id]", "", "x' OR 1=1 --"]) {
      for (const actor of [f.alice, f.admin]) {
        const answer = await listLedger(actor, { type: "team", id });
        expect(answer, id).toMatchObject({ ok: false, error: { code: "not-found" } });
      }
    }
    expect(await listLedger(f.admin, { type: "user", id: "x" })).toMatchObject({ error: { code: "not-found" } });
  });

  it("and nothing of another owner is in it", async () => {
    const own = await f.put({ ownerId: f.alice.id, endsIn: "2 days" });
    const teams = await f.put({ teamId: f.teamId, endsIn: "3 days" });
    const site = await f.put({ endsIn: "4 days" });
    const ids = async (actor: Actor, scope: LedgerScope) => (await list(actor, scope)).map(({ id }) => id);
    expect(await ids(f.alice, mine(f.alice))).toEqual([own]);
    expect(await ids(f.member, { type: "team", id: f.teamId })).toEqual([teams]);
    expect(await ids(f.admin, all)).toEqual([own, teams, site]);
    expect(await ids(f.admin, mine(f.admin))).toEqual([]);
    expect((await timeline(f.alice, mine(f.alice))).counts.all).toBe(1);
    // What names another owner narrows one's own ledger to nothing.
    expect(await list(f.alice, mine(f.alice), { owner: "site" })).toEqual([]);
    const gitlab = await listChoices(f.alice, mine(f.alice));
    expect(gitlab.ok && gitlab.value.hosts).toEqual([{ id: f.githubId, name: "Sim GitHub" }]);
  });
});

describe("a long ledger", () => {
  it("is paged through forth and back over all of its parts without losing or repeating a line", async () => {
    await f.fill({ ownerId: f.alice.id }, 220, -10);
    await f.fill({ ownerId: f.bob.id }, 40);
    await f.fill({ ownerId: f.bob.id }, 60);
    await f.database.query(
      `UPDATE "Credential" SET "expiresAt" = NULL, "enteredAt" = now() - random() * interval '900 days'
      WHERE "ownerId" = $1`,
      [f.bob.id],
    );
    await f.database.query(
      `UPDATE "Credential" SET "expiryKnown" = false WHERE "ownerId" = $1 AND right(id::text, 1) < '8'`,
      [f.bob.id],
    );
    // Many with the same end.
    await f.database.query(
      `UPDATE "Credential" SET "expiresAt" = now() + interval '20 days'
      WHERE "ownerId" = $1 AND "expiresAt" > now() + interval '60 days'`,
      [f.alice.id],
    );
    const pages: string[][] = [];
    let after: string | null = null;
    const cursors: string[] = [];
    do {
      const page = await listLedger(f.admin, all, {}, { after });
      if (!page.ok) throw new Error(page.error.message);
      expect(page.value.previous === null).toBe(after === null);
      pages.push(page.value.rows.map(({ id }) => id));
      if (page.value.previous) cursors.push(page.value.previous);
      after = page.value.next;
    } while (after);
    expect(pages.map(({ length }) => length)).toEqual([50, 50, 50, 50, 50, 50, 20]);
    const seen = pages.flat();
    expect(new Set(seen).size).toBe(320);
    const inOrder = await f.database.query(`SELECT id FROM "Credential" ORDER BY
      CASE WHEN NOT "expiryKnown" THEN 2 WHEN "expiresAt" IS NULL THEN 1 ELSE 0 END,
      CASE WHEN "expiryKnown" AND "expiresAt" IS NOT NULL THEN "expiresAt" ELSE "enteredAt" END, id`);
    expect(seen).toEqual(inOrder.map(({ id }) => id));
    let before: string | null = cursors.at(-1) ?? null;
    for (const page of pages.slice(0, -1).reverse()) {
      const back = await listLedger(f.admin, all, {}, { before });
      if (!back.ok) throw new Error(back.error.message);
      expect(back.value.rows.map(({ id }) => id)).toEqual(page);
      before = back.value.previous;
    }
    expect(before).toBe(null);
  });

  it("is paged alike where a consumer leaves most of its lines out", async () => {
    const atlantis = await consumerId("Atlantis");
    await f.fill({ ownerId: f.alice.id }, 330);
    await f.database.query(`UPDATE "Credential" SET scopes = '{}' WHERE right(id::text, 1) > '5'`);
    const expected = await f.database.query(
      `SELECT id FROM "Credential" WHERE scopes <> '{}' ORDER BY "expiresAt", id`,
    );
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page = await listLedger(f.alice, mine(f.alice), { consumer: atlantis }, { after });
      if (!page.ok) throw new Error(page.error.message);
      seen.push(...page.value.rows.map(({ id }) => id));
      after = page.value.next;
    } while (after);
    expect(seen).toEqual(expected.map(({ id }) => id));
    expect((await timeline(f.alice, mine(f.alice), { consumer: atlantis })).counts.all).toBe(expected.length);
  });
});

describe("filters", () => {
  it("narrow by owner, host, consumer and window, the picture but for the window", async () => {
    const atlantis = await consumerId("Atlantis");
    const ids = {
      alice: await f.put({ ownerId: f.alice.id, endsIn: "-2 days" }),
      bob: await f.put({ ownerId: f.bob.id, endsIn: "5 days", hostId: f.gitlabId, scopes: ["read_user"] }),
      used: await f.put({ ownerId: f.bob.id, endsIn: "20 days", scopes: [], usedBy: atlantis }),
      team: await f.put({ teamId: f.teamId, endsIn: "100 days" }),
      site: await f.put({ endsIn: "700 days", scopes: [] }),
      never: await f.put({ hostId: f.gitlabId, endsIn: null, scopes: [] }),
      untold: await f.put({ teamId: f.teamId, hostId: f.gitlabId, scopes: [] }),
    };
    const [old] = await f.database.query(
      `SELECT "expiresAt" < date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS earlier,
              to_char("expiresAt" AT TIME ZONE 'UTC', 'YYYY-MM') AS month FROM "Credential" WHERE id = $1`,
      [ids.alice],
    );
    const [hundred] = await f.database.query(
      `SELECT to_char("expiresAt" AT TIME ZONE 'UTC', 'YYYY-MM') AS month FROM "Credential" WHERE id = $1`,
      [ids.team],
    );
    const cases: [LedgerFilter, (keyof typeof ids)[]][] = [
      [{}, ["alice", "bob", "used", "team", "site", "never", "untold"]],
      [{ owner: "site" }, ["site", "never"]],
      [{ owner: `team:${f.teamId}` }, ["team", "untold"]],
      [{ owner: f.bob.id }, ["bob", "used"]],
      [{ owner: "BOB@" }, ["bob", "used"]],
      [{ owner: "platf" }, ["team", "untold"]],
      [{ owner: "%" }, []],
      [{ owner: "team:none" }, []],
      [{ host: f.gitlabId }, ["bob", "never", "untold"]],
      [{ consumer: atlantis }, ["alice", "used", "team"]],
      [{ consumer: atlantis, owner: "bob" }, ["used"]],
      [{ window: "ended" }, ["alice"]],
      [{ window: "earlier" }, old?.earlier ? ["alice"] : []],
      [{ window: "14" }, ["bob"]],
      [{ window: "30" }, ["bob", "used"]],
      [{ window: "later" }, ["site"]],
      [{ window: "never" }, ["never"]],
      [{ window: "not-told" }, ["untold"]],
      [{ window: String(hundred?.month) }, ["team"]],
      [{ window: "2031-01" }, []],
    ];
    for (const [filter, expected] of cases) {
      const rows = await list(f.admin, all, filter);
      expect(
        rows.map(({ id }) => Object.entries(ids).find(([, one]) => one === id)?.[0]),
        JSON.stringify(filter),
      ).toEqual(expected);
    }
    expect((await timeline(f.admin, all, { window: "never" })).counts).toEqual({
      ...{ all: 7, ended: 1, earlier: old?.earlier ? 1 : 0, soon: 1, near: 2, later: 1, never: 1, notTold: 1 },
    });
    for (const filter of [{ owner: "bob" }, { host: f.gitlabId }, { consumer: atlantis }]) {
      expect((await timeline(f.admin, all, filter)).counts.all).toBe((await list(f.admin, all, filter)).length);
    }
  });

  it.each<[object, string | null]>([
    [{ window: "soon" }, null],
    [{ window: "2026-13" }, null],
    [{ window: { gt: 0 } }, null],
    [{ host: "x" }, null],
    [{ host: { not: "" } }, null],
    [{ consumer: "1 OR 1=1" }, null],
    [{ owner: "a\0" }, null],
    [{ owner: ["x"] }, null],
    [{ more: "x" }, null],
    [{}, "0.1"],
    [{}, "3.1.00000000-0000-4000-8000-000000000000"],
    [{}, "0.1.'; DROP TABLE 'x'; --00000000000000000"],
  ])("refuse %j after %j", async (filter, after) => {
    const answer = await listLedger(f.admin, all, filter as never, { after });
    expect(answer).toMatchObject({ ok: false, error: { code: "invalid-input" } });
    const { message = "", fields = {} } = answer.ok ? {} : answer.error;
    for (const sentence of [message, ...Object.values(fields)]) expect(sentence).toMatch(/^(?!Invalid)[A-Z].*\.$/);
  });
});

describe("the picture", () => {
  it("counts by day and state, and names the code hosts of a day", async () => {
    const others = await Promise.all(
      ["A", "B", "C"].map((name) => addHost(f.database, "github", name, `https://${name.toLowerCase()}.example`)),
    );
    for (const hostId of [f.githubId, ...others]) await f.put({ ownerId: f.alice.id, hostId, endsIn: "60 days" });
    await f.put({ hostId: others[2] ?? "", endsIn: "60 days" });
    await f.put({ hostId: others[1] ?? "", endsIn: "61 days" });
    const { days, counts, now } = await timeline(f.admin, all);
    expect(days.map(({ count, state, hosts }) => ({ count, state, hosts }))).toEqual([
      { count: 5, state: "later", hosts: ["C", "A", "B"] },
      { count: 1, state: "later", hosts: ["B"] },
    ]);
    expect(Date.parse(days[1]?.day ?? "") - Date.parse(days[0]?.day ?? "")).toBe(86_400_000);
    expect(counts).toMatchObject({ all: 6, ended: 0, near: 0 });
    expect(Math.abs(Date.parse(now) - Date.now())).toBeLessThan(60_000);
  });

  it("is the same counted by the database and line by line", async () => {
    await f.fill({ ownerId: f.alice.id }, 460, -40);
    const byDatabase = await timeline(f.alice, mine(f.alice));
    const atlantis = await consumerId("Atlantis");
    const byLine = await timeline(f.alice, mine(f.alice), { consumer: atlantis });
    expect(byLine.days).toEqual(byDatabase.days);
    expect(byLine.counts).toEqual(byDatabase.counts);
  });
});
