import type { Verdict } from "../hosts/adapter";
import { isUnclear } from "./schedule";

/**
 * When a code host is left in peace. Pure. A limit is obeyed to its end; five checks in a row without an answer that
 * says something pause it for a minute, and each trial after that which fails pauses it for longer. One answer ends it.
 */
export interface Pause {
  troubles: number;
  pausedUntil: Date | null;
  pauseReason: string | null;
}

export const TROUBLES = 5;
const PAUSES_MINUTES = [1, 5, 15, 60];
const MINUTE = 60_000;
/** A limit without an end, and the longest that is believed. */
const LIMITED_MS = 15 * MINUTE;
const LONGEST_MS = 24 * 60 * MINUTE;

/** What an answer makes of it; null: nothing. */
export function afterAnswer({ troubles }: Pick<Pause, "troubles">, verdict: Verdict, now: Date): Pause | null {
  if (verdict.ok || !isUnclear(verdict.reason)) {
    return troubles > 0 ? { troubles: 0, pausedUntil: null, pauseReason: null } : null;
  }
  if (verdict.reason === "rate-limited") {
    const wished = verdict.retryAt ? verdict.retryAt.getTime() - now.getTime() : LIMITED_MS;
    const pausedUntil = new Date(now.getTime() + Math.min(Math.max(wished, MINUTE), LONGEST_MS));
    return { troubles, pausedUntil, pauseReason: verdict.message };
  }
  const more = troubles + 1;
  if (more < TROUBLES) return { troubles: more, pausedUntil: null, pauseReason: null };
  const minutes = PAUSES_MINUTES[Math.min(more - TROUBLES, PAUSES_MINUTES.length - 1)] ?? 60;
  return { troubles: more, pausedUntil: new Date(now.getTime() + minutes * MINUTE), pauseReason: verdict.message };
}
