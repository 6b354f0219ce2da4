import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "../authz";
import { addHost, addUser } from "../credentials/fixture";
import { prisma } from "../prisma";
import type { UserActor } from "../testing/actors";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { choose, listChoices } from "./choices";
import { announce, type EventName, events, type LifecycleEvent } from "./event";
import { groupNames, groupOf, groups } from "./event-groups";
import { countUnread, listNotifications, markAllRead, markRead } from "./inbox";

let database: TestDatabase;
let alice: UserActor;
let bob: UserActor;
let admin: UserActor;
let otherAdmin: UserActor;
let hostId: string;
let teamId: string;
const nobody: Actor = { type: "anonymous", ip: null };

beforeAll(async () => {
  database = await createTestDatabase();
  alice = await addUser(database, "alice", "USER");
  admin = await addUser(database, "admin", "ADMIN");
  otherAdmin = await addUser(database, "other", "ADMIN");
  hostId = await addHost(database, "github", "Hub & Co", "https://git.example.com");
  const [team] = await database.query(`INSERT INTO "Team" (name, "updatedAt") VALUES ('Payments', now()) RETURNING id`);
  teamId = String(team?.id);
  bob = { ...(await addUser(database, "bob", "USER")), teams: [{ id: teamId, role: "MAINTAINER" }] };
  await database.query(`INSERT INTO "TeamMember" VALUES ($1, $2, 'MAINTAINER'), ($1, $3, 'MEMBER')`, [
    teamId,
    bob.id,
    alice.id,
  ]);
});
afterAll(() => database.drop());
beforeEach(() => database.query(`TRUNCATE "Notification", "NotificationChoice"`));

type Whose = { ownerId?: string; teamId?: string };

async function tell(event: EventName, whose: Whose, more: Partial<LifecycleEvent> = {}): Promise<void> {
  const credential = {
    ...{ id: randomUUID(), codeHostId: hostId, hostName: "Hub & Co", kind: "github" },
    ...{ ownerId: whose.ownerId ?? null, teamId: whose.teamId ?? null, accountLogin: null, tokenLabel: "ghp_…cdef" },
  };
  const told = { event, credential, once: "v1", title: `It ${events[event]}`, body: "Do it.", data: {}, ...more };
  await prisma().$transaction((tx) => announce(tx, told));
}

async function toldTo(...people: UserActor[]): Promise<Record<string, unknown>[]> {
  return await database.query(
    `SELECT u.name, n.event, n.scope, n.body, n.href, n.mail, n."inPortal" FROM "Notification" n
     JOIN "User" u ON u.id = n."userId" WHERE u.id = ANY($1) ORDER BY u.name`,
    [people.map(({ id }) => id)],
  );
}

const everybody = () => [alice, bob, admin, otherAdmin];

describe("telling people", () => {
  it("reaches the owner, the team's maintainers, or all site admins, with the way to where it is put right", async () => {
    await tell("credential.rejected", { ownerId: alice.id });
    expect(await toldTo(...everybody())).toEqual([
      {
        ...{ name: "alice", event: "credential.rejected", scope: "own", body: "Do it.", mail: "now", inPortal: true },
        href: `/settings/credentials?q=Hub%20%26%20Co#host-${hostId}`,
      },
    ]);
    await database.query(`TRUNCATE "Notification"`);
    await tell("credential.ending", { teamId });
    expect(await toldTo(...everybody())).toMatchObject([
      {
        ...{ name: "bob", scope: "team", mail: "digest", body: "Do it. Its owner is the team Payments." },
        href: `/teams/${teamId}/credentials?q=Hub%20%26%20Co#host-${hostId}`,
      },
    ]);
    await database.query(`TRUNCATE "Notification"`);
    await tell("credential.revoked", {});
    const told = { scope: "site", mail: "no", href: "/admin/stale?tab=receipts", body: "Do it. It is a global one." };
    expect(await toldTo(...everybody())).toMatchObject([
      { name: "admin", ...told },
      { name: "other", ...told },
    ]);
  });

  it("tells each once, however often and wherever it is announced at the same time", async () => {
    const credential = {
      ...{ id: randomUUID(), codeHostId: hostId, hostName: "Hub", kind: "github", ownerId: null, teamId: null },
      ...{ accountLogin: null, tokenLabel: "" },
    };
    await Promise.all(Array.from({ length: 5 }, () => tell("credential.rejected", {}, { credential })));
    expect(await toldTo(admin, otherAdmin)).toHaveLength(2);
    await tell("credential.rejected", {}, { credential, once: "v2" });
    expect(await toldTo(admin, otherAdmin)).toHaveLength(4);
  });

  it("leaves out who is disabled; a team whose maintainers all are is the site admins' to look after", async () => {
    const disable = (person: UserActor, at: Date | null) =>
      database.query(`UPDATE "User" SET "disabledAt" = $2 WHERE id = $1`, [person.id, at]);
    for (const person of [alice, bob, otherAdmin]) await disable(person, new Date());
    await tell("credential.rejected", { ownerId: alice.id });
    await tell("credential.rejected", { teamId });
    await tell("credential.rejected", {});
    expect(await toldTo(...everybody(), bob)).toMatchObject([
      { name: "admin", scope: expect.stringMatching(/team|site/) },
      { name: "admin", scope: expect.stringMatching(/team|site/) },
    ]);
    for (const person of [alice, bob, otherAdmin]) await disable(person, null);
  });

  it("tells nobody of what was taken back", async () => {
    const work = prisma().$transaction(async (tx) => {
      const credential = {
        ...{ id: randomUUID(), codeHostId: hostId, hostName: "Hub", kind: "github", ownerId: alice.id, teamId: null },
        ...{ accountLogin: null, tokenLabel: "" },
      };
      await announce(tx, { event: "credential.ended", credential, once: "1", title: "t", body: "b", data: {} });
      throw new Error("taken back");
    });
    await expect(work).rejects.toThrow("taken back");
    expect(await toldTo(...everybody())).toEqual([]);
  });

  it("has a group for every event, and a mail at once for rejections only", () => {
    for (const event of Object.keys(events) as EventName[]) expect(groupNames).toContain(groupOf(event));
    expect(groupNames.filter((name) => groups[name].atOnce)).toEqual(["rejected"]);
  });
});

describe("what people choose", () => {
  const own = { group: "ending", scope: "own" } as const;

  it("decides whether they are told, and how", async () => {
    for (const [inPortal, byMail] of [
      [true, false],
      [false, true],
      [false, false],
    ] as const) {
      await database.query(`TRUNCATE "Notification"`);
      expect(await choose(alice, { ...own, inPortal, byMail })).toMatchObject({ ok: true });
      await tell("credential.ending", { ownerId: alice.id });
      await tell("credential.ended", { ownerId: alice.id });
      const told = { inPortal, mail: byMail ? "digest" : "no" };
      expect(await toldTo(alice)).toMatchObject(inPortal || byMail ? [told, told] : []);
    }
    await tell("credential.rejected", { ownerId: alice.id });
    expect(await toldTo(alice)).toMatchObject([{ inPortal: true, mail: "now" }]);
  });

  it("never keeps from site admins that a global credential is rejected, not even by writing to the database", async () => {
    const off = { group: "rejected", scope: "site", inPortal: false, byMail: false } as const;
    expect(await choose(admin, off)).toMatchObject({ ok: false, error: { code: "conflict" } });
    await database.query(`INSERT INTO "NotificationChoice" VALUES ($1, 'rejected', 'site', false, false)`, [admin.id]);
    await tell("credential.rejected", {});
    expect(await toldTo(admin)).toMatchObject([{ inPortal: true, mail: "now" }]);
    const listed = await listChoices(admin);
    const choices = listed.ok ? listed.value.choices.filter(({ isLocked }) => isLocked) : [];
    expect(choices).toEqual([{ group: "rejected", scope: "site", inPortal: true, byMail: true, isLocked: true }]);
  });

  it("is offered for what concerns them only, and counts for nobody else", async () => {
    const scopes = async (actor: Actor) => {
      const listed = await listChoices(actor);
      return listed.ok ? [...new Set(listed.value.choices.map(({ scope }) => scope))] : listed.error.code;
    };
    expect(await scopes(alice)).toEqual(["own"]);
    expect(await scopes(bob)).toEqual(["own", "team"]);
    expect(await scopes(admin)).toEqual(["own", "site"]);
    expect(await scopes(nobody)).toBe("signed-out");
    const off = { group: "ending", inPortal: false, byMail: false } as const;
    expect(await choose(alice, { ...off, scope: "team" })).toMatchObject({ ok: false, error: { code: "forbidden" } });
    expect(await choose(bob, { ...off, scope: "site" })).toMatchObject({ ok: false, error: { code: "forbidden" } });
    expect(await choose(nobody, { ...off, scope: "own" })).toMatchObject({ ok: false, error: { code: "signed-out" } });
    expect(await choose(bob, { ...off, scope: "team" })).toMatchObject({ ok: true });
    await tell("credential.ending", { ownerId: bob.id });
    expect(await toldTo(bob)).toHaveLength(1);
    expect(await listChoices(alice)).toMatchObject({
      value: { choices: expect.not.arrayContaining([{ inPortal: false }]) },
    });
  });

  it.each([
    null,
    undefined,
    "x",
    [],
    {},
    { ...own },
    { ...own, inPortal: 1, byMail: true },
    { ...own, inPortal: true, byMail: true, userId: "x" },
  ])("is refused as %j", async (input) => {
    expect(await choose(alice, input as never)).toMatchObject({ ok: false, error: { code: "invalid-input" } });
  });

  it("is in the audit log", async () => {
    await choose(alice, { ...own, inPortal: false, byMail: false });
    const [entry] = await database.query(
      `SELECT * FROM "AuditEntry" WHERE action = 'notification.choose' ORDER BY seq DESC`,
    );
    expect(entry).toMatchObject({ actorId: alice.id, details: { ...own, inPortal: false, byMail: false } });
  });
});

describe("the list under the bell", () => {
  async function fill(person: UserActor, count: number): Promise<void> {
    await database.query(
      `INSERT INTO "Notification" ("userId", event, scope, title, body, href, "dedupeKey", "createdAt")
       SELECT $1, 'credential.ending', 'own', 'Number ' || n, 'Body', '/', n::text, date_trunc('hour', now()) - n / 3 * interval '1 hour'
       FROM generate_series(1, $2::int) n`,
      [person.id, count],
    );
  }

  it("comes in pages that neither repeat nor leave out any, forwards and backwards", async () => {
    await fill(alice, 75);
    const seen: string[][] = [];
    let older: string | null = null;
    let newer: string | null = null;
    do {
      const page = await listNotifications(alice, { olderThan: older });
      if (!page.ok) throw new Error(page.error.message);
      seen.push(page.value.notifications.map(({ title }) => title));
      ({ older, newer } = page.value);
    } while (older);
    expect(seen.map(({ length }) => length)).toEqual([30, 30, 15]);
    expect(new Set(seen.flat()).size).toBe(75);
    const back = await listNotifications(alice, { newerThan: newer });
    expect(back.ok && back.value.notifications.map(({ title }) => title)).toEqual(seen[1]);
  });

  it.each(["x", "2026-11-23T00:00:00.000Z~x", "2026-99-23T00:00:00.000Z~00000000-0000-4000-8000-000000000000", "\0"])(
    "refuses the cursor %j",
    async (olderThan) => {
      expect(await listNotifications(alice, { olderThan })).toMatchObject({
        ok: false,
        error: { code: "invalid-input" },
      });
    },
  );

  it("counts what is unread, up to a hundred, and leaves out what is only mailed", async () => {
    await fill(alice, 3);
    await database.query(`UPDATE "Notification" SET "inPortal" = false WHERE title = 'Number 1'`);
    expect(await countUnread(alice)).toBe(2);
    await fill(bob, 150);
    expect(await countUnread(bob)).toBe(100);
    expect(await countUnread(nobody)).toBe(0);
    const listed = await listNotifications(alice);
    expect(listed.ok && listed.value.notifications).toHaveLength(2);
  });

  it("is marked as read by whose it is, by nobody else", async () => {
    await fill(alice, 3);
    await fill(bob, 2);
    const [row] = await database.query(`SELECT id FROM "Notification" WHERE "userId" = $1`, [alice.id]);
    const id = String(row?.id);
    expect(await markRead(bob, id)).toMatchObject({ ok: false, error: { code: "not-found" } });
    expect(await markRead(admin, id)).toMatchObject({ ok: false, error: { code: "not-found" } });
    expect(await markRead(nobody, id)).toMatchObject({ ok: false, error: { code: "signed-out" } });
    for (const odd of ["x", "", null, {}, ["x"]])
      expect(await markRead(alice, odd as never)).toMatchObject({ ok: false });
    expect(await countUnread(alice)).toBe(3);
    expect(await markRead(alice, id)).toMatchObject({ ok: true });
    expect(await markRead(alice, id)).toMatchObject({ ok: true });
    expect(await countUnread(alice)).toBe(2);
    expect(await markAllRead(alice)).toEqual({ ok: true, value: { marked: 2 } });
    expect([await countUnread(alice), await countUnread(bob)]).toEqual([0, 2]);
  });

  it("counts unread ones from an index, whatever else there is", async () => {
    await fill(alice, 2000);
    await markAllRead(alice);
    await fill(bob, 5);
    await database.query(`ANALYZE "Notification"`);
    const plan = await database.query(
      `EXPLAIN SELECT 1 FROM "Notification" WHERE "userId" = '${alice.id}' AND "inPortal" AND "readAt" IS NULL LIMIT 100`,
    );
    expect(JSON.stringify(plan)).toContain("Notification_unread");
  });
});
