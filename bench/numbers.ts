/** Numbers of a measurement: medians, because one slow run says something about the machine and not about the code. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new Error("nothing was measured");
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** How long at least one of the intervals lasted: side by side counts once. */
export function coveredMs(intervals: readonly (readonly [number, number])[]): number {
  let covered = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const [from, to] of [...intervals].sort(([a], [b]) => a - b)) {
    covered += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return covered;
}

/** One line of the report. */
export interface Figure {
  what: string;
  /** "3.1 ×", or another number that does not depend on the machine. */
  ratio: string;
  /** What the ratio is to. */
  against: string;
  /** As measured on this machine. */
  absolute: string;
}

export function times(value: number, floor: number): string {
  const ratio = value / floor;
  return `${ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(1)} ×`;
}

export function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}
