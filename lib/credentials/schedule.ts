import type { Outcome } from "./assessment";

/**
 * When a credential is checked next by itself. Pure. Checks in the regular course fall on a phase of the credential's
 * own, computed from its id, so that ten thousand that were stored together do not come due together.
 */
export interface Scheduled {
  id: string;
  outcome: string;
  expiresAt: Date | null;
  retryAt: Date | null;
  doubtedAt: Date | null;
  rejectedAt: Date | null;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A host's no is confirmed by another after so long; a little less counts too. */
export const CONFIRM_AFTER_MS = 2 * MINUTE;
const ENDS_SOON_MS = 14 * DAY;

/** Outcomes that say nothing about the token. */
export const unclearOutcomes: readonly Outcome[] = ["unreachable", "rate-limited", "redirected", "unexpected"];
/** Outcomes that mean: the host no longer takes it. */
export const rejections: readonly Outcome[] = ["rejected", "expired", "revoked", "blocked"];

export const isUnclear = (outcome: string) => unclearOutcomes.some((one) => one === outcome);
export const isRejection = (outcome: string) => rejections.some((one) => one === outcome);

/** @param wasUnclear the check just now had no answer, whatever the outcome that is kept */
export function nextCheck(row: Scheduled, now: Date, everyHours: number, wasUnclear = isUnclear(row.outcome)): Date {
  const at = now.getTime();
  if (wasUnclear) return new Date(Math.max(row.retryAt?.getTime() ?? 0, at + (15 + 3 * fraction(row.id)) * MINUTE));
  if (row.doubtedAt && !row.rejectedAt) {
    const confirmAt = row.doubtedAt.getTime() + CONFIRM_AFTER_MS;
    return new Date(confirmAt > at ? confirmAt : at + CONFIRM_AFTER_MS);
  }
  if (row.outcome === "unchecked") return new Date(at + MINUTE);
  const left = row.expiresAt ? row.expiresAt.getTime() - at : Number.POSITIVE_INFINITY;
  const regular = onPhase(row.id, Math.min(everyHours * HOUR, sooner(row, left)), at);
  // Its end is not left for the day after.
  return new Date(left > 0 ? Math.min(regular, at + left + MINUTE) : regular);
}

function sooner({ rejectedAt }: Scheduled, left: number): number {
  if (left <= 0) return Number.POSITIVE_INFINITY;
  if (left <= DAY) return HOUR;
  return rejectedAt || left <= ENDS_SOON_MS ? 6 * HOUR : Number.POSITIVE_INFINITY;
}

/** The next time of its phase that is not right now. */
function onPhase(id: string, period: number, now: number): number {
  const offset = fraction(id) * period;
  const earliest = now + period / 8;
  return Math.ceil((earliest - offset) / period) * period + offset;
}

/** From 0 up to 1, evenly over random ids. */
function fraction(id: string): number {
  return Number.parseInt(id.slice(0, 8), 16) / 2 ** 32;
}
