import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listCredentials } from "../credentials/list";
import type { UserActor } from "../testing/actors";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { deleteUser } from "../users/delete-user";
import { addMember, changeMember, leaveTeam, removeMember } from "./change-members";
import { findTeam } from "./find-team";
import { addPerson, addTeam, type Person, system } from "./fixture";
import { listMembers } from "./list-members";
import { listTeams } from "./list-teams";
import { suggestPeople } from "./suggest-people";

const nobody = "00000000-0000-4000-8000-000000000000";
let db: TestDatabase;
let admin: Person;
let alice: Person;
let bob: Person;
let eve: Person;
let team: string;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  await db.query(`TRUNCATE "User", "Team" CASCADE`);
  admin = await addPerson(db, "admin", "ADMIN");
  alice = await addPerson(db, "alice");
  bob = await addPerson(db, "bob");
  eve = await addPerson(db, "eve");
  team = await addTeam("Platform", [
    [alice, "MAINTAINER"],
    [bob, "MEMBER"],
  ]);
});

const rolesIn = async (id = team) =>
  Object.fromEntries(
    (
      await db.query(
        `SELECT u.name, m.role::text AS role FROM "TeamMember" m JOIN "User" u ON u.id = m."userId"
         WHERE m."teamId" = $1`,
        [id],
      )
    ).map(({ name, role }) => [name, role]),
  );
const audited = async (action: string) =>
  await db.query(
    `SELECT outcome, "actorLabel", "targetLabel", details FROM "AuditEntry" WHERE action = $1 ORDER BY seq`,
    [action],
  );
const lastAudited = async (action: string) => (await audited(action)).at(-1);

describe("a maintainer", () => {
  it("adds by the exact e-mail address, whatever its case, and each change is in the audit log", async () => {
    const actor = await alice.now();
    const added = await addMember(actor, { teamId: team, email: " Eve@Example.com ", role: "MEMBER" });
    expect(added).toEqual({ ok: true, value: { name: "eve" } });
    expect(await changeMember(actor, { teamId: team, userId: eve.id, role: "MAINTAINER" })).toMatchObject({ ok: true });
    expect(await rolesIn()).toEqual({ alice: "MAINTAINER", bob: "MEMBER", eve: "MAINTAINER" });
    expect(await removeMember(actor, { teamId: team, userId: eve.id })).toMatchObject({ ok: true });
    expect(await rolesIn()).toEqual({ alice: "MAINTAINER", bob: "MEMBER" });
    const entry = { outcome: "ok", actorLabel: "alice@example.com", targetLabel: "Platform" };
    expect(await lastAudited("team.member-add")).toEqual({
      ...entry,
      details: { member: "eve@example.com", role: "MEMBER" },
    });
    expect(await lastAudited("team.member-change")).toEqual({
      ...entry,
      details: { member: "eve@example.com", from: "MEMBER", to: "MAINTAINER" },
    });
    expect(await lastAudited("team.member-remove")).toEqual({
      ...entry,
      details: { member: "eve@example.com", role: "MAINTAINER" },
    });
  });

  it.each([
    ["nobody has", "carol@example.com", "not-found", /Nobody here has this e-mail address/],
    ["a part of one has", "eve@", "invalid-input", /Enter an e-mail address/],
    ["somebody in it has", "bob@example.com", "conflict", /bob is in this team already/],
  ])("is told, in a sentence at the field, of an address that %s", async (_, email, code, sentence) => {
    const result = await addMember(await alice.now(), { teamId: team, email });
    expect(result).toMatchObject({ ok: false, error: { code, fields: { email: expect.stringMatching(sentence) } } });
    expect(await rolesIn()).toEqual({ alice: "MAINTAINER", bob: "MEMBER" });
  });

  it("does not add a disabled account", async () => {
    await db.query(`UPDATE "User" SET "disabledAt" = now() WHERE id = $1`, [eve.id]);
    const result = await addMember(await alice.now(), { teamId: team, email: eve.email });
    expect(result).toMatchObject({ error: { code: "conflict" } });
  });

  it("is not shown who else is on this site", async () => {
    expect(await suggestPeople(await alice.now(), "")).toMatchObject({ ok: false, error: { code: "forbidden" } });
    expect(await suggestPeople(await admin.now(), "ev")).toEqual({
      ok: true,
      value: [{ name: "eve", email: "eve@example.com" }],
    });
  });

  it("adds somebody once, however often it is asked at the same time", async () => {
    const actor = await alice.now();
    const tries = await Promise.all(
      Array.from({ length: 8 }, () => addMember(actor, { teamId: team, email: eve.email })),
    );
    expect(tries.filter(({ ok }) => ok)).toHaveLength(1);
    expect(tries.filter((one) => !one.ok && one.error.code === "conflict")).toHaveLength(7);
  });
});

describe("whoever does not run the team", () => {
  const deeds: [string, (actor: UserActor) => Promise<{ ok: boolean }>][] = [
    ["adds nobody", (actor) => addMember(actor, { teamId: team, email: eve.email })],
    ["changes nobody", (actor) => changeMember(actor, { teamId: team, userId: bob.id, role: "MAINTAINER" })],
    ["removes nobody", (actor) => removeMember(actor, { teamId: team, userId: alice.id })],
  ];
  it.each(deeds)("%s; an outsider is told there is no such team, and it is audited", async (_, deed) => {
    const before = await rolesIn();
    const denials = (await audited("team.manage")).length;
    expect(await deed(await bob.now())).toMatchObject({ ok: false, error: { code: "forbidden" } });
    expect(await deed(await eve.now())).toMatchObject({ ok: false, error: { code: "not-found" } });
    expect(await rolesIn()).toEqual(before);
    expect((await audited("team.manage")).slice(denials)).toMatchObject([
      { outcome: "denied", actorLabel: "bob@example.com" },
      { outcome: "denied", actorLabel: "eve@example.com" },
    ]);
  });

  it("sees nothing of it from outside, and of another team nothing from inside", async () => {
    const other = await addTeam("Another", [[eve, "MAINTAINER"]]);
    for (const [person, id] of [
      [eve, team],
      [bob, other],
    ] as const) {
      const actor = await person.now();
      const query = { search: "", filter: "all", take: 9 } as const;
      expect(await findTeam(actor, id)).toMatchObject({ error: { code: "not-found" } });
      expect(await listMembers(actor, { teamId: id })).toMatchObject({ error: { code: "not-found" } });
      expect(await leaveTeam(actor, { teamId: id })).toMatchObject({ error: { code: "not-found" } });
      expect(await listCredentials(actor, { type: "team", id }, query)).toMatchObject({ error: { code: "not-found" } });
    }
    expect(await findTeam(await bob.now(), team)).toMatchObject({ value: { role: "MEMBER", mayManage: false } });
  });

  it.each([undefined, null, 7, "x", {}, { teamId: null }, { teamId: nobody }, { teamId: ["x"], email: {} }])(
    "is refused with a sentence, whatever is sent: %j",
    async (given) => {
      for (const deed of [addMember, changeMember, removeMember, leaveTeam]) {
        for (const person of [admin, eve]) {
          const result = await deed(await person.now(), given);
          expect(result).toMatchObject({ ok: false, error: { message: expect.any(String) } });
        }
      }
    },
  );
});

describe("a role that was taken away", () => {
  it("does not count in the next call", async () => {
    await changeMember(system, { teamId: team, userId: bob.id, role: "MAINTAINER" });
    expect(await addMember(await bob.now(), { teamId: team, email: eve.email })).toMatchObject({ ok: true });
    expect(await removeMember(await alice.now(), { teamId: team, userId: bob.id })).toMatchObject({ ok: true });
    const gone = await bob.now();
    expect(gone.teams).toEqual([]);
    expect(await removeMember(gone, { teamId: team, userId: eve.id })).toMatchObject({ error: { code: "not-found" } });
    expect(await listMembers(gone, { teamId: team })).toMatchObject({ error: { code: "not-found" } });
  });
});

describe("the last maintainer", () => {
  it("cannot leave, be removed or step down, other than by a site admin, who is told", async () => {
    const actor = await alice.now();
    const self = { teamId: team, userId: alice.id };
    for (const result of [
      await leaveTeam(actor, { teamId: team }),
      await removeMember(actor, self),
      await changeMember(actor, { ...self, role: "MEMBER" }),
    ]) {
      expect(result).toMatchObject({
        error: { code: "conflict", message: expect.stringContaining("You are the last maintainer.") },
      });
    }
    expect(await rolesIn()).toEqual({ alice: "MAINTAINER", bob: "MEMBER" });
    const listed = await listMembers(actor, { teamId: team });
    expect(listed.ok && listed.value.members.map(({ isLastMaintainer }) => isLastMaintainer)).toEqual([true, false]);
    expect(await removeMember(await admin.now(), self)).toMatchObject({ ok: true });
    expect(await lastAudited("team.member-remove")).toMatchObject({ details: { leftWithoutMaintainer: true } });
    const teams = await listTeams(await admin.now());
    expect(teams.ok && teams.value.teams[0]).toMatchObject({ hasMaintainer: false, memberCount: 1 });
  });

  it("is whoever is not disabled", async () => {
    await changeMember(system, { teamId: team, userId: bob.id, role: "MAINTAINER" });
    await db.query(`UPDATE "User" SET "disabledAt" = now() WHERE id = $1`, [bob.id]);
    expect(await leaveTeam(await alice.now(), { teamId: team })).toMatchObject({ error: { code: "conflict" } });
    // Whoever cannot sign in runs nothing: the disabled one may go.
    expect(await removeMember(await alice.now(), { teamId: team, userId: bob.id })).toMatchObject({ ok: true });
  });

  it("stays when all of them go at the same time", async () => {
    for (let round = 0; round < 5; round += 1) {
      const people = await Promise.all([1, 2, 3, 4].map((n) => addPerson(db, `m${round}-${n}`)));
      const id = await addTeam(
        `Round ${round}`,
        people.map((person) => [person, "MAINTAINER"]),
      );
      const results = await Promise.all(
        people.map(async (person, n) => {
          const actor = await person.now();
          const next = people[(n + 1) % people.length]?.id ?? "";
          if (n === 0) return await leaveTeam(actor, { teamId: id });
          if (n === 1) return await changeMember(actor, { teamId: id, userId: person.id, role: "MEMBER" });
          return await removeMember(actor, { teamId: id, userId: next });
        }),
      );
      expect(results.some(({ ok }) => ok)).toBe(true);
      expect(Object.values(await rolesIn(id)).filter((role) => role === "MAINTAINER").length).toBeGreaterThan(0);
    }
  });

  it("may be deleted as a user; the team is then one that needs a site admin", async () => {
    expect(await deleteUser(await admin.now(), { id: alice.id, confirmation: alice.email })).toMatchObject({
      ok: true,
    });
    expect(await rolesIn()).toEqual({ bob: "MEMBER" });
    expect(await lastAudited("user.delete")).toMatchObject({ details: { teamsLeft: 1 } });
    const teams = await listTeams(await admin.now());
    expect(teams.ok && teams.value.teams).toMatchObject([{ name: "Platform", hasMaintainer: false }]);
  });
});

describe("the list of members", () => {
  it("has maintainers first and is paged without hiding or doubling anybody", async () => {
    await db.query(
      `INSERT INTO "User" (id, email, name, "passwordHash", "updatedAt")
       SELECT gen_random_uuid(), 'n' || n || '@example.net', 'n' || n, 'x', now() FROM generate_series(1, 23) n`,
    );
    await db.query(
      `INSERT INTO "TeamMember" ("teamId", "userId", role, "createdAt")
       SELECT $1, id, (ARRAY['MEMBER', 'MAINTAINER'])[1 + (substr(name, 2)::int % 2)]::"TeamRole", '2026-01-01'
       FROM "User" WHERE email LIKE '%@example.net'`,
      [team],
    );
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof listMembers>> = await listMembers(await bob.now(), {
        teamId: team,
        after,
        limit: 10,
      });
      if (!page.ok) throw new Error(page.error.message);
      expect(page.value.total).toBe(25);
      seen.push(...page.value.members.map(({ userId, role }) => `${role} ${userId}`));
      after = page.value.next;
    } while (after);
    expect(new Set(seen).size).toBe(25);
    expect(seen).toHaveLength(25);
    const firstMember = seen.findIndex((entry) => entry.startsWith("MEMBER"));
    expect(firstMember).toBe(13);
    expect(seen.slice(firstMember).every((entry) => entry.startsWith("MEMBER"))).toBe(true);
  });
});
