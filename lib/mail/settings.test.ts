import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser } from "../credentials/fixture";
import type { UserActor } from "../testing/actors";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { mailLogin, startMailServer, type TestMailServer } from "./fixture";
import { readMailSettings, removeMailSettings, saveMailSettings } from "./settings";
import { sendTestMail } from "./test-mail";

let database: TestDatabase;
let server: TestMailServer;
let admin: UserActor;
let alice: UserActor;

beforeAll(async () => {
  database = await createTestDatabase({ FORGEPASS_ALLOWED_NETWORKS: "127.0.0.0/8,::1/128" });
  server = await startMailServer();
  admin = await addUser(database, "admin", "ADMIN");
  alice = await addUser(database, "alice", "USER");
});
afterAll(async () => {
  await Promise.all([server.close(), database.drop()]);
});
beforeEach(() => database.query(`TRUNCATE "MailSettings"`));
afterEach(() => {
  server.mood = "well";
  server.received.length = 0;
  server.logins.length = 0;
});

function fields(more: Record<string, unknown> = {}) {
  const { username, password } = mailLogin;
  const port = String(server.port);
  return { host: "localhost", port, security: "none", username, password, fromAddress: "portal@example.com", ...more };
}

async function fieldErrors(more: Record<string, unknown>): Promise<Record<string, string> | undefined> {
  const result = await saveMailSettings(admin, fields(more));
  expect(result.ok).toBe(false);
  return result.ok ? undefined : result.error.fields;
}

async function everything(): Promise<string> {
  const rows = await Promise.all(
    ["MailSettings", "AuditEntry", "Notification"].map((table) => database.query(`SELECT * FROM "${table}"`)),
  );
  return JSON.stringify(rows, (_, value) => (typeof value === "bigint" ? String(value) : value));
}

describe("mail settings", () => {
  it("are for site admins only", async () => {
    const forbidden = { ok: false, error: { code: "forbidden" } };
    expect(await readMailSettings(alice)).toMatchObject(forbidden);
    expect(await saveMailSettings(alice, fields())).toMatchObject(forbidden);
    expect(await removeMailSettings(alice)).toMatchObject(forbidden);
    expect(await sendTestMail(alice)).toMatchObject(forbidden);
    expect(await readMailSettings(admin)).toEqual({ ok: true, value: null });
  });

  it("never give the password back, and keep it sealed", async () => {
    const saved = await saveMailSettings(admin, fields());
    const view = { host: "localhost", port: server.port, security: "none", username: "portal", hasPassword: true };
    expect(saved).toEqual({ ok: true, value: { ...view, fromAddress: "portal@example.com" } });
    expect(await readMailSettings(admin)).toEqual(saved);
    const stored = await everything();
    expect(stored).toContain("mail.save");
    expect(stored).not.toContain(mailLogin.password);
    expect(stored).not.toContain(Buffer.from(mailLogin.password).toString("base64").slice(0, 20));
  });

  it("keep the password as long as it goes to the same place for the same person", async () => {
    await saveMailSettings(admin, fields());
    expect(await saveMailSettings(admin, fields({ password: "", fromAddress: "other@example.com" }))).toMatchObject({
      ok: true,
      value: { hasPassword: true, fromAddress: "other@example.com" },
    });
    expect(await sendTestMail(admin)).toMatchObject({ ok: true });
    expect(server.logins).toEqual([mailLogin]);
  });

  it.each([
    ["server", { host: "mail.example.com" }],
    ["port", { port: "2525" }],
    ["encryption", { security: "tls" }],
    ["user name", { username: "somebody" }],
  ])("want the password again when the %s changes", async (_what, more) => {
    await saveMailSettings(admin, fields());
    expect(await fieldErrors({ ...more, password: "" })).toEqual({
      password: expect.stringContaining("Enter the password again"),
    });
    expect(await saveMailSettings(admin, fields({ ...more, password: "new" }))).toMatchObject({ ok: true });
  });

  it("forget the password with the user name, and need none without", async () => {
    await saveMailSettings(admin, fields());
    const saved = await saveMailSettings(admin, fields({ username: "", password: "" }));
    expect(saved).toMatchObject({ ok: true, value: { hasPassword: false } });
    expect(await sendTestMail(admin)).toMatchObject({ ok: true });
    expect(server.logins).toEqual([]);
    expect(await fieldErrors({ password: "" })).toMatchObject({ password: "Enter the password." });
  });

  it.each([
    [{ host: "" }, "host"],
    [{ host: "smtp://mail.example.com" }, "host"],
    [{ host: "mail.example.com:25" }, "host"],
    [{ host: "mail.example.com\r\nRCPT TO:<x>" }, "host"],
    [{ host: "169.254.169.254" }, "host"],
    [{ host: "fd00:ec2::254" }, "host"],
    [{ host: "10.1.2.3" }, "host"],
    [{ port: "0" }, "port"],
    [{ port: "65536" }, "port"],
    [{ port: "2525252525" }, "port"],
    [{ security: "ssl" }, "security"],
    [{ username: "a\nb" }, "username"],
    [{ username: "" }, "username"],
    [{ password: "a\r\nb" }, "password"],
    [{ fromAddress: "portal" }, "fromAddress"],
    [{ fromAddress: "portal@example.com\r\nBcc: eve@example.com" }, "fromAddress"],
    [{ fromAddress: "Portal <portal@example.com>" }, "fromAddress"],
    [{ fromAddress: "a@example.com, b@example.com" }, "fromAddress"],
  ])("refuse %j", async (more, field) => {
    expect(Object.keys((await fieldErrors(more)) ?? {})).toEqual([field]);
  });

  it.each([null, undefined, "x", [], {}, { ...{ id: 1 } }])("refuse %j instead of a form", async (input) => {
    expect(await saveMailSettings(admin, input)).toMatchObject({ ok: false, error: { code: "invalid-input" } });
    expect(await saveMailSettings(admin, fields({ sealedPassword: "x" }))).toMatchObject({ ok: false });
  });

  it("are removed with the password", async () => {
    await saveMailSettings(admin, fields());
    expect(await removeMailSettings(admin)).toEqual({ ok: true, value: null });
    expect(await removeMailSettings(admin)).toMatchObject({ ok: false, error: { code: "not-found" } });
    expect(await database.query(`SELECT * FROM "MailSettings"`)).toEqual([]);
    expect(await sendTestMail(admin)).toMatchObject({ ok: false, error: { code: "not-found" } });
  });

  it("saved by two admins at once end as one of them", async () => {
    const saved = await Promise.all(
      ["one", "two", "three"].map((name) => saveMailSettings(admin, fields({ username: name, password: name }))),
    );
    expect(saved.every(({ ok }) => ok)).toBe(true);
    const rows = await database.query(`SELECT username, version FROM "MailSettings"`);
    expect(rows).toEqual([{ username: expect.any(String), version: 3 }]);
    expect(await sendTestMail(admin)).toMatchObject({ ok: false, error: { code: "host-refused" } });
    expect(server.logins).toEqual([{ username: rows[0]?.username, password: rows[0]?.username }]);
  });
});

describe("a password", () => {
  it.each([
    `UPDATE "MailSettings" SET host = '127.0.0.1'`,
    `UPDATE "MailSettings" SET port = port + 1`,
    `UPDATE "MailSettings" SET security = 'starttls'`,
    `UPDATE "MailSettings" SET version = version + 1`,
  ])("does not open after %s, and goes nowhere", async (tampering) => {
    await saveMailSettings(admin, fields());
    await database.query(tampering);
    expect(await sendTestMail(admin)).toMatchObject({ ok: false, error: { code: "integrity" } });
    expect(server.logins).toEqual([]);
    const entries = await database.query(`SELECT outcome FROM "AuditEntry" WHERE action = 'mail.open'`);
    expect(entries.at(-1)).toEqual({ outcome: "failed" });
  });
});

describe("a test mail", () => {
  it("goes to the admin who asks, and says what the server answered", async () => {
    await saveMailSettings(admin, fields());
    expect(await sendTestMail(admin)).toEqual({
      ok: true,
      value: { to: admin.email, serverSaid: expect.stringContaining("250") },
    });
    expect(server.received).toMatchObject([{ from: "portal@example.com", to: [admin.email] }]);
    expect(server.received[0]?.text).toContain("There is nothing to do.");
  });

  it("that fails says why, without the password", async () => {
    await saveMailSettings(admin, fields({ password: "not the password" }));
    const result = await sendTestMail(admin);
    expect(result).toMatchObject({
      ok: false,
      error: { code: "host-refused", message: expect.stringContaining("refused the login") },
    });
    expect(JSON.stringify(result)).not.toContain("not the password");
    expect(await everything()).not.toContain("not the password");
  });

  it("is over in time when the server is silent", async () => {
    server.mood = "silent";
    await saveMailSettings(admin, fields());
    const begun = Date.now();
    expect(await sendTestMail(admin, 1000)).toMatchObject({ ok: false, error: { code: "host-refused" } });
    expect(Date.now() - begun).toBeLessThan(3000);
  });
});
