import { type Nearness, round } from "./time-mark";
import type { PlacedBar } from "./timeline-layout";

const bars: Record<Nearness, string> = {
  past: "stroke-bad",
  soon: "fill-warn",
  near: "fill-panel stroke-warn",
  far: "fill-off",
  none: "fill-off",
  unknown: "fill-off",
};

/** What is past is striped, what is near is empty: not by colour alone. `isLying`: its stripes stand. */
export function Bar({
  bar: { x, y, width, height, nearness, title },
  isLying = false,
}: {
  bar: PlacedBar;
  isLying?: boolean;
}) {
  if (nearness === "past") {
    return (
      <path
        d={
          isLying
            ? `M${round(x)} ${round(y + height / 2)}H${round(x + width)}`
            : `M${round(x + width / 2)} ${round(y + height)}V${round(y)}`
        }
        strokeWidth={round(isLying ? height : width)}
        strokeDasharray="2.6 0.9"
        className={bars.past}
      >
        <title>{title}</title>
      </path>
    );
  }
  const inset = nearness === "near" ? 0.6 : 0;
  return (
    <rect
      x={round(x + inset)}
      y={round(y + inset)}
      width={round(width - 2 * inset)}
      height={round(Math.max(1, height - 2 * inset))}
      rx="1.5"
      strokeWidth={nearness === "near" ? 1.2 : 0}
      className={bars[nearness]}
    >
      <title>{title}</title>
    </rect>
  );
}
