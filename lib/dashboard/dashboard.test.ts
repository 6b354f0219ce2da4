import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type CredentialsFixture,
  createCredentialsFixture,
  GITHUB_SCOPES,
  GITLAB_SCOPES,
  storeInput,
} from "../credentials/fixture";
import { storeCredential } from "../credentials/store";
import { listNeedingYou } from "./needs-you";
import { readSiteState } from "./site-state";

let f: CredentialsFixture;
beforeAll(async () => {
  f = await createCredentialsFixture();
  await f.database.query(`UPDATE "Consumer" SET enabled = true`);
});
afterAll(() => f.drop());
beforeEach(() => f.database.query(`DELETE FROM "Credential"`));

interface Made {
  ownerId?: string;
  teamId?: string;
  hostId?: string;
  outcome?: string;
  scopes?: string[] | null;
  /** Days from now; null: never; undefined: not told. */
  endsIn?: number | null;
  sealedFor?: string;
}

async function make(made: Made): Promise<string> {
  const id = randomUUID();
  const { ownerId = null, teamId = null, hostId = f.githubId, outcome = "valid", scopes = GITHUB_SCOPES } = made;
  await f.database.query(
    `INSERT INTO "Credential" (id, "codeHostId", "ownerId", "teamId", type, sealed, kid, "sealedFor", prefix, "lastFour",
       outcome, scopes, "scopesKnown", "expiryKnown", "expiresAt", "updatedAt")
     SELECT $1, h.id, $3, $4, CASE h.kind WHEN 'github' THEN 'classic' ELSE 'personal-access-token' END, 'x', 'k',
       coalesce($9, h."baseUrl"), 'ghp_', 'abcd', $5, $6, $7, $8::text IS NOT NULL,
       CASE WHEN $8 = 'never' THEN NULL ELSE now() + ($8 || ' days')::interval END, now()
     FROM "CodeHost" h WHERE h.id = $2`,
    [
      ...[id, hostId, ownerId, teamId, outcome, scopes ?? [], scopes !== null],
      ...[made.endsIn === undefined ? null : made.endsIn === null ? "never" : String(made.endsIn)],
      made.sealedFor ?? null,
    ],
  );
  return id;
}

async function makeTeam(name: string): Promise<string> {
  const [row] = await f.database.query(`INSERT INTO "Team" (name, "updatedAt") VALUES ($1, now()) RETURNING id`, [
    name,
  ]);
  return String(row?.id);
}

async function needing(actor: Parameters<typeof listNeedingYou>[0]) {
  const list = await listNeedingYou(actor);
  if (!list.ok) throw new Error(list.error.message);
  return list.value;
}

async function state(actor = f.admin) {
  const read = await readSiteState(actor);
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
}

describe("what needs somebody", () => {
  it("is their own, of the teams that they maintain, and for admins the site's, and nobody else's", async () => {
    const [core, docs] = [await makeTeam("Core"), await makeTeam("Docs")];
    const own = await make({ ownerId: f.alice.id, outcome: "rejected" });
    const cores = await make({ teamId: core, outcome: "revoked" });
    await make({ teamId: docs, outcome: "rejected" });
    await make({ ownerId: f.bob.id, outcome: "rejected" });
    const sites = await make({ outcome: "expired" });
    const teams = [
      { id: core, role: "MAINTAINER" as const },
      { id: docs, role: "MEMBER" as const },
    ];
    const mine = await needing({ ...f.alice, teams });
    expect(mine.rows.map(({ credentialId }) => credentialId).sort()).toEqual([own, cores].sort());
    expect(mine.rows.find(({ credentialId }) => credentialId === cores)).toMatchObject({
      owner: `team:${core}`,
      teamName: "Core",
    });
    expect((await needing(f.admin)).rows.map(({ credentialId }) => credentialId)).toEqual([sites]);
    expect((await needing(f.admin)).rows[0]?.owner).toBe("site");
  });

  it("is what is dead first, then what ends first, and tells what is wrong", async () => {
    const lacking = await make({ ownerId: f.alice.id, scopes: ["repo"] });
    const dead = await make({ ownerId: f.alice.id, hostId: f.gitlabId, outcome: "rejected", scopes: GITLAB_SCOPES });
    const { rows, total } = await needing(f.alice);
    expect(rows.map(({ credentialId }) => credentialId)).toEqual([dead, lacking]);
    expect(rows[1]).toMatchObject({ state: "warn", missing: expect.arrayContaining(["workflow"]) });
    expect(rows[1]?.failing.length).toBeGreaterThan(0);
    expect(total).toBe(2);
  });

  it("tells the next end where nothing is wrong, and counts what cannot be told", async () => {
    await make({ ownerId: f.alice.id, endsIn: 60 });
    await make({ ownerId: f.alice.id, hostId: f.gitlabId, scopes: null, endsIn: 40 });
    const list = await needing(f.alice);
    expect(list).toMatchObject({ rows: [], total: 2, unclear: 1, next: { hostName: "Sim GitHub" } });
  });
});

describe("the state of the site", () => {
  it("is for site admins", async () => {
    expect(await readSiteState(f.alice)).toMatchObject({ ok: false, error: { code: "forbidden" } });
  });

  it("counts every credential once, in the state that its row shows", async () => {
    const core = await makeTeam("Counted");
    await make({ ownerId: f.alice.id });
    await make({ ownerId: f.bob.id, endsIn: 3 });
    await make({ ownerId: f.admin.id, endsIn: -1 });
    await make({ teamId: core, scopes: null });
    await make({ sealedFor: "https://elsewhere.example" });
    await make({ ownerId: f.bob.id, hostId: f.gitlabId, scopes: GITLAB_SCOPES, endsIn: null });
    await make({ ownerId: f.alice.id, hostId: f.gitlabId, outcome: "unchecked" });
    const { hosts, counts, total } = await state();
    expect(counts).toEqual({ ok: 2, warn: 1, bad: 2, off: 2 });
    expect(total).toBe(7);
    expect(hosts.map(({ name, total, counts }) => [name, total, counts])).toEqual([
      ["Sim GitHub", 5, { ok: 1, warn: 1, bad: 2, off: 1 }],
      ["Sim GitLab", 2, { ok: 1, warn: 0, bad: 0, off: 1 }],
    ]);
  });

  it("lists what ends within 30 days with its owner, and counts the rest of it", async () => {
    const core = await makeTeam("Ending");
    await make({ teamId: core, endsIn: 20 });
    await make({ ownerId: f.alice.id, endsIn: 10 });
    await make({ endsIn: 29 });
    await make({ ownerId: f.bob.id, endsIn: 31 });
    await make({ ownerId: f.admin.id, endsIn: -1 });
    const { ending } = await state();
    expect(ending.total).toBe(3);
    expect(ending.first.map(({ ownerLabel }) => ownerLabel)).toEqual(["alice", "the team Ending", "this site"]);
  });

  it("counts what was added, used and rejected within 30 days, a day at a time in UTC", async () => {
    const before = (await state()).added;
    const [used, rejected] = [await make({ ownerId: f.alice.id }), await make({ ownerId: f.bob.id })];
    await f.database.query(`UPDATE "Credential" SET "lastUsedAt" = now() - interval '3 days' WHERE id = $1`, [used]);
    await f.database.query(`UPDATE "Credential" SET "rejectedAt" = now() - interval '40 days' WHERE id = $1`, [
      rejected,
    ]);
    expect(before.days).toHaveLength(30);
    expect(before.days.at(-1)?.date).toBe((await state()).now.slice(0, 10));
    expect(await state()).toMatchObject({ used: 1, rejected: 0 });
    await f.database.query(`UPDATE "Credential" SET "rejectedAt" = now() - interval '29 days' WHERE id = $1`, [
      rejected,
    ]);
    expect(await state()).toMatchObject({ used: 1, rejected: 1 });
  });

  it("counts what was added though it is gone again", async () => {
    const before = (await state()).added;
    const token = f.github.addToken({ login: "alice", scopes: GITHUB_SCOPES });
    const stored = await storeCredential(f.alice, storeInput(f.alice, f.githubId, token));
    expect(stored).toMatchObject({ ok: true });
    await f.database.query(`DELETE FROM "Credential"`);
    const after = (await state()).added;
    expect(after.total).toBe(before.total + 1);
    expect(after.days.at(-1)?.count).toBe((before.days.at(-1)?.count ?? 0) + 1);
  });
});
