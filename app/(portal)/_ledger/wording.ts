import type { Nearness } from "@/components/time-mark";
import type { TimelineDay } from "@/lib/ledger/read-timeline";
import type { EndState } from "@/lib/ledger/time-left";

/** The mark of each state. */
export const nearnessOf: Record<EndState, Nearness> = {
  ended: "past",
  soon: "soon",
  near: "near",
  later: "far",
  never: "none",
  "not-told": "unknown",
};

/** The marks of the picture, in words. */
export const legend: readonly { state: EndState; word: string }[] = [
  { state: "ended", word: "Ended" },
  { state: "soon", word: "Within 14 days" },
  { state: "near", word: "Within 30 days" },
  { state: "later", word: "Later" },
];

/** Headings of the parts of the list, and what there is to say about each. */
export const groups: Record<EndState, { title: string; about: string | null }> = {
  ended: { title: "Ended", about: null },
  soon: { title: "Within 14 days", about: null },
  near: { title: "Within 30 days", about: null },
  later: { title: "Later", about: null },
  never: { title: "Never ends", about: "Their code hosts say that they have no end, so nobody is reminded of them." },
  "not-told": {
    title: "End not known",
    about: "Their code hosts do not tell an end, or they were not checked yet. Look there when they end.",
  },
};

/** "in 12 days", "today", "3 days ago" */
export function daysInWords(days: number, hasEnded: boolean): string {
  if (days === 0) return hasEnded ? "ended today" : "today";
  if (days === 1) return "tomorrow";
  if (days === -1) return "yesterday";
  return days > 0 ? `in ${days.toLocaleString("en")} days` : `${(-days).toLocaleString("en")} days ago`;
}

/** "12 Dec 2026" */
export function shortDate(at: string): string {
  return new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
}

/** "December 2026: 4 end, 2 of them within 14 days" */
export function sentenceOfMonth(first: Date, days: readonly TimelineDay[], total: number): string {
  const month = first.toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
  if (total === 0) return `${month}: nothing ends`;
  const of = (state: EndState) => days.filter((day) => day.state === state).reduce((sum, { count }) => sum + count, 0);
  const parts = [
    [of("ended"), "ended"],
    [of("soon"), "within 14 days"],
    [of("near"), "within 30 days"],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, word]) => `${count.toLocaleString("en")} ${word}`);
  return `${month}: ${total.toLocaleString("en")} ${total === 1 ? "ends" : "end"}${said.length > 0 ? ` (${said.join(", ")})` : ""}`;
}
