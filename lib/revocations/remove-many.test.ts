import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { UserActor } from "../testing/actors";
import { createRevocationsFixture, type RevocationsFixture } from "./fixture";
import { byHost, inPace } from "./in-pace";
import { MOST_AT_ONCE, removeMany } from "./remove-many";

let f: RevocationsFixture;
let maintainer: UserActor;
const teamId = randomUUID();
const all = "all";
const team = `team:${teamId}` as const;

beforeAll(async () => {
  f = await createRevocationsFixture();
  await f.database.query(`INSERT INTO "Team" (id, name, "updatedAt") VALUES ($1, 'Platform', now())`, [teamId]);
  maintainer = { ...f.bob, teams: [{ id: teamId, role: "MAINTAINER" }] };
});
beforeEach(async () => {
  f.onEnd(null);
  await f.database.query(`DELETE FROM "Revocation"`);
  await f.database.query(`DELETE FROM "Credential"`);
});
afterAll(() => f.drop());

const left = async () => (await f.database.query(`SELECT id FROM "Credential"`)).map(({ id }) => id);

describe("removing many", () => {
  it("gives each a result and an audit entry of its own, and the action one", async () => {
    const [alices, bobs, sites] = [
      await f.addCredential(f.alice),
      await f.addCredential(f.bob),
      await f.addCredential(f.admin, { owner: { type: "site" } }),
    ];
    f.onEnd(({ headers }) =>
      headers.authorization === `Bearer ${bobs.token}` ? { status: 403, body: { error: "insufficient_scope" } } : null,
    );
    const ids = [alices.id, bobs.id, sites.id];
    const removed = await removeMany(f.admin, { scope: all, credentialIds: ids, revoke: true });
    expect(removed).toMatchObject({
      ok: true,
      value: [
        { credentialId: alices.id, outcome: "dead", receipt: { ownerLabel: "alice (alice@example.com)" } },
        { credentialId: bobs.id, outcome: "alive" },
        { credentialId: sites.id, outcome: "dead", receipt: { ownerLabel: "This site" } },
      ],
    });
    expect(await left()).toEqual([]);
    expect((await f.auditOf("credential.remove")).slice(-3)).toHaveLength(3);
    expect((await f.auditOf("credential.remove-many")).at(-1)).toMatchObject({
      outcome: "ok",
      details: { removed: 3, dead: 2, alive: 1, kept: 0, revoke: true },
    });
  });

  it("lets a maintainer remove what the team has; others' are not found and stay, and do not stop the rest", async () => {
    const own = await f.addCredential(maintainer, { owner: { type: "team", id: teamId } });
    const [alices, sites] = [
      await f.addCredential(f.alice),
      await f.addCredential(f.admin, { owner: { type: "site" } }),
    ];
    const denied = await f.auditOf("credential.manage");
    const nobodys = randomUUID();
    const removed = await removeMany(maintainer, {
      scope: team,
      credentialIds: [alices.id, own.id, sites.id, nobodys],
      revoke: false,
    });
    expect(removed.ok && removed.value.map(({ outcome }) => outcome)).toEqual(["kept", "here", "kept", "kept"]);
    expect(removed.ok && removed.value.filter(({ message }) => /no such credential/.test(message))).toHaveLength(3);
    expect((await left()).sort()).toEqual([alices.id, sites.id].sort());
    expect(await f.auditOf("credential.manage")).toHaveLength(denied.length + 3);
    // Nor does an admin there remove what the team's page does not show.
    const strayed = await removeMany(f.admin, { scope: team, credentialIds: [alices.id], revoke: false });
    expect(strayed).toMatchObject({ ok: true, value: [{ outcome: "kept" }] });
  });

  it("is not for members, other people, or maintainers of another team", async () => {
    const { id } = await f.addCredential(maintainer, { owner: { type: "team", id: teamId } });
    const member: UserActor = { ...f.alice, teams: [{ id: teamId, role: "MEMBER" }] };
    const other: UserActor = { ...f.alice, teams: [{ id: randomUUID(), role: "MAINTAINER" }] };
    for (const actor of [member, other, f.alice]) {
      for (const scope of [team, all]) {
        const refused = await removeMany(actor, { scope, credentialIds: [id], revoke: true });
        expect(refused).toMatchObject({ ok: false, error: { code: scope === all ? "forbidden" : "not-found" } });
      }
    }
    expect(await left()).toEqual([id]);
  });

  it("stops asking a host that limits us; what is left is asked for later", async () => {
    const ids: string[] = [];
    for (const name of ["one", "two", "three"]) {
      const actor = { ...f.alice, id: randomUUID(), name, email: `${name}-${randomUUID()}@example.com` };
      await f.database.query(
        `INSERT INTO "User" (id, email, name, "passwordHash", "updatedAt") VALUES ($1, $2, $3, 'none', now())`,
        [actor.id, actor.email, name],
      );
      ids.push((await f.addCredential(actor)).id);
    }
    const before = f.lab.requests.length;
    f.onEnd(() => ({ status: 429, headers: { "Retry-After": "1800" }, body: "Retry later\n" }));
    const removed = await removeMany(f.admin, { scope: all, credentialIds: ids, revoke: true });
    expect(removed.ok && removed.value.map(({ outcome }) => outcome)).toEqual(["asking", "asking", "asking"]);
    expect(f.lab.requests.length - before).toBeLessThanOrEqual(3);
    const [row] = await f.database.query(
      `SELECT min("nextCheckAt" - now()) > interval '25 minutes' AS later FROM "Revocation"`,
    );
    expect(row).toEqual({ later: true });
    expect(await left()).toEqual([]);
  });

  it.each([
    [{}],
    [null],
    [{ scope: "all", credentialIds: [], revoke: true }],
    [{ scope: "team:x", credentialIds: [randomUUID()], revoke: true }],
    [{ credentialIds: [randomUUID()], revoke: true }],
    [{ scope: "all", credentialIds: ["x"], revoke: true }],
    [{ scope: "all", credentialIds: [randomUUID()] }],
    [{ scope: "all", credentialIds: Array.from({ length: MOST_AT_ONCE + 1 }, () => randomUUID()), revoke: true }],
    [{ scope: "all", credentialIds: [randomUUID()], revoke: true, owner: "site" }],
  ])("refuses %j", async (raw) => {
    expect(await removeMany(f.admin, raw)).toMatchObject({ ok: false, error: { code: "invalid-input" } });
  });
});

describe("the pace", () => {
  it("keeps so many at the same time, so far apart, in order", async () => {
    let [running, most] = [0, 0];
    const began: number[] = [];
    const results = await inPace([1, 2, 3, 4, 5, 6], { concurrent: 2, everyMs: 20 }, async (item) => {
      began.push(performance.now());
      running += 1;
      most = Math.max(most, running);
      await new Promise((done) => setTimeout(done, 30));
      running -= 1;
      return item * 10;
    });
    expect(results).toEqual([10, 20, 30, 40, 50, 60]);
    expect(most).toBe(2);
    for (const [index, at] of began.entries()) expect(at - (began[0] ?? 0)).toBeGreaterThanOrEqual(index * 20 - 3);
  });

  it("is each code host's own", () => {
    const rows = [{ codeHostId: "a" }, { codeHostId: "b" }, { codeHostId: "a" }];
    expect(byHost(rows).map((own) => own.length)).toEqual([2, 1]);
  });
});
