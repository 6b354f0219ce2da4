import { createHash } from "node:crypto";
import { copyFileSync, rmSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as audit from "./audit";
import type { Actor } from "./authz";
import * as database from "./db";
import { createKeyring } from "./keyring";
import { createTestDatabase, type TestDatabase } from "./testing/database";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
beforeEach(async () => {
  await bypass(`DELETE FROM "AuditEntry"`);
  await db.query(`UPDATE "CodeHost" SET name = kind`);
});
afterAll(() => db.drop());

const admin: Actor = {
  type: "user",
  id: "7f0e1f5e-3e4c-4a9a-9a43-8a8f4f1b2c3d",
  email: "admin@example.com",
  name: "Admin",
  role: "ADMIN",
  teams: [],
  sessionId: "0b6f6f0e-8a0e-4a57-8f62-0d2f5b1b7a11",
  ip: "192.0.2.7",
};

async function write(count: number) {
  for (let number = 1; number <= count; number++) {
    await audit.record({
      actor: admin,
      action: "code-host.edit",
      target: { type: "code-host", id: `host-${number}`, label: `Host ${number}` },
      outcome: "ok",
      details: { number, nested: { z: 1, a: [null, "é", 1.5e-9] }, empty: null },
    });
  }
}

/** What a database superuser can do, and the portal cannot. */
async function bypass(sql: string) {
  await db.query(`ALTER TABLE "AuditEntry" DISABLE TRIGGER USER`);
  await db.query(sql);
  await db.query(`ALTER TABLE "AuditEntry" ENABLE TRIGGER USER`);
}

async function headNow() {
  const report = await audit.verifyChain(null);
  if (!report.ok || !report.head) throw new Error("the chain was expected to be whole");
  return report.head;
}

describe("the audit log", () => {
  it("tells who did what to what, from where and how it went", async () => {
    await write(1);
    await audit.record({
      actor: { type: "anonymous", ip: null },
      action: "session.create",
      target: null,
      outcome: "failed",
    });
    await audit.record({
      actor: { type: "system", name: "start" },
      action: "consumer.add",
      target: null,
      outcome: "ok",
    });
    const entries = await db.query(`SELECT * FROM "AuditEntry" ORDER BY seq`);
    expect(entries).toMatchObject([
      {
        seq: "1",
        actorType: "user",
        actorId: admin.id,
        actorLabel: "admin@example.com",
        action: "code-host.edit",
        targetType: "code-host",
        targetId: "host-1",
        targetLabel: "Host 1",
        outcome: "ok",
        ip: "192.0.2.7",
        details: { number: 1, empty: null },
        prev: "genesis",
      },
      { seq: "2", actorType: "anonymous", actorId: null, actorLabel: "not signed in", outcome: "failed" },
      { seq: "3", actorType: "system", actorId: null, actorLabel: "start" },
    ]);
    expect(entries[1]?.prev).toBe(entries[0]?.mac);
  });

  it("takes its time from the database", async () => {
    vi.useFakeTimers({ now: new Date("2001-01-01"), toFake: ["Date"] });
    try {
      await write(1);
    } finally {
      vi.useRealTimers();
    }
    const [row] = await db.query(
      `SELECT abs(extract(epoch FROM clock_timestamp() - at)) < 60 AS near FROM "AuditEntry"`,
    );
    expect(row?.near).toBe(true);
  });

  it.each([
    `UPDATE "AuditEntry" SET outcome = 'denied'`,
    `UPDATE "AuditEntry" SET outcome = 'denied' WHERE false`,
    `DELETE FROM "AuditEntry" WHERE seq = 1`,
    `TRUNCATE "AuditEntry"`,
  ])("refuses %s", async (sql) => {
    await write(1);
    await expect(db.query(sql)).rejects.toThrow(/append-only/);
    expect(await db.query(`SELECT outcome FROM "AuditEntry"`)).toEqual([{ outcome: "ok" }]);
  });

  it("never forks, however many append at once", async () => {
    await Promise.all(Array.from({ length: 40 }, () => write(1)));
    expect(await audit.verifyChain(null)).toMatchObject({ ok: true, entries: 40, head: { seq: "40" } });
  });
});

describe("verifying the chain", () => {
  it("finds nothing wrong with an empty log, nor with a whole one", async () => {
    expect(await audit.verifyChain(null)).toEqual({ ok: true, entries: 0, head: null });
    await write(3);
    const head = await headNow();
    await write(2);
    expect(await audit.verifyChain(head)).toMatchObject({ ok: true, entries: 5 });
  });

  it.each([
    ["actorLabel", `'someone-else@example.com'`],
    ["actorId", "NULL"],
    ["actorType", `'system'`],
    ["action", `'code-host.add'`],
    ["targetType", `'consumer'`],
    ["targetId", `'host-9'`],
    ["targetLabel", "NULL"],
    ["outcome", `'denied'`],
    ["ip", `'192.0.2.8'`],
    ["at", `at + interval '1 millisecond'`],
    ["details", `jsonb_set(details, '{number}', '99')`],
    ["details", `details || '{"more": true}'`],
    ["kid", `'otherKid'`],
  ])("finds an entry whose %s was changed to %s", async (column, value) => {
    await write(5);
    await bypass(`UPDATE "AuditEntry" SET "${column}" = ${value} WHERE seq = 3`);
    expect(await audit.verifyChain(null)).toMatchObject({ ok: false, seq: "3" });
  });

  it("finds a deleted entry in the middle, also when the others were renumbered", async () => {
    await write(5);
    await bypass(`DELETE FROM "AuditEntry" WHERE seq = 3`);
    expect(await audit.verifyChain(null)).toMatchObject({
      ok: false,
      seq: "4",
      problem: expect.stringMatching(/missing/),
    });
    await bypass(`UPDATE "AuditEntry" SET seq = seq - 1 WHERE seq > 3`);
    expect(await audit.verifyChain(null)).toMatchObject({ ok: false, seq: "3" });
  });

  it("finds a deleted beginning", async () => {
    await write(3);
    await bypass(`DELETE FROM "AuditEntry" WHERE seq = 1`);
    expect(await audit.verifyChain(null)).toMatchObject({ ok: false, seq: "2" });
  });

  it("finds two entries that changed places", async () => {
    await write(4);
    await bypass(`UPDATE "AuditEntry" SET seq = CASE seq WHEN 2 THEN -3 ELSE -2 END WHERE seq IN (2, 3)`);
    await bypass(`UPDATE "AuditEntry" SET seq = -seq WHERE seq < 0`);
    expect(await audit.verifyChain(null)).toMatchObject({ ok: false });
  });

  it("finds a cut-off tail with a head that was noted outside, and only then", async () => {
    await write(8);
    const head = await headNow();
    await bypass(`DELETE FROM "AuditEntry" WHERE seq > 5`);
    expect(await audit.verifyChain(null)).toMatchObject({ ok: true, entries: 5 });
    expect(await audit.verifyChain(head)).toMatchObject({ ok: false, problem: expect.stringMatching(/cut off/) });
  });

  it("finds a tail that was cut off and grew again", async () => {
    await write(8);
    const head = await headNow();
    await bypass(`DELETE FROM "AuditEntry" WHERE seq > 5`);
    await write(6);
    expect(await audit.verifyChain(head)).toMatchObject({ ok: false, seq: "8" });
  });

  it("finds an emptied log", async () => {
    await write(2);
    const head = await headNow();
    await bypass(`DELETE FROM "AuditEntry"`);
    expect(await audit.verifyChain(head)).toMatchObject({ ok: false });
  });

  it("finds hashes that were computed anew without the key", async () => {
    await write(4);
    await bypass(`UPDATE "AuditEntry" SET outcome = 'denied' WHERE seq = 2`);
    let prev = "genesis";
    for (const row of await db.query(`SELECT * FROM "AuditEntry" ORDER BY seq`)) {
      const mac = createHash("sha256")
        .update(`${prev}\n${JSON.stringify(row)}`)
        .digest("base64url");
      await bypass(`UPDATE "AuditEntry" SET prev = '${prev}', mac = '${mac}' WHERE seq = ${row.seq}`);
      prev = mac;
    }
    expect(await audit.verifyChain(null)).toMatchObject({ ok: false, seq: "1" });
  });

  it("finds an entry that was slipped in", async () => {
    await write(2);
    await db.query(
      `INSERT INTO "AuditEntry" (seq, at, "actorType", "actorLabel", action, outcome, kid, prev, mac)
       SELECT 3, now(), 'system', 'start', 'consumer.add', 'ok', kid, mac, 'made-up' FROM "AuditEntry" WHERE seq = 2`,
    );
    expect(await audit.verifyChain(null)).toMatchObject({ ok: false, seq: "3", problem: "was changed" });
  });

  it("names the key that is missing", async () => {
    await write(1);
    const [row] = await db.query(`SELECT kid FROM "AuditEntry"`);
    const path = process.env.KEYRING_FILE ?? "";
    copyFileSync(path, `${path}.kept`);
    rmSync(path);
    createKeyring(path);
    vi.resetModules();
    try {
      const fresh = await import("./audit");
      const report = await fresh.verifyChain(null);
      expect(report).toMatchObject({ ok: false, problem: expect.stringContaining(String(row?.kid)) });
    } finally {
      copyFileSync(`${path}.kept`, path);
    }
  });
});

describe("a change and its audit entry", () => {
  async function permit() {
    const permit = await database.authorise(admin, "code-host.manage", null);
    if (!permit.ok) throw new Error(permit.error.message);
    return permit.value;
  }
  const rename = async () =>
    database.change(await permit(), async (tx) => {
      const { count } = await tx.codeHost.updateMany({ data: { name: "renamed" } });
      return { value: count, audit: { action: "code-host.edit", target: null, outcome: "ok" } };
    });

  it("happen together", async () => {
    expect(await rename()).toBe(2);
    expect(await db.query(`SELECT action FROM "AuditEntry"`)).toEqual([{ action: "code-host.edit" }]);
  });

  it("do not happen when the entry cannot be written", async () => {
    await db.query(
      `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no room''; END'`,
    );
    await db.query(`CREATE TRIGGER full_disk BEFORE INSERT ON "AuditEntry" FOR EACH ROW EXECUTE FUNCTION fail()`);
    await expect(rename()).rejects.toThrow();
    await db.query(`DROP FUNCTION fail CASCADE`);
    expect(await db.query(`SELECT 1 FROM "CodeHost" WHERE name = 'renamed'`)).toEqual([]);
  });

  it("do not happen when the change fails", async () => {
    const failing = database.change(await permit(), async (tx) => {
      await tx.codeHost.updateMany({ data: { name: "renamed" } });
      throw new Error("half way");
    });
    await expect(failing).rejects.toThrow("half way");
    expect(await db.query(`SELECT count(*)::int AS count FROM "AuditEntry"`)).toEqual([{ count: 0 }]);
    expect(await db.query(`SELECT 1 FROM "CodeHost" WHERE name = 'renamed'`)).toEqual([]);
  });
});

describe("a denial", () => {
  it("is in the log before it is told", async () => {
    const user: Actor = { ...admin, role: "USER" };
    const target = { type: "code-host", id: "h", label: "Host" };
    expect(await database.authorise(user, "code-host.manage", null, target)).toMatchObject({
      ok: false,
      error: { code: "forbidden" },
    });
    const anonymous = await database.authorise({ type: "anonymous", ip: "192.0.2.9" }, "code-host.list", null);
    expect(anonymous).toMatchObject({ ok: false, error: { code: "signed-out" } });
    expect(await db.query(`SELECT action, outcome, "targetLabel", ip FROM "AuditEntry" ORDER BY seq`)).toEqual([
      { action: "code-host.manage", outcome: "denied", targetLabel: "Host", ip: "192.0.2.7" },
      { action: "code-host.list", outcome: "denied", targetLabel: null, ip: "192.0.2.9" },
    ]);
  });

  it.each(["ghp_a-token-in-the-wrong-place", "x".repeat(100_000), "a\u0000b", "[object Object]"])(
    "does not write down what was sent as an id and cannot be one: %.30j",
    async (id) => {
      const user: Actor = { ...admin, role: "USER" };
      await database.authorise(user, "code-host.manage", null, { type: "code-host", id });
      expect(await db.query(`SELECT "targetType", "targetId" FROM "AuditEntry" ORDER BY seq DESC LIMIT 1`)).toEqual([
        { targetType: "code-host", targetId: null },
      ]);
    },
  );
});
