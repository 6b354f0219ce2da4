import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type CredentialsFixture, createCredentialsFixture, GITHUB_SCOPES, storeInput } from "../credentials/fixture";
import { countNeedingByTeam, listCredentials } from "../credentials/list";
import { removeCredential } from "../credentials/remove";
import { storeCredential } from "../credentials/store";
import type { UserActor } from "../testing/actors";
import { createTeam, deleteTeam, editTeam } from "./change-team";
import { findTeam } from "./find-team";
import { addPerson, addTeam, type Person } from "./fixture";
import { countTeamsNeedingYou, listMyTeams, listTeams } from "./list-teams";

let f: CredentialsFixture;
let alice: Person;
let bob: Person;
let team: string;

beforeAll(async () => {
  f = await createCredentialsFixture();
  alice = await addPerson(f.database, "maintainer");
  bob = await addPerson(f.database, "member");
});
afterAll(async () => {
  await f.drop();
});
beforeEach(async () => {
  await f.database.query(`DELETE FROM "Team"`);
  team = await addTeam("Platform", [
    [alice, "MAINTAINER"],
    [bob, "MEMBER"],
  ]);
});

const teams = async () => await f.database.query(`SELECT name, description FROM "Team" ORDER BY name`);
const lastAudited = async (action: string) =>
  (
    await f.database.query(
      `SELECT outcome, "actorLabel", "targetLabel", details FROM "AuditEntry" WHERE action = $1 ORDER BY seq`,
      [action],
    )
  ).at(-1);
const storeFor = async (actor: UserActor, id: string, scopes = GITHUB_SCOPES) =>
  await storeCredential(
    actor,
    storeInput(actor, f.githubId, f.github.addToken({ login: "svc", scopes }), {
      owner: { type: "team", id },
      confirm: ["missing-scopes"],
    }),
  );

describe("making and deleting teams", () => {
  it("is for site admins; others are refused and it is audited", async () => {
    const before = await teams();
    for (const person of [alice, bob]) {
      const actor = await person.now();
      expect(await createTeam(actor, { name: "Mine" })).toMatchObject({ error: { code: "forbidden" } });
      expect(await deleteTeam(actor, { id: team, confirmation: "Platform" })).toMatchObject({
        error: { code: "forbidden" },
      });
      expect(await listTeams(actor)).toMatchObject({ error: { code: "forbidden" } });
    }
    expect(await teams()).toEqual(before);
    expect(await lastAudited("team.create")).toMatchObject({ outcome: "denied", actorLabel: "member@example.com" });
    expect(await createTeam(f.admin, { name: " Release ", description: "Ships" })).toMatchObject({
      ok: true,
      value: { name: "Release" },
    });
    expect(await lastAudited("team.create")).toMatchObject({ outcome: "ok", targetLabel: "Release" });
  });

  it("gives no two teams one name, however many are made at the same time", async () => {
    const tries = await Promise.all(Array.from({ length: 6 }, () => createTeam(f.admin, { name: "Twin" })));
    expect(tries.filter(({ ok }) => ok)).toHaveLength(1);
    expect(tries.find(({ ok }) => !ok)).toMatchObject({
      error: { code: "conflict", fields: { name: expect.any(String) } },
    });
    expect(await editTeam(f.admin, { id: team, name: "Twin", description: "" })).toMatchObject({
      error: { code: "conflict" },
    });
  });

  it.each([null, 7, {}, { name: "" }, { name: "x", id: "y" }, { name: "a\nb" }, { name: "x".repeat(101) }])(
    "takes no %j",
    async (given) => {
      const before = await teams();
      expect(await createTeam(f.admin, given)).toMatchObject({ ok: false });
      expect(await deleteTeam(f.admin, given)).toMatchObject({ ok: false });
      expect(await editTeam(f.admin, given)).toMatchObject({ ok: false });
      expect(await teams()).toEqual(before);
    },
  );

  it("takes the credentials with the team, once its name was typed", async () => {
    expect(await storeFor(await alice.now(), team)).toMatchObject({ ok: true });
    expect(await deleteTeam(f.admin, { id: team, confirmation: "platform" })).toMatchObject({
      error: { code: "invalid-input", fields: { confirmation: expect.any(String) } },
    });
    expect(await findTeam(f.admin, team)).toMatchObject({ value: { credentialCount: 1, role: null, mayManage: true } });
    expect(await deleteTeam(f.admin, { id: team, confirmation: "Platform" })).toEqual({
      ok: true,
      value: { credentialCount: 1 },
    });
    expect(await lastAudited("team.delete")).toMatchObject({
      targetLabel: "Platform",
      details: { credentialsRemoved: 1, members: 2 },
    });
    expect(await f.database.query(`SELECT 1 FROM "Credential" WHERE "teamId" IS NOT NULL`)).toEqual([]);
    expect((await alice.now()).teams).toEqual([]);
    expect(await deleteTeam(f.admin, { id: team, confirmation: "Platform" })).toMatchObject({
      error: { code: "not-found" },
    });
  });
});

describe("editing a team", () => {
  it("leaves its name to site admins and its description to its maintainers too", async () => {
    const actor = await alice.now();
    expect(await editTeam(actor, { id: team, description: "Runs the clusters" })).toMatchObject({ ok: true });
    expect(await editTeam(actor, { id: team, name: "Mine", description: "" })).toMatchObject({
      error: { code: "forbidden" },
    });
    expect(await editTeam(await bob.now(), { id: team, description: "" })).toMatchObject({
      error: { code: "forbidden" },
    });
    expect(await teams()).toEqual([{ name: "Platform", description: "Runs the clusters" }]);
    expect(await editTeam(f.admin, { id: team, name: "Base", description: "" })).toMatchObject({ ok: true });
    expect(await lastAudited("team.edit")).toMatchObject({
      targetLabel: "Base",
      details: { renamedFrom: "Platform" },
    });
  });
});

describe("a team's credential", () => {
  it("is kept by its maintainers, seen by its members, and not there for others", async () => {
    expect(await storeFor(await bob.now(), team)).toMatchObject({ error: { code: "not-found" } });
    expect(await storeFor(f.bob, team)).toMatchObject({ error: { code: "not-found" } });
    const stored = await storeFor(await alice.now(), team);
    if (!stored.ok) throw new Error(stored.error.message);
    const owner = { type: "team", id: team } as const;
    const point = { owner, credentialId: stored.value.id };
    const query = { search: "sim github", filter: "all", take: 9 } as const;
    expect(await listCredentials(await bob.now(), owner, query)).toMatchObject({
      value: { rows: [{ credential: { account: { login: "svc" } } }] },
    });
    expect(await listCredentials(f.bob, owner, query)).toMatchObject({ error: { code: "not-found" } });
    expect(await removeCredential(await bob.now(), point)).toMatchObject({ error: { code: "not-found" } });
    expect(await removeCredential(f.bob, point)).toMatchObject({ error: { code: "not-found" } });
    expect(await removeCredential(await alice.now(), point)).toMatchObject({ ok: true });
  });

  it("is what a member's own list says is used, and what remains when they remove theirs", async () => {
    await storeFor(await alice.now(), team);
    const mine = async () => {
      const actor = await bob.now();
      const query = { search: "sim github", filter: "all", take: 9 } as const;
      const list = await listCredentials(actor, { type: "user", id: actor.id }, query);
      if (!list.ok) throw new Error(list.error.message);
      return list.value.rows[0];
    };
    const ofTeam = { owner: { type: "team", id: team }, teamName: "Platform", login: "svc" };
    expect(await mine()).toMatchObject({ credential: null, uses: { used: ofTeam, fallback: ofTeam } });
    const actor = await bob.now();
    const own = f.github.addToken({ login: "bob", scopes: GITHUB_SCOPES });
    const stored = await storeCredential(actor, storeInput(actor, f.githubId, own));
    expect(await mine()).toMatchObject({ uses: { used: { login: "bob", teamName: null }, fallback: ofTeam } });
    await f.database.query(`UPDATE "Credential" SET outcome = 'rejected' WHERE id = $1`, [
      stored.ok && stored.value.id,
    ]);
    expect(await mine()).toMatchObject({ state: "bad", uses: { used: ofTeam } });
    await f.database.query(`DELETE FROM "Credential" WHERE "ownerId" = $1`, [actor.id]);
  });
});

describe("the lists of teams", () => {
  it("show each their own with what needs somebody, and count it for those who run the team", async () => {
    await storeFor(await alice.now(), team, ["read:org"]);
    await addTeam("Another");
    const seen = await listMyTeams(await bob.now());
    expect(seen.ok && seen.value).toEqual([
      {
        id: team,
        name: "Platform",
        description: "",
        memberCount: 2,
        credentialCount: 1,
        hasMaintainer: true,
        needing: 1,
        role: "MEMBER",
      },
    ]);
    expect(await countTeamsNeedingYou(await alice.now())).toBe(1);
    expect(await countTeamsNeedingYou(await bob.now())).toBe(0);
    expect(await countNeedingByTeam(f.bob, [team])).toEqual(new Map());
    const all = await listTeams(f.admin);
    expect(all.ok && all.value.teams.map(({ name, needing, hasMaintainer }) => [name, needing, hasMaintainer])).toEqual(
      [
        ["Another", 0, false],
        ["Platform", 1, true],
      ],
    );
  });

  it("is for admins paged by name without hiding or doubling one, and searched by literal text", async () => {
    await f.database.query(
      `INSERT INTO "Team" (name, description, "updatedAt")
       SELECT 'Team ' || n, CASE WHEN n % 5 = 0 THEN '100%_' ELSE '' END, now() FROM generate_series(1, 25) n`,
    );
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof listTeams>> = await listTeams(f.admin, { after, limit: 10 });
      if (!page.ok) throw new Error(page.error.message);
      expect(page.value.total).toBe(26);
      seen.push(...page.value.teams.map(({ name }) => name));
      after = page.value.next;
    } while (after);
    expect(new Set(seen).size).toBe(26);
    const ids = await f.database.query(`SELECT id FROM "Team" WHERE name = $1`, [seen[20]]);
    const back = await listTeams(f.admin, { before: String(ids[0]?.id), limit: 10 });
    expect(back.ok && back.value.teams.map(({ name }) => name)).toEqual(seen.slice(10, 20));
    const found = await listTeams(f.admin, { text: "%_" });
    expect(found.ok && found.value.total).toBe(5);
    expect(await listTeams(f.admin, { text: "\0" })).toMatchObject({ ok: true });
  });
});
