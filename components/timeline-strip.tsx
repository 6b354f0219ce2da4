import { MarkShape, type Nearness, round } from "./time-mark";
import type { TimelineColumn } from "./timeline";
import { Bar } from "./timeline-bar";
import type { PlacedBar, TimelineMark } from "./timeline-layout";

const stripWidth = 190;

/** The same in one line, in the order of time: marks, or a part of a bar for each nearness. */
export function Strip({
  column: { marks, now, total },
  nowLabel,
  most,
}: {
  column: TimelineColumn;
  nowLabel: string;
  /** What a whole bar stands for; null: a mark for each. */
  most: number | null;
}) {
  const sorted = [...marks].sort((a, b) => a.at - b.at);
  const of = (past: boolean) =>
    sorted.filter(({ nearness }) => (nearness === "past") === past).reduce((sum, { count }) => sum + count, 0);
  const step = most === null ? 11.5 : stripWidth / most;
  const gap = now === undefined ? 0 : 8;
  const end = total * step + gap;
  const nowX = round(of(true) * step + 4);
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${round(end) + (gap ? 44 : 2)} 16`}
      width={round(end) + (gap ? 44 : 2)}
      height={16}
      className="max-w-full min-w-0 shrink @3xl:hidden"
    >
      {most === null ? (
        <StripMarks marks={sorted} step={step} gap={gap} />
      ) : (
        stripBars(sorted, step, gap).map((bar) => <Bar key={bar.nearness} bar={bar} isLying />)
      )}
      {gap ? (
        <>
          <path d={`M${nowX} 0V16`} strokeWidth="1.5" className="stroke-accent" />
          <text x={round(end) + 4} y="12" className="fill-accent-ink text-[11px] font-semibold">
            {nowLabel}
          </text>
        </>
      ) : null}
    </svg>
  );
}

function StripMarks({ marks, step, gap }: { marks: readonly TimelineMark[]; step: number; gap: number }) {
  const all = marks.flatMap((mark) => Array.from({ length: mark.count }, () => mark.nearness));
  return all.map((nearness, index) => {
    const x = (index + 0.5) * step + (nearness === "past" ? 0 : gap);
    return <MarkShape key={x} nearness={nearness} x={x} y={8} />;
  });
}

function stripBars(marks: readonly TimelineMark[], step: number, gap: number): PlacedBar[] {
  const many = new Map<Nearness, number>();
  for (const { nearness, count } of marks) many.set(nearness, (many.get(nearness) ?? 0) + count);
  let from = 0;
  return [...many].map(([nearness, count]) => {
    const x = from + (nearness === "past" ? 0 : gap);
    from += count * step;
    return { x, y: 3, width: Math.max(1, count * step - 1), height: 10, nearness, title: String(count) };
  });
}
