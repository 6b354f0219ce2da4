import * as argon2 from "@node-rs/argon2";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { endOtherSessions, endSession, listSessions } from "./account/sessions";
import { verifyChain } from "./audit";
import type { Actor } from "./authz";
import { hashPassword } from "./passwords";
import { accountTries, addressTries, closeRateLimits } from "./rate-limits";
import { absoluteHours, findActor, idleMinutes } from "./session-store";
import { signIn } from "./sign-in";
import { createTestDatabase, type TestDatabase } from "./testing/database";

vi.mock("@node-rs/argon2", { spy: true });

const password = "a quiet canal at noon";
const from = (ip: string): Actor => ({ type: "anonymous", ip });
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
  const passwordHash = await hashPassword(password);
  const add = (email: string, disabled: boolean) =>
    db.query(
      `INSERT INTO "User" (email, name, "passwordHash", "updatedAt", "disabledAt") VALUES ($1, 'A', $2, now(), $3)`,
      [email, passwordHash, disabled ? new Date() : null],
    );
  await add("alice@example.com", false);
  await add("gone@example.com", true);
});

afterAll(async () => {
  await closeRateLimits();
  await db.drop();
});

beforeEach(async () => {
  await db.query(`DELETE FROM "RateLimit"`);
  await db.query(`DELETE FROM "Session"`);
});

async function tokenOf(email = "alice@example.com"): Promise<string> {
  const result = await signIn(from("192.0.2.1"), { email, password }, "curl/8.5.0");
  if (!result.ok) throw new Error(result.error.message);
  return result.value.token;
}

describe("signing in", () => {
  it("gives a token of 256 bits that the database does not hold, and whoever has it is the user", async () => {
    const token = await tokenOf("Alice@Example.com ");
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
    const rows = JSON.stringify(await db.query(`SELECT * FROM "Session"`));
    expect(rows).not.toContain(token);
    expect(await findActor(token, "192.0.2.1")).toMatchObject({
      type: "user",
      email: "alice@example.com",
      role: "USER",
    });
  });

  it("answers unknown, mistaken and disabled alike, after the same work", async () => {
    const verify = vi.mocked(argon2.verify);
    const answers = [];
    for (const [email, typed] of [
      ["nobody@example.com", password],
      ["alice@example.com", "a quiet canal at night"],
      ["gone@example.com", password],
      ["gone@example.com", "a quiet canal at night"],
      ["not an address", password],
    ] as const) {
      verify.mockClear();
      const answer = await signIn(from("192.0.2.2"), { email, password: typed }, null);
      expect(verify, email).toHaveBeenCalledOnce();
      expect(String(verify.mock.calls[0]?.[0])).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
      answers.push(JSON.stringify(answer));
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('"ok":false');
    expect(await db.query(`SELECT 1 FROM "Session"`)).toHaveLength(0);
  });

  it("puts every attempt into the audit log, without the password and without what is no address", async () => {
    const canary = "hunter2 was typed into the wrong field";
    await signIn(from("192.0.2.3"), { email: canary, password }, null);
    await signIn(from("192.0.2.3"), { email: "mallory@example.com", password: canary }, null);
    await signIn(from("192.0.2.3"), { email: "alice@example.com", password }, null);
    const rows = await db.query(
      `SELECT action, outcome, "targetLabel", details->>'reason' AS reason FROM "AuditEntry" WHERE ip = '192.0.2.3' ORDER BY seq`,
    );
    expect(rows).toEqual([
      { action: "session.create", outcome: "failed", targetLabel: null, reason: "unknown-user" },
      { action: "session.create", outcome: "failed", targetLabel: "mallory@example.com", reason: "unknown-user" },
      { action: "session.create", outcome: "ok", targetLabel: "alice@example.com", reason: null },
    ]);
    const everything = JSON.stringify(await db.query(`SELECT * FROM "AuditEntry"`));
    expect(everything).not.toContain(canary);
    expect(everything).not.toContain(password);
    expect(await verifyChain(null)).toMatchObject({ ok: true });
  });

  it.each([
    [{ email: "alice@example.com", password, role: "ADMIN" }],
    [{ email: { contains: "@" }, password }],
    [{ email: "alice@example.com", password: ["x"] }],
    [{ email: "alice@example.com" }],
    [{ email: "alice@example.com", password: "x".repeat(10_000) }],
    [null],
    [undefined],
  ])("refuses %j before looking at anything", async (input) => {
    vi.mocked(argon2.verify).mockClear();
    expect(await signIn(from("192.0.2.4"), input, null)).toMatchObject({ ok: false, error: { code: "invalid-input" } });
    expect(argon2.verify).not.toHaveBeenCalled();
  });
});

describe("brute force", () => {
  it("is limited per account, from however many addresses, also when the tries come at once", async () => {
    vi.mocked(argon2.verify).mockClear();
    const tries = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        signIn(from(`198.51.100.${n}`), { email: "alice@example.com", password: "x" }, null),
      ),
    );
    expect(tries.filter((t) => !t.ok && t.error.code === "forbidden")).toHaveLength(accountTries);
    expect(argon2.verify).toHaveBeenCalledTimes(accountTries);
    const refused = tries.find((t) => !t.ok && t.error.code === "rate-limited");
    expect(refused).toMatchObject({
      error: { message: "Too many tries. Try again in 15 minutes.", retryAfterSeconds: 900 },
    });
    // The right password does not get past it either, nor is it told to be right.
    const right = await signIn(from("203.0.113.9"), { email: "alice@example.com", password }, null);
    expect(right).toMatchObject({ ok: false, error: { code: "rate-limited" } });
    const noted = await db.query(`SELECT 1 FROM "AuditEntry" WHERE details->>'reason' = 'rate-limited'`);
    expect(noted).toHaveLength(1);
  });

  it("is limited per account whether or not the account exists", async () => {
    for (const email of ["alice@example.com", "nobody@example.com"]) {
      const codes = [];
      for (let n = 0; n <= accountTries; n += 1) {
        const answer = await signIn(from(`203.0.113.${n}`), { email, password: "x" }, null);
        codes.push(answer.ok ? "ok" : answer.error.code);
      }
      expect(codes.indexOf("rate-limited")).toBe(accountTries);
    }
  });

  it("is limited per address, over however many accounts, and a /64 of IPv6 is one address", async () => {
    for (const ip of [() => "198.51.100.7", (n: number) => `2001:db8:1:2::${n.toString(16)}`]) {
      const tries = await Promise.all(
        Array.from({ length: addressTries + 10 }, (_, n) =>
          signIn(from(ip(n)), { email: `user${n}@example.com`, password: "x" }, null),
        ),
      );
      expect(tries.filter((t) => !t.ok && t.error.code === "rate-limited")).toHaveLength(10);
    }
    const elsewhere = await signIn(from("2001:db8:1:3::1"), { email: "alice@example.com", password }, null);
    expect(elsewhere.ok).toBe(true);
  });

  it("does not count what was right", async () => {
    for (let n = 0; n < accountTries + 3; n += 1) await tokenOf();
    const [row] = await db.query(`SELECT max(points) AS points FROM "RateLimit"`);
    expect(row?.points).toBe(0);
  });
});

describe("a session", () => {
  it.each([
    // A millisecond more: what is stored is rounded to one, and may be rounded up.
    ["was not used for a while", `UPDATE "Session" SET "lastSeenAt" = now() - interval '${idleMinutes} min 1 ms'`],
    ["is old", `UPDATE "Session" SET "expiresAt" = now() - interval '1 ms'`],
    ["was ended", `DELETE FROM "Session"`],
    ["is a disabled user's", `UPDATE "User" SET "disabledAt" = now() WHERE email = 'alice@example.com'`],
  ])("does not count when it %s", async (_, sql) => {
    const token = await tokenOf();
    expect(await findActor(token, null)).not.toBeNull();
    await db.query(sql);
    expect(await findActor(token, null)).toBeNull();
    await db.query(`UPDATE "User" SET "disabledAt" = NULL WHERE email = 'alice@example.com'`);
  });

  it("ends after twelve hours by the database's clock", async () => {
    await tokenOf();
    const [row] = await db.query(
      `SELECT round(extract(epoch FROM "expiresAt" - now()) / 3600)::int AS hours FROM "Session"`,
    );
    expect(row?.hours).toBe(absoluteHours);
  });

  it("notes its use at most once a minute", async () => {
    const token = await tokenOf();
    const seen = async () => (await db.query(`SELECT "lastSeenAt" FROM "Session"`))[0]?.lastSeenAt as Date;
    const first = await seen();
    await findActor(token, null);
    expect(await seen()).toEqual(first);
    await db.query(`UPDATE "Session" SET "lastSeenAt" = now() - interval '2 minutes'`);
    await findActor(token, null);
    expect((await seen()).getTime()).toBeGreaterThanOrEqual(first.getTime());
  });

  it.each(["", "x", "a".repeat(43), '\'; DROP TABLE "Session"; --', "\0".repeat(43), "é".repeat(43)])(
    "is nobody's for the token %j",
    async (token) => {
      expect(await findActor(token, null)).toBeNull();
    },
  );

  it("is seen, and ended, by its own user only", async () => {
    const [mine, other] = [await findActor(await tokenOf(), null), await findActor(await tokenOf(), null)];
    if (!mine || !other) throw new Error("not signed in");
    const bob: Actor = { ...mine, id: "00000000-0000-4000-8000-000000000001" };
    expect(await endSession(bob, { id: other.sessionId })).toMatchObject({ ok: false, error: { code: "not-found" } });
    const listed = await listSessions(mine);
    expect(listed.ok && listed.value.map((s) => [s.id, s.device, s.isCurrent])).toEqual([
      [mine.sessionId, "curl", true],
      [other.sessionId, "curl", false],
    ]);
    expect(await endSession(mine, { id: other.sessionId })).toEqual({ ok: true, value: null });
    expect(await endSession(mine, { id: other.sessionId })).toMatchObject({ ok: false, error: { code: "not-found" } });
    await tokenOf();
    await tokenOf();
    expect(await endOtherSessions(mine)).toEqual({ ok: true, value: { sessionsEnded: 2 } });
    expect(await listSessions({ type: "anonymous", ip: null })).toMatchObject({
      ok: false,
      error: { code: "signed-out" },
    });
  });
});
