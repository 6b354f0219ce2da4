import { type State, StateIcon } from "./state-icon";

const fills: Record<State, string> = {
  ok: "fill-ok",
  warn: "fill-warn",
  bad: "fill-bad",
  off: "fill-off",
  none: "fill-line",
};

/**
 * How many are in which state, as one bar whose length is their number as a part of `most`, and the same as numbers with
 * the states' shapes behind it. `label` says it in words.
 */
export function StateBar({
  parts,
  most,
  label,
}: {
  parts: readonly { state: State; count: number }[];
  most: number;
  label: string;
}) {
  const shown = parts.filter(({ count }) => count > 0);
  let from = 0;
  const placed = shown.map(({ state, count }) => {
    const x = from;
    from += count;
    return { state, x: (x / most) * 100, width: (count / most) * 100 };
  });
  return (
    <div role="img" aria-label={label} title={label} className="flex items-center gap-4">
      <svg aria-hidden className="h-2.5 min-w-0 flex-1" preserveAspectRatio="none">
        {placed.map(({ state, x, width }) => (
          <rect key={state} x={`${x}%`} width={`${width}%`} height="10" className={fills[state]} />
        ))}
      </svg>
      <span aria-hidden className="flex w-32 shrink-0 flex-wrap justify-end gap-x-2.5 text-sm tabular-nums">
        {shown.map(({ state, count }) => (
          <span key={state} className="inline-flex items-center gap-1">
            <StateIcon state={state} label="" className="size-3.5" />
            {count.toLocaleString("en")}
          </span>
        ))}
      </span>
    </div>
  );
}

/** Counts by day, as columns; the highest fills the height. */
export function DayBars({ days, label }: { days: readonly { date: string; count: number }[]; label: string }) {
  const most = Math.max(1, ...days.map(({ count }) => count));
  const step = 100 / days.length;
  return (
    <svg role="img" aria-label={label} className="h-10 w-full" preserveAspectRatio="none">
      <title>{label}</title>
      {days.map(({ date, count }, index) => {
        const height = count === 0 ? 4 : Math.max(8, (count / most) * 100);
        return (
          <rect
            key={date}
            x={`${index * step + step * 0.15}%`}
            width={`${step * 0.7}%`}
            y={`${100 - height}%`}
            height={`${height}%`}
            className={count === 0 ? "fill-line" : "fill-muted"}
          >
            <title>{`${date}: ${count}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}
