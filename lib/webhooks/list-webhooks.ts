import { z } from "zod";
import type { Actor } from "../authz";
import { databaseNow } from "../credentials/clock";
import { authorise, database } from "../db";
import { fail, ok, type Result } from "../result";
import {
  type DeliveryState,
  id as idField,
  noSuchWebhook,
  summarise,
  type WebhookSummary,
  withDeliveries,
} from "./webhook";

/** The webhooks, by name, and what was sent to each, newest first. For site admins. */
export async function listWebhooks(actor: Actor): Promise<Result<{ webhooks: WebhookSummary[]; now: string }>> {
  const permit = await authorise(actor, "site.manage", null, { type: "webhook" });
  if (!permit.ok) return permit;
  const db = database(permit.value);
  const [rows, now] = await Promise.all([
    db.webhook.findMany({ orderBy: [{ name: "asc" }, { id: "asc" }], include: withDeliveries }),
    databaseNow(db),
  ]);
  return ok({ webhooks: rows.map(summarise), now: now.toISOString() });
}

export interface Delivery {
  id: string;
  event: string;
  /** What it says: the payload's title. */
  title: string;
  state: DeliveryState;
  attempts: number;
  /** HTTP status of the last try; null: no answer, or none yet. */
  lastStatus: number | null;
  lastError: string | null;
  createdAt: string;
  deliveredAt: string | null;
  /** When it is tried next; null: not again. */
  nextAttemptAt: string | null;
}

export interface DeliveryPage {
  webhook: WebhookSummary;
  deliveries: Delivery[];
  /** Cursors of the pages beside this one; null where there is none. */
  next: string | null;
  previous: string | null;
  now: string;
}

const query = z.strictObject({
  id: idField,
  after: z.uuid().nullable().default(null),
  before: z.uuid().nullable().default(null),
  limit: z.number().int().min(1).max(200).default(50),
});

export async function listDeliveries(actor: Actor, input: z.input<typeof query>): Promise<Result<DeliveryPage>> {
  const permit = await authorise(actor, "site.manage", null, { type: "webhook", id: String(input?.id) });
  if (!permit.ok) return permit;
  if (!idField.safeParse(input?.id).success) return noSuchWebhook();
  const parsed = query.safeParse(input);
  if (!parsed.success) return fail("invalid-input", "This list cannot be shown. Open it again.");
  const { id, after, before, limit } = parsed.data;
  const db = database(permit.value);
  const isBackward = before !== null;
  const at = before ?? after;
  const [webhook, edge, now] = await Promise.all([
    db.webhook.findUnique({ where: { id }, include: withDeliveries }),
    at === null ? null : db.webhookDelivery.findFirst({ where: { id: at, webhookId: id } }),
    databaseNow(db),
  ]);
  if (!webhook) return noSuchWebhook();
  const [way, order] = isBackward ? (["gt", "asc"] as const) : (["lt", "desc"] as const);
  const beyond = edge
    ? { OR: [{ createdAt: { [way]: edge.createdAt } }, { createdAt: edge.createdAt, id: { [way]: edge.id } }] }
    : {};
  const rows = await db.webhookDelivery.findMany({
    where: { AND: [{ webhookId: id }, beyond] },
    orderBy: [{ createdAt: order }, { id: order }],
    take: limit + 1,
  });
  const hasMore = rows.length > limit;
  const page = rows.slice(0, limit);
  const shown = isBackward ? page.reverse() : page;
  return ok({
    webhook: summarise(webhook),
    deliveries: shown.map((row) => ({
      id: row.id,
      event: row.event,
      title: titleOf(row.payload),
      state: row.state as DeliveryState,
      attempts: row.attempts,
      lastStatus: row.lastStatus,
      lastError: row.lastError,
      createdAt: row.createdAt.toISOString(),
      deliveredAt: row.deliveredAt?.toISOString() ?? null,
      nextAttemptAt: row.state === "pending" ? row.nextAttemptAt.toISOString() : null,
    })),
    next: hasMore || (isBackward && edge) ? (shown.at(-1)?.id ?? null) : null,
    previous: (isBackward ? hasMore : edge !== null) ? (shown[0]?.id ?? null) : null,
    now: now.toISOString(),
  });
}

const titled = z.object({ data: z.object({ title: z.string() }) });

function titleOf(payload: unknown): string {
  return titled.safeParse(payload).data?.data.title ?? "";
}
