import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  addHost,
  type CredentialsFixture,
  createCredentialsFixture,
  GITHUB_SCOPES,
  GITLAB_SCOPES,
  storeInput,
} from "../credentials/fixture";
import { countNeedingYou, listCredentials } from "../credentials/list";
import { storeCredential } from "../credentials/store";
import { listNeedingYou } from "../dashboard/needs-you";
import { readGuide } from "../guides/read-guide";
import { startBitbucketCloudSimulator } from "../hosts/simulators/bitbucket-cloud";
import { Secret } from "../secret";
import { changePolicy } from "./change-policy";
import { findBreaking } from "./find-breaking";
import type { PolicyInput } from "./policy-input";
import { readPolicy } from "./read-policy";

let f: CredentialsFixture;
beforeAll(async () => {
  f = await createCredentialsFixture();
});
afterAll(async () => {
  await f.drop();
});
beforeEach(async () => {
  await f.database.query(`DELETE FROM "Credential"`);
  await f.database.query(`DELETE FROM "SiteSettings"`);
  await f.database.query(`UPDATE "CodeHost" SET "forbiddenTypes" = '{}', "globalUse" = 'may'`);
});

const nothing: PolicyInput = {
  maxLifetimeDays: null,
  requireExpiry: false,
  forbidExcess: false,
  checkEveryHours: 24,
  staleAfterDays: 90,
  hosts: [],
};
const set = async (rules: Partial<PolicyInput>) => {
  const changed = await changePolicy(f.admin, { ...nothing, ...rules });
  if (!changed.ok) throw new Error(changed.error.message);
};
const forHost = (id: string, rules: Partial<PolicyInput["hosts"][number]>) => ({
  hosts: [{ id, forbiddenTypes: [], globalUse: "may" as const, ...rules }],
});
const lastAudit = async () =>
  (await f.database.query(`SELECT action, outcome, details FROM "AuditEntry" ORDER BY seq DESC LIMIT 1`))[0];
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
const dateIn = (days: number) => inDays(days).toISOString().slice(0, 10);
const good = () => f.github.addToken({ login: "alice", scopes: GITHUB_SCOPES, expiresAt: inDays(30) });
const lab = (expiresAt: string | null) => f.gitlab.addToken({ scopes: GITLAB_SCOPES, expiresAt });
const add = (token: string, hostId = f.githubId, more: Parameters<typeof storeInput>[3] = {}) =>
  storeCredential(f.alice, storeInput(f.alice, hostId, token, more));
const stopped = (...rules: string[]) => ({
  ok: false,
  error: { code: "forbidden", rules: rules.map((rule) => ({ rule })) },
});
const query = { search: "", filter: "all" as const, take: 50 };

describe("a rule stops what is added", () => {
  it("that lives too long, says until when it may, stores nothing, and audits it", async () => {
    await set({ maxLifetimeDays: 90 });
    const result = await add(lab(dateIn(200)), f.gitlabId);
    expect(result).toMatchObject(stopped("lifetime"));
    expect(!result.ok && result.error.message).toContain(`Make one that ends by ${dateIn(90)}.`);
    expect(await f.database.query(`SELECT 1 FROM "Credential"`)).toEqual([]);
    expect(await lastAudit()).toMatchObject({
      action: "credential.add",
      outcome: "failed",
      details: { reason: "policy", rules: "lifetime" },
    });
    expect((await add(lab(dateIn(90)), f.gitlabId)).ok).toBe(true);
  });

  it("that never ends", async () => {
    await set({ requireExpiry: true });
    expect(await add(f.github.addToken({ login: "alice", scopes: GITHUB_SCOPES }))).toMatchObject(
      stopped("expiry-required"),
    );
    expect((await add(good())).ok).toBe(true);
  });

  it("with more scopes than the tools need, and no confirmation lets it in", async () => {
    await set({ forbidExcess: true });
    const token = f.github.addToken({ login: "alice", scopes: [...GITHUB_SCOPES, "delete_repo"] });
    const confirm = ["missing-scopes", "other-account", "unchecked"] as const;
    expect(await add(token, f.githubId, { confirm })).toMatchObject(stopped("excess-scopes"));
    expect((await add(good())).ok).toBe(true);
  });

  it("of a kind that is not allowed, before anything is sent to the host", async () => {
    await set(forHost(f.githubId, { forbiddenTypes: ["classic"] }));
    const sent = f.github.requests.length;
    expect(await add(good())).toMatchObject(stopped("forbidden-type"));
    expect(f.github.requests.length).toBe(sent);
    const fine = f.github.addToken({ kind: "fine-grained", login: "alice", expiresAt: inDays(30) });
    expect((await add(fine)).ok).toBe(true);
  });

  it("of a kind that only the host knows it to be", async () => {
    await set(forHost(f.gitlabId, { forbiddenTypes: ["project"] }));
    const bot = f.gitlab.addToken({ kind: "project", scopes: GITLAB_SCOPES, expiresAt: dateIn(30) });
    expect(await add(bot, f.gitlabId)).toMatchObject(stopped("forbidden-type"));
    expect((await add(lab(dateIn(30)), f.gitlabId)).ok).toBe(true);
  });

  it("where everybody uses the global one: people and teams add none, site admins do", async () => {
    const [team] = await f.database.query(
      `INSERT INTO "Team" (name, "updatedAt") VALUES ('Platform', now()) RETURNING id`,
    );
    const teamId = String(team?.id);
    await set(forHost(f.githubId, { globalUse: "must" }));
    const sent = f.github.requests.length;
    expect(await add(good())).toMatchObject(stopped("global-only"));
    const forTeam = storeInput(f.admin, f.githubId, good(), { owner: { type: "team", id: teamId } });
    expect(await storeCredential(f.admin, forTeam)).toMatchObject(stopped("global-only"));
    expect(f.github.requests.length).toBe(sent);
    const forSite = storeInput(f.admin, f.githubId, good(), { owner: { type: "site" } });
    expect((await storeCredential(f.admin, forSite)).ok).toBe(true);
    const list = await listCredentials(f.alice, { type: "user", id: f.alice.id }, { ...query, search: "sim github" });
    expect(list).toMatchObject({
      value: { rows: [{ state: "ok", closed: expect.stringContaining("everybody uses the global credential") }] },
    });
  });

  it("when a credential is replaced, too", async () => {
    const first = await add(good());
    if (!first.ok) throw new Error("not stored");
    await set({ requireExpiry: true });
    const endless = f.github.addToken({ login: "alice", scopes: GITHUB_SCOPES });
    expect(await add(endless, f.githubId, { credentialId: first.value.id })).toMatchObject(stopped("expiry-required"));
    expect((await add(good(), f.githubId, { credentialId: first.value.id })).ok).toBe(true);
  });

  it("but lets through what the host does not tell, and says so", async () => {
    const simulator = await startBitbucketCloudSimulator();
    const hostId = await addHost(f.database, "bitbucket-cloud", "Sim Bitbucket", simulator.url);
    await set({ requireExpiry: true, maxLifetimeDays: 30 });
    const notes: string[] = [];
    const input = storeInput(f.alice, hostId, simulator.addToken(), {
      type: "api-token",
      fields: { email: new Secret("alice@example.com") },
      confirm: ["missing-scopes"],
    });
    const result = await storeCredential(f.alice, input, (step) => {
      if (step.step === "assessment") notes.push(...step.notes);
    });
    expect(result.ok || result.error).toBe(true);
    expect(notes.join(" ")).toContain("does not say when this one ends, so nobody can check it");
    await f.database.query(`DELETE FROM "CodeHost" WHERE id = $1`, [hostId]);
    await simulator.close();
  });
});

describe("what is stored already", () => {
  it("keeps working, is marked with what to do, and counts as needing its owner", async () => {
    await add(lab(dateIn(200)), f.gitlabId);
    expect(await countNeedingYou(f.alice, { type: "user", id: f.alice.id })).toBe(0);
    await set({ maxLifetimeDays: 90 });
    const list = await listCredentials(f.alice, { type: "user", id: f.alice.id }, { ...query, search: "sim gitlab" });
    expect(list).toMatchObject({
      value: {
        rows: [{ state: "warn", credential: { outcome: "valid" }, judgement: { broken: [{ rule: "lifetime" }] } }],
        counts: { "needs-you": 1 },
      },
    });
    expect(await countNeedingYou(f.alice, { type: "user", id: f.alice.id })).toBe(1);
    expect(await listNeedingYou(f.alice)).toMatchObject({
      value: {
        rows: [{ state: "warn", word: "breaks the policy", detail: expect.stringContaining("Tokens may live") }],
      },
    });
  });

  it("is found before the policy is saved, as it would be", async () => {
    await add(lab(dateIn(200)), f.gitlabId);
    await add(f.github.addToken({ login: "alice", scopes: [...GITHUB_SCOPES, "delete_repo"] }));
    expect(await findBreaking(f.admin)).toMatchObject({ ok: true, value: { count: 0, shown: [] } });
    const draft = { ...nothing, maxLifetimeDays: 90, forbidExcess: true };
    const would = await findBreaking(f.admin, draft);
    expect(would).toMatchObject({ value: { count: 2, byRule: { lifetime: 2, "excess-scopes": 1 } } });
    expect(would.ok && would.value.shown.map(({ owner, host }) => [owner.name, host.name]).sort()).toEqual([
      ["alice", "Sim GitHub"],
      ["alice", "Sim GitLab"],
    ]);
    expect(await findBreaking(f.admin)).toMatchObject({ value: { count: 0 } });
    await set(draft);
    expect(await findBreaking(f.admin)).toEqual(would);
    const forbidden = { ...nothing, ...forHost(f.githubId, { forbiddenTypes: ["classic"] }) };
    expect(await findBreaking(f.admin, forbidden)).toMatchObject({ value: { count: 1 } });
  });

  it("is not blamed for what no check has told yet", async () => {
    f.github.respondNextWith({ status: 503, body: "" });
    await add(good(), f.githubId, { confirm: ["unchecked"] });
    f.github.respondNextWith(null);
    await set({ requireExpiry: true, maxLifetimeDays: 1, forbidExcess: true });
    expect(await findBreaking(f.admin)).toMatchObject({ value: { count: 0 } });
    await set(forHost(f.githubId, { forbiddenTypes: ["classic"] }));
    expect(await findBreaking(f.admin)).toMatchObject({ value: { count: 1, byRule: { "forbidden-type": 1 } } });
  });

  it("is counted in full, and fifty are named", async () => {
    await add(lab(dateIn(200)), f.gitlabId);
    await f.database.query(
      `WITH people AS (
         INSERT INTO "User" (email, name, "passwordHash", "updatedAt")
         SELECT 'p' || n || '@example.com', 'Person ' || n, 'none', now() FROM generate_series(1, 1200) n RETURNING id
       ), one AS (SELECT * FROM "Credential" LIMIT 1)
       INSERT INTO "Credential" (id, "codeHostId", "ownerId", type, sealed, kid, "sealedFor", prefix, "lastFour", scopes,
         "scopesKnown", "expiresAt", "expiryKnown", outcome, notes, "validAt", "updatedAt")
       SELECT gen_random_uuid(), one."codeHostId", people.id, one.type, 'x', one.kid, one."sealedFor", '', '', one.scopes,
         true, one."expiresAt", true, 'valid', '{}', now(), now() FROM people, one`,
    );
    await set({ maxLifetimeDays: 90 });
    const found = await findBreaking(f.admin);
    expect(found).toMatchObject({ value: { count: 1201, byRule: { lifetime: 1201 } } });
    expect(found.ok && found.value.shown.length).toBe(50);
    await f.database.query(`DELETE FROM "User" WHERE name LIKE 'Person %'`);
  });
});

describe("changing the policy", () => {
  it("is one audited transaction with the old and the new values", async () => {
    await set({
      maxLifetimeDays: 90,
      ...forHost(f.githubId, { forbiddenTypes: ["oauth", "classic"], globalUse: "must" }),
    });
    expect(await lastAudit()).toEqual({
      action: "policy.change",
      outcome: "ok",
      details: {
        maxLifetimeDays: { from: null, to: 90 },
        hosts: [
          {
            host: "Sim GitHub",
            forbiddenTypes: { from: [], to: ["classic", "oauth"] },
            globalUse: { from: "may", to: "must" },
          },
        ],
      },
    });
    const policy = await readPolicy(f.admin);
    expect(policy).toMatchObject({
      value: { settings: { maxLifetimeDays: 90, checkEveryHours: 24, staleAfterDays: 90 } },
    });
    expect(policy.ok && policy.value.hosts.find(({ id }) => id === f.githubId)).toMatchObject({
      ...{ name: "Sim GitHub", forbiddenTypes: ["classic", "oauth"], globalUse: "must", hasGlobal: false },
    });
  });

  it("writes nothing when nothing is different", async () => {
    await set({ requireExpiry: true });
    const before = await f.database.query(`SELECT count(*) FROM "AuditEntry"`);
    await set({ requireExpiry: true });
    expect(await f.database.query(`SELECT count(*) FROM "AuditEntry"`)).toEqual(before);
  });

  it("changes nothing at all when one host is wrong", async () => {
    const wrong = { id: f.gitlabId, forbiddenTypes: ["no-such-type"], globalUse: "may" as const };
    const { hosts } = forHost(f.githubId, { globalUse: "must" });
    expect(await changePolicy(f.admin, { ...nothing, requireExpiry: true, hosts: [...hosts, wrong] })).toMatchObject({
      error: { code: "invalid-input" },
    });
    const [host] = await f.database.query(`SELECT "globalUse" FROM "CodeHost" WHERE id = $1`, [f.githubId]);
    expect(host?.globalUse).toBe("may");
    expect(await readPolicy(f.admin)).toMatchObject({ value: { settings: { requireExpiry: false } } });
  });

  it("brings checks forward when they are to be more often", async () => {
    await add(good());
    await f.database.query(`UPDATE "Credential" SET "nextCheckAt" = now() + interval '100 hours'`);
    await set({ checkEveryHours: 6 });
    const [row] = await f.database.query(
      `SELECT "nextCheckAt" BETWEEN now() AND now() + interval '6 hours' AS sooner FROM "Credential"`,
    );
    expect(row?.sooner).toBe(true);
  });

  it.each([
    ["no life at all", { maxLifetimeDays: 0 }],
    ["half a day", { maxLifetimeDays: 0.5 }],
    ["what is no number", { checkEveryHours: Number.NaN }],
    ["text", { staleAfterDays: "90" as unknown as number }],
    ["a field that is none", { maxLifetime: 3 } as object],
    ["hosts that are no list", { hosts: null as unknown as [] }],
  ])("refuses %s", async (_, rules) => {
    expect(await changePolicy(f.admin, { ...nothing, ...rules })).toMatchObject({ error: { code: "invalid-input" } });
    expect(await findBreaking(f.admin, { ...nothing, ...rules })).toMatchObject({ error: { code: "invalid-input" } });
  });

  it.each([[undefined], [null], [{}], [7], ["x"], [[]]])("answers %j instead of rules with a refusal", async (odd) => {
    expect(await changePolicy(f.admin, odd as never)).toMatchObject({ ok: false, error: { code: "invalid-input" } });
  });

  it("is for site admins only, and asking is written down", async () => {
    for (const attempt of [
      () => changePolicy(f.alice, nothing),
      () => findBreaking(f.alice, nothing),
      () => readPolicy(f.alice),
    ]) {
      expect(await attempt()).toMatchObject({ ok: false, error: { code: "forbidden" } });
      expect(await lastAudit()).toMatchObject({ action: "site.manage", outcome: "denied" });
    }
  });
});

describe("what is proposed for a new token", () => {
  it("ends within the longest life that the site allows", async () => {
    await set({ maxLifetimeDays: 12 });
    const guide = await readGuide(f.alice, "gitlab");
    const steps = guide.ok ? guide.value.types.flatMap(({ guides }) => guides.flatMap((one) => one.guide.steps)) : [];
    expect(steps.some(({ text }) => text.includes("12 days"))).toBe(true);
    expect(steps.some(({ text }) => text.includes("90 days"))).toBe(false);
  });
});
