import type { Adapter, Sunset } from "../hosts/adapter";

/**
 * Why a credential is stale, and since when. Pure. Rejected counts only when a second check confirmed it; what the host is
 * about to retire counts from ninety days before; a rule of which nobody knows whether it concerns the credential makes
 * it not stale, and is told beside.
 */
export const staleReasons = ["expired", "rejected", "unused", "retired", "owner-left"] as const;
export type StaleReason = (typeof staleReasons)[number];

export interface Staleness {
  reason: StaleReason;
  /** With `retired`, when it ends: mostly still to come. */
  since: Date;
  /** With `retired`: the rule. */
  rule: Sunset | null;
}

/** A rule of the host that concerns it, or may. */
export interface Concern {
  rule: Sunset;
  endsAt: Date;
}

export interface Judged {
  /** Empty: not stale. The longest standing first. */
  reasons: Staleness[];
  /** All rules of the host that concern it, however far ahead, and those that may. */
  concerns: Concern[];
}

export interface StaleFacts {
  baseUrl: string;
  type: string;
  prefix: string;
  fields: unknown;
  notes: readonly string[];
  enteredAt: Date;
  expiresAt: Date | null;
  /** The last check's word. */
  outcome: string;
  rejectedAt: Date | null;
  lastUsedAt: Date | null;
  hostLastUsedAt: Date | null;
  ownerDisabledAt: Date | null;
}

const DAY_MS = 86_400_000;
/** What the host retires within so many days is stale. */
export const RETIRES_SOON_DAYS = 90;

/** @param staleAfterDays null: unused alone makes nothing stale */
export function judgeStale(
  facts: StaleFacts,
  sunsets: Adapter["sunsets"],
  staleAfterDays: number | null,
  now: Date,
): Judged {
  const concerns = concernsOf(facts, sunsets);
  const reasons = [
    ...dead(facts, now),
    ...unused(facts, staleAfterDays, now),
    ...retired(concerns, now),
    ...left(facts),
  ];
  return { reasons: reasons.sort((a, b) => a.since.getTime() - b.since.getTime()), concerns };
}

/** The host's no to one that has ended says the same twice. */
function dead({ expiresAt, rejectedAt, outcome }: StaleFacts, now: Date): Staleness[] {
  if (expiresAt && expiresAt <= now) return [because("expired", expiresAt)];
  if (!rejectedAt) return [];
  return [because(outcome === "expired" ? "expired" : "rejected", rejectedAt)];
}

function unused({ enteredAt, lastUsedAt }: StaleFacts, staleAfterDays: number | null, now: Date): Staleness[] {
  if (staleAfterDays === null) return [];
  const last = lastUsedAt && lastUsedAt > enteredAt ? lastUsedAt : enteredAt;
  const since = new Date(last.getTime() + staleAfterDays * DAY_MS);
  return since <= now ? [because("unused", since)] : [];
}

function retired(concerns: readonly Concern[], now: Date): Staleness[] {
  const soon = now.getTime() + RETIRES_SOON_DAYS * DAY_MS;
  return concerns
    .filter(({ rule, endsAt }) => !rule.isUncertain && endsAt.getTime() <= soon)
    .map(({ rule, endsAt }) => ({ reason: "retired", since: endsAt, rule }));
}

function left({ ownerDisabledAt }: StaleFacts): Staleness[] {
  return ownerDisabledAt ? [because("owner-left", ownerDisabledAt)] : [];
}

function because(reason: StaleReason, since: Date): Staleness {
  return { reason, since, rule: null };
}

function concernsOf(facts: StaleFacts, sunsets: Adapter["sunsets"]): Concern[] {
  const { baseUrl, type, prefix, notes, enteredAt, lastUsedAt, hostLastUsedAt } = facts;
  const fields = facts.fields as Record<string, string>;
  const used = [lastUsedAt, hostLastUsedAt].filter((at) => at !== null).sort((a, b) => b.getTime() - a.getTime());
  const asked = { baseUrl, type, prefix, fields, notes, enteredAt, lastUsedAt: used[0] ?? null };
  return sunsets.flatMap((rule) => {
    const endsAt = rule.endsAt(asked);
    return endsAt ? [{ rule, endsAt }] : [];
  });
}
