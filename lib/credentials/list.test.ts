import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CredentialsFixture, createCredentialsFixture, GITHUB_SCOPES, storeInput } from "./fixture";
import { countNeedingYou, type Filter, listCredentials } from "./list";
import { storeCredential } from "./store";

let f: CredentialsFixture;
beforeAll(async () => {
  f = await createCredentialsFixture();
});
afterAll(async () => {
  await f.drop();
});

const mine = (actor: { id: string }) => ({ type: "user", id: actor.id }) as const;
const list = async (search = "", filter: Filter = "all", take = 25) => {
  const result = await listCredentials(f.alice, mine(f.alice), { search, filter, take });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

describe("the list", () => {
  it("names every code host once, by name, with what will be asked for before anything is added", async () => {
    const { rows, counts } = await list();
    expect(rows.map(({ host }) => host.name)).toEqual(["GitHub", "GitLab", "Sim GitHub", "Sim GitLab"]);
    expect(rows[0]).toMatchObject({ state: "none", credential: null, global: null });
    expect(rows[0]?.required.map(({ scope }) => scope).toSorted()).toEqual(GITHUB_SCOPES.toSorted());
    expect(counts).toEqual({ all: 4, works: 0, "needs-you": 0, unclear: 0, missing: 4 });
  });

  it("stays red with a global credential only, says whose it is, and prefers one's own", async () => {
    const site = f.github.addToken({ login: "svc-batch", scopes: GITHUB_SCOPES });
    await storeCredential(f.admin, storeInput(f.admin, f.githubId, site, { owner: { type: "site" } }));
    expect((await list("sim github")).rows[0]).toMatchObject({
      state: "none",
      global: { login: "svc-batch", state: "ok" },
    });
    const own = f.github.addToken({ login: "alice", scopes: GITHUB_SCOPES });
    await storeCredential(f.alice, storeInput(f.alice, f.githubId, own));
    expect((await list("sim github")).rows[0]).toMatchObject({
      state: "ok",
      global: { login: "svc-batch" },
      credential: { account: { login: "alice" } },
    });
  });

  it("filters by words and by state, and counts within the words", async () => {
    const lacking = f.gitlab.addToken({ scopes: ["read_repository"] });
    await storeCredential(f.alice, storeInput(f.alice, f.gitlabId, lacking, { confirm: ["missing-scopes"] }));
    expect((await list("", "needs-you")).rows.map(({ host }) => host.name)).toEqual(["Sim GitLab"]);
    expect((await list("SIM lab")).counts).toEqual({ all: 1, works: 0, "needs-you": 1, unclear: 0, missing: 0 });
    expect(await countNeedingYou(f.alice, mine(f.alice))).toBe(1);
  });

  it("shows nobody another's, nor the token to anybody", async () => {
    expect(await listCredentials(f.bob, mine(f.alice), { search: "", filter: "all", take: 9 })).toMatchObject({
      ok: false,
      error: { code: "not-found" },
    });
    const { rows } = await list();
    expect(JSON.stringify(rows)).not.toMatch(/eyJ|ghp_\w{8}|glpat-\w{8}/);
  });

  it("shows pages of a thousand code hosts", async () => {
    await f.database.query(
      `INSERT INTO "CodeHost" (kind, name, "baseUrl", "updatedAt")
       SELECT 'gitlab', 'Host ' || i, 'https://git' || i || '.example.com', now() FROM generate_series(1, 1000) i`,
    );
    const page = await list("host", "missing", 50);
    expect(page.rows).toHaveLength(50);
    expect(page.total).toBe(1000);
  });
});
