import { z } from "zod";
import { line } from "../input";
import { type EventName, events } from "../notifications/event";
import type { Prisma, Webhook } from "../prisma-client/client";
import { fail } from "../result";

/** A webhook as it is shown, and as it is typed. */
export interface WebhookSummary {
  id: string;
  name: string;
  /** Whole: it may hold a secret of the receiver's, so it is for site admins only. */
  url: string;
  /** Empty: all. */
  events: EventName[];
  enabled: boolean;
  /** The newest delivery; null: none yet. */
  last: { state: DeliveryState; at: string; error: string | null } | null;
  /** Not delivered yet, and to be tried again. */
  pending: number;
}

export type DeliveryState = "pending" | "delivered" | "failed";

export const TEST_EVENT = "webhook.test";

export const eventNames = Object.keys(events) as [EventName, ...EventName[]];

export const id = z.uuid("This is not a webhook.");

export const webhookFields = z.strictObject({
  name: line(100, "Enter a name."),
  url: z
    .string({ error: "Enter the address." })
    .trim()
    .min(1, "Enter the address.")
    .max(2000, "This address is too long."),
  /** Empty: all. */
  events: z.array(z.enum(eventNames, { error: "Choose from the list." }), { error: "Choose events." }).max(100),
});

export type WebhookFields = z.input<typeof webhookFields>;

export const withDeliveries = {
  deliveries: {
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: 1,
    select: { state: true, createdAt: true, lastError: true },
  },
  _count: { select: { deliveries: { where: { state: "pending" } } } },
} satisfies Prisma.WebhookInclude;

export type WebhookRow = Webhook & Prisma.WebhookGetPayload<{ include: typeof withDeliveries }>;

export function summarise({ id, name, url, events, enabled, deliveries, _count }: WebhookRow): WebhookSummary {
  const [last] = deliveries;
  return {
    ...{ id, name, url, enabled },
    events: eventNames.filter((one) => events.includes(one)),
    last: last ? { state: last.state as DeliveryState, at: last.createdAt.toISOString(), error: last.lastError } : null,
    pending: _count.deliveries,
  };
}

export function noSuchWebhook() {
  return fail("not-found", "There is no such webhook. It may have been removed; reload the page.");
}
