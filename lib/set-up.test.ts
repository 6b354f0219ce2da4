import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "./authz";
import { closeRateLimits } from "./rate-limits";
import { claimPortal, createAdmin, createSetUpLink, isSetUpLink } from "./set-up";
import { createTestDatabase, type TestDatabase } from "./testing/database";

const visitor: Actor = { type: "anonymous", ip: "192.0.2.1" };
const password = "a quiet canal at noon";
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase({ AUTH_URL: "https://forgepass.example.com" });
});

afterAll(async () => {
  await closeRateLimits();
  await db.drop();
});

beforeEach(async () => {
  await db.query(`DELETE FROM "User"`);
  await db.query(`DELETE FROM "RateLimit"`);
});

async function openLink(): Promise<string> {
  const link = await createSetUpLink();
  if (!link) throw new Error("no link");
  return new URL(link).searchParams.get("token") ?? "";
}

const waiting = async () =>
  (await db.query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`))
    .length;

const admins = async () => await db.query(`SELECT email, name, role::text AS role FROM "User" ORDER BY email`);

describe("the set-up link", () => {
  it("stands at the public address, and the database does not hold its token", async () => {
    const link = await createSetUpLink();
    expect(link).toMatch(/^https:\/\/forgepass\.example\.com\/setup\?token=[\w-]{43}$/);
    const token = new URL(link ?? "").searchParams.get("token") ?? "";
    expect(JSON.stringify(await db.query(`SELECT * FROM "Installation"`))).not.toContain(token);
  });

  it("makes the first admin once, however many claim at the same time", async () => {
    const token = await openLink();
    // Held until they are all on their way in, so that none is done before another begins.
    const gate = new pg.Client({ connectionString: db.url });
    await gate.connect();
    await gate.query(`BEGIN; SELECT 1 FROM "Installation" FOR UPDATE`);
    const claiming = Array.from({ length: 20 }, (_, n) =>
      claimPortal(visitor, { token, name: "Alice", email: `alice${n}@example.com`, password }),
    );
    await expect.poll(waiting, { timeout: 10_000 }).toBeGreaterThan(5);
    await gate.query("COMMIT");
    await gate.end();
    const claims = await Promise.all(claiming);
    expect(claims.filter((claim) => claim.ok)).toHaveLength(1);
    expect(await admins()).toEqual([expect.objectContaining({ name: "Alice", role: "ADMIN" })]);
    const audited = await db.query(`SELECT details FROM "AuditEntry" WHERE action = 'portal.claim'`);
    expect(audited).toEqual([{ details: { role: "ADMIN" } }]);
    expect(await isSetUpLink(visitor, token)).toBe(false);
    expect(await createSetUpLink()).toBeNull();
  });

  it("is replaced by the next start's", async () => {
    const [first, second] = [await openLink(), await openLink()];
    expect(await isSetUpLink(visitor, first)).toBe(false);
    expect(await isSetUpLink(visitor, second)).toBe(true);
  });

  it.each([undefined, "", "x", "a".repeat(43), { contains: "" }, ["a"], "a\0"])("is not %j", async (token) => {
    await openLink();
    expect(await isSetUpLink(visitor, token)).toBe(false);
    const claim = await claimPortal(visitor, { token, name: "M", email: "mallory@example.com", password });
    expect(claim.ok).toBe(false);
    expect(await admins()).toEqual([]);
  });

  it.each([{ role: "USER" }, { id: "00000000-0000-4000-8000-000000000000" }, { passwordHash: "x" }])(
    "takes no %j with it",
    async (more) => {
      const token = await openLink();
      const claim = await claimPortal(visitor, { token, name: "A", email: "alice@example.com", password, ...more });
      expect(claim).toMatchObject({ ok: false, error: { code: "invalid-input" } });
      expect(await isSetUpLink(visitor, token)).toBe(true);
    },
  );

  it("stays open when the password is refused, and says which field", async () => {
    const token = await openLink();
    const claim = await claimPortal(visitor, { token, name: "A", email: "alice@example.com", password: "short" });
    expect(claim).toMatchObject({ ok: false, error: { fields: { password: "Use at least 12 characters." } } });
    expect(await isSetUpLink(visitor, token)).toBe(true);
  });

  it("limits how often one address may guess", async () => {
    await openLink();
    const guesses = await Promise.all(
      Array.from({ length: 60 }, () =>
        claimPortal(visitor, { token: "a".repeat(43), name: "M", email: "mallory@example.com", password }),
      ),
    );
    expect(guesses.filter((guess) => !guess.ok && guess.error.code === "rate-limited")).toHaveLength(10);
  });
});

describe("the operator's command", () => {
  it("makes admins, also when there are some, and closes the set-up link", async () => {
    const token = await openLink();
    expect(await createAdmin({ name: "Alice", email: "Alice@example.com", password })).toMatchObject({
      ok: true,
      value: { email: "alice@example.com" },
    });
    expect(await isSetUpLink(visitor, token)).toBe(false);
    expect(await createAdmin({ name: "Bob", email: "bob@example.com", password })).toMatchObject({ ok: true });
    expect(await createAdmin({ name: "Bob", email: "bob@example.com", password })).toMatchObject({
      ok: false,
      error: { code: "conflict" },
    });
    expect(await admins()).toHaveLength(2);
  });
});
