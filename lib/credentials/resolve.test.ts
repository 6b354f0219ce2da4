import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, type CredentialsFixture, createCredentialsFixture, GITHUB_SCOPES, storeInput } from "./fixture";
import { type Candidate, resolve, resolveCredential } from "./resolve";
import { storeCredential } from "./store";

const now = new Date("2026-11-23T12:00:00Z");
const person = { name: "Alice", isDisabled: false, teamCount: 2 };
const host = { id: "host", name: "Git", baseUrl: "https://git.example.com", globalUse: "may" };

function candidate(id: string, more: Partial<Candidate> = {}): Candidate {
  return {
    id,
    codeHostId: host.id,
    ownerId: null,
    teamId: null,
    accountLogin: id,
    outcome: "valid",
    rejectedAt: null,
    expiresAt: null,
    sealedFor: host.baseUrl,
    team: null,
    ...more,
  };
}
const own = (more: Partial<Candidate> = {}) => candidate("own", { ownerId: "alice", ...more });
const team = (name: string, more: Partial<Candidate> = {}) =>
  candidate(`of-${name}`, { teamId: `id-${name}`, team: { name }, ...more });
const site = (more: Partial<Candidate> = {}) => candidate("site", more);

const rejected = { outcome: "rejected" };
const ended = { expiresAt: new Date("2026-11-23T11:59:59Z") };
const moved = { sealedFor: "https://old.example.com" };

describe("which credential tools get for a person", () => {
  it.each<[string, Candidate[], string | null, string[]]>([
    ["theirs before all", [site(), team("B"), team("A"), own()], "own", ["own used"]],
    ["their team's without theirs", [site(), team("A")], "of-A", ["own skipped", "team used"]],
    ["the first team's by name", [site(), team("B"), team("a"), team("C")], "of-a", ["own skipped", "team used"]],
    [
      "of teams of one name the first by id",
      [team("A", { id: "second", teamId: "2" }), team("A", { id: "first", teamId: "1" })],
      "first",
      ["own skipped", "team used"],
    ],
    ["the site's without either", [site()], "site", ["own skipped", "team skipped", "site used"]],
    ["none where there is none", [], null, ["own skipped", "team skipped", "site skipped"]],
    ["the team's when theirs is rejected", [site(), team("A"), own(rejected)], "of-A", ["own skipped", "team used"]],
    [
      "the next team's when the first is rejected",
      [site(), team("A", rejected), team("B")],
      "of-B",
      ["own skipped", "team skipped", "team used"],
    ],
    [
      "the site's when theirs and the teams' cannot be used",
      [site(), team("A", ended), team("B", moved), own({ rejectedAt: now })],
      "site",
      ["own skipped", "team skipped", "team skipped", "site used"],
    ],
    [
      "none when nothing can be used",
      [site(rejected), team("A", moved), own(ended)],
      null,
      ["own skipped", "team skipped", "site skipped"],
    ],
    ["theirs to the last moment", [own({ expiresAt: new Date("2026-11-23T12:00:01Z") })], "own", ["own used"]],
    [
      "not theirs from that moment",
      [own({ expiresAt: now }), site()],
      "site",
      ["own skipped", "team skipped", "site used"],
    ],
    ["what was not checked yet", [own({ outcome: "unchecked" }), site()], "own", ["own used"]],
    ["what could not be checked", [own({ outcome: "unreachable" }), site()], "own", ["own used"]],
    ["what needs SSO for a part", [own({ outcome: "sso-required" }), site()], "own", ["own used"]],
  ])("is %s", (_, candidates, chosen, steps) => {
    const resolution = resolve(person, host, candidates, now);
    expect(resolution.chosen?.id ?? null).toBe(chosen);
    expect(resolution.trace.map(({ source, verdict }) => `${source} ${verdict}`)).toEqual(steps);
  });

  it.each(["rejected", "expired", "revoked", "blocked"])("is not one that is %s", (outcome) => {
    expect(resolve(person, host, [own({ outcome }), site()], now).chosen?.id).toBe("site");
  });

  it.each([
    ["must", [own(), team("A"), site()], "site"],
    ["must", [own(), team("A")], null],
    ["must", [own(), team("A"), site(rejected)], null],
    ["must-not", [own(), team("A"), site()], "own"],
    ["must-not", [team("A"), site()], "of-A"],
    ["must-not", [site()], null],
    ["may", [site()], "site"],
  ])("obeys that people %s use the global one", (globalUse, candidates, chosen) => {
    expect(resolve(person, { ...host, globalUse }, candidates, now).chosen?.id ?? null).toBe(chosen);
  });

  it("is none for somebody who is disabled, not their team's or the site's either", () => {
    const disabled = { ...person, isDisabled: true };
    expect(resolve(disabled, host, [own(), team("A"), site()], now)).toEqual({
      chosen: null,
      trace: [
        {
          source: "own",
          credentialId: null,
          verdict: "skipped",
          why: "Alice is disabled, so tools get no credential for them.",
        },
      ],
    });
  });

  it("is told in sentences, with what was passed over and what is used", () => {
    const { trace } = resolve(person, host, [own(ended), team("A", moved), team("B", rejected), site()], now);
    expect(trace.map(({ credentialId, why }) => [credentialId, why])).toEqual([
      ["own", "The own credential of Alice has ended."],
      ["of-A", "The credential of the team A was entered for another address of Git."],
      ["of-B", "The credential of the team B is not accepted by Git."],
      ["site", "The global credential is used."],
    ]);
    const nothing = resolve({ ...person, teamCount: 0 }, { ...host, globalUse: "must-not" }, [site()], now);
    expect(nothing.trace.map(({ why }) => why)).toEqual([
      "Alice has no credential for Git.",
      "Alice is in no team.",
      "Site admins do not let tools use the global credential for people on Git.",
    ]);
  });
});

describe("resolving from the database", () => {
  let f: CredentialsFixture;
  beforeAll(async () => {
    f = await createCredentialsFixture();
  });
  afterAll(async () => {
    await f.drop();
  });

  const addTeam = async (name: string, members: string[]) => {
    const [row] = await f.database.query(
      `INSERT INTO "Team" (name, "updatedAt") VALUES ($1, now()) RETURNING id::text`,
      [name],
    );
    for (const id of members) {
      await f.database.query(`INSERT INTO "TeamMember" ("teamId", "userId") VALUES ($1, $2)`, [row?.id, id]);
    }
    return String(row?.id);
  };
  const used = async (actor = f.alice, userId = f.alice.id) => {
    const result = await resolveCredential(actor, { userId, codeHostId: f.githubId });
    if (!result.ok) throw new Error(result.error.code);
    return result.value.chosen;
  };

  it("takes the teams that the person is in, and no others, then theirs as soon as there is one", async () => {
    const mine = await addTeam("Platform", [f.alice.id]);
    const others = await addTeam("Another", [f.bob.id]);
    const store = async (owner: { type: "team"; id: string } | { type: "site" }, login: string) => {
      const token = f.github.addToken({ login, scopes: GITHUB_SCOPES });
      const stored = await storeCredential(f.admin, storeInput(f.admin, f.githubId, token, { owner }));
      if (!stored.ok) throw new Error(stored.error.message);
    };
    await store({ type: "team", id: others }, "svc-another");
    expect(await used()).toBeNull();
    await store({ type: "site" }, "svc-site");
    expect(await used()).toMatchObject({ owner: { type: "site" }, login: "svc-site", teamName: null });
    await store({ type: "team", id: mine }, "svc-platform");
    expect(await used()).toMatchObject({
      owner: { type: "team", id: mine },
      login: "svc-platform",
      teamName: "Platform",
    });
    await storeCredential(f.alice, storeInput(f.alice, f.githubId, f.github.addToken({ scopes: GITHUB_SCOPES })));
    expect(await used()).toMatchObject({ owner: { type: "user", id: f.alice.id } });
    await f.database.query(`UPDATE "User" SET "disabledAt" = now() WHERE id = $1`, [f.alice.id]);
    expect(await used(f.admin)).toBeNull();
  });

  it("is for the person and site admins; to others there is nothing", async () => {
    const eve = await addUser(f.database, "eve", "USER");
    const asked = { userId: f.bob.id, codeHostId: f.githubId };
    expect(await resolveCredential(eve, asked)).toMatchObject({ ok: false, error: { code: "not-found" } });
    expect(await resolveCredential(f.bob, asked)).toMatchObject({ ok: true });
    expect(await resolveCredential(f.admin, { ...asked, userId: f.githubId })).toMatchObject({
      error: { code: "not-found" },
    });
    expect(await resolveCredential(f.bob, { ...asked, codeHostId: f.bob.id })).toMatchObject({
      error: { code: "not-found" },
    });
  });
});
