import type { Tone } from "@/components/pill";
import type { State } from "@/components/state-icon";
import type { Receipt } from "@/lib/revocations/receipt";
import type { RemovalResult } from "@/lib/revocations/remove-many";
import type { StaleReason } from "@/lib/stale/judge-stale";
import type { Because } from "@/lib/stale/list-stale";
import { joined } from "../_credentials/wording";

/** What each reason is called in the filter. */
export const REASONS: Record<StaleReason, string> = {
  expired: "Expired",
  rejected: "Rejected",
  unused: "Unused",
  retired: "Retired by the host",
  "owner-left": "Owner disabled",
};

/** One word or two for the pill, and its state. */
export function reasonPill({ reason, since }: Because, now: string): { word: string; tone: Tone; state: State } {
  switch (reason) {
    case "expired":
      return { word: "expired", tone: "bad", state: "bad" };
    case "rejected":
      return { word: "rejected", tone: "bad", state: "bad" };
    case "retired":
      return since <= now
        ? { word: "retired", tone: "bad", state: "bad" }
        : { word: "about to be retired", tone: "warn", state: "warn" };
    case "unused":
      return { word: "unused", tone: "warn", state: "warn" };
    case "owner-left":
      return { word: "owner disabled", tone: "off", state: "off" };
  }
}

/** How a receipt stands, in a word with its icon. */
export function receiptState({ state, checkedAt, hostStatus }: Receipt): { state: State; word: string } {
  switch (state) {
    case "dead":
      return { state: "ok", word: "Dead at the host" };
    case "asked":
      return { state: "off", word: "Asked, not dead yet" };
    case "asking":
      return { state: "off", word: "Is asked again" };
    case "unknown":
      return { state: "off", word: "Not known" };
    case "alive":
      return checkedAt || hostStatus
        ? { state: "bad", word: "Still works there" }
        : { state: "warn", word: "Delete it there" };
  }
}

export function resultState({ outcome, receipt }: RemovalResult): { state: State; word: string } {
  if (receipt) return receiptState(receipt);
  return outcome === "kept" ? { state: "bad", word: "Not removed" } : { state: "warn", word: "Removed here only" };
}

/** "3 of 5 are dead at their hosts, 1 is asked, 1 was not removed." */
export function summaryOf(results: readonly RemovalResult[]): string {
  const count = (...outcomes: RemovalResult["outcome"][]) =>
    results.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const parts: [number, string][] = [
    [count("dead"), "dead at the host"],
    [count("asked", "asking"), "asked, not dead yet"],
    [count("alive", "unknown"), "still to be deleted there"],
    [count("here"), "removed here only"],
    [count("kept"), "not removed"],
  ];
  return `${joined(parts.filter(([number]) => number > 0).map(([number, words]) => `${number} ${words}`))}.`;
}
