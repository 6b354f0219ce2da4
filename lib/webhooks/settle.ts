import { change, type Permit } from "../db";
import type { Tx } from "../prisma";
import { giveUpWaiting } from "./change-webhook";
import type { Sent } from "./send";
import { TEST_EVENT } from "./webhook";

/**
 * Writes down how a try went: delivered, to be tried again later, or given up. A receiver that says it is gone (410) has
 * its webhook disabled.
 */
export interface Tried {
  id: string;
  webhookId: string;
  name: string;
  event: string;
  /** Counted when it was taken; whoever took it later writes, not this one. */
  attempts: number;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** Seconds to wait after the first failed try, the second, … With the first try that is three days and four hours. */
export const RETRY_AFTER: readonly number[] = [
  MINUTE,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

export async function settle(permit: Permit<"site.manage">, tried: Tried, sent: Sent): Promise<void> {
  if (!sent.ok && sent.status === 410) return await disable(permit, tried, sent);
  await change(permit, async (tx) => {
    await write(tx, tried, sent);
    return { value: null, audit: null };
  });
}

async function write(tx: Tx, { id, event, attempts }: Tried, sent: Sent): Promise<void> {
  const wait = sent.ok || event === TEST_EVENT ? null : (RETRY_AFTER[attempts - 1] ?? null);
  const state = sent.ok ? "delivered" : wait === null || sent.status === 410 ? "failed" : "pending";
  const error = sent.ok ? null : sent.error;
  await tx.$executeRaw`
    UPDATE "WebhookDelivery" SET state = ${state}, "lastStatus" = ${sent.status}, "lastError" = ${error},
      "deliveredAt" = CASE WHEN ${sent.ok} THEN clock_timestamp() END,
      "nextAttemptAt" = clock_timestamp() + make_interval(secs => ${wait ?? 0}::int)
    WHERE id = ${id}::uuid AND attempts = ${attempts} AND (state = 'pending' OR ${sent.ok})`;
}

async function disable(permit: Permit<"site.manage">, tried: Tried, sent: Sent): Promise<void> {
  await change(permit, async (tx) => {
    const { count } = await tx.webhook.updateMany({
      where: { id: tried.webhookId, enabled: true },
      data: { enabled: false },
    });
    await write(tx, tried, sent);
    await giveUpWaiting(tx, tried.webhookId);
    const target = { type: "webhook", id: tried.webhookId, label: tried.name };
    const audit = { action: "webhook.disable", target, outcome: "ok", details: { reason: "gone" } } as const;
    return { value: null, audit: count > 0 ? audit : null };
  });
}
