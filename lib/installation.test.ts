import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { newKey } from "./keyring";
import { createTestDatabase, type TestDatabase } from "./testing/database";

let db: TestDatabase;
beforeEach(async () => {
  vi.resetModules();
  db = await createTestDatabase();
});
afterEach(() => db.drop());

/** As a new process would: settings, keyring and installation are read afresh. */
async function boot() {
  vi.resetModules();
  Reflect.deleteProperty(globalThis, "forgepassInstallationId");
  const { checkKeys, installationId } = await import("./installation");
  return { checkKeys, installationId };
}

function writeKeyring(...keys: ReturnType<typeof newKey>[]) {
  const content = {
    version: 1,
    primary: keys[0]?.kid,
    keys: keys.map(({ kid, bytes }) => ({ kid, key: bytes.toString("base64") })),
  };
  writeFileSync(process.env.KEYRING_FILE ?? "", JSON.stringify(content), { mode: 0o600 });
}

async function rowsEverywhere(): Promise<unknown> {
  return {
    checks: await db.query(`SELECT * FROM "KeyCheck"`),
    audit: await db.query(`SELECT count(*) FROM "AuditEntry"`),
    installations: await db.query(`SELECT * FROM "Installation"`),
  };
}

describe("the installation's id", () => {
  it("is the same at every start", async () => {
    const first = await (await boot()).installationId();
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(await (await boot()).installationId()).toBe(first);
  });
});

describe("the key check at boot", () => {
  it("notes the primary key once, however often and by however many it is asked", async () => {
    const { checkKeys } = await boot();
    await Promise.all([checkKeys(), checkKeys(), checkKeys()]);
    await (await boot()).checkKeys();
    expect(await db.query(`SELECT kid FROM "KeyCheck"`)).toHaveLength(1);
  });

  it("refuses another keyring by the kid that is missing, and writes nothing", async () => {
    await (await boot()).checkKeys();
    const [known] = await db.query(`SELECT kid FROM "KeyCheck"`);
    const before = await rowsEverywhere();
    writeKeyring(newKey());
    await expect((await boot()).checkKeys()).rejects.toThrow(`key ${known?.kid}, which the keyring does not hold`);
    expect(await rowsEverywhere()).toEqual(before);
  });

  it("refuses when a credential was sealed with a key that is gone, though its check row is, too", async () => {
    await (await boot()).checkKeys();
    await db.query(
      `INSERT INTO "Credential" (id, "codeHostId", type, sealed, kid, "sealedFor", prefix, "lastFour", outcome, "updatedAt")
       SELECT gen_random_uuid(), id, 'classic', 'x', 'goneKey', "baseUrl", '', '', 'valid', now() FROM "CodeHost" LIMIT 1`,
    );
    await expect((await boot()).checkKeys()).rejects.toThrow(/key goneKey/);
  });

  it.each([
    [
      "a webhook",
      `INSERT INTO "Webhook" (name, url, sealed, kid, "updatedAt") VALUES ('a', 'b', 'x', 'goneKey', now())`,
    ],
    [
      "the mail server's password",
      `INSERT INTO "MailSettings" (host, port, security, "sealedPassword", kid, "fromAddress", "updatedAt")
       VALUES ('a', 25, 'tls', 'x', 'goneKey', 'a', now())`,
    ],
    [
      "a copy of a removed token",
      `INSERT INTO "Revocation" (id, "credentialId", "hostName", kind, "ownerLabel", type, "tokenLabel", state, sealed, kid, "sealedFor")
       VALUES (gen_random_uuid(), gen_random_uuid(), 'a', 'b', 'c', 'd', '', 'alive', 'x', 'goneKey', 'e')`,
    ],
  ])("refuses when %s was sealed with a key that is gone", async (_, insert) => {
    await (await boot()).checkKeys();
    await db.query(insert);
    await expect((await boot()).checkKeys()).rejects.toThrow(/key goneKey/);
  });

  it("refuses a check that does not open: another installation's dump, or one that was tampered with", async () => {
    await (await boot()).checkKeys();
    await db.query(`UPDATE "Installation" SET "installationId" = gen_random_uuid()`);
    await expect((await boot()).checkKeys()).rejects.toThrow(/KEYRING_FILE/);
  });

  it("takes a keyring with a further key, and notes the new primary", async () => {
    const [old, next] = [newKey(), newKey()];
    writeKeyring(old);
    await (await boot()).checkKeys();
    writeKeyring(next, old);
    await (await boot()).checkKeys();
    const kids = await db.query(`SELECT kid FROM "KeyCheck" ORDER BY "createdAt"`);
    expect(kids).toEqual([{ kid: old.kid }, { kid: next.kid }]);
  });
});

describe("a stolen keyring alone", () => {
  it("opens nothing in an empty database of another installation", async () => {
    await (await boot()).checkKeys();
    const [check] = await db.query(`SELECT sealed, kid FROM "KeyCheck"`);
    const { open } = await import("./seal");
    const elsewhere = { installationId: "00000000-0000-4000-8000-000000000000", table: "KeyCheck" } as const;
    const place = { ...elsewhere, rowId: String(check?.kid), field: "sealed", host: "", version: 1 };
    await expect(open(String(check?.sealed), place)).rejects.toThrow(/does not fit/);
  });
});
