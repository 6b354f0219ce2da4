import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "./testing/database";

describe("x", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  it("y", async () => {
    expect(await database.query('select count(*)::int as n from "CodeHost"')).toEqual([{ n: 2 }]);
  });
});
