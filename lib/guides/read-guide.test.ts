import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureBuiltInConsumers } from "../consumers/ensure-built-in-consumers";
import { kinds } from "../hosts/registry";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { listGuides, readGuide } from "./read-guide";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await ensureBuiltInConsumers();
});
afterAll(() => db.drop());

const stranger = { type: "anonymous", ip: "192.0.2.1" } as const;

describe("a guide", () => {
  it("is there for every kind of code host and every type that may be stored", async () => {
    expect(listGuides().map(({ kind }) => kind)).toEqual(kinds);
    for (const { kind, types } of listGuides()) {
      const guide = await readGuide(stranger, kind);
      expect(guide).toMatchObject({ ok: true, value: { kind } });
      if (!guide.ok) continue;
      expect(guide.value.types.map(({ name }) => name)).toEqual(types);
      for (const type of guide.value.types) {
        expect(type.guides.length).toBeGreaterThan(0);
        expect(new Set(type.guides.map(({ version }) => version)).size).toBe(type.guides.length);
      }
    }
  });

  it("names the scopes of the enabled consumers only, and says for whom", async () => {
    const scopes = async () => {
      const guide = await readGuide(stranger, "github");
      return guide.ok ? guide.value.required.map(({ scope }) => scope) : [];
    };
    expect(await scopes()).toEqual(["repo", "read:org", "workflow", "user:email", "read:discussion"]);
    await db.query(`UPDATE "Consumer" SET enabled = false WHERE slug = 'batch-changes'`);
    expect(await scopes()).toEqual(["repo"]);
    await db.query(`UPDATE "Consumer" SET enabled = false`);
    expect(await scopes()).toEqual([]);
    await db.query(`UPDATE "Consumer" SET enabled = true`);
  });

  it("tells a stranger nothing of the portal's own code hosts", async () => {
    await db.query(
      `INSERT INTO "CodeHost" (id, kind, name, "baseUrl", "updatedAt") VALUES (gen_random_uuid(), 'gitlab', 'CANARY', 'https://canary.internal', now())`,
    );
    for (const kind of kinds) {
      expect(JSON.stringify(await readGuide(stranger, kind)).toLowerCase()).not.toContain("canary");
    }
  });

  it.each(["", "no-such", "__proto__", "constructor"])("for the kind %j is not found", async (kind) => {
    expect(await readGuide(stranger, kind)).toMatchObject({ ok: false, error: { code: "not-found" } });
  });
});
