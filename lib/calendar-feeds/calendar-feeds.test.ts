import ICAL from "ical.js";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "../authz";
import { createLedgerFixture, type LedgerFixture } from "../ledger/fixture";
import { hashToken } from "../opaque-tokens";
import { listFeeds, makeFeed, maxFeeds, revokeFeed } from "./manage-feeds";
import { readFeed } from "./read-feed";

let f: LedgerFixture;
beforeAll(async () => {
  f = await createLedgerFixture();
});
afterAll(() => f.drop());
beforeEach(async () => {
  for (const table of ["Credential", "CalendarFeed"]) await f.database.query(`DELETE FROM "${table}"`);
});

async function make(actor: Actor, of: string): Promise<{ id: string; token: string }> {
  const made = await makeFeed(actor, { of });
  if (!made.ok) throw new Error(made.error.code);
  expect(made.value.link).toMatch(/^http:\/\/localhost:3000\/calendar\/[\w-]{43}\.ics$/);
  return { id: made.value.id, token: made.value.link.slice(-47, -4) };
}

const read = (token: string) => readFeed(token, "127.0.0.1");

/** As a calendar program reads it; it throws where it is none. */
function parse(text: string | null) {
  const calendar = new ICAL.Component(ICAL.parse(text ?? ""));
  const events = calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    const alarms = component.getAllSubcomponents("valarm");
    return {
      ...{ uid: event.uid, summary: event.summary, description: event.description },
      ...{ start: event.startDate.toString(), isDate: event.startDate.isDate },
      trigger: alarms.map((alarm) => String(alarm.getFirstPropertyValue("trigger"))),
      component,
    };
  });
  return { calendar, events };
}

async function events(token: string) {
  return parse(await read(token)).events;
}

describe("a calendar link", () => {
  it("is shown once and kept as a hash only", async () => {
    const { id, token } = await make(f.alice, "me");
    const [row] = await f.database.query(`SELECT f::text AS text, "tokenHash" FROM "CalendarFeed" f WHERE id = $1`, [
      id,
    ]);
    expect(row?.tokenHash).toBe(hashToken(token));
    expect(row?.text).not.toContain(token);
    const log = await f.database.query(`SELECT a::text AS text FROM "AuditEntry" a WHERE "targetId" = $1`, [id]);
    expect(log).toHaveLength(1);
    expect(JSON.stringify(log)).toContain("calendar-link.create");
    expect(JSON.stringify(log)).not.toContain(token);
    expect(JSON.stringify(await listFeeds(f.alice))).not.toContain(token);
  });

  it("is read without a session, notes when, and is dead from the moment it is revoked", async () => {
    const { id, token } = await make(f.alice, "me");
    expect(await listFeeds(f.alice)).toMatchObject({ value: [{ id, kind: "user", works: true, lastReadAt: null }] });
    expect(await read(token)).toContain("BEGIN:VCALENDAR");
    expect(await listFeeds(f.alice)).toMatchObject({ value: [{ id, lastReadAt: expect.any(String) }] });
    expect(await revokeFeed(f.bob, { id })).toMatchObject({ ok: false, error: { code: "not-found" } });
    expect(await read(token)).not.toBe(null);
    expect(await revokeFeed(f.alice, { id })).toEqual({ ok: true, value: null });
    expect(await read(token)).toBe(null);
    expect(await revokeFeed(f.alice, { id })).toMatchObject({ ok: false, error: { code: "not-found" } });
  });

  it("answers nothing to what is no token of ours", async () => {
    const { token } = await make(f.alice, "me");
    for (const other of [
      "",
      "x",
      token.slice(1),
      `${token}A`,
      token.toUpperCase(),
      "a".repeat(43),
      "é".repeat(9000),
      "a\0",
    ]) {
      expect(await read(other), other.slice(0, 50)).toBe(null);
    }
  });

  it("is of what one may see only, and of odd input nothing", async () => {
    const seen: [Actor, string, string][] = [
      [f.alice, "me", "ok"],
      [f.alice, `team:${f.teamId}`, "not-found"],
      [f.alice, "all", "forbidden"],
      [f.member, `team:${f.teamId}`, "ok"],
      [f.member, "all", "forbidden"],
      [f.admin, "all", "ok"],
      [f.admin, `team:${f.teamId}`, "ok"],
      [f.admin, "team:00000000-0000-4000-8000-000000000000", "not-found"],
      [{ type: "anonymous", ip: null }, "me", "signed-out"],
    ];
    for (const [actor, of, expected] of seen) {
      const made = await makeFeed(actor, { of });
      expect(made.ok ? "ok" : made.error.code, of).toBe(expected);
    }
    for (const odd of [
      undefined,
      null,
      {},
      { of: "site" },
      { of: f.bob.id },
      { of: "team:x" },
      { of: ["me"] },
      { of: "me", userId: f.bob.id },
    ]) {
      expect(await makeFeed(f.alice, odd)).toMatchObject({ ok: false, error: { code: "invalid-input" } });
      expect(await revokeFeed(f.alice, odd)).toMatchObject({ ok: false, error: { code: "invalid-input" } });
    }
  });

  it("is one of few", async () => {
    const made = await Promise.all(Array.from({ length: maxFeeds + 5 }, () => makeFeed(f.alice, { of: "me" })));
    expect(made.filter(({ ok }) => ok)).toHaveLength(maxFeeds);
    expect(made.find(({ ok }) => !ok)).toMatchObject({ error: { code: "conflict" } });
  });
});

describe("each reading is authorised as the link's maker is now", () => {
  async function expectNothing(token: string) {
    const [before] = await f.database.query(`SELECT count(*)::int AS count FROM "AuditEntry"`);
    expect(await read(token)).toBe(null);
    expect(await f.database.query(`SELECT count(*)::int AS count FROM "AuditEntry"`)).toEqual([before]);
  }

  it("a disabled person's answers nothing, and again when they are enabled", async () => {
    const { token } = await make(f.alice, "me");
    await f.database.query(`UPDATE "User" SET "disabledAt" = now() WHERE id = $1`, [f.alice.id]);
    await expectNothing(token);
    await f.database.query(`UPDATE "User" SET "disabledAt" = NULL WHERE id = $1`, [f.alice.id]);
    expect(await read(token)).not.toBe(null);
  });

  it("who has left the team reads nothing of it, and sees that the link is dead, not the team's name", async () => {
    const { token } = await make(f.member, `team:${f.teamId}`);
    expect(await listFeeds(f.member)).toMatchObject({ value: [{ kind: "team", teamName: "Platform", works: true }] });
    expect(await read(token)).not.toBe(null);
    await f.database.query(`DELETE FROM "TeamMember" WHERE "userId" = $1`, [f.member.id]);
    await expectNothing(token);
    const outside = { ...f.member, teams: [] };
    expect(await listFeeds(outside)).toMatchObject({ value: [{ kind: "team", teamName: null, works: false }] });
    await f.database.query(`INSERT INTO "TeamMember" ("teamId", "userId") VALUES ($1, $2)`, [f.teamId, f.member.id]);
    expect(await read(token)).not.toBe(null);
  });

  it("a demoted admin's link to everything answers nothing", async () => {
    const { token } = await make(f.admin, "all");
    expect(await read(token)).not.toBe(null);
    await f.database.query(`UPDATE "User" SET role = 'USER' WHERE id = $1`, [f.admin.id]);
    await expectNothing(token);
    await f.database.query(`UPDATE "User" SET role = 'ADMIN' WHERE id = $1`, [f.admin.id]);
  });

  it("a deleted team's, and a deleted person's, are gone", async () => {
    const [team] = await f.database.query(`INSERT INTO "Team" (name, "updatedAt") VALUES ('Gone', now()) RETURNING id`);
    const { token } = await make(f.admin, `team:${team?.id}`);
    await f.database.query(`DELETE FROM "Team" WHERE id = $1`, [team?.id]);
    await expectNothing(token);
    const [person] = await f.database.query(
      `INSERT INTO "User" (email, name, "passwordHash", "updatedAt") VALUES ('x@example.com', 'X', '-', now()) RETURNING id`,
    );
    const theirs = await make({ ...f.alice, id: String(person?.id) }, "me");
    await f.database.query(`DELETE FROM "User" WHERE id = $1`, [person?.id]);
    await expectNothing(theirs.token);
    expect(await f.database.query(`SELECT 1 FROM "CalendarFeed"`)).toEqual([]);
  });
});

describe("the calendar", () => {
  it("has a day for each end, the same one at each reading until the credential is replaced", async () => {
    const { token } = await make(f.alice, "me");
    const id = await f.put({ ownerId: f.alice.id, endsIn: "40 days", login: "alice" });
    await f.put({ ownerId: f.alice.id, hostId: f.gitlabId, endsIn: null });
    await f.put({ endsIn: "3 days" });
    await f.database.query(`UPDATE "Credential" SET "expiresAt" = '2031-03-04 23:59:59Z' WHERE id = $1`, [id]);
    const { calendar, events: first } = parse(await read(token));
    expect(first).toHaveLength(1);
    expect(first[0]).toMatchObject({
      uid: `${id}-1@localhost:3000`,
      summary: "Sim GitHub: Personal access token (classic) (alice) ends",
      start: "2031-03-04",
      isDate: true,
      trigger: ["-P7D"],
    });
    expect(first[0]?.description).toMatch(/^It ends on 2031-03-04 at 23:59 UTC\.\nCode host: .*\nServes: .*Atlantis/);
    expect(calendar.getFirstPropertyValue("x-wr-calname")).toBe("Forgepass: my credentials");
    expect(calendar.getFirstPropertyValue("refresh-interval")?.toString()).toBe("PT6H");
    expect((await events(token))[0]?.uid).toBe(first[0]?.uid);
    await f.database.query(`UPDATE "Credential" SET version = 2 WHERE id = $1`, [id]);
    expect((await events(token))[0]?.uid).toBe(`${id}-2@localhost:3000`);
  });

  it("of a team and of the site says whose it is, and where it is replaced", async () => {
    await f.put({ ownerId: f.alice.id, endsIn: "40 days" });
    await f.put({ teamId: f.teamId, endsIn: "41 days", login: "svc" });
    await f.put({ endsIn: "42 days", login: "bot" });
    const all = await events((await make(f.admin, "all")).token);
    expect(all.map(({ summary }) => summary)).toEqual([
      "Sim GitHub: Personal access token (classic) of alice (octo) ends",
      "Sim GitHub: Personal access token (classic) of Team Platform (svc) ends",
      "Sim GitHub: Personal access token (classic) of this site (bot) ends",
    ]);
    expect(all.map(({ component }) => String(component.getFirstPropertyValue("url")))).toEqual([
      `http://localhost:3000/admin/users/${f.alice.id}/credentials?q=Sim%20GitHub`,
      `http://localhost:3000/teams/${f.teamId}/credentials?q=Sim%20GitHub`,
      "http://localhost:3000/admin/credentials?q=Sim%20GitHub",
    ]);
    const teams = await events((await make(f.member, `team:${f.teamId}`)).token);
    expect(teams.map(({ summary }) => summary)).toEqual(["Sim GitHub: Personal access token (classic) (svc) ends"]);
  });

  it("keeps what ended in the last 30 days, without a reminder, and nothing older", async () => {
    const { token } = await make(f.admin, "all");
    await f.put({ ownerId: f.alice.id, endsIn: "-29 days" });
    await f.put({ endsIn: "-31 days" });
    expect((await events(token)).map(({ summary, trigger }) => [summary, trigger])).toEqual([
      [expect.stringMatching(/ of alice \(octo\) has ended$/), []],
    ]);
  });

  it("is no longer than 500 days, the nearest first, and says so", async () => {
    const { token } = await make(f.alice, "me");
    await f.fill({ ownerId: f.alice.id }, 510);
    const text = await read(token);
    expect(text?.match(/^BEGIN:VEVENT\r$/gm)).toHaveLength(500);
    expect(text?.replace(/\r\n /g, "")).toMatch(/^X-WR-CALDESC:.* Only the first 500 are here\.\r$/m);
    await f.database.query(`DELETE FROM "CodeHost" WHERE name LIKE 'Host %'`);
  });

  it("holds no token and no part of one", async () => {
    const { token } = await make(f.alice, "me");
    await f.put({ ownerId: f.alice.id, endsIn: "4 days" });
    const text = await read(token);
    for (const part of ["ghp_", "abcd", token]) expect(text).not.toContain(part);
  });

  it.each([
    "a,b;c\\d:e",
    "two\r\nBEGIN:VEVENT\r\nSUMMARY:forged\r\nEND:VEVENT",
    "x\nATTACH:https://evil.example",
    "END:VCALENDAR",
    '"quoted" <b>',
    "é\u{1f511}".repeat(60),
    "a\u0007bell\u0000",
  ])("keeps a hostile name in its place: %j", async (given) => {
    const name = given.replaceAll("\0", "");
    await f.database.query(`UPDATE "CodeHost" SET name = $2 WHERE id = $1`, [f.githubId, name]);
    await f.database.query(`UPDATE "Team" SET name = $2 WHERE id = $1`, [f.teamId, name]);
    await f.put({ teamId: f.teamId, endsIn: "4 days", login: name });
    const text = await read((await make(f.member, `team:${f.teamId}`)).token);
    const { calendar, events: all } = parse(text);
    const plain = name.replace(/\p{Cc}+/gu, " ").trim();
    expect(all.map(({ summary }) => summary)).toEqual([`${plain}: Personal access token (classic) (${plain}) ends`]);
    expect(calendar.getFirstPropertyValue("x-wr-calname")).toBe(`Forgepass: team ${plain}`);
    expect(text?.match(/^BEGIN:/gm)).toHaveLength(3);
    expect(text).not.toMatch(/^ATTACH/m);
    for (const line of text?.split("\r\n") ?? []) {
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
      expect(line).not.toMatch(/[\r\n]/);
    }
    await f.database.query(`UPDATE "CodeHost" SET name = 'Sim GitHub' WHERE id = $1`, [f.githubId]);
    await f.database.query(`UPDATE "Team" SET name = 'Platform' WHERE id = $1`, [f.teamId]);
  });
});
