import type { Actor } from "../authz";
import { authorise, database, type Permit } from "../db";
import type { Job } from "../jobs/job";
import type { Prisma } from "../prisma-client/client";
import { send } from "./send";
import { settle } from "./settle";

/**
 * Delivers what is due, many receivers side by side and a few messages at a time for each: one that is slow delays only
 * its own. A message is taken for a minute; whoever took it and died leaves it to be taken again, under the same id.
 */
const SYSTEM: Actor = { type: "system", name: "webhook.deliver" };
const AT_ONCE = 20;
const AT_ONCE_EACH = 2;
/** Longer than a try can last. */
export const LEASE_SECONDS = 60;
/** The next run goes on. */
const RUN_MS = 50_000;
const LOOK_AGAIN_MS = 1000;

export const deliverWebhooks: Job = {
  name: "webhook.deliver",
  title: "Deliver webhooks",
  every: "* * * * *",
  timeoutSeconds: 120,
  run: async (signal) => {
    const { delivered, failed } = await deliverDue(signal);
    if (delivered + failed === 0) return "Nothing to deliver.";
    const tries = failed > 0 ? `, ${failed} ${failed === 1 ? "try" : "tries"} failed` : "";
    return `Delivered ${delivered} ${delivered === 1 ? "message" : "messages"}${tries}.`;
  },
};

export async function deliverDue(signal?: AbortSignal): Promise<{ delivered: number; failed: number }> {
  const permit = await authorise(SYSTEM, "site.manage", null);
  if (!permit.ok) throw new Error(permit.error.message);
  const until = performance.now() + RUN_MS;
  const counts = { delivered: 0, failed: 0 };
  const running = new Map<Promise<void>, string>();
  let trouble: Error | null = null;
  await forget(permit.value);
  for (;;) {
    const mayTake = !signal?.aborted && trouble === null && performance.now() < until;
    const taken = mayTake ? await take(permit.value, [...running.values()], AT_ONCE - running.size) : [];
    for (const one of taken) {
      const work = deliver(permit.value, one, counts, signal)
        .catch((error: Error) => {
          trouble = error;
        })
        .finally(() => running.delete(work));
      running.set(work, one.webhook.id);
    }
    if (running.size === 0) break;
    if (taken.length > 0) continue;
    await Promise.race([...running.keys(), ...(mayTake ? [pause(LOOK_AGAIN_MS)] : [])]);
  }
  if (trouble) throw trouble;
  return counts;
}

interface Taken {
  id: string;
  event: string;
  payload: Prisma.JsonValue;
  attempts: number;
  at: Date;
  webhook: { id: string; name: string; url: string; sealed: string; version: number };
}

/** One of each receiver that has room; another instance's are skipped. */
async function take(permit: Permit<"site.manage">, inHand: readonly string[], limit: number): Promise<Taken[]> {
  if (limit <= 0) return [];
  const full = [...new Set(inHand)].filter((id) => inHand.filter((one) => one === id).length >= AT_ONCE_EACH);
  return await database(permit).$queryRaw<Taken[]>`
    WITH due AS MATERIALIZED (
      SELECT d.id FROM "Webhook" w CROSS JOIN LATERAL (
        SELECT id FROM "WebhookDelivery"
        WHERE "webhookId" = w.id AND state = 'pending' AND "nextAttemptAt" <= clock_timestamp()
        ORDER BY "nextAttemptAt", id LIMIT 1 FOR UPDATE SKIP LOCKED
      ) d
      WHERE w.enabled AND w.id <> ALL(${full}::uuid[]) LIMIT ${limit}
    )
    UPDATE "WebhookDelivery" d SET attempts = d.attempts + 1,
      "nextAttemptAt" = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS}::int)
    FROM due, "Webhook" w WHERE d.id = due.id AND w.id = d."webhookId"
    RETURNING d.id, d.event, d.payload, d.attempts, clock_timestamp() AS at,
      jsonb_build_object('id', w.id, 'name', w.name, 'url', w.url, 'sealed', w.sealed, 'version', w.version) AS webhook`;
}

async function deliver(
  permit: Permit<"site.manage">,
  { id, event, payload, attempts, at, webhook }: Taken,
  counts: { delivered: number; failed: number },
  signal?: AbortSignal,
): Promise<void> {
  const sent = await send({ id, payload, at, webhook }, signal);
  // What we broke off ourselves says nothing about the receiver: it is taken again when its minute is over.
  if (!sent.ok && signal?.aborted) return;
  counts[sent.ok ? "delivered" : "failed"] += 1;
  await settle(permit, { id, webhookId: webhook.id, name: webhook.name, event, attempts }, sent);
}

/** What is older than thirty days leaves the log. */
async function forget(permit: Permit<"site.manage">): Promise<void> {
  await database(permit).$executeRaw`
    DELETE FROM "WebhookDelivery" d USING "Webhook" w
    WHERE d."webhookId" = w.id AND d."createdAt" < clock_timestamp() - interval '30 days'`;
}

async function pause(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms));
}
