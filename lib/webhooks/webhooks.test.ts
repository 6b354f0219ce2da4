import { createHmac } from "node:crypto";
import pg from "pg";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addHost, addUser } from "../credentials/fixture";
import { authorise, change } from "../db";
import { announce, type LifecycleEvent } from "../notifications/event";
import type { UserActor } from "../testing/actors";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { addWebhook, editWebhook, enableWebhook, removeWebhook, rotateWebhookSecret } from "./change-webhook";
import { deliverDue, deliverWebhooks, LEASE_SECONDS } from "./deliver";
import { listDeliveries, listWebhooks } from "./list-webhooks";
import { type Receiver, startReceiver } from "./receiver-fixture";
import { resendDelivery, sendTest } from "./send-now";
import { RETRY_AFTER } from "./settle";

let database: TestDatabase;
let admin: UserActor;
let alice: UserActor;
let hostId: string;
let receiver: Receiver;
let other: Receiver;

beforeAll(async () => {
  database = await createTestDatabase({ FORGEPASS_ALLOWED_NETWORKS: "127.0.0.1/32" });
  admin = await addUser(database, "admin", "ADMIN");
  alice = await addUser(database, "alice", "USER");
  hostId = await addHost(database, "github", "Sim GitHub", "https://git.example.com");
});
afterAll(async () => {
  await database.drop();
});
beforeEach(async () => {
  await database.query(`DELETE FROM "Webhook"`);
  [receiver, other] = await Promise.all([startReceiver(), startReceiver()]);
});
afterEach(async () => {
  await Promise.all([receiver.close(), other.close()]);
});

const credentialId = "7f1c5c8e-6f0b-4d7e-9f9a-0a1b2c3d4e5f";
const event = (more: Partial<LifecycleEvent> = {}): LifecycleEvent => ({
  event: "credential.ending",
  credential: {
    ...{ id: credentialId, codeHostId: hostId, hostName: "Sim GitHub", kind: "github", teamId: null },
    ...{ ownerId: alice.id, accountLogin: "alice", tokenLabel: "ghp_…cdef" },
  },
  once: "v1 2026-12-01 7",
  title: "Your token for Sim GitHub ends in 7 days",
  body: "Replace it before 1 December.",
  data: { expiresAt: "2026-12-01T00:00:00.000Z", daysLeft: 7 },
  ...more,
});

async function tell(told: LifecycleEvent = event()): Promise<void> {
  const permit = await authorise({ type: "system", name: "test" }, "credential.manage", { type: "site" });
  if (!permit.ok) throw new Error("not permitted");
  await change(permit.value, async (tx) => {
    await announce(tx, told);
    return { value: null, audit: null };
  });
}

async function add(more: Partial<Parameters<typeof addWebhook>[1]> = {}): Promise<{ id: string; secret: string }> {
  const added = await addWebhook(admin, { name: "Ops", url: receiver.url, events: [], ...more });
  if (!added.ok || added.value.secret === null) throw new Error("not added");
  return { id: added.value.webhook.id, secret: added.value.secret };
}

const deliveries = () => database.query(`SELECT * FROM "WebhookDelivery" ORDER BY "createdAt", id`);
const makeDue = () => database.query(`UPDATE "WebhookDelivery" SET "nextAttemptAt" = now() WHERE state = 'pending'`);
const lastAudit = async () =>
  (await database.query(`SELECT action, outcome, details FROM "AuditEntry" ORDER BY seq DESC LIMIT 1`))[0];

describe("a message", () => {
  it("is signed so that the library and plain HMAC both say yes, and no to a changed byte or another secret", async () => {
    const { secret } = await add();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    await tell();
    expect(await deliverDue()).toEqual({ delivered: 1, failed: 0 });
    const [got] = receiver.received;
    if (!got) throw new Error("nothing arrived");
    const headers = got.headers as Record<string, string>;
    expect(new Webhook(secret).verify(got.body, headers)).toEqual(JSON.parse(got.body));
    const [row] = await deliveries();
    expect(headers["webhook-id"]).toBe(row?.id);
    const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${got.body}`;
    const key = Buffer.from(secret.slice("whsec_".length), "base64");
    expect(headers["webhook-signature"]).toBe(`v1,${createHmac("sha256", key).update(signed).digest("base64")}`);
    expect(() => new Webhook(secret).verify(got.body.replace("7", "8"), headers)).toThrow();
    const otherSecret = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
    expect(() => new Webhook(otherSecret).verify(got.body, headers)).toThrow();
  });

  it("says what happened, whose it is and where to go, in one sentence too, and holds no secret", async () => {
    const { secret } = await add();
    await tell();
    await deliverDue();
    const [got] = receiver.received;
    expect(got?.headers["content-type"]).toBe("application/json");
    const message = JSON.parse(got?.body ?? "");
    expect(message).toMatchObject({
      type: "credential.ending",
      data: {
        title: "Your token for Sim GitHub ends in 7 days",
        expiresAt: "2026-12-01T00:00:00.000Z",
        daysLeft: 7,
        link: expect.stringContaining(`/admin/users/${alice.id}/credentials?q=Sim%20GitHub#host-${hostId}`),
        credential: {
          id: credentialId,
          host: { id: hostId, name: "Sim GitHub", kind: "github" },
          owner: { type: "user", id: alice.id, name: "alice (alice@example.com)" },
          account: "alice",
          token: "ghp_…cdef",
        },
      },
    });
    expect(Date.parse(message.timestamp)).toBeGreaterThan(Date.now() - 60_000);
    expect(message.text).toContain("Your token for Sim GitHub ends in 7 days");
    const written = JSON.stringify([got?.body, await deliveries(), await database.query(`SELECT * FROM "AuditEntry"`)]);
    expect(written).not.toContain(secret.slice(6));
  });

  it("goes to the enabled webhooks that want its event, once however often it is told", async () => {
    await add();
    const { id: off } = await add({ name: "Off", url: other.url });
    await enableWebhook(admin, off, false);
    await add({ name: "Rejections", url: other.url, events: ["credential.rejected"] });
    await tell();
    await tell();
    await tell(event({ event: "credential.rejected", once: "v1" }));
    expect(await deliveries()).toHaveLength(3);
    expect(await deliverDue()).toEqual({ delivered: 3, failed: 0 });
    await tell();
    expect(await deliverDue()).toEqual({ delivered: 0, failed: 0 });
    expect(receiver.received).toHaveLength(2);
    expect(other.received.map(({ body }) => JSON.parse(body).type)).toEqual(["credential.rejected"]);
  });

  it("is not sent of what was rolled back", async () => {
    await add();
    const permit = await authorise({ type: "system", name: "test" }, "credential.manage", { type: "site" });
    if (!permit.ok) throw new Error("not permitted");
    const undone = change(permit.value, async (tx) => {
      await announce(tx, event());
      throw new Error("undone");
    });
    await expect(undone).rejects.toThrow("undone");
    expect(await deliveries()).toEqual([]);
  });
});

describe("a receiver that does not take it", () => {
  it("is tried again at growing distances under the same id, then given up", async () => {
    await add();
    receiver.answerWith(500);
    await tell();
    for (const [index, seconds] of RETRY_AFTER.entries()) {
      expect(await deliverDue()).toEqual({ delivered: 0, failed: 1 });
      const [row] = await database.query(
        `SELECT state, attempts, "lastStatus", "lastError", extract(epoch FROM "nextAttemptAt" - clock_timestamp())::int AS wait
         FROM "WebhookDelivery"`,
      );
      expect(row).toMatchObject({ state: "pending", attempts: index + 1, lastStatus: 500 });
      expect(row?.lastError).toMatch(/^127\.0\.0\.1:\d+ answered 500\.$/);
      expect(Math.abs(Number(row?.wait) - seconds)).toBeLessThanOrEqual(5);
      expect(await deliverDue()).toEqual({ delivered: 0, failed: 0 });
      await makeDue();
    }
    await deliverDue();
    expect(await deliveries()).toMatchObject([{ state: "failed", attempts: RETRY_AFTER.length + 1 }]);
    await makeDue();
    expect(await deliverDue()).toEqual({ delivered: 0, failed: 0 });
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(receiver.received).toHaveLength(RETRY_AFTER.length + 1);
  });

  it("gets it at the next try, and the log says so", async () => {
    await add();
    receiver.answerWith(503, 204);
    await tell();
    await deliverDue();
    await makeDue();
    expect(await deliverWebhooks.run(new AbortController().signal)).toBe("Delivered 1 message.");
    expect(await deliveries()).toMatchObject([{ state: "delivered", attempts: 2, lastStatus: 204, lastError: null }]);
  });

  it("is disabled when it says that it is gone, and nothing more is sent to it", async () => {
    const { id } = await add();
    receiver.answerWith(410);
    await tell();
    await deliverDue();
    await tell(event({ once: "another" }));
    expect(await deliveries()).toMatchObject([{ state: "failed", lastStatus: 410 }]);
    expect(await lastAudit()).toMatchObject({ action: "webhook.disable", details: { reason: "gone" } });
    expect(await listWebhooks(admin)).toMatchObject({ value: { webhooks: [{ id, enabled: false, pending: 0 }] } });
  });

  it("cannot send us elsewhere", async () => {
    await add();
    for (const status of [301, 302, 307, 308]) {
      receiver.answerWith({ status, headers: { location: other.url } });
      await tell(event({ once: `redirect ${status}` }));
      expect(await deliverDue()).toEqual({ delivered: 0, failed: 1 });
    }
    expect(other.received).toEqual([]);
    expect(await deliveries()).toMatchObject([
      { state: "pending", lastError: expect.stringContaining("sends us on") },
      {},
      {},
      {},
    ]);
  });

  it("does not put its words into our log", async () => {
    await add();
    receiver.answerWith({ status: 400, headers: { "x-said": "CANARY" }, body: "CANARY" });
    await tell();
    await deliverDue();
    expect(JSON.stringify(await deliveries())).not.toContain("CANARY");
  });

  it("does not delay the others by being slow", async () => {
    await add({ name: "Slow" });
    await add({ name: "Quick", url: other.url });
    receiver.answerWith("hang");
    for (const once of ["1", "2", "3", "4", "5"]) await tell(event({ once }));
    const stopping = new AbortController();
    const run = deliverDue(stopping.signal);
    const arrived = async () => (await deliveries()).filter(({ state }) => state === "delivered").length;
    await expect.poll(arrived, { timeout: 5000 }).toBe(5);
    // Only so many at a time for each.
    expect(receiver.received).toHaveLength(2);
    stopping.abort();
    expect(await run).toEqual({ delivered: 5, failed: 0 });
  });
});

describe("a worker that dies or is doubled", () => {
  it("leaves what it had taken to be delivered again under the same id", async () => {
    await add();
    receiver.answerWith("hang");
    await tell();
    const dying = new AbortController();
    const run = deliverDue(dying.signal);
    await receiver.until(1);
    // Taken, and nobody else's for a while.
    expect(await deliverDue()).toEqual({ delivered: 0, failed: 0 });
    dying.abort();
    await run;
    expect(await deliveries()).toMatchObject([{ state: "pending", attempts: 1, lastError: null }]);
    const [{ lease } = {}] = await database.query(
      `SELECT extract(epoch FROM "nextAttemptAt" - clock_timestamp())::int AS lease FROM "WebhookDelivery"`,
    );
    expect(Number(lease)).toBeLessThanOrEqual(LEASE_SECONDS);
    receiver.answerWith(204);
    await makeDue();
    expect(await deliverDue()).toEqual({ delivered: 1, failed: 0 });
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  });

  it("passes over what another one is taking at this moment", async () => {
    await add();
    await add({ name: "Other", url: other.url });
    await tell();
    const elsewhere = new pg.Client({ connectionString: database.url });
    await elsewhere.connect();
    await elsewhere.query("BEGIN");
    await elsewhere.query(
      `SELECT 1 FROM "WebhookDelivery" d JOIN "Webhook" w ON w.id = d."webhookId" WHERE w.name = 'Ops' FOR UPDATE OF d`,
    );
    expect(await deliverDue()).toEqual({ delivered: 1, failed: 0 });
    expect([receiver.received.length, other.received.length]).toEqual([0, 1]);
    await elsewhere.query("ROLLBACK");
    await elsewhere.end();
    expect(await deliverDue()).toEqual({ delivered: 1, failed: 0 });
  });

  it("sends each message once, though several work at it", async () => {
    await add();
    for (let once = 0; once < 40; once++) await tell(event({ once: String(once) }));
    const counts = await Promise.all([deliverDue(), deliverDue(), deliverDue()]);
    expect(counts.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(40);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(40);
    expect(receiver.received).toHaveLength(40);
  });
});

describe("where a webhook may go", () => {
  it.each([
    ["a private address", "https://10.1.2.3/x", /in a private network/],
    ["the metadata service", "http://169.254.169.254/latest", /never contacts/],
    ["the same in other clothes", "https://[::ffff:169.254.169.254]/", /never contacts/],
    ["plain http into the world", "http://93.184.216.34/x", /Over plain http/],
    ["a name and password", "https://a:b@example.com/", /user name/],
    ["no address", "hooks.example.com", /whole address/],
    ["another scheme", "file:///etc/passwd", /whole address/],
    ["a script", "javascript:alert(1)", /whole address/],
  ])("not to %s", async (_, url, said) => {
    const refused = await addWebhook(admin, { name: "Bad", url, events: [] });
    expect(refused).toMatchObject({ ok: false, error: { code: "invalid-input" } });
    expect(!refused.ok && refused.error.fields?.url).toMatch(said);
    expect(await database.query(`SELECT 1 FROM "Webhook"`)).toEqual([]);
  });

  it("not to an address that became private after it was saved", async () => {
    const { id } = await add();
    const moved = receiver.url.replace("127.0.0.1", "127.0.0.2");
    await database.query(`UPDATE "Webhook" SET url = $1 WHERE id = $2`, [moved, id]);
    await tell();
    // The seal is bound to the origin, so nothing can be signed for another one.
    expect(await deliverDue()).toEqual({ delivered: 0, failed: 1 });
    expect(await deliveries()).toMatchObject([{ lastError: expect.stringContaining("signing secret does not open") }]);
    const tested = await sendTest(admin, id);
    expect(tested).toMatchObject({ ok: true, value: { ok: false } });
    expect(receiver.received).toEqual([]);
  });

  it("keeps a query, which some receivers need", async () => {
    await add({ url: `${receiver.url}?sig=a%2Fb` });
    await tell();
    await deliverDue();
    expect(receiver.received[0]?.path).toBe("/hook?sig=a%2Fb");
  });
});

describe("the signing secret", () => {
  it("stays when the address changes within its origin, and is made anew, and shown once, for another", async () => {
    const { id, secret } = await add();
    const same = await editWebhook(admin, { id, name: "Ops", url: `${receiver.url}/2`, events: [] });
    expect(same).toMatchObject({ ok: true, value: { secret: null } });
    const moved = await editWebhook(admin, { id, name: "Ops", url: other.url, events: [] });
    if (!moved.ok || !moved.value.secret) throw new Error("no new secret");
    expect(moved.value.secret).not.toBe(secret);
    await tell();
    await deliverDue();
    const [got] = other.received;
    expect(
      new Webhook(moved.value.secret).verify(got?.body ?? "", got?.headers as Record<string, string>),
    ).toBeTruthy();
    expect(() => new Webhook(secret).verify(got?.body ?? "", got?.headers as Record<string, string>)).toThrow();
    expect(JSON.stringify(await listWebhooks(admin))).not.toContain("whsec_");
    expect(JSON.stringify(await lastAudit())).not.toContain("/hook");
  });

  it("can be made anew, and the old one signs nothing more", async () => {
    const { id, secret } = await add();
    const rotated = await rotateWebhookSecret(admin, id);
    if (!rotated.ok || !rotated.value.secret) throw new Error("no new secret");
    await sendTest(admin, id);
    const [got] = receiver.received;
    const headers = got?.headers as Record<string, string>;
    expect(new Webhook(rotated.value.secret).verify(got?.body ?? "", headers)).toMatchObject({ type: "webhook.test" });
    expect(() => new Webhook(secret).verify(got?.body ?? "", headers)).toThrow();
  });

  it("does not open in another webhook's row", async () => {
    const { id } = await add();
    const { id: second } = await add({ name: "Second", url: other.url });
    await database.query(`UPDATE "Webhook" w SET sealed = o.sealed FROM "Webhook" o WHERE w.id = $1 AND o.id = $2`, [
      id,
      second,
    ]);
    expect(await sendTest(admin, id)).toMatchObject({ ok: true, value: { ok: false } });
    expect(receiver.received).toEqual([]);
  });
});

describe("sending now", () => {
  it("tells how a test went, keeps it in the log, and does not try it again", async () => {
    const { id } = await add();
    expect(await sendTest(admin, id)).toMatchObject({
      value: { ok: true, sentence: expect.stringContaining("(204)") },
    });
    receiver.answerWith(404);
    expect(await sendTest(admin, id)).toMatchObject({ value: { ok: false, sentence: expect.stringContaining("404") } });
    expect((await deliveries()).map(({ state }) => state)).toEqual(["delivered", "failed"]);
    expect(await lastAudit()).toMatchObject({ action: "webhook.test" });
  });

  it("sends a message again under its id", async () => {
    const { id } = await add();
    receiver.answerWith(500, 204);
    await tell();
    await deliverDue();
    const [row] = await deliveries();
    await database.query(`UPDATE "WebhookDelivery" SET "nextAttemptAt" = now() + interval '5 hours'`);
    expect(await resendDelivery(admin, String(row?.id))).toMatchObject({ value: { ok: true } });
    expect(await deliveries()).toMatchObject([{ state: "delivered", lastStatus: 204 }]);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"]))).toEqual(new Set([row?.id]));
    const list = await listDeliveries(admin, { id });
    expect(list).toMatchObject({ value: { deliveries: [{ title: "Your token for Sim GitHub ends in 7 days" }] } });
  });

  it("does not send what is being sent", async () => {
    await add();
    receiver.answerWith("hang");
    await tell();
    const stopping = new AbortController();
    const run = deliverDue(stopping.signal);
    await receiver.until(1);
    const [row] = await deliveries();
    expect(await resendDelivery(admin, String(row?.id))).toMatchObject({ error: { code: "conflict" } });
    stopping.abort();
    await run;
    expect(receiver.received).toHaveLength(1);
  });
});

describe("keeping order", () => {
  it("pages through the log by newest first, without hiding or doubling any", async () => {
    const { id } = await add();
    for (let once = 0; once < 7; once++) await tell(event({ once: String(once) }));
    await database.query(`UPDATE "WebhookDelivery" SET "createdAt" = now()`);
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page = await listDeliveries(admin, { id, after, limit: 3 });
      if (!page.ok) throw new Error(page.error.message);
      seen.push(...page.value.deliveries.map((one) => one.id));
      after = page.value.next;
    } while (after);
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
    const back = await listDeliveries(admin, { id, before: seen[3] ?? null, limit: 3 });
    expect(back.ok && back.value.deliveries.map((one) => one.id)).toEqual(seen.slice(0, 3));
  });

  it("forgets deliveries after thirty days", async () => {
    await add();
    await tell();
    await deliverDue();
    await tell(event({ once: "newer" }));
    await database.query(
      `UPDATE "WebhookDelivery" SET "createdAt" = now() - interval '31 days' WHERE state = 'delivered'`,
    );
    await deliverDue();
    expect(await deliveries()).toHaveLength(1);
  });

  it("gives up what waits when the webhook is disabled", async () => {
    const { id } = await add();
    await tell();
    await enableWebhook(admin, id, false);
    expect(await deliveries()).toMatchObject([{ state: "failed", lastError: expect.stringContaining("was disabled") }]);
    await enableWebhook(admin, id, true);
    expect(await deliverDue()).toEqual({ delivered: 0, failed: 0 });
  });

  it("lets site admins alone do any of it, and writes each change down", async () => {
    const { id } = await add();
    expect(await lastAudit()).toMatchObject({ action: "webhook.add", outcome: "ok" });
    const fields = { name: "Mine", url: receiver.url, events: [] };
    for (const attempt of [
      () => addWebhook(alice, fields),
      () => editWebhook(alice, { ...fields, id }),
      () => rotateWebhookSecret(alice, id),
      () => enableWebhook(alice, id, false),
      () => removeWebhook(alice, id),
      () => sendTest(alice, id),
      () => resendDelivery(alice, id),
      () => listWebhooks(alice),
      () => listDeliveries(alice, { id }),
    ]) {
      expect(await attempt()).toMatchObject({ ok: false, error: { code: "forbidden" } });
      expect(await lastAudit()).toMatchObject({ action: "site.manage", outcome: "denied" });
    }
    expect(await addWebhook(admin, { ...fields, name: "Ops" })).toMatchObject({ error: { code: "conflict" } });
    expect(await removeWebhook(admin, id)).toEqual({ ok: true, value: { name: "Ops" } });
    expect(await lastAudit()).toMatchObject({ action: "webhook.remove" });
    expect(await removeWebhook(admin, id)).toMatchObject({ error: { code: "not-found" } });
  });

  it.each([[undefined], [null], [{}], [7], ["x"], [[]], [{ id: { startsWith: "" } }]])(
    "answers %j instead of its input with a refusal",
    async (odd) => {
      const any = odd as never;
      for (const attempt of [
        () => addWebhook(admin, any),
        () => editWebhook(admin, any),
        () => rotateWebhookSecret(admin, any),
        () => enableWebhook(admin, any, any),
        () => removeWebhook(admin, any),
        () => sendTest(admin, any),
        () => resendDelivery(admin, any),
        () => listDeliveries(admin, any),
      ]) {
        expect(await attempt()).toMatchObject({ ok: false });
      }
    },
  );
});
