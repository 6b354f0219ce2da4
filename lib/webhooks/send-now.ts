import { randomUUID } from "node:crypto";
import type { Actor } from "../authz";
import { databaseNow } from "../credentials/clock";
import { authorise, change, database, type Permit } from "../db";
import { fail, ok, type Result } from "../result";
import { LEASE_SECONDS } from "./deliver";
import { testPayload } from "./payload";
import { type Sent, send } from "./send";
import { settle } from "./settle";
import { id as idField, noSuchWebhook, TEST_EVENT } from "./webhook";

/**
 * Sends a test, or a message once more, while an admin waits for the answer. It stands in the delivery log like every
 * other; a test that fails is not tried again.
 */
export interface SentNow {
  ok: boolean;
  /** "hooks.example.com answered 204." */
  sentence: string;
}

export async function sendTest(actor: Actor, webhookId: string): Promise<Result<SentNow>> {
  const target = { type: "webhook", id: String(webhookId) };
  const permit = await authorise(actor, "site.manage", null, target);
  if (!permit.ok) return permit;
  if (!idField.safeParse(webhookId).success) return noSuchWebhook();
  const id = randomUUID();
  const isThere = await change(permit.value, async (tx) => {
    const webhook = await tx.webhook.findUnique({ where: { id: webhookId } });
    if (!webhook) return { value: false, audit: null };
    const now = await databaseNow(tx);
    const payload = testPayload(webhook.name, now);
    await tx.webhookDelivery.create({ data: { id, webhookId, event: TEST_EVENT, payload, ...taken(now) } });
    return {
      value: true,
      audit: { action: "webhook.test", target: { ...target, label: webhook.name }, outcome: "ok" },
    };
  });
  return isThere ? await deliverNow(permit.value, id) : noSuchWebhook();
}

/** Under the same id as before, so that a receiver that has it knows. */
export async function resendDelivery(actor: Actor, deliveryId: string): Promise<Result<SentNow>> {
  const permit = await authorise(actor, "site.manage", null, { type: "webhook" });
  if (!permit.ok) return permit;
  if (!idField.safeParse(deliveryId).success) return noSuchDelivery();
  const refusal = await change<Result<null>>(permit.value, async (tx) => {
    const [row] = await tx.$queryRaw<{ isInHand: boolean; event: string; webhookId: string; name: string }[]>`
      SELECT d.state = 'pending' AND d.attempts > 0 AND d."nextAttemptAt" > clock_timestamp()
        AND d."nextAttemptAt" <= clock_timestamp() + make_interval(secs => ${LEASE_SECONDS}::int) AS "isInHand",
        d.event, w.id AS "webhookId", w.name
      FROM "WebhookDelivery" d JOIN "Webhook" w ON w.id = d."webhookId" WHERE d.id = ${deliveryId}::uuid
      FOR UPDATE OF d`;
    if (!row) return { value: noSuchDelivery(), audit: null };
    if (row.isInHand) {
      return { value: fail("conflict", "It is being sent at the moment. Look again in a minute."), audit: null };
    }
    await tx.webhookDelivery.update({
      where: { id: deliveryId },
      data: { state: "pending", ...taken(await databaseNow(tx)), deliveredAt: null },
    });
    const target = { type: "webhook", id: row.webhookId, label: row.name };
    return {
      value: ok(null),
      audit: { action: "webhook.resend", target, outcome: "ok", details: { event: row.event, delivery: deliveryId } },
    };
  });
  return refusal.ok ? await deliverNow(permit.value, deliveryId) : refusal;
}

/** In our hands, as if the job had taken it. */
function taken(now: Date) {
  return { attempts: 1, nextAttemptAt: new Date(now.getTime() + LEASE_SECONDS * 1000) };
}

async function deliverNow(permit: Permit<"site.manage">, deliveryId: string): Promise<Result<SentNow>> {
  const db = database(permit);
  const [row, at] = await Promise.all([
    db.webhookDelivery.findUnique({ where: { id: deliveryId }, include: { webhook: true } }),
    databaseNow(db),
  ]);
  if (!row) return noSuchDelivery();
  const { id, event, payload, attempts, webhook } = row;
  const sent = await send({ id, payload, at, webhook });
  await settle(permit, { id, webhookId: webhook.id, name: webhook.name, event, attempts }, sent);
  return ok({ ok: sent.ok, sentence: tell(sent, new URL(webhook.url).host) });
}

function tell(sent: Sent, host: string): string {
  return sent.ok ? `${host} took it (${sent.status})` : sent.error;
}

function noSuchDelivery() {
  return fail("not-found", "This delivery is no longer in the log. Reload the page.");
}
