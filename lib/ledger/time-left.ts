import { ENDS_SOON_DAYS } from "../credentials/assessment";

/**
 * How far away an end is. Days are those of the calendar in UTC, so that everybody counts the same; whether something
 * has ended goes by the moment.
 */
export { ENDS_SOON_DAYS };
export const ENDS_NEAR_DAYS = 30;
/** This month and the next twelve. */
export const MONTHS_SHOWN = 13;

const DAY_MS = 86_400_000;

/** soon: within 14 days; near: within 30. */
export type EndState = "ended" | "soon" | "near" | "later" | "never" | "not-told";

export function endState(end: { expiryKnown: boolean; expiresAt: Date | null }, now: Date): EndState {
  if (!end.expiryKnown) return "not-told";
  if (end.expiresAt === null) return "never";
  const left = end.expiresAt.getTime() - now.getTime();
  if (left <= 0) return "ended";
  if (left < ENDS_SOON_DAYS * DAY_MS) return "soon";
  return left <= ENDS_NEAR_DAYS * DAY_MS ? "near" : "later";
}

/** Midnights between now and then: 0 is today, negative is past. */
export function daysLeft(at: Date, now: Date): number {
  return Math.floor(at.getTime() / DAY_MS) - Math.floor(now.getTime() / DAY_MS);
}

/** The first moment of the month that `at` is in, or of one some months after it. */
export function firstOfMonth(at: Date, monthsAfter = 0): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + monthsAfter));
}

/** 2026-12-31 */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
