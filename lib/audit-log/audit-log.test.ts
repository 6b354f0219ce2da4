import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { record } from "../audit";
import { jobs } from "../jobs/all-jobs";
import { events } from "../notifications/event";
import { userActor } from "../testing/actors";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import type { AuditFilter } from "./audit-filter";
import { auditActions, describeEntry } from "./describe-entry";
import { exportAuditLog } from "./export-audit-log";
import { listAuditEntries } from "./list-audit-entries";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  await db.query(`ALTER TABLE "AuditEntry" DISABLE TRIGGER USER`);
  await db.query(`DELETE FROM "AuditEntry"`);
  await db.query(`ALTER TABLE "AuditEntry" ENABLE TRIGGER USER`);
});

const admin = userActor("admin", "ADMIN");
const alice = userActor("alice");

/** Entries by plain SQL: the chain is not what is tested here. */
async function fill(count: number) {
  await db.query(
    `INSERT INTO "AuditEntry" (seq, at, "actorType", "actorId", "actorLabel", action, "targetType", "targetId", "targetLabel", outcome, kid, prev, mac)
     SELECT n, timestamptz '2026-11-01 00:00Z' + n * interval '1 hour', 'user', 'id-' || n % 3, 'user' || n % 3 || '@example.com',
       (ARRAY['credential.add', 'credential.remove', 'user.rename'])[1 + n % 3], 'credential', 'target-' || n, 'Host_' || n % 10,
       (ARRAY['ok', 'failed'])[1 + n % 2], 'kid', 'prev' || n, 'mac' || n
     FROM generate_series(1, $1::int) n`,
    [count],
  );
}

async function seqs(filter: AuditFilter) {
  const page = await listAuditEntries(admin, filter);
  if (!page.ok) throw new Error(JSON.stringify(page.error));
  return page.value.entries.map(({ seq }) => Number(seq));
}

async function exported(filter: AuditFilter = {}) {
  const lines = await exportAuditLog(admin, filter);
  if (!lines.ok) throw new Error(lines.error.message);
  let text = "";
  for await (const chunk of lines.value) text += chunk;
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

describe("reading the audit log", () => {
  it("is newest first, a hundred at a time, without losing or repeating one, and shows the head", async () => {
    await fill(250);
    const seen: number[] = [];
    let after: string | null = null;
    do {
      const page = await listAuditEntries(admin, {}, { olderThan: after });
      if (!page.ok) throw new Error(page.error.message);
      expect(page.value.head).toEqual({ seq: "250", mac: "mac250" });
      seen.push(...page.value.entries.map(({ seq }) => Number(seq)));
      after = page.value.older;
    } while (after);
    expect(seen).toEqual(Array.from({ length: 250 }, (_, n) => 250 - n));
    const back = await listAuditEntries(admin, {}, { newerThan: "50" });
    expect(back).toMatchObject({ value: { older: "51", newer: "150" } });
    expect(await listAuditEntries(admin, {}, { newerThan: "150" })).toMatchObject({
      value: { older: "151", newer: null },
    });
    expect(await listAuditEntries(admin)).toMatchObject({ value: { older: "151", newer: null } });
  });

  it.each<[AuditFilter, number[]]>([
    [{ action: "credential.add" }, [12, 9, 6, 3]],
    [{ action: "credential" }, [12, 10, 9, 7, 6, 4, 3, 1]],
    [{ action: "cred" }, []],
    [{ actor: "USER1@" }, [10, 7, 4, 1]],
    [{ actor: "id-1" }, [10, 7, 4, 1]],
    [{ target: "host_2" }, [12, 2]],
    [{ target: "target-7" }, [7]],
    [{ target: "h%st" }, []],
    [{ target: "Credential", outcome: "ok" }, [12, 10, 8, 6, 4, 2]],
    [{ outcome: "denied" }, []],
    [{ from: "2026-11-01T09:00:00Z" }, [12, 11, 10, 9]],
    [{ to: "2026-11-01T02:00:00Z" }, [2, 1]],
    [{ from: "2026-11-01", to: "2026-11-01" }, [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]],
    [{ from: "2026-11-02" }, []],
    [{ action: "credential.add", actor: "user0", outcome: "failed", target: "Host_3" }, [3]],
  ])("filters by %j", async (filter, expected) => {
    await fill(12);
    expect(await seqs(filter)).toEqual(expected);
  });

  it.each<[object, string | null]>([
    [{ action: { startsWith: "" } }, null],
    [{ action: "a; DROP" }, null],
    [{ outcome: "fine" }, null],
    [{ from: "yesterday" }, null],
    [{ actor: "a\0" }, null],
    [{ target: ["x"] }, null],
    [{ more: "x" }, null],
    [{}, "1 OR 1"],
    [{}, "99999999999999999999"],
  ])("refuses the filter %j after %j", async (filter, after) => {
    const answer = await listAuditEntries(admin, filter as never, { olderThan: after });
    expect(answer).toMatchObject({ ok: false, error: { code: "invalid-input" } });
    const { message = "", fields = {} } = answer.ok ? {} : answer.error;
    for (const sentence of [message, ...Object.values(fields)]) expect(sentence).toMatch(/^(?!Invalid)[A-Z].*\.$/);
  });

  it("is for admins only, and that a user tried is in the log", async () => {
    expect(await listAuditEntries(alice)).toMatchObject({ ok: false, error: { code: "forbidden" } });
    expect(await exportAuditLog(alice)).toMatchObject({ ok: false, error: { code: "forbidden" } });
    expect(await db.query(`SELECT action, outcome, "actorId" FROM "AuditEntry"`)).toEqual(
      Array.from({ length: 2 }, () => ({ action: "audit.read", outcome: "denied", actorId: alice.id })),
    );
  });
});

describe("exporting the audit log", () => {
  it("writes each entry once, oldest first, with its mac, over several batches", async () => {
    await fill(2100);
    const entries = await exported();
    expect(entries.map(({ seq }) => Number(seq))).toEqual(Array.from({ length: 2100 }, (_, n) => n + 1));
    expect(entries[0]).toMatchObject({ seq: "1", mac: "mac1", prev: "prev1", at: "2026-11-01T01:00:00.000Z" });
  });

  it("keeps to the filter, and is itself in the log before the first line is read", async () => {
    await record({ actor: alice, action: "code-host.add", target: { type: "code-host", label: "Git" }, outcome: "ok" });
    const lines = await exportAuditLog(admin, { action: "code-host", outcome: "ok" });
    expect(await db.query(`SELECT action, details FROM "AuditEntry" ORDER BY seq DESC LIMIT 1`)).toEqual([
      { action: "audit.export", details: { filter: { action: "code-host", outcome: "ok" } } },
    ]);
    await lines;
    expect((await exported({ action: "code-host" })).map(({ action }) => action)).toEqual(["code-host.add"]);
    expect((await exported({ action: "audit.export" })).map(({ seq }) => seq)).toEqual(["2", "3"]);
  });
});

describe("an entry in words", () => {
  const entry = {
    actorType: "user",
    actorLabel: "admin@example.com",
    action: "code-host.add",
    targetType: "code-host",
    targetLabel: "Our GitLab",
    outcome: "ok",
    details: {},
  };
  it.each<[Partial<typeof entry> | object, string]>([
    [{}, "admin@example.com added the code host Our GitLab."],
    [
      { action: "code-host.test", outcome: "failed", details: { reason: "unreachable" } },
      "admin@example.com tested the connection to Our GitLab; it failed (unreachable).",
    ],
    [
      { action: "code-host.remove", details: { credentialsRemoved: 2 } },
      "admin@example.com removed the code host Our GitLab with 2 credentials.",
    ],
    [
      { action: "code-host.edit", details: { credentialsToEnterAgain: 1 } },
      "admin@example.com edited the code host Our GitLab; 1 credential must be entered again.",
    ],
    [
      { action: "credential.add", details: { owner: "site" } },
      "admin@example.com added a credential for Our GitLab, owned by the site.",
    ],
    [{ action: "code-host.manage", outcome: "denied" }, "admin@example.com was not allowed to manage code hosts."],
    [
      {
        action: "session.create",
        actorType: "anonymous",
        actorLabel: "not signed in",
        targetType: "user",
        targetLabel: "bob@example.com",
        outcome: "failed",
      },
      "Someone not signed in failed to sign in as bob@example.com.",
    ],
    [
      { action: "user.change-password", targetType: "user", targetLabel: "admin@example.com" },
      "admin@example.com changed the password of their own account.",
    ],
    [
      { action: "user.change-role", targetLabel: "bob@example.com", details: { from: "USER", to: "ADMIN" } },
      "admin@example.com changed the role of bob@example.com from USER to ADMIN.",
    ],
    [{ action: "code-host.add", targetLabel: "$& $1" }, "admin@example.com added the code host $& $1."],
    [
      { action: "session.create", actorType: "anonymous", actorLabel: "not signed in", targetLabel: "bob@example.com" },
      "bob@example.com signed in.",
    ],
    [
      { action: "consumer.add", actorType: "system", actorLabel: "start", targetLabel: "Atlantis" },
      "Forgepass (start) added the consumer Atlantis.",
    ],
    [
      { action: "user.manage", outcome: "denied", targetType: "page", targetLabel: "/admin/audit" },
      "admin@example.com was not allowed to open /admin/audit.",
    ],
    [{ action: "moon.land", targetLabel: null }, "admin@example.com did moon.land on code-host."],
    [{ action: "moon.land", outcome: "failed" }, "admin@example.com did moon.land on Our GitLab, which failed."],
  ])("%j → %s", (given, sentence) => {
    expect(describeEntry({ ...entry, ...given })).toBe(sentence);
  });

  it("exists for every action that the code writes", () => {
    const root = new URL("..", import.meta.url).pathname;
    const written = readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.ts$/.test(name) && !/\.test\.ts$|fixture\.ts$|prisma-client|hosts\/|audit-log\//.test(name))
      .flatMap((name) => [
        ...readFileSync(`${root}${name}`, "utf8").matchAll(/(?:action:|action =|\?|: )\s*"([a-z-]+\.[a-z-]+)"/g),
      ])
      .map(([, action]) => action ?? "");
    expect(written.length).toBeGreaterThan(5);
    // Named alike: what runs in the background, and what people are told of.
    const others = [...jobs.map(({ name }) => name), ...Object.keys(events)];
    expect(
      [...new Set(written)].filter(
        (action) => ![...auditActions, ...others].includes(action) && !/\.(sql|prisma|json|js)$/.test(action),
      ),
    ).toEqual([]);
  });
});
