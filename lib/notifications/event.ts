import type { Tx } from "../prisma";
import { enqueueDeliveries } from "../webhooks/enqueue";
import { notifyPeople } from "./notify-people";

/**
 * What happens to a credential that somebody should know of. Whoever writes it down in a transaction announces it in the
 * same one: people and webhooks are told of what was committed, and once.
 */
export const events = {
  "credential.ending": "ends soon",
  "credential.ended": "has ended",
  "credential.rejected": "is rejected by its code host",
  "credential.rotated": "was rotated",
  "credential.rotation-failed": "could not be rotated",
  "credential.revoked": "is dead at its code host",
  "credential.still-alive": "still works at its code host after it was removed here",
} as const;

export type EventName = keyof typeof events;

export interface LifecycleEvent {
  event: EventName;
  credential: {
    id: string;
    codeHostId: string;
    hostName: string;
    kind: string;
    ownerId: string | null;
    teamId: string | null;
    accountLogin: string | null;
    /** Prefix and last four: "ghp_…cdef"; "" for a password. */
    tokenLabel: string;
  };
  /** What makes two tellings of this event and credential the same: "v3 2026-12-01 7". */
  once: string;
  /** "The token for GitHub ends in 7 days" */
  title: string;
  /** One or two sentences: what it means and what to do. */
  body: string;
  /** The way to do it is to replace the token: people's link opens that. */
  isToReplace?: boolean;
  /** For programs: expiresAt, daysLeft, reason. No secret. */
  data: Readonly<Record<string, string | number | null>>;
}

export async function announce(tx: Tx, event: LifecycleEvent): Promise<void> {
  await notifyPeople(tx, event);
  await enqueueDeliveries(tx, event);
}
