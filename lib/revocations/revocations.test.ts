import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { storeInput } from "../credentials/fixture";
import { removeCredential } from "../credentials/remove";
import { storeCredential } from "../credentials/store";
import type { UserActor } from "../testing/actors";
import { checkRevocation } from "./check-revocation";
import { confirmRevocations } from "./confirm-revocations";
import { createRevocationsFixture, type RevocationsFixture } from "./fixture";
import { listOpenReceipts, listReceipts } from "./list-receipts";

let f: RevocationsFixture;

beforeAll(async () => {
  f = await createRevocationsFixture();
});
afterEach(async () => {
  f.onEnd(null);
  f.lab.respondNextWith(null);
  await f.database.query(`DELETE FROM "Revocation"`);
  await f.database.query(`DELETE FROM "Credential"`);
});
afterAll(() => f.drop());

const own = (actor: UserActor, id: string) => ({ owner: { type: "user", id: actor.id } as const, credentialId: id });
const revoke = { waitsMs: [1, 1] };
const confirm = () => confirmRevocations.run(new AbortController().signal);
const ends = () => f.lab.requests.filter(({ method }) => method === "DELETE").length;

async function remove(actor: UserActor, id: string) {
  const removed = await removeCredential(actor, { ...own(actor, id), revoke });
  if (!removed.ok) throw new Error(removed.error.message);
  return removed.value;
}

async function nothingKept(): Promise<void> {
  const rows = await f.receipts();
  expect(rows.map(({ sealed, sealedFields, kid, fields }) => ({ sealed, sealedFields, kid, fields }))).toEqual(
    rows.map(() => ({ sealed: null, sealedFields: null, kid: null, fields: {} })),
  );
}

describe("removing with its end at the host", () => {
  it("is dead when the host itself refuses it, and then nothing of it is kept", async () => {
    const { id, token } = await f.addCredential(f.alice);
    const { receipt } = await remove(f.alice, id);
    expect(receipt).toMatchObject({ state: "dead", hostStatus: 204, canCheck: false, login: "alice" });
    expect(await f.database.query(`SELECT 1 FROM "Credential"`)).toEqual([]);
    await nothingKept();
    expect(await f.auditOf("revocation.begin")).toHaveLength(1);
    expect((await f.auditOf("credential.revoke")).at(-1)).toMatchObject({
      outcome: "ok",
      details: { result: "dead", status: 204 },
    });
    expect((await f.auditOf("credential.remove")).at(-1)).toMatchObject({ details: { atHost: "dead" } });
    const everything = await f.database.query(
      `SELECT (SELECT json_agg(r) FROM "Revocation" r)::text || (SELECT json_agg(a) FROM "AuditEntry" a)::text AS text`,
    );
    expect(everything[0]?.text).not.toContain(token);
  });

  it("is written down with a sealed copy before the host is asked", async () => {
    const { id, token } = await f.addCredential(f.alice);
    let seen: Promise<Record<string, unknown>[]> | null = null;
    f.onEnd(() => {
      seen ??= f.database.query(
        `SELECT r.state, r.sealed, c.id FROM "Revocation" r JOIN "Credential" c ON c.id = r."credentialId"`,
      );
      return null;
    });
    await remove(f.alice, id);
    const [row] = (await (seen as Promise<Record<string, unknown>[]> | null)) ?? [];
    expect(row).toMatchObject({ state: "asking", id, sealed: expect.stringMatching(/^ey/) });
    expect(row?.sealed).not.toContain(token);
  });

  it("keeps the copy while the host only said that it does it, until the job finds it dead", async () => {
    const { id, token } = await f.addCredential(f.alice);
    f.onEnd(() => ({ status: 204 }));
    const { receipt } = await remove(f.alice, id);
    expect(receipt).toMatchObject({ state: "asked", hostStatus: 204, canCheck: true });
    expect(await f.database.query(`SELECT 1 FROM "Credential"`)).toEqual([]);
    expect(await confirm()).toBe("Checked 0 removed tokens, 0 dead.");
    await f.goBack("10 minutes");
    expect(await confirm()).toBe("Checked 1 removed token, 0 dead.");
    expect((await f.receipts())[0]).toMatchObject({ state: "asked", sealed: expect.any(String) });
    f.lab.revokeToken(token);
    await f.goBack("30 minutes");
    expect(await confirm()).toBe("Checked 1 removed token, 1 dead.");
    expect((await f.receipts())[0]).toMatchObject({ state: "dead", deadAt: expect.any(Date) });
    await nothingKept();
    const told = await f.database.query(`SELECT event FROM "Notification" WHERE "userId" = $1`, [f.alice.id]);
    expect(told).toEqual([{ event: "credential.revoked" }]);
  });

  it("asks a host that did not answer again later, only where the token still works, and tells when it never ends", async () => {
    const { id, token } = await f.addCredential(f.alice);
    f.lab.respondNextWith({ status: 503 });
    const before = ends();
    const { receipt } = await remove(f.alice, id);
    expect(receipt).toMatchObject({ state: "asking", canCheck: true });
    expect(receipt?.detail).toMatch(/asks Lab again by itself/);
    f.lab.respondNextWith(null);
    await f.goBack("10 minutes");
    await confirm();
    expect((await f.receipts())[0]).toMatchObject({ state: "dead" });
    expect(ends()).toBe(before + 2);
    const again = await f.addCredential(f.alice);
    f.lab.respondNextWith({ status: 503 });
    await remove(f.alice, again.id);
    f.lab.respondNextWith(null);
    f.lab.revokeToken(again.token);
    await f.goBack("10 minutes");
    await confirm();
    expect((await f.receipts()).at(-1)).toMatchObject({ state: "dead" });
    // It was dead already: there was nothing to ask for.
    expect(ends()).toBe(before + 3);
    expect(token).not.toBe(again.token);
  });

  it("tells once that it still works after three days, and gives up after thirty", async () => {
    const { id } = await f.addCredential(f.bob);
    f.onEnd(() => ({ status: 204 }));
    await remove(f.bob, id);
    const told = () =>
      f.database.query(`SELECT event FROM "Notification" WHERE "userId" = $1 AND event = 'credential.still-alive'`, [
        f.bob.id,
      ]);
    await f.goBack("2 days");
    await confirm();
    expect(await told()).toHaveLength(0);
    expect((await f.receipts())[0]).toMatchObject({ state: "alive" });
    for (const day of [1, 2]) {
      await f.goBack("49 hours");
      await confirm();
      expect(await told(), `check ${day}`).toHaveLength(1);
    }
    const asked = f.lab.requests.length;
    await f.goBack("30 days");
    await confirm();
    expect((await f.receipts())[0]).toMatchObject({ state: "unknown" });
    expect(f.lab.requests.length).toBe(asked);
    await nothingKept();
    expect(await f.auditOf("revocation.give-up")).toHaveLength(1);
  });

  it("leaves it alive with the page to do it on, where the host does not let it", async () => {
    const { id } = await f.addCredential(f.alice);
    f.onEnd(() => ({ status: 403, body: { error: "insufficient_scope", error_description: "no" } }));
    const { receipt } = await remove(f.alice, id);
    expect(receipt).toMatchObject({ state: "alive", canCheck: true, page: expect.stringMatching(/^http.*tokens/) });
    expect(await f.database.query(`SELECT 1 FROM "Credential"`)).toEqual([]);
    expect((await f.auditOf("credential.revoke")).at(-1)).toMatchObject({ outcome: "failed" });
  });

  it("watches until it is dead where the host has no API for it", async () => {
    const token = f.github.addToken({ login: "alice", scopes: ["repo"] });
    const stored = await storeCredential(
      f.alice,
      storeInput(f.alice, f.githubId, token, { confirm: ["missing-scopes"] }),
    );
    if (!stored.ok) throw new Error(stored.error.message);
    const asked = f.github.requests.length;
    const { receipt } = await remove(f.alice, stored.value.id);
    expect(receipt).toMatchObject({
      state: "alive",
      hostStatus: null,
      page: expect.stringContaining("/settings/tokens"),
    });
    expect(f.github.requests.length).toBe(asked);
    const id = receipt?.id ?? "";
    expect(await checkRevocation(f.alice, id)).toMatchObject({ ok: true, value: { state: "alive" } });
    f.github.revokeToken(token);
    expect(await checkRevocation(f.alice, id)).toMatchObject({ ok: true, value: { state: "dead", canCheck: false } });
    await nothingKept();
  });

  it("without it asks the host nothing and keeps nothing", async () => {
    const { id } = await f.addCredential(f.alice);
    const before = f.lab.requests.length;
    expect(await removeCredential(f.alice, own(f.alice, id))).toEqual({ ok: true, value: { keys: [], receipt: null } });
    expect(f.lab.requests.length).toBe(before);
    expect(await f.receipts()).toEqual([]);
  });
});

describe("a receipt", () => {
  it("is nobody else's to see or to check", async () => {
    const { id } = await f.addCredential(f.alice);
    f.onEnd(() => ({ status: 204 }));
    const { receipt } = await remove(f.alice, id);
    const asked = f.lab.requests.length;
    for (const actor of [f.bob, { type: "anonymous", ip: null } as const]) {
      const code = actor.type === "anonymous" ? "signed-out" : "not-found";
      expect(await checkRevocation(actor, receipt?.id ?? "")).toMatchObject({ ok: false, error: { code } });
    }
    expect(await checkRevocation(f.bob, randomUUID())).toMatchObject({ ok: false, error: { code: "not-found" } });
    expect(f.lab.requests.length).toBe(asked);
    expect(await listOpenReceipts(f.bob, { type: "user", id: f.alice.id })).toMatchObject({ ok: false });
    expect(await listOpenReceipts(f.bob, { type: "user", id: f.bob.id })).toEqual({ ok: true, value: [] });
    expect(await listReceipts(f.bob, { type: "all" })).toMatchObject({ ok: false });
    expect(await listOpenReceipts(f.alice, { type: "user", id: f.alice.id })).toMatchObject({
      ok: true,
      value: [{ state: "asked" }],
    });
    expect(await listReceipts(f.admin, { type: "all" })).toMatchObject({ ok: true, value: { open: 1 } });
  });

  it("whose copy was put there from another row is not opened, and nothing is sent", async () => {
    f.onEnd(() => ({ status: 204 }));
    const [alices, bobs] = [await f.addCredential(f.alice), await f.addCredential(f.bob)];
    const mine = await remove(f.alice, alices.id);
    await remove(f.bob, bobs.id);
    await f.database.query(
      `UPDATE "Revocation" SET sealed = (SELECT sealed FROM "Revocation" WHERE "ownerId" = $1) WHERE "ownerId" = $2`,
      [f.bob.id, f.alice.id],
    );
    const asked = f.lab.requests.length;
    expect(await checkRevocation(f.alice, mine.receipt?.id ?? "")).toMatchObject({
      ok: true,
      value: { state: "unknown" },
    });
    expect(f.lab.requests.length).toBe(asked);
    expect((await f.auditOf("credential.open")).at(-1)).toMatchObject({ outcome: "failed" });
  });

  it("is sent nowhere when the code host has moved since", async () => {
    const { id } = await f.addCredential(f.alice);
    f.onEnd(() => ({ status: 204 }));
    const { receipt } = await remove(f.alice, id);
    await f.database.query(`UPDATE "CodeHost" SET "baseUrl" = 'http://127.0.0.1:9' WHERE id = $1`, [f.labId]);
    const asked = f.lab.requests.length;
    expect(await checkRevocation(f.alice, receipt?.id ?? "")).toMatchObject({ ok: true, value: { state: "unknown" } });
    await f.database.query(`UPDATE "CodeHost" SET "baseUrl" = $2 WHERE id = $1`, [f.labId, f.lab.url]);
    expect(f.lab.requests.length).toBe(asked);
    await nothingKept();
  });
});
