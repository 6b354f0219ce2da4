import { cx } from "./cx";
import type { State } from "./state-icon";

const fills: Record<State, string> = {
  ok: "fill-ok",
  warn: "fill-warn",
  bad: "fill-bad",
  off: "fill-off",
  none: "fill-line",
};

/**
 * How many are in which state, as one bar; its length is their number as a part of `most`. The same is said in `label`.
 * The parts differ by more than colour: a hatch lies over what is wrong, dots over what is not known.
 */
export function StateBar({
  parts,
  most,
  label,
  id,
}: {
  parts: readonly { state: State; count: number }[];
  most: number;
  label: string;
  /** Unique on the page: the patterns are named by it. */
  id: string;
}) {
  const shown = parts.filter(({ count }) => count > 0);
  let from = 0;
  const placed = shown.map(({ state, count }) => {
    const x = from;
    from += count;
    return { state, x: (x / most) * 100, width: (count / most) * 100 };
  });
  return (
    <svg role="img" aria-label={label} className="h-3 w-full overflow-visible" preserveAspectRatio="none">
      <title>{label}</title>
      <defs>
        <pattern id={`${id}-bad`} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="1.6" height="5" className="fill-panel/70" />
        </pattern>
        <pattern id={`${id}-off`} width="5" height="5" patternUnits="userSpaceOnUse">
          <circle cx="2.5" cy="2.5" r="1" className="fill-panel/80" />
        </pattern>
        <pattern id={`${id}-warn`} width="6" height="6" patternUnits="userSpaceOnUse">
          <rect width="1.4" height="6" className="fill-panel/60" />
        </pattern>
      </defs>
      <rect width="100%" height="12" rx="3" className="fill-subtle" />
      {placed.map(({ state, x, width }) => (
        <g key={state}>
          <rect x={`${x}%`} width={`${width}%`} height="12" className={cx(fills[state])} />
          {state === "ok" || state === "none" ? null : (
            <rect x={`${x}%`} width={`${width}%`} height="12" fill={`url(#${id}-${state})`} />
          )}
        </g>
      ))}
    </svg>
  );
}

/** Counts by day, as columns; the highest fills the height. */
export function DayBars({ days, label }: { days: readonly { date: string; count: number }[]; label: string }) {
  const most = Math.max(1, ...days.map(({ count }) => count));
  const step = 100 / days.length;
  return (
    <svg role="img" aria-label={label} className="h-10 w-full" preserveAspectRatio="none">
      <title>{label}</title>
      {days.map(({ date, count }, index) => (
        <rect
          key={date}
          x={`${index * step + step * 0.15}%`}
          width={`${step * 0.7}%`}
          y={`${count === 0 ? 96 : 100 - (count / most) * 100}%`}
          height={`${count === 0 ? 4 : (count / most) * 100}%`}
          className={count === 0 ? "fill-line" : "fill-muted"}
        >
          <title>{`${date}: ${count}`}</title>
        </rect>
      ))}
    </svg>
  );
}
