import type { EventName } from "@/lib/notifications/event";
import type { DeliveryState, WebhookSummary } from "@/lib/webhooks/webhook";

/** Each event as it reads after "a credential …". */
export type EventWords = Readonly<Record<EventName, string>>;

export const STATES: Record<DeliveryState, { state: "ok" | "off" | "bad"; word: string }> = {
  delivered: { state: "ok", word: "delivered" },
  pending: { state: "off", word: "waiting" },
  failed: { state: "bad", word: "failed" },
};

/** The icon at a webhook's row: how its newest message went. */
export function stateOf({ enabled, last }: WebhookSummary): { state: "ok" | "warn" | "bad" | "off"; word: string } {
  if (!enabled) return { state: "off", word: "disabled" };
  if (last === null) return { state: "off", word: "nothing sent yet" };
  if (last.state === "delivered") return { state: "ok", word: "works" };
  if (last.state === "failed") return { state: "bad", word: "failed" };
  return last.error === null ? { state: "off", word: "on its way" } : { state: "warn", word: "is tried again" };
}

/** "hooks.example.com/…": the rest may be a secret of the receiver's. */
export function shortUrl(url: string): string {
  const { host, pathname, search } = new URL(url);
  return pathname.length > 1 || search ? `${host}/…` : host;
}
