import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerHealth, createReadiness, type Readiness } from "./health";
import { checkKeys } from "./installation";
import { createTestDatabase, type TestDatabase } from "./testing/database";

let database: TestDatabase;
let current: Readiness;
const server = createServer((request, response) => {
  if (!answerHealth(current, request, response)) response.writeHead(404).end();
});

beforeAll(async () => {
  database = await createTestDatabase();
  await checkKeys();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterAll(async () => {
  server.close();
  await database.drop();
});

/** What a fresh look says, not one of a second ago. */
async function look(path: string) {
  current = createReadiness("prisma/migrations");
  return await ask(path);
}

async function ask(path: string) {
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  return { status: answer.status, body: await answer.text() };
}

describe("readiness", () => {
  it("is there with the database, its schema and every key", async () => {
    expect(await look("/readyz")).toMatchObject({ status: 200, body: expect.stringContaining(`"ready":true`) });
  });

  it("names the key that the keyring lacks", async () => {
    await database.query(`INSERT INTO "KeyCheck" (kid, sealed) VALUES ('lost-key', 'x')`);
    expect(await look("/readyz")).toMatchObject({
      status: 503,
      body: expect.stringContaining("keys-missing lost-key"),
    });
    await database.query(`DELETE FROM "KeyCheck" WHERE kid = 'lost-key'`);
  });

  it("waits for migrations", async () => {
    await database.query(`ALTER TABLE "_prisma_migrations" RENAME TO "elsewhere"`);
    expect(await look("/readyz")).toMatchObject({ status: 503, body: expect.stringContaining("migrations-pending") });
    await database.query(`ALTER TABLE "elsewhere" RENAME TO "_prisma_migrations"`);
  });

  it("ends when the server is asked to stop, though it lives", async () => {
    await look("/readyz");
    current.stop();
    expect(await ask("/readyz")).toMatchObject({ status: 503, body: expect.stringContaining("stopping") });
    expect(await ask("/healthz")).toMatchObject({ status: 200 });
  });

  it("answers nothing else", async () => {
    expect((await look("/readyz/more")).status).toBe(404);
  });
});
