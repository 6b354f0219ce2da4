import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { changeEmail, changeName, changePassword } from "../account/change-profile";
import type { Actor } from "../authz";
import { hashPassword } from "../passwords";
import { accountTries, closeRateLimits } from "../rate-limits";
import { findActor } from "../session-store";
import { signIn } from "../sign-in";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { acceptInvitation, findInvitation } from "./accept-invitation";
import { changeRole } from "./change-role";
import { deleteUser } from "./delete-user";
import { disableUser, enableUser } from "./disable-user";
import { inviteUser, listInvitations, revokeInvitation } from "./invitations";
import { listUsers } from "./list-users";

type SignedIn = Extract<Actor, { type: "user" }>;

const password = "a quiet canal at noon";
const nobody = "00000000-0000-4000-8000-000000000000";
const visitor: Actor = { type: "anonymous", ip: "192.0.2.1" };
let passwordHash: string;
let db: TestDatabase;
let admin: SignedIn;
let bob: SignedIn;

beforeAll(async () => {
  db = await createTestDatabase({ AUTH_URL: "https://forgepass.example.com" });
  passwordHash = await hashPassword(password);
});

afterAll(async () => {
  await closeRateLimits();
  await db.drop();
});

beforeEach(async () => {
  await db.query(`TRUNCATE "User", "RateLimit", "Invitation" CASCADE`);
  await add("alice@example.com", "ADMIN");
  await add("bob@example.com", "USER");
  admin = await now(await cookieOf("alice@example.com"));
  bob = await now(await cookieOf("bob@example.com"));
});

async function add(email: string, role: "USER" | "ADMIN"): Promise<void> {
  await db.query(`INSERT INTO "User" (email, name, "passwordHash", role, "updatedAt") VALUES ($1, $2, $3, $4, now())`, [
    email,
    email.split("@")[0],
    passwordHash,
    role,
  ]);
}

async function cookieOf(email: string, typed = password): Promise<string> {
  const result = await signIn(visitor, { email, password: typed }, null);
  if (!result.ok) throw new Error(result.error.message);
  return result.value.token;
}

/** Who the cookie is in a request made now. */
async function now(cookie: string): Promise<SignedIn> {
  const actor = await findActor(cookie, "192.0.2.1");
  if (!actor) throw new Error("signed out");
  return actor;
}

const people = async () => await db.query(`SELECT email, role::text AS role FROM "User" ORDER BY email`);
const idOf = async (email = "") => String((await db.query(`SELECT id FROM "User" WHERE email = $1`, [email]))[0]?.id);
const audited = async (action: string) =>
  await db.query(
    `SELECT outcome, "actorLabel", "targetLabel", details FROM "AuditEntry" WHERE action = $1 ORDER BY seq`,
    [action],
  );

describe("only admins", () => {
  it.each([
    ["listUsers", (actor: Actor) => listUsers(actor)],
    ["listInvitations", (actor: Actor) => listInvitations(actor)],
    ["inviteUser", (actor: Actor) => inviteUser(actor, { email: "eve@example.com", role: "ADMIN" })],
    ["revokeInvitation", (actor: Actor) => revokeInvitation(actor, { id: nobody })],
    ["changeRole", (actor: Actor) => changeRole(actor, { id: bob.id, role: "ADMIN" })],
    ["disableUser", (actor: Actor) => disableUser(actor, { id: admin.id })],
    ["enableUser", (actor: Actor) => enableUser(actor, { id: bob.id })],
    ["deleteUser", (actor: Actor) => deleteUser(actor, { id: admin.id, confirmation: admin.email })],
  ])("may %s, and denials are in the audit log", async (_, act) => {
    const before = await people();
    const denials = (await audited("user.manage")).length;
    expect(await act(bob)).toMatchObject({ ok: false, error: { code: "forbidden" } });
    expect(await act(visitor)).toMatchObject({ ok: false, error: { code: "signed-out" } });
    expect(await people()).toEqual(before);
    const entries = await audited("user.manage");
    expect(entries).toHaveLength(denials + 2);
    expect(entries.at(-2)).toMatchObject({ outcome: "denied", actorLabel: "bob@example.com" });
  });
});

describe("a role", () => {
  it("that was taken away does not count in the next request", async () => {
    const cookie = await cookieOf("alice@example.com");
    await add("carol@example.com", "ADMIN");
    const carol = await now(await cookieOf("carol@example.com"));
    expect((await listUsers(await now(cookie))).ok).toBe(true);
    expect(await changeRole(carol, { id: admin.id, role: "USER" })).toEqual({ ok: true, value: { role: "USER" } });
    expect(await listUsers(await now(cookie))).toMatchObject({ ok: false, error: { code: "forbidden" } });
    expect((await audited("user.change-role")).at(-1)).toMatchObject({
      outcome: "ok",
      actorLabel: "carol@example.com",
      targetLabel: "alice@example.com",
      details: { from: "ADMIN", to: "USER" },
    });
  });

  it("of the last admin stays, and they cannot be disabled or deleted", async () => {
    const system: Actor = { type: "system", name: "test" };
    expect(await changeRole(admin, { id: admin.id, role: "USER" })).toMatchObject({ error: { code: "conflict" } });
    expect(await disableUser(system, { id: admin.id })).toMatchObject({ error: { code: "conflict" } });
    expect(await deleteUser(system, { id: admin.id, confirmation: admin.email })).toMatchObject({
      error: { code: "conflict" },
    });
    await add("carol@example.com", "ADMIN");
    await db.query(`UPDATE "User" SET "disabledAt" = now() WHERE email = 'carol@example.com'`);
    expect(await changeRole(admin, { id: admin.id, role: "USER" })).toMatchObject({ error: { code: "conflict" } });
  });

  it("of one admin at least stays when all are taken away at the same time", async () => {
    const system: Actor = { type: "system", name: "test" };
    for (let round = 0; round < 5; round += 1) {
      await db.query(`TRUNCATE "User" CASCADE`);
      for (const n of [1, 2, 3, 4]) await add(`admin${n}@example.com`, "ADMIN");
      const rows = await db.query(`SELECT id::text AS id, email FROM "User" ORDER BY random()`);
      const results = await Promise.all(
        rows.map(({ id, email }, n) => {
          if (n === 0) return changeRole(system, { id, role: "USER" });
          return n % 2 ? disableUser(system, { id }) : deleteUser(system, { id, confirmation: email });
        }),
      );
      expect(results.filter((result) => !result.ok)).toHaveLength(1);
      const left = await db.query(`SELECT 1 FROM "User" WHERE role = 'ADMIN' AND "disabledAt" IS NULL`);
      expect(left).toHaveLength(1);
    }
  });
});

describe("a disabled user", () => {
  it("is signed out at once and stays out until enabled", async () => {
    const cookie = await cookieOf("bob@example.com");
    expect(await disableUser(admin, { id: bob.id })).toEqual({ ok: true, value: null });
    expect(await findActor(cookie, null)).toBeNull();
    expect(await signIn(visitor, { email: "bob@example.com", password }, null)).toMatchObject({ ok: false });
    expect((await audited("user.disable")).at(-1)).toMatchObject({ details: { sessionsEnded: 2 } });
    await enableUser(admin, { id: bob.id });
    expect(await findActor(cookie, null)).toBeNull();
    await cookieOf("bob@example.com");
  });

  it("is never oneself", async () => {
    await add("carol@example.com", "ADMIN");
    expect(await disableUser(admin, { id: admin.id })).toMatchObject({ error: { code: "conflict" } });
    expect(await deleteUser(admin, { id: admin.id, confirmation: admin.email })).toMatchObject({
      error: { code: "conflict" },
    });
  });
});

describe("deleting a user", () => {
  it("takes their sessions and credentials with them, once their address was typed", async () => {
    const [host] = await db.query(
      `INSERT INTO "CodeHost" (kind, name, "baseUrl", "updatedAt") VALUES ('github', 'Own', 'https://own.example.com', now()) RETURNING id`,
    );
    await db.query(
      `INSERT INTO "Credential" (id, "codeHostId", "ownerId", type, sealed, kid, "sealedFor", prefix, "lastFour", outcome, scopes, "updatedAt")
       VALUES (gen_random_uuid(), $1, $2, 'x', 'x', 'x', 'x', '', '', 'unchecked', '{}', now())`,
      [host?.id, bob.id],
    );
    const cookie = await cookieOf("bob@example.com");
    const mistyped = await deleteUser(admin, { id: bob.id, confirmation: "bob@example.org" });
    expect(mistyped).toMatchObject({
      ok: false,
      error: { code: "invalid-input", fields: { confirmation: expect.any(String) } },
    });
    const listed = await listUsers(admin, { text: "bob" });
    expect(listed.ok && listed.value.users[0]?.credentialCount).toBe(1);
    expect(await deleteUser(admin, { id: bob.id, confirmation: "Bob@example.com" })).toEqual({
      ok: true,
      value: { credentialCount: 1 },
    });
    expect(await findActor(cookie, null)).toBeNull();
    expect(await db.query(`SELECT 1 FROM "Credential" WHERE "ownerId" = $1`, [bob.id])).toEqual([]);
    expect((await audited("user.delete")).at(-1)).toMatchObject({
      targetLabel: "bob@example.com",
      details: { credentials: 1 },
    });
    expect(await deleteUser(admin, { id: bob.id, confirmation: "bob@example.com" })).toMatchObject({
      error: { code: "not-found" },
    });
  });
});

describe("the list of users", () => {
  it("is paged without hiding or doubling anybody, and filtered by literal text", async () => {
    await db.query(
      `INSERT INTO "User" (email, name, "passwordHash", "updatedAt", "createdAt")
       SELECT 'user' || n || '@example.net', '100%_' || n, 'x', now(), '2026-01-01' FROM generate_series(1, 25) n`,
    );
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof listUsers>> = await listUsers(admin, { text: "%_", after, limit: 10 });
      if (!page.ok) throw new Error(page.error.message);
      expect(page.value.total).toBe(25);
      seen.push(...page.value.users.map(({ email }) => email));
      after = page.value.next;
    } while (after);
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
    const second = await listUsers(admin, { text: "%_", after: await idOf(seen[9]), limit: 10 });
    expect(second.ok && second.value.users.map(({ email }) => email)).toEqual(seen.slice(10, 20));
    const first = await listUsers(admin, { text: "%_", before: await idOf(seen[10]), limit: 10 });
    expect(first.ok && [first.value.users.map(({ email }) => email), first.value.previous]).toEqual([
      seen.slice(0, 10),
      null,
    ]);
    expect(await listUsers(admin, { text: "\0" })).toMatchObject({ ok: true });
    expect(JSON.stringify(await listUsers(admin))).not.toContain("argon2");
  });
});

describe("an invitation", () => {
  async function invite(email: string, role = "USER") {
    const result = await inviteUser(admin, { email, role });
    if (!result.ok) throw new Error(result.error.message);
    return { ...result.value, token: new URL(result.value.link).searchParams.get("token") ?? "" };
  }

  it("is a link for seven days to the public address, whose token the database does not hold", async () => {
    const { link, token, expiresAt } = await invite("Carol@example.com");
    expect(link).toMatch(/^https:\/\/forgepass\.example\.com\/invite\?token=[\w-]{43}$/);
    expect(Math.round((expiresAt.getTime() - Date.now()) / 86_400_000)).toBe(7);
    expect(JSON.stringify(await db.query(`SELECT * FROM "Invitation"`))).not.toContain(token);
    expect(JSON.stringify(await audited("invitation.create"))).not.toContain(token);
    expect(await findInvitation(visitor, token)).toEqual({ email: "carol@example.com" });
  });

  it("makes one account of the invited address and role, however many accept at the same time", async () => {
    const { token } = await invite("carol@example.com", "ADMIN");
    const tries = await Promise.all(
      Array.from({ length: 10 }, (_, n) => acceptInvitation(visitor, { token, name: `Carol ${n}`, password })),
    );
    expect(tries.filter((t) => t.ok)).toEqual([{ ok: true, value: { email: "carol@example.com" } }]);
    expect(await people()).toContainEqual({ email: "carol@example.com", role: "ADMIN" });
    expect(await findInvitation(visitor, token)).toBeNull();
    expect(await listInvitations(admin)).toEqual({ ok: true, value: [] });
  });

  it.each([{ role: "ADMIN" }, { email: "eve@example.com" }, { id: nobody }])("takes no %j with it", async (more) => {
    const { token } = await invite("carol@example.com");
    const accepted = await acceptInvitation(visitor, { token, name: "Carol", password, ...more });
    expect(accepted).toMatchObject({ ok: false, error: { code: "invalid-input" } });
    expect(await people()).toHaveLength(2);
  });

  it.each([
    ["was revoked", async (id: string) => void (await revokeInvitation(admin, { id }))],
    ["ran out", async () => void (await db.query(`UPDATE "Invitation" SET "expiresAt" = now()`))],
    ["was replaced by another", async () => void (await invite("carol@example.com"))],
    [
      "was made by an admin who is none any more",
      async () => {
        await add("dan@example.com", "ADMIN");
        const dan = await now(await cookieOf("dan@example.com"));
        await changeRole(dan, { id: admin.id, role: "USER" });
      },
    ],
  ])("does not work when it %s", async (_, end) => {
    const { id, token } = await invite("carol@example.com");
    await end(id);
    expect(await findInvitation(visitor, token)).toBeNull();
    const accepted = await acceptInvitation(visitor, { token, name: "Carol", password });
    expect(accepted).toMatchObject({ ok: false, error: { code: "not-found" } });
  });

  it("is not made for an address that has an account, nor accepted when it got one meanwhile", async () => {
    expect(await inviteUser(admin, { email: "BOB@example.com", role: "USER" })).toMatchObject({
      error: { code: "conflict", fields: { email: expect.any(String) } },
    });
    const { token } = await invite("carol@example.com");
    await add("carol@example.com", "USER");
    expect(await acceptInvitation(visitor, { token, name: "Carol", password })).toMatchObject({
      error: { code: "conflict" },
    });
  });
});

describe("one's own account", () => {
  it.each([
    ["role", (actor: Actor) => changeName(actor, { name: "Bob", role: "ADMIN" })],
    ["id", (actor: Actor) => changeName(actor, { name: "Bob", id: admin.id })],
    [
      "disabledAt",
      (actor: Actor) => changeEmail(actor, { email: "b@example.com", currentPassword: password, disabledAt: null }),
    ],
    [
      "passwordHash",
      (actor: Actor) =>
        changePassword(actor, { currentPassword: password, newPassword: "twelve chars or more", passwordHash: "x" }),
    ],
  ])("takes no %s with it", async (_, act) => {
    const before = await db.query(`SELECT * FROM "User" ORDER BY email`);
    expect(await act(bob)).toMatchObject({ ok: false, error: { code: "invalid-input" } });
    expect(await db.query(`SELECT * FROM "User" ORDER BY email`)).toEqual(before);
  });

  it("changes its name, and e-mail address with the password", async () => {
    expect(await changeName(bob, { name: "Bob B." })).toEqual({ ok: true, value: { name: "Bob B." } });
    const refused = await changeEmail(bob, { email: "new@example.com", currentPassword: "not it at all" });
    expect(refused).toMatchObject({ error: { fields: { currentPassword: expect.any(String) } } });
    expect(await changeEmail(bob, { email: "New@example.com", currentPassword: password })).toMatchObject({ ok: true });
    const taken = await changeEmail(bob, { email: "alice@example.com", currentPassword: password });
    expect(taken).toMatchObject({ error: { code: "conflict" } });
    expect(await people()).toContainEqual({ email: "new@example.com", role: "USER" });
    expect((await audited("user.change-email")).map(({ outcome }) => outcome)).toEqual(["failed", "ok"]);
  });

  it("changes its password with the current one, which ends every other session", async () => {
    const other = await cookieOf("bob@example.com");
    const mine = await cookieOf("bob@example.com");
    const next = "a loud harbour at dawn";
    const changed = await changePassword(await now(mine), { currentPassword: password, newPassword: next });
    expect(changed).toEqual({ ok: true, value: { sessionsEnded: 2 } });
    expect(await findActor(other, null)).toBeNull();
    expect(await findActor(mine, null)).not.toBeNull();
    expect(await signIn(visitor, { email: "bob@example.com", password }, null)).toMatchObject({ ok: false });
    await cookieOf("bob@example.com", next);
  });

  it("limits tries at the current password as sign-ins are", async () => {
    const tries = await Promise.all(
      Array.from({ length: accountTries + 5 }, () =>
        changePassword(bob, { currentPassword: "x", newPassword: "twelve chars or more" }),
      ),
    );
    expect(tries.filter((t) => !t.ok && t.error.code === "rate-limited")).toHaveLength(5);
  });
});
