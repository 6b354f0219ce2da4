import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Owner } from "../authz";
import { checkCredential } from "./check";
import {
  addHost,
  addUser,
  type CredentialsFixture,
  createCredentialsFixture,
  GITHUB_SCOPES,
  GITLAB_SCOPES,
  storeInput,
} from "./fixture";
import { parseStoreInput } from "./input";
import { removeCredential } from "./remove";
import { type StoreStep, storeCredential } from "./store";

let f: CredentialsFixture;
beforeAll(async () => {
  f = await createCredentialsFixture();
});
afterAll(async () => {
  await f.drop();
});
beforeEach(async () => {
  f.github.respondNextWith(null);
  f.gitlab.respondNextWith(null);
  await f.database.query(`DELETE FROM "Credential"`);
});

const rows = () => f.database.query(`SELECT * FROM "Credential" ORDER BY "createdAt"`);
const lastAudit = async () =>
  (
    await f.database.query(`SELECT action, outcome, details, "targetId" FROM "AuditEntry" ORDER BY seq DESC LIMIT 1`)
  )[0];
const good = (login = "alice") => f.github.addToken({ login, scopes: GITHUB_SCOPES });

describe("adding a credential", () => {
  it("stores what the host said, reports the checks as they come, and audits", async () => {
    const steps: StoreStep[] = [];
    const result = await storeCredential(f.alice, storeInput(f.alice, f.githubId, good()), (step) => steps.push(step));
    expect(result).toMatchObject({
      ok: true,
      value: { account: { login: "alice" }, outcome: "valid", type: "classic" },
    });
    expect(steps.map(({ step }) => step)).toEqual(
      expect.arrayContaining(["reachable", "account", "scopes", "expiry", "assessment"]),
    );
    expect(steps[0]?.step).toBe("reachable");
    expect(await lastAudit()).toMatchObject({ action: "credential.add", outcome: "ok", details: { account: "alice" } });
  });

  it("works the same for GitLab", async () => {
    const token = f.gitlab.addToken({ scopes: GITLAB_SCOPES, expiresAt: "2099-01-01" });
    const result = await storeCredential(f.alice, storeInput(f.alice, f.gitlabId, token));
    expect(result).toMatchObject({
      ok: true,
      value: { type: "personal", scopes: GITLAB_SCOPES, expiry: { known: true, at: "2099-01-01T00:00:00.000Z" } },
    });
  });

  it("stores nothing that the host rejects, shows the host's words, and audits the failure", async () => {
    const input = storeInput(f.alice, f.githubId, f.github.unknownToken());
    const result = await storeCredential(f.alice, input);
    expect(result).toMatchObject({
      ok: false,
      error: { code: "host-refused", refusal: { reason: "rejected", hostSaid: "Bad credentials" } },
    });
    expect(await rows()).toEqual([]);
    expect(await lastAudit()).toMatchObject({ action: "credential.add", outcome: "failed" });
  });

  it("does not store a rejected token whatever is confirmed", async () => {
    const input = storeInput(f.alice, f.githubId, f.github.unknownToken(), {
      confirm: ["missing-scopes", "other-account", "unchecked"],
    });
    expect((await storeCredential(f.alice, input)).ok).toBe(false);
    expect(await rows()).toEqual([]);
  });

  it("stores a token that lacks scopes only on confirmation", async () => {
    const token = f.github.addToken({ login: "alice", scopes: ["repo"] });
    const asked = await storeCredential(f.alice, storeInput(f.alice, f.githubId, token));
    expect(asked).toMatchObject({ ok: false, error: { code: "needs-confirmation", confirm: ["missing-scopes"] } });
    expect(!asked.ok && asked.error.message).toContain("It works for Atlantis and Git Integration for Jira only.");
    expect(await rows()).toEqual([]);
    const stored = await storeCredential(
      f.alice,
      storeInput(f.alice, f.githubId, token, { confirm: ["missing-scopes"] }),
    );
    expect(stored.ok).toBe(true);
  });

  it("offers to store unchecked what the host did not answer about", async () => {
    f.github.respondNextWith({ status: 503, body: "" });
    const token = good();
    const asked = await storeCredential(f.alice, storeInput(f.alice, f.githubId, token));
    expect(asked).toMatchObject({ ok: false, error: { code: "needs-confirmation", confirm: ["unchecked"] } });
    const stored = await storeCredential(f.alice, storeInput(f.alice, f.githubId, token, { confirm: ["unchecked"] }));
    expect(stored).toMatchObject({ ok: true, value: { outcome: "unchecked", scopes: null, account: null } });
  });

  it("sends nothing when the token is visibly another host's", async () => {
    const before = f.gitlab.requests.length;
    const result = await storeCredential(f.alice, storeInput(f.alice, f.gitlabId, good()));
    expect(result).toMatchObject({ ok: false, error: { code: "invalid-input" } });
    expect(!result.ok && result.error.message).toContain("GitHub");
    expect(f.gitlab.requests.length).toBe(before);
  });

  it("answers the second add for the same owner and host with a conflict", async () => {
    expect((await storeCredential(f.alice, storeInput(f.alice, f.githubId, good()))).ok).toBe(true);
    expect(await storeCredential(f.alice, storeInput(f.alice, f.githubId, good()))).toMatchObject({
      ok: false,
      error: { code: "conflict" },
    });
  });

  it("lets exactly one of 50 adds at the same time win, for the site too", async () => {
    const token = good("svc");
    const tries = Array.from({ length: 50 }, () =>
      storeCredential(f.admin, storeInput(f.admin, f.githubId, token, { owner: { type: "site" } })),
    );
    const results = await Promise.all(tries);
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(results.filter((one) => !one.ok && one.error.code === "conflict")).toHaveLength(49);
    expect(await rows()).toHaveLength(1);
  });

  it("tells what a fine-grained token can do on a named repository, and leaves the scopes untold", async () => {
    f.github.addRepository({ fullName: "acme/site", isPrivate: true, roles: { alice: "admin" } });
    const token = f.github.addToken({
      kind: "fine-grained",
      login: "alice",
      resourceOwner: "acme",
      repositories: "all",
      permissions: { contents: "write", metadata: "read" },
    });
    const result = await storeCredential(f.alice, storeInput(f.alice, f.githubId, token, { repository: "acme/site" }));
    expect(result).toMatchObject({ ok: true, value: { type: "fine-grained", scopes: null } });
    expect(result.ok && result.value.probe?.abilities.find(({ ability }) => ability === "push")?.answer).toBe("yes");
    expect(f.github.requests.every(({ method }) => method === "GET" || method === "HEAD")).toBe(true);
  });
});

describe("replacing a credential", () => {
  it("verifies the new token before the old one goes", async () => {
    const first = await storeCredential(f.alice, storeInput(f.alice, f.githubId, good()));
    if (!first.ok) throw new Error("not stored");
    const [before] = await rows();
    const bad = storeInput(f.alice, f.githubId, f.github.unknownToken(), { credentialId: first.value.id });
    expect((await storeCredential(f.alice, bad)).ok).toBe(false);
    expect((await rows())[0]).toEqual(before);
    const fresh = good();
    const next = storeInput(f.alice, f.githubId, fresh, { credentialId: first.value.id });
    expect(await storeCredential(f.alice, next)).toMatchObject({ ok: true, value: { lastFour: fresh.slice(-4) } });
    expect((await rows())[0]).toMatchObject({ id: first.value.id, version: 2 });
  });

  it("calls out another account and asks", async () => {
    const first = await storeCredential(f.alice, storeInput(f.alice, f.githubId, good()));
    if (!first.ok) throw new Error("not stored");
    const token = good("mallory");
    const other = storeInput(f.alice, f.githubId, token, { credentialId: first.value.id });
    expect(await storeCredential(f.alice, other)).toMatchObject({
      ok: false,
      error: { confirm: ["other-account"], accounts: { before: "alice", now: "mallory" } },
    });
    expect((await storeCredential(f.alice, { ...other, confirm: ["other-account"] })).ok).toBe(true);
  });

  it("lets one of two replacements at the same time win, whole", async () => {
    const first = await storeCredential(f.alice, storeInput(f.alice, f.githubId, good()));
    if (!first.ok) throw new Error("not stored");
    const tokens = [good(), good()];
    const results = await Promise.all(
      tokens.map((token) =>
        storeCredential(f.alice, storeInput(f.alice, f.githubId, token, { credentialId: first.value.id })),
      ),
    );
    const winner = results.findIndex(({ ok }) => ok);
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect((await rows())[0]).toMatchObject({ version: 2, lastFour: tokens[winner]?.slice(-4) });
    const checked = await checkCredential(f.alice, {
      owner: { type: "user", id: f.alice.id },
      credentialId: first.value.id,
    });
    expect(checked).toMatchObject({ ok: true, value: { outcome: "valid" } });
  });
});

describe("whose credential it is", () => {
  it("answers another's credential as if it were not there, and audits the denial", async () => {
    const stored = await storeCredential(f.alice, storeInput(f.alice, f.githubId, good()));
    if (!stored.ok) throw new Error("not stored");
    const { id } = stored.value;
    const asAlice = { owner: { type: "user", id: f.alice.id } as const, credentialId: id };
    const asBob = { owner: { type: "user", id: f.bob.id } as const, credentialId: id };
    const theft = { credentialId: id, owner: asAlice.owner };
    const attempts = [
      () => checkCredential(f.bob, asAlice),
      () => checkCredential(f.bob, asBob),
      () => removeCredential(f.bob, asAlice),
      () => removeCredential(f.bob, asBob),
      () => storeCredential(f.bob, storeInput(f.bob, f.githubId, good("bob"), theft)),
      () => storeCredential(f.bob, storeInput(f.bob, f.githubId, good("bob"), { credentialId: id })),
    ];
    const sent = f.github.requests.length;
    for (const attempt of attempts) {
      expect(await attempt()).toMatchObject({ ok: false, error: { code: "not-found" } });
      expect(await lastAudit()).toMatchObject({ action: "credential.manage", outcome: "denied" });
    }
    expect(f.github.requests.length).toBe(sent);
    expect(await rows()).toHaveLength(1);
  });

  it("lets only admins touch the site's, and lets admins manage a user's", async () => {
    const token = good("svc");
    const site = { owner: { type: "site" } as const };
    expect(await storeCredential(f.bob, storeInput(f.bob, f.githubId, token, site))).toMatchObject({
      ok: false,
      error: { code: "forbidden" },
    });
    expect((await storeCredential(f.admin, storeInput(f.admin, f.githubId, token, site))).ok).toBe(true);
    const forBob = { owner: { type: "user", id: f.bob.id } as const };
    expect((await storeCredential(f.admin, storeInput(f.admin, f.githubId, good("bob"), forBob))).ok).toBe(true);
  });
});

describe("checking again", () => {
  it("stores what became of the token at the host, and keeps what was known when the host says nothing", async () => {
    const token = good();
    const stored = await storeCredential(f.alice, storeInput(f.alice, f.githubId, token));
    if (!stored.ok) throw new Error("not stored");
    const point = { owner: { type: "user", id: f.alice.id } as const, credentialId: stored.value.id };
    f.github.respondNextWith({ status: 502, body: "<html>" });
    expect(await checkCredential(f.alice, point)).toMatchObject({ ok: true, value: { account: { login: "alice" } } });
    expect((await rows())[0]?.outcome).not.toBe("rejected");
    f.github.respondNextWith(null);
    f.github.revokeToken(token);
    expect(await checkCredential(f.alice, point)).toMatchObject({
      ok: true,
      value: { outcome: "rejected", hostSaid: "Bad credentials", scopes: expect.arrayContaining(["repo"]) },
    });
    expect((await rows())[0]).toMatchObject({ outcome: "rejected" });
  });

  it("opens nothing that was swapped or moved in the database, and sends nothing", async () => {
    const [a, b] = [good("alice"), good("bob")];
    const mine = await storeCredential(f.alice, storeInput(f.alice, f.githubId, a));
    const bobs = await storeCredential(f.bob, storeInput(f.bob, f.githubId, b));
    if (!mine.ok || !bobs.ok) throw new Error("not stored");
    await f.database.query(
      `UPDATE "Credential" c SET sealed = o.sealed FROM "Credential" o WHERE o.id <> c.id AND c.id IN ($1, $2)`,
      [mine.value.id, bobs.value.id],
    );
    const sent = f.github.requests.length;
    for (const [actor, { id }] of [
      [f.alice, mine.value],
      [f.bob, bobs.value],
    ] as const) {
      const point = { owner: { type: "user", id: actor.id } as const, credentialId: id };
      expect(await checkCredential(actor, point)).toMatchObject({ ok: false, error: { code: "integrity" } });
      expect(await lastAudit()).toMatchObject({ action: "credential.open", outcome: "failed" });
    }
    expect(f.github.requests.length).toBe(sent);
  });

  it("never sends a token to an address that the code host was moved to", async () => {
    const sink = f.gitlab;
    const hostId = await addHost(f.database, "github", "Moving", f.github.url.replace("127.0.0.1", "localhost"));
    const stored = await storeCredential(f.alice, storeInput(f.alice, hostId, good()));
    if (!stored.ok) throw new Error(stored.error.message);
    await f.database.query(`UPDATE "CodeHost" SET "baseUrl" = $1 WHERE id = $2`, [
      sink.url.replace("127.0.0.1", "localhost"),
      hostId,
    ]);
    const before = sink.requests.length;
    const point = { owner: { type: "user", id: f.alice.id } as const, credentialId: stored.value.id };
    expect(await checkCredential(f.alice, point)).toMatchObject({ ok: false, error: { code: "conflict" } });
    // Even when the row is made to look as if it had been sealed for the new address.
    await f.database.query(`UPDATE "Credential" SET "sealedFor" = $1`, [sink.url.replace("127.0.0.1", "localhost")]);
    expect(await checkCredential(f.alice, point)).toMatchObject({ ok: false, error: { code: "integrity" } });
    expect(sink.requests.length).toBe(before);
    await f.database.query(`DELETE FROM "CodeHost" WHERE id = $1`, [hostId]);
  });

  it("does not use a disabled owner's credential", async () => {
    const stored = await storeCredential(f.bob, storeInput(f.bob, f.githubId, good("bob")));
    if (!stored.ok) throw new Error("not stored");
    await f.database.query(`UPDATE "User" SET "disabledAt" = now() WHERE id = $1`, [f.bob.id]);
    const point = { owner: { type: "user", id: f.bob.id } as const, credentialId: stored.value.id };
    expect(await checkCredential(f.admin, point)).toMatchObject({ ok: false, error: { code: "conflict" } });
    await f.database.query(`UPDATE "User" SET "disabledAt" = NULL WHERE id = $1`, [f.bob.id]);
  });
});

describe("what may be sent", () => {
  const base = { owner: "me", codeHostId: "7f1c5c8e-6f0b-4d7e-9f9a-0a1b2c3d4e5f", token: "ghp_x" };
  it.each([
    ["an operator instead of a token", { ...base, token: { startsWith: "" } }],
    ["an array", { ...base, token: ["a"] }],
    ["no token", { owner: base.owner, codeHostId: base.codeHostId }],
    ["a NUL", { ...base, token: "a\0b" }],
    ["a field that is no text", { ...base, fields: { username: ["CANARY"] } }],
    ["a field with a strange name", { ...base, fields: { "__proto__ ": "CANARY" } }],
    ["a type that is no id", { ...base, type: "../CANARY" }],
    ["an owner's id put in", { ...base, ownerId: "x", role: "ADMIN" }],
    ["an unknown confirmation", { ...base, confirm: "everything" }],
    ["a path as repository", { ...base, repository: "../../admin" }],
    ["nothing", null],
    ["a text", "x"],
  ])("%s is refused without being quoted", (_, raw) => {
    const result = parseStoreInput(raw, f.alice.id);
    expect(result).toMatchObject({ ok: false, error: { code: "invalid-input" } });
    expect(JSON.stringify(result)).not.toContain("CANARY");
  });
});

describe("an owner who is deleted while the token is checked", () => {
  it.each(["Team", "User"] as const)("(a %s) gets nothing stored, and is told that it is gone", async (table) => {
    const gone = table === "User" ? await addUser(f.database, "soongone", "USER") : f.admin;
    const teamId = randomUUID();
    await f.database.query(`INSERT INTO "Team" (id, name, "updatedAt") VALUES ($1, 'Soon gone', now())`, [teamId]);
    const owner: Owner = table === "Team" ? { type: "team", id: teamId } : { type: "user", id: gone.id };
    const token = f.github.addToken({ login: "soongone", scopes: GITHUB_SCOPES });
    const asked = f.github.requests.length;
    f.github.delay(200);
    const storing = storeCredential(gone, storeInput(gone, f.githubId, token, { owner }));
    while (f.github.requests.length === asked) await new Promise((done) => setTimeout(done, 5));
    await f.database.query(`DELETE FROM "${table}" WHERE id = $1`, [table === "Team" ? teamId : gone.id]);
    expect(await storing).toMatchObject({ ok: false, error: { code: "not-found" } });
    f.github.delay(0);
    await f.database.query(`DELETE FROM "Team"`);
  });
});
