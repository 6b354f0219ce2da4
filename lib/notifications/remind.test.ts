import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addHost, addUser } from "../credentials/fixture";
import type { UserActor } from "../testing/actors";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { remind } from "./remind";

let database: TestDatabase;
let alice: UserActor;
let bob: UserActor;
let admin: UserActor;
let github: string;
let gitlab: string;

beforeAll(async () => {
  database = await createTestDatabase();
  alice = await addUser(database, "alice", "USER");
  bob = await addUser(database, "bob", "USER");
  admin = await addUser(database, "admin", "ADMIN");
  github = await addHost(database, "github", "Git <Hub>", "https://git.example.com");
  gitlab = await addHost(database, "gitlab", "Lab", "https://lab.example.com");
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.query(`TRUNCATE "Credential", "Notification", "NotificationChoice", "Team" CASCADE`);
});

/** `endsIn` and `enteredBefore` in days. Noon, so that the hour of the test does not matter to the days. */
async function addCredential(more: {
  endsIn: number | null;
  enteredBefore?: number;
  owner?: string | null;
  team?: string | null;
  host?: string;
  columns?: Record<string, unknown>;
}): Promise<string> {
  const id = randomUUID();
  const { endsIn, enteredBefore = 300, owner = alice.id, team = null, host = github, columns = {} } = more;
  await database.query(
    `INSERT INTO "Credential" (id, "codeHostId", "ownerId", "teamId", type, sealed, kid, "sealedFor", prefix, "lastFour",
       "accountLogin", scopes, notes, outcome, "expiryKnown", "expiresAt", "enteredAt", "updatedAt")
     VALUES ($1, $2, $3, $4, 'classic', 'x', 'k', 'https://git.example.com', 'ghp_', 'cdef', 'alice', '{}', '{}', 'valid', true,
       date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + $5::int * interval '1 day' + interval '23:59:59.5',
       now() - $6::int * interval '1 day', now())`,
    [id, host, owner, team, endsIn, enteredBefore],
  );
  await set(id, columns);
  return id;
}

async function set(id: string, columns: Record<string, unknown>): Promise<void> {
  for (const [name, value] of Object.entries(columns)) {
    await database.query(`UPDATE "Credential" SET "${name}" = $2 WHERE id = $1`, [id, value]);
  }
}

/** As if so many days had gone by. */
async function pass(days: number): Promise<void> {
  await database.query(
    `UPDATE "Credential" SET "expiresAt" = "expiresAt" - $1::int * interval '1 day',
      "enteredAt" = "enteredAt" - $1::int * interval '1 day',
      "remindedAs" = split_part("remindedAs", ' ', 1) || ' ' || (split_part("remindedAs", ' ', 2)::date - $1::int) || ' ' ||
        split_part("remindedAs", ' ', 3)`,
    [days],
  );
}

async function told(person?: UserActor): Promise<{ title: string; event: string; body: string; scope: string }[]> {
  return (await database.query(
    `SELECT title, event, body, scope FROM "Notification" WHERE $1::uuid IS NULL OR "userId" = $1 ORDER BY "createdAt", title`,
    [person?.id ?? null],
  )) as never;
}

describe("reminders", () => {
  it.each([30, 14, 7, 3, 1, 0])("are given out %i days before the end, once", async (days) => {
    await addCredential({ endsIn: days });
    expect(await remind()).toBe(1);
    expect(await remind()).toBe(0);
    const [first, ...more] = await told(alice);
    const when = days === 0 ? "today" : days === 1 ? "tomorrow" : `in ${days} days`;
    expect(first).toMatchObject({ event: "credential.ending", title: `The credential for Git <Hub> ends ${when}` });
    expect(more).toEqual([]);
  });

  it.each([31, 40, 365])("are not given out %i days before the end", async (days) => {
    await addCredential({ endsIn: days });
    expect(await remind()).toBe(0);
  });

  it("are not given out for what never ends, or was never said to", async () => {
    await addCredential({ endsIn: 3, columns: { expiresAt: null } });
    expect(await remind()).toBe(0);
  });

  it("are given out once after the end, and of what ended long ago never", async () => {
    const id = await addCredential({ endsIn: -1 });
    expect(await remind()).toBe(1);
    expect(await remind()).toBe(0);
    expect(await told()).toMatchObject([
      { event: "credential.ended", title: "The credential for Git <Hub> ended yesterday" },
    ]);
    await pass(5);
    expect(await remind()).toBe(0);
    await set(id, { remindedAs: null });
    await pass(30);
    expect(await remind()).toBe(0);
  });

  it("say on the day that it has ended, when it has", async () => {
    const id = await addCredential({ endsIn: 0 });
    await database.query(
      `UPDATE "Credential" SET "expiresAt" = date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' WHERE id = $1`,
      [id],
    );
    expect(await remind()).toBe(1);
    expect(await told()).toMatchObject([
      { event: "credential.ended", title: "The credential for Git <Hub> ended today" },
    ]);
  });

  it("come one after another as days go by", async () => {
    await addCredential({ endsIn: 31 });
    const given: number[] = [];
    for (let day = 31; day >= -4; day--) {
      if ((await remind()) > 0) given.push(day);
      await pass(1);
    }
    expect(given).toEqual([30, 14, 7, 3, 1, 0, -1]);
    expect(await told()).toHaveLength(7);
  });

  it("are not made up for: after a pause only the nearest is given out", async () => {
    await addCredential({ endsIn: 30 });
    await remind();
    await pass(28);
    expect(await remind()).toBe(1);
    expect((await told()).map(({ title }) => title)).toContain("The credential for Git <Hub> ends in 2 days");
    expect(await remind()).toBe(0);
    expect(await told()).toHaveLength(2);
  });

  it("begin with the first whose day comes after the token was entered", async () => {
    await addCredential({ endsIn: 5, enteredBefore: 0 });
    expect(await remind()).toBe(0);
    await pass(1);
    expect(await remind()).toBe(0);
    await pass(1);
    expect(await remind()).toBe(1);
  });

  it("start anew when the token is replaced or its end changes, and not when it is only checked", async () => {
    const id = await addCredential({ endsIn: 7 });
    await remind();
    await set(id, { checkedAt: new Date(), outcome: "unreachable" });
    expect(await remind()).toBe(0);
    await set(id, { version: 2 });
    expect(await remind()).toBe(1);
    await database.query(`UPDATE "Credential" SET "expiresAt" = "expiresAt" - interval '1 day'`);
    expect(await remind()).toBe(1);
    expect(await told()).toHaveLength(3);
  });

  it("are for the owner, the team's maintainers or the site admins, none of them disabled", async () => {
    const [team] = await database.query(
      `INSERT INTO "Team" (name, "updatedAt") VALUES ('Payments', now()) RETURNING id`,
    );
    await database.query(
      `INSERT INTO "TeamMember" ("teamId", "userId", role) VALUES ($1, $2, 'MAINTAINER'), ($1, $3, 'MEMBER')`,
      [team?.id, bob.id, alice.id],
    );
    const gone = await addUser(database, `gone-${randomUUID()}`, "ADMIN");
    await database.query(`UPDATE "User" SET "disabledAt" = now() WHERE id = $1`, [gone.id]);
    await addCredential({ endsIn: 7 });
    await addCredential({ endsIn: 7, owner: gone.id });
    await addCredential({ endsIn: 7, owner: null, team: team?.id as string });
    await addCredential({ endsIn: 7, owner: null });
    expect(await remind()).toBe(3);
    const people = [alice, bob, admin, gone].map(async (person) => (await told(person)).map(({ scope }) => scope));
    expect(await Promise.all(people)).toEqual([["own"], ["team"], ["site"], []]);
    await database.query(`UPDATE "TeamMember" SET role = 'MEMBER'`);
    await pass(4);
    await remind();
    expect((await told(bob)).length).toBe(1);
    expect((await told(admin)).map(({ scope }) => scope)).toEqual(expect.arrayContaining(["site", "team"]));
  });

  it("are not given out for what is rejected already", async () => {
    await addCredential({ endsIn: 7, columns: { rejectedAt: new Date() } });
    expect(await remind()).toBe(0);
  });

  it("say what to do: rotate where the host can, else replace", async () => {
    await addCredential({ endsIn: 7 });
    await remind();
    const [classic] = await told();
    expect(classic?.body).toMatch(
      /^The token ghp_…cdef of alice ends on \d+ \w+ \d{4}, 23:59 UTC\. Make a new one on Git <Hub>/,
    );
    expect(classic?.body).toContain("replace this one");
    const replacing = expect.stringMatching(/^\/settings\/credentials\?q=Git%20%3CHub%3E&replace=[0-9a-f-]{36}#host-/);
    expect(await database.query(`SELECT href FROM "Notification"`)).toEqual([{ href: replacing }]);
    const lab = { endsIn: 7, host: gitlab, owner: bob.id };
    await addCredential({ ...lab, columns: { type: "personal", scopes: ["api"], scopesKnown: true } });
    await remind();
    expect((await told(bob))[0]?.body).toContain("Rotate it here");
    const hrefs = await database.query(`SELECT href FROM "Notification" WHERE "userId" = $1`, [bob.id]);
    expect(hrefs).toEqual([{ href: `/settings/credentials?q=Lab#host-${gitlab}` }]);
    await database.query(`UPDATE "Credential" SET version = 2, "rotateDays" = 5 WHERE "codeHostId" = $1`, [gitlab]);
    await remind();
    expect((await told(bob))[1]?.body).toContain("It is to be rotated by itself 5 days before its end");
    await database.query(`UPDATE "Credential" SET version = 3, scopes = '{read_api}' WHERE "codeHostId" = $1`, [
      gitlab,
    ]);
    await remind();
    expect((await told(bob))[2]?.body).toContain("Make a new one on Lab");
  });

  it("go out once, however many processes run at the same time, for hundreds of credentials in batches", async () => {
    await database.query(
      `INSERT INTO "CodeHost" (id, kind, name, "baseUrl", "updatedAt")
       SELECT gen_random_uuid(), 'gitlab', 'Many ' || n, 'https://many' || n || '.example.com', now() FROM generate_series(1, 450) n`,
    );
    await database.query(
      `INSERT INTO "Credential" (id, "codeHostId", "ownerId", type, sealed, kid, "sealedFor", prefix, "lastFour", scopes, notes,
         outcome, "expiryKnown", "expiresAt", "enteredAt", "updatedAt")
       SELECT gen_random_uuid(), id, $1, 'personal', 'x', 'k', "baseUrl", 'glpat-', 'cdef', '{}', '{}', 'valid', true,
         now() + interval '7 days', now() - interval '90 days', now() FROM "CodeHost" WHERE name LIKE 'Many %'`,
      [bob.id],
    );
    const counts = await Promise.all([remind(), remind(), remind()]);
    // What another holds is skipped; the next run finds it.
    expect(counts.reduce((sum, count) => sum + count, 0) + (await remind())).toBe(450);
    expect(await told(bob)).toHaveLength(450);
    await database.query(`DELETE FROM "CodeHost" WHERE name LIKE 'Many %'`);
  });

  it("are taken back with everything else when one of them cannot be told", async () => {
    await addCredential({ endsIn: 7, host: gitlab });
    await database.query(`ALTER TABLE "Notification" ADD CONSTRAINT broken CHECK (title NOT LIKE '%Lab%')`);
    await expect(remind()).rejects.toThrow();
    await database.query(`ALTER TABLE "Notification" DROP CONSTRAINT broken`);
    expect(await remind()).toBe(1);
  });
});
