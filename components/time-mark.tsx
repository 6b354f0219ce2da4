import type { ReactNode } from "react";
import { cx } from "./cx";

/** How near a moment is. Each has a colour and a shape of its own; the word always stands beside it. */
export type Nearness = "past" | "soon" | "near" | "far" | "none" | "unknown";

const tones: Record<Nearness, string> = {
  past: "fill-bad stroke-bad",
  soon: "fill-warn stroke-warn",
  near: "fill-panel stroke-warn",
  far: "fill-off stroke-off",
  none: "fill-none stroke-off",
  unknown: "fill-none stroke-off",
};

/** The shape alone, 9 units wide around (x, y), for a drawing. past: crossed circle; soon: triangle; near: empty
 * diamond; far: dot; none: line; unknown: dashed circle. */
export function MarkShape({
  nearness,
  x,
  y,
  children,
}: {
  nearness: Nearness;
  x: number;
  y: number;
  children?: ReactNode;
}) {
  return (
    <g transform={`translate(${round(x)} ${round(y)})`} className={tones[nearness]}>
      {children}
      {shapes[nearness]}
    </g>
  );
}

const shapes: Record<Nearness, ReactNode> = {
  past: (
    <>
      <circle r="4.5" stroke="none" />
      <path d="M-1.7-1.7 1.7 1.7M1.7-1.7-1.7 1.7" strokeWidth="1.3" strokeLinecap="round" className="stroke-panel" />
    </>
  ),
  soon: <path d="M0-3.6 4 3.4H-4Z" strokeWidth="1.2" strokeLinejoin="round" />,
  near: <path d="M0-4 4 0 0 4-4 0Z" strokeWidth="1.5" strokeLinejoin="round" />,
  far: <circle r="4.1" stroke="none" />,
  none: <path d="M-3.6 0H3.6" strokeWidth="1.8" strokeLinecap="round" />,
  unknown: <circle r="3.8" strokeWidth="1.3" strokeDasharray="2 1.6" />,
};

/** The shape as an icon beside its word. */
export function TimeMark({ nearness, className = "size-3" }: { nearness: Nearness; className?: string }) {
  return (
    <svg aria-hidden viewBox="-5.5 -5.5 11 11" className={cx("shrink-0", className)}>
      <MarkShape nearness={nearness} x={0} y={0} />
    </svg>
  );
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
