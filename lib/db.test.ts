import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Actor } from "./authz";
import { authorise } from "./db";
import { denialsWritten } from "./rate-limits";
import { userActor } from "./testing/actors";
import { createTestDatabase, type TestDatabase } from "./testing/database";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(() => db.query(`DELETE FROM "RateLimit"`));

const deny = (actor: Actor) => authorise(actor, "user.manage", null, { type: "user" });
const stranger = (ip: string): Actor => ({ type: "anonymous", ip });

async function written(): Promise<{ details: unknown }[]> {
  return (await db.query(`SELECT details FROM "AuditEntry" WHERE outcome = 'denied' ORDER BY seq`)) as {
    details: unknown;
  }[];
}

it("denials of one address are written up to a number, and the last says that more are not", async () => {
  const before = (await written()).length;
  // Some of an address's are enough to fill it: the rest is counted as if they had come.
  await deny(stranger("192.0.2.1"));
  await db.query(`UPDATE "RateLimit" SET points = $1`, [denialsWritten - 1]);
  for (let count = 0; count < 5; count++) expect(await deny(stranger("192.0.2.1"))).toMatchObject({ ok: false });
  const entries = (await written()).slice(before);
  expect(entries.map(({ details }) => details)).toEqual([{}, {}, { further: "not written for a while" }]);
});

it("others' denials are written all the same, and so are a person's own", async () => {
  const before = (await written()).length;
  await deny(stranger("192.0.2.1"));
  await db.query(`UPDATE "RateLimit" SET points = $1`, [denialsWritten + 1]);
  await deny(stranger("192.0.2.1"));
  await deny(stranger("198.51.100.7"));
  await deny(userActor("alice"));
  expect((await written()).length - before).toBe(3);
});
