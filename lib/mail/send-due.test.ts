import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addHost, addUser } from "../credentials/fixture";
import { choose } from "../notifications/choices";
import { announce, type EventName } from "../notifications/event";
import { prisma } from "../prisma";
import type { UserActor } from "../testing/actors";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { mailLogin, startMailServer, type TestMailServer } from "./fixture";
import { readMailState } from "./mail-state";
import { sendDue } from "./send-due";
import { removeMailSettings, saveMailSettings } from "./settings";

let database: TestDatabase;
let server: TestMailServer;
let alice: UserActor;
let bob: UserActor;
let admin: UserActor;
let hostId: string;

beforeAll(async () => {
  database = await createTestDatabase({
    FORGEPASS_ALLOWED_NETWORKS: "127.0.0.0/8,::1/128",
    AUTH_URL: "https://portal.example.com",
  });
  server = await startMailServer();
  alice = await addUser(database, "alice", "USER");
  bob = await addUser(database, "bob", "USER");
  admin = await addUser(database, "admin", "ADMIN");
  hostId = await addHost(database, "github", "Hub", "https://git.example.com");
});
afterAll(async () => {
  await Promise.all([server.close(), database.drop()]);
});
beforeEach(async () => {
  await database.query(`TRUNCATE "Notification", "NotificationChoice", "MailSettings"`);
  await database.query(`UPDATE "User" SET "digestedAt" = NULL, "disabledAt" = NULL`);
  server.mood = "well";
  server.received.length = 0;
  server.logins.length = 0;
  server.refusals.clear();
  await setUp();
});

async function setUp(more: Record<string, string> = {}): Promise<void> {
  const fields = { host: "localhost", port: String(server.port), security: "none", ...mailLogin };
  expect(await saveMailSettings(admin, { ...fields, fromAddress: "portal@example.com", ...more })).toMatchObject({
    ok: true,
  });
}

async function tell(event: EventName, owner: UserActor | null, title = "Something about Hub"): Promise<void> {
  const credential = {
    ...{ id: randomUUID(), codeHostId: hostId, hostName: "Hub", kind: "github", teamId: null },
    ...{ ownerId: owner?.id ?? null, accountLogin: "alice", tokenLabel: "ghp_…cdef" },
  };
  const told = { event, credential, once: "v1", title, body: "What to do about it.", data: {} };
  await prisma().$transaction((tx) => announce(tx, told));
}

/** As if so much time had gone by for what is waiting. */
async function pass(interval: string): Promise<void> {
  await database.query(
    `UPDATE "Notification" SET "createdAt" = "createdAt" - $1::interval, "mailedAt" = "mailedAt" - $1::interval`,
    [interval],
  );
  await database.query(`UPDATE "User" SET "digestedAt" = "digestedAt" - $1::interval`, [interval]);
  await database.query(`UPDATE "MailSettings" SET "retryAt" = "retryAt" - $1::interval`, [interval]);
}

async function states(): Promise<Record<string, number>> {
  const rows = await database.query(`SELECT mail, count(*)::int AS count FROM "Notification" GROUP BY mail`);
  return Object.fromEntries(rows.map(({ mail, count }) => [mail, count]));
}

describe("mail", () => {
  it("of a rejection goes at once, to whom it concerns", async () => {
    await tell("credential.rejected", alice, "The token for Hub is rejected");
    expect(await sendDue()).toBe("Sent 1 mail.");
    expect(server.received).toMatchObject([
      { to: [alice.email], headers: { subject: "The token for Hub is rejected" } },
    ]);
    const [mail] = server.received;
    for (const said of [mail?.text, mail?.html]) {
      expect(said).toContain("What to do about it.");
      expect(said).toMatch(/https:\/\/portal\.example\.com\/settings\/credentials\?q=Hub#host-/);
      expect(said).toContain("https://portal.example.com/settings/notifications");
    }
    expect(await sendDue()).toBe("Nothing to mail.");
    expect(await states()).toEqual({ sent: 1 });
  });

  it("of everything else waits for its company, and then comes as one", async () => {
    for (const title of ["One ends in 7 days", "Two ends in 7 days", "Three ends in 3 days"]) {
      await tell("credential.ending", alice, title);
    }
    await tell("credential.rotation-failed", alice, "Four could not be rotated");
    await tell("credential.rotated", alice, "Five was rotated");
    expect(await sendDue()).toBe("Nothing to mail.");
    await pass("11 minutes");
    expect(await sendDue()).toBe("Sent 1 mail.");
    expect(server.received).toHaveLength(1);
    expect(server.received[0]?.headers.subject).toBe("Credentials: 3 ending or ended, 1 not rotated or revoked");
    expect(server.received[0]?.text).toMatch(/One ends.*Four could not/s);
    expect(server.received[0]?.text).not.toContain("Five");
  });

  it("comes once a day at most, apart from rejections", async () => {
    await tell("credential.ending", alice);
    await pass("11 minutes");
    await sendDue();
    await tell("credential.ending", alice);
    await pass("23 hours");
    expect(await sendDue()).toBe("Nothing to mail.");
    await tell("credential.rejected", alice);
    expect(await sendDue()).toBe("Sent 1 mail.");
    expect(server.received.at(-1)?.text).not.toContain("ending");
    await pass("1 hour");
    expect(await sendDue()).toBe("Sent 1 mail.");
    expect(server.received).toHaveLength(3);
  });

  it("of several rejections at once is one mail", async () => {
    await tell("credential.rejected", alice, "One is rejected");
    await tell("credential.rejected", alice, "Two is rejected");
    await sendDue();
    expect(server.received.map(({ headers }) => headers.subject)).toEqual(["Credentials: 2 rejected"]);
  });

  it("goes to each with their own only", async () => {
    await tell("credential.rejected", alice, "Of Alice");
    await tell("credential.rejected", bob, "Of Bob");
    await tell("credential.rejected", null, "Of all");
    expect(await sendDue()).toBe("Sent 3 mails.");
    const got = Object.fromEntries(server.received.map(({ to, headers }) => [to[0], headers.subject]));
    expect(got).toEqual({ [alice.email]: "Of Alice", [bob.email]: "Of Bob", [admin.email]: "Of all" });
  });

  it("is not sent to who chose otherwise, or is disabled", async () => {
    await choose(alice, { group: "rejected", scope: "own", inPortal: true, byMail: false });
    await tell("credential.rejected", alice);
    await tell("credential.rejected", bob);
    await database.query(`UPDATE "User" SET "disabledAt" = now() WHERE id = $1`, [bob.id]);
    expect(await sendDue()).toBe("Nothing to mail.");
    await pass("3 days");
    await sendDue();
    expect(await states()).toEqual({ no: 2 });
  });

  it("is sent once, however many processes send at the same time", async () => {
    const people = await Promise.all(
      Array.from({ length: 12 }, (_, n) => addUser(database, `p${n}-${randomUUID()}`, "USER")),
    );
    for (const person of people) await tell("credential.rejected", person);
    await Promise.all([sendDue(), sendDue(), sendDue()]);
    await sendDue();
    expect(server.received.map(({ to }) => to[0]).sort()).toEqual(people.map(({ email }) => email).sort());
    expect(await states()).toEqual({ sent: 12 });
  });
});

describe("what cannot be sent", () => {
  it("is tried again later and later while the server refuses the login, and then given up", async () => {
    await setUp({ password: "wrong" });
    await tell("credential.rejected", alice);
    expect(await sendDue()).toContain("tried again later");
    expect(server.logins).toHaveLength(1);
    expect(await sendDue()).toContain("tried again later");
    expect(server.logins).toHaveLength(1);
    await pass("6 minutes");
    await sendDue();
    expect(server.logins).toHaveLength(2);
    await pass("6 minutes");
    await sendDue();
    expect(server.logins).toHaveLength(2);
    const [row] = await database.query(`SELECT trouble, troubles FROM "MailSettings"`);
    expect(row).toEqual({ trouble: expect.stringContaining("refused the login"), troubles: 2 });
    expect(JSON.stringify(row)).not.toContain("wrong");
    const trouble = expect.stringContaining("refused the login");
    expect(await readMailState(admin)).toMatchObject({ ok: true, value: { waiting: 1, failed: 0, trouble } });
    await pass("3 days");
    await sendDue();
    expect(await states()).toEqual({ failed: 1 });
    expect(await readMailState(admin)).toMatchObject({ value: { waiting: 0, failed: 1, people: 1, sentAt: null } });
    expect(await readMailState(alice)).toMatchObject({ ok: false, error: { code: "forbidden" } });
  });

  it("goes out when the settings are put right", async () => {
    await setUp({ password: "wrong" });
    await tell("credential.rejected", alice);
    await sendDue();
    await setUp();
    expect(await sendDue()).toBe("Sent 1 mail.");
    expect(await database.query(`SELECT trouble, troubles FROM "MailSettings"`)).toEqual([
      { trouble: null, troubles: 0 },
    ]);
  });

  it("to one recipient does not stop the others, and is tried again with growing gaps", async () => {
    server.refusals.set(alice.email, { code: 450, words: "Try later" });
    await tell("credential.ending", alice);
    await pass("11 minutes");
    await tell("credential.rejected", bob);
    expect(await sendDue()).toBe("Sent 1 mail, 1 mail refused.");
    expect(server.received.map(({ to }) => to[0])).toEqual([bob.email]);
    expect(await states()).toEqual({ sent: 1, digest: 1 });
    server.refusals.clear();
    expect(await sendDue()).toBe("Nothing to mail.");
    await pass("12 minutes");
    expect(await sendDue()).toBe("Sent 1 mail.");
    expect(await states()).toEqual({ sent: 2 });
  });

  it("without mail settings is kept for three days, and then only in the portal", async () => {
    await removeMailSettings(admin);
    await tell("credential.rejected", alice);
    await pass("2 days");
    expect(await sendDue()).toBe("Mail is not set up.");
    expect(await states()).toEqual({ now: 1 });
    await pass("1 day");
    await sendDue();
    expect(await states()).toEqual({ no: 1 });
    expect(server.logins).toEqual([]);
  });
});

it("what is older than a year goes, sent or not", async () => {
  for (const event of ["credential.rejected", "credential.rotated"] as const) await tell(event, alice);
  await sendDue();
  await pass("364 days");
  await sendDue();
  expect(await states()).toEqual({ sent: 1, no: 1 });
  await pass("2 days");
  await sendDue();
  expect(await states()).toEqual({});
});

describe("what nobody knows to have been sent", () => {
  it("because the server hung up on it, is not sent again", async () => {
    server.mood = "hangs up";
    await tell("credential.rejected", alice);
    await sendDue();
    server.mood = "well";
    await pass("1 day");
    expect(await sendDue()).toBe("Nothing to mail.");
    expect(server.received).toHaveLength(1);
    expect(await states()).toEqual({ unknown: 1 });
  });

  it("because the process was killed while it sent, is not sent again", async () => {
    await tell("credential.rejected", alice);
    await database.query(`UPDATE "Notification" SET mail = 'sending', "mailedAt" = now()`);
    await sendDue();
    expect(await states()).toEqual({ sending: 1 });
    await pass("16 minutes");
    await sendDue();
    expect(await states()).toEqual({ unknown: 1 });
    expect(server.received).toEqual([]);
  });
});
