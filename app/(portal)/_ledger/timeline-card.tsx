import { TimeMark } from "@/components/time-mark";
import { Timeline, type TimelineColumn } from "@/components/timeline";
import { fitsAsMarks, fitsInStrips } from "@/components/timeline-layout";
import type { Timeline as LedgerTimeline, TimelineDay } from "@/lib/ledger/read-timeline";
import { firstOfMonth, MONTHS_SHOWN } from "@/lib/ledger/time-left";
import { type LedgerQuery, ledgerHref } from "./read-query";
import { legend, nearnessOf, sentenceOfMonth } from "./wording";

/** The picture: what ends in this month and the next twelve, before it and after it. */
export function TimelineCard({
  timeline,
  path,
  query,
}: {
  timeline: LedgerTimeline;
  path: string;
  query: LedgerQuery;
}) {
  const columns = columnsOf(timeline, path, query);
  return (
    <section
      aria-labelledby="timeline"
      className="border-line bg-panel mb-6 rounded-lg border px-4 pt-4 pb-3.5 sm:px-5"
    >
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <div>
          <h2 id="timeline" className="font-semibold">
            What ends when
          </h2>
          <p className="text-muted text-sm">
            {sentence(timeline.counts, fitsAsMarks(columns) && fitsInStrips(columns))}
          </p>
        </div>
        <ul aria-label="Marks" className="text-muted flex flex-wrap gap-x-4 gap-y-1 text-sm">
          {legend.map(({ state, word }) => (
            <li key={state} className="flex items-center gap-1.5">
              <TimeMark nearness={nearnessOf[state]} />
              {word}
            </li>
          ))}
        </ul>
      </div>
      <Timeline label="What ends in which month" nowLabel="Today" columns={columns} />
    </section>
  );
}

function sentence({ never, notTold }: LedgerTimeline["counts"], asMarks: boolean): string {
  const many = (count: number, one: string, more: string) =>
    count === 0 ? [] : [count === 1 ? one : `${count.toLocaleString("en")} ${more}`];
  const parts = [
    asMarks ? "Each mark is a credential" : "Each mark is a credential, each bar many",
    ...many(never, "1 never ends", "never end"),
    ...many(notTold, "1 has no known end", "have no known end"),
  ];
  return `${parts.join("; ")}.`;
}

function columnsOf({ days, counts, now: at }: LedgerTimeline, path: string, query: LedgerQuery): TimelineColumn[] {
  const now = new Date(at);
  const months = Array.from({ length: MONTHS_SHOWN }, (_, index): TimelineColumn => {
    const first = firstOfMonth(now, index);
    const length = firstOfMonth(first, 1).getTime() - first.getTime();
    const month = first.toISOString().slice(0, 7);
    const inside = days.filter(({ day }) => day.startsWith(month));
    const total = inside.reduce((sum, { count }) => sum + count, 0);
    return {
      id: month,
      label: first.toLocaleDateString("en-GB", { month: "short", timeZone: "UTC" }),
      note: index === 0 || first.getUTCMonth() === 0 ? `’${first.toISOString().slice(2, 4)}` : undefined,
      name: sentenceOfMonth(first, inside, total),
      ...linkTo(month, path, query),
      total,
      marks: inside.map((day) => ({
        at: (Date.parse(day.day) + 43_200_000 - first.getTime()) / length,
        nearness: nearnessOf[day.state],
        count: day.count,
        title: titleOf(day),
      })),
      now: index === 0 ? (now.getTime() - first.getTime()) / length : undefined,
    };
  });
  const { earlier, later } = counts;
  const edge = (id: string, label: string, count: number, words: string, state: "ended" | "later"): TimelineColumn => ({
    ...{ id, label, total: count, name: `${label}: ${count.toLocaleString("en")} ${words}` },
    ...linkTo(id, path, query),
    // Without a time of their own: side by side.
    marks: Array.from({ length: Math.min(count, SPREAD) }, (_, index) => ({
      at: (index + 0.5) / SPREAD,
      nearness: nearnessOf[state],
      count: Math.floor(count / SPREAD) + (index < count % SPREAD ? 1 : 0),
      title: `${label}: ${count.toLocaleString("en")} ${words}`,
    })),
  });
  return [
    ...(earlier > 0 ? [edge("earlier", "Before", earlier, earlier === 1 ? "has ended" : "have ended", "ended")] : []),
    ...months,
    ...(later > 0 ? [edge("later", "After", later, later === 1 ? "ends" : "end", "later")] : []),
  ];
}

const SPREAD = 6;

function linkTo(window: string, path: string, query: LedgerQuery) {
  const isCurrent = query.window === window;
  return { isCurrent, href: ledgerHref(path, { ...query, window: isCurrent ? null : window }) };
}

function titleOf({ day, count, hosts }: TimelineDay): string {
  const date = new Date(day).toLocaleDateString("en-GB", { dateStyle: "long", timeZone: "UTC" });
  const names = `${hosts.join(", ")}${count > hosts.length ? " and others" : ""}`;
  return `${date}: ${count === 1 ? names : `${count} on ${names}`}`;
}
