import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "../authz";
import { adapterFor } from "../hosts/registry";
import { userActor } from "../testing/actors";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { builtInConsumers } from "./built-in";
import { addConsumer, editConsumer, enableConsumer, removeConsumer, resetConsumer } from "./change-consumer";
import type { ConsumerFields } from "./consumer";
import { ensureBuiltInConsumers } from "./ensure-built-in-consumers";
import { listConsumers, requirementsByKind } from "./list-consumers";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(() => db.query(`DELETE FROM "Consumer"`));

const admin = userActor("admin", "ADMIN");
const alice = userActor("alice");

const fields: ConsumerFields = {
  name: "Renovate",
  description: "Keeps dependencies up to date.",
  requirements: [
    { kind: "github", scope: "repo", why: "to open pull requests" },
    { kind: "gitlab", scope: "api", why: "to open merge requests" },
  ],
};

async function add(given: Partial<ConsumerFields> = {}) {
  const added = await addConsumer(admin, { ...fields, ...given });
  if (!added.ok) throw new Error(JSON.stringify(added.error));
  return added.value;
}

async function list(actor: Actor = alice) {
  const consumers = await listConsumers(actor);
  if (!consumers.ok) throw new Error(consumers.error.message);
  return consumers.value;
}

async function lastAudit() {
  const [entry] = await db.query(`SELECT * FROM "AuditEntry" ORDER BY seq DESC LIMIT 1`);
  return entry;
}

describe("the built-in consumers", () => {
  it("need only scopes that their kinds of code host have, each with a clause that reads after the name", () => {
    for (const { requirements } of builtInConsumers) {
      for (const { kind, scope, why } of requirements) {
        expect(adapterFor(kind)?.scopes.map(({ id }) => id)).toContain(scope);
        expect(why).toMatch(/^to [^.]*[^.!]$/);
      }
    }
  });

  it("are there and enabled after the first start, whose entry is in the log", async () => {
    await ensureBuiltInConsumers();
    expect(
      (await list()).map(({ name, enabled, isBuiltIn, isChanged }) => ({ name, enabled, isBuiltIn, isChanged })),
    ).toEqual(
      ["Atlantis", "Batch Changes", "Git Integration for Jira"].map((name) => ({
        name,
        enabled: true,
        isBuiltIn: true,
        isChanged: false,
      })),
    );
    expect(await lastAudit()).toMatchObject({
      action: "consumer.add",
      actorType: "system",
      details: { builtIn: true },
    });
  });

  it("are each there once when several instances start at once", async () => {
    await Promise.all(Array.from({ length: 8 }, () => ensureBuiltInConsumers()));
    const consumers = await list();
    expect(consumers).toHaveLength(3);
    expect(consumers.flatMap(({ requirements }) => requirements)).toHaveLength(
      builtInConsumers.flatMap(({ requirements }) => requirements).length,
    );
  });

  it("need only scopes that their kinds of code host have, each once", () => {
    for (const { slug, requirements } of builtInConsumers) {
      const named = requirements.map(({ kind, scope }) => `${kind} ${scope}`);
      expect(new Set(named).size, slug).toBe(named.length);
      for (const { kind, scope, why } of requirements) {
        expect(
          adapterFor(kind)?.scopes.map(({ id }) => id),
          kind,
        ).toContain(scope);
        expect(why).toMatch(/^to \S.*[^.]$/);
      }
    }
  });

  it("are given what they need on kinds that are new, and nothing that an admin took away", async () => {
    await ensureBuiltInConsumers();
    await db.query(`DELETE FROM "ConsumerRequirement"`);
    await db.query(`UPDATE "Consumer" SET "seededKinds" = '{github}' WHERE slug = 'atlantis'`);
    await Promise.all(Array.from({ length: 4 }, () => ensureBuiltInConsumers()));
    const given = await db.query(`SELECT kind, scope FROM "ConsumerRequirement" ORDER BY kind, scope`);
    const atlantis = builtInConsumers.find(({ slug }) => slug === "atlantis");
    expect(given).toHaveLength(atlantis?.requirements.filter(({ kind }) => kind !== "github").length ?? 0);
    expect(given).toContainEqual({ kind: "gitlab", scope: "api" });
    expect(await lastAudit()).toMatchObject({ action: "consumer.edit", actorType: "system" });
  });

  it("stay as an admin left them at the next start, until reset", async () => {
    await ensureBuiltInConsumers();
    const [atlantis] = await list();
    if (!atlantis) throw new Error("none");
    const { id } = atlantis;
    await editConsumer(admin, { id, name: "Our Atlantis", requirements: fields.requirements.slice(0, 1) });
    await enableConsumer(admin, id, false);
    await ensureBuiltInConsumers();
    const kept = (await list()).find((consumer) => consumer.id === id);
    expect(kept).toMatchObject({
      name: "Our Atlantis",
      enabled: false,
      isChanged: true,
      requirements: [{ why: "to open pull requests" }],
    });
    expect(await list()).toHaveLength(3);
    expect(await resetConsumer(admin, id)).toMatchObject({
      ok: true,
      value: {
        name: "Our Atlantis",
        enabled: false,
        isChanged: false,
        requirements: expect.arrayContaining([expect.objectContaining({ kind: "gitlab", scope: "api" })]),
      },
    });
  });

  it("cannot be removed, only disabled", async () => {
    await ensureBuiltInConsumers();
    const [atlantis] = await list();
    expect(await removeConsumer(admin, atlantis?.id ?? "")).toMatchObject({
      ok: false,
      error: { code: "conflict", message: "Atlantis is built in. Disable it instead." },
    });
    expect(await list()).toHaveLength(3);
  });
});

describe("an admin's own consumer", () => {
  it("is added, edited, disabled and removed, each in the log", async () => {
    const { id } = await add();
    expect(await lastAudit()).toMatchObject({
      action: "consumer.add",
      targetLabel: "Renovate",
      details: { scopes: ["github: repo", "gitlab: api"] },
    });
    const requirements = [{ kind: "github", scope: "workflow", why: "to update workflows" }];
    expect(await editConsumer(admin, { ...fields, id, requirements })).toMatchObject({
      ok: true,
      value: { requirements },
    });
    expect(await lastAudit()).toMatchObject({
      action: "consumer.edit",
      details: { added: ["github: workflow"], removed: ["github: repo", "gitlab: api"] },
    });
    expect(await enableConsumer(admin, id, false)).toMatchObject({ ok: true, value: { enabled: false } });
    expect(await lastAudit()).toMatchObject({ action: "consumer.disable" });
    expect(await enableConsumer(admin, id, false)).toMatchObject({ ok: true });
    expect(await enableConsumer(admin, id, true)).toMatchObject({ ok: true, value: { enabled: true } });
    expect(await lastAudit()).toMatchObject({ action: "consumer.enable" });
    expect(await removeConsumer(admin, id)).toEqual({ ok: true, value: { name: "Renovate" } });
    expect(await lastAudit()).toMatchObject({ action: "consumer.remove", targetLabel: "Renovate" });
    expect(await list()).toEqual([]);
    const actions = await db.query(
      `SELECT count(*)::int AS n FROM "AuditEntry" WHERE "targetId" = $1 AND action = 'consumer.disable'`,
      [id],
    );
    expect(actions).toEqual([{ n: 1 }]);
  });

  it("has a name of its own: of twenty added at once, one is", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => addConsumer(admin, fields)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(answers.find(({ ok }) => !ok)).toMatchObject({
      error: {
        code: "conflict",
        message: "There is a consumer named Renovate already.",
        fields: { name: expect.any(String) },
      },
    });
    const other = await add({ name: "Other" });
    expect(await editConsumer(admin, { ...fields, id: other.id })).toMatchObject({
      ok: false,
      error: { code: "conflict" },
    });
  });

  it("edited by two at once ends as one of them wrote it, not as a mixture", async () => {
    const { id } = await add();
    const versions = ["repo", "workflow", "read:org", "gist"].map((scope) => [
      { kind: "github", scope, why: `for ${scope}` },
    ]);
    await Promise.all(versions.map((requirements) => editConsumer(admin, { ...fields, id, requirements })));
    const [after] = await list();
    expect(versions).toContainEqual(after?.requirements);
  });

  const one = (given: object) => ({ requirements: [{ kind: "github", scope: "repo", why: "to work", ...given }] });
  it.each<[string, object, string]>([
    ["a field more", { slug: "atlantis" }, "form"],
    ["a field more in a scope", one({ consumerId: randomUUID() }), "form"],
    ["an operator as name", { name: { startsWith: "" } }, "name"],
    ["no name", { name: " " }, "name"],
    ["NUL in the name", { name: "a\0" }, "name"],
    ["NUL in the description", { description: "a\0" }, "description"],
    ["NUL in why", one({ why: "a\0" }), "requirements.0.why"],
    ["no why", one({ why: "" }), "requirements.0.why"],
    ["no scope", one({ scope: "" }), "requirements.0.scope"],
    ["a scope that is an array", one({ scope: ["repo"] }), "requirements.0.scope"],
    ["scopes that are text", { requirements: "repo" }, "requirements"],
    ["a kind that is not known", one({ kind: "sourceforge" }), "requirements.0.scope"],
    ["a scope twice", { requirements: [...one({}).requirements, ...one({}).requirements] }, "requirements.1.scope"],
    [
      "more scopes than any tool needs",
      { requirements: Array.from({ length: 201 }, () => one({}).requirements[0]) },
      "requirements",
    ],
  ])("is refused with %s, at its field", async (_what, given, field) => {
    const answer = await addConsumer(admin, { ...fields, ...given } as never);
    expect(answer).toMatchObject({ ok: false, error: { code: "invalid-input" } });
    const marked = (!answer.ok && answer.error.fields) || {};
    expect(Object.keys(marked)).toContain(field);
    for (const sentence of Object.values(marked)) expect(sentence).toMatch(/^(?!Invalid)[A-Z].*[.?]$/);
    expect(await list()).toEqual([]);
  });

  it.each([
    ["github", "repos", "GitHub has no scope repos. Did you mean repo"],
    ["github", "org:read", "GitHub has no scope org:read."],
    ["github", "Workflow", "Did you mean workflow?"],
    ["gitlab", "read-repository", "GitLab has no scope read-repository. Did you mean read_repository"],
    ["gitlab", "zzzzzz", "GitLab has no scope zzzzzz."],
  ])("is refused with a scope that %s does not have (%s), with close ones", async (kind, scope, sentence) => {
    const answer = await addConsumer(admin, { ...fields, requirements: [{ kind, scope, why: "to work" }] });
    expect(answer).toMatchObject({
      ok: false,
      error: { fields: { "requirements.0.scope": expect.stringContaining(sentence) } },
    });
  });

  it("that is gone is not-found", async () => {
    for (const id of [randomUUID(), "1", { startsWith: "" } as never]) {
      expect(await removeConsumer(admin, id)).toMatchObject({ ok: false, error: { code: "not-found" } });
      expect(await resetConsumer(admin, id)).toMatchObject({ ok: false, error: { code: "not-found" } });
      expect(await enableConsumer(admin, id, true)).toMatchObject({ ok: false, error: { code: "not-found" } });
    }
    expect(await editConsumer(admin, { ...fields, id: randomUUID() })).toMatchObject({
      ok: false,
      error: { code: "not-found" },
    });
  });
});

describe("what consumers need", () => {
  it("is by kind, of the enabled ones only, for everyone who is signed in", async () => {
    const { id } = await add();
    const off = await add({ name: "Off", requirements: [{ kind: "github", scope: "gist", why: "to keep notes" }] });
    await enableConsumer(admin, off.id, false);
    const needs = await requirementsByKind(alice);
    expect(needs.ok && [...needs.value]).toEqual([
      ["github", [{ scope: "repo", why: "to open pull requests", consumer: { id, name: "Renovate" } }]],
      ["gitlab", [{ scope: "api", why: "to open merge requests", consumer: { id, name: "Renovate" } }]],
    ]);
    expect(await requirementsByKind({ type: "anonymous", ip: null })).toMatchObject({
      ok: false,
      error: { code: "signed-out" },
    });
  });
});

describe("what only admins may do", () => {
  it("is refused to a user, and the denial is in the log", async () => {
    const { id } = await add();
    for (const attempt of [
      () => addConsumer(alice, { ...fields, name: "Mine" }),
      () => editConsumer(alice, { ...fields, id, name: "Mine" }),
      () => enableConsumer(alice, id, false),
      () => removeConsumer(alice, id),
      () => resetConsumer(alice, id),
    ]) {
      expect(await attempt()).toMatchObject({ ok: false, error: { code: "forbidden" } });
      expect(await lastAudit()).toMatchObject({ action: "consumer.manage", outcome: "denied", actorId: alice.id });
    }
    expect(await list()).toMatchObject([{ name: "Renovate", enabled: true }]);
  });
});
