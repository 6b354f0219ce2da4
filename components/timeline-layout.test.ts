import { describe, expect, it } from "vitest";
import { columnWidth, drawnHeight, fitsAsMarks, freeAbove, maxRows, placeBars, placeMarks } from "./timeline-layout";

const mark = (at: number, count = 1, nearness: "past" | "far" = "far") => ({ at, count, nearness, title: "x" });

describe("marks", () => {
  it("are one for each that is counted, inside the column, and touch no other", () => {
    const marks = [mark(0, 3), mark(0.02), mark(0.5, 5), mark(0.52, 2), mark(1, 4, "past")];
    const placed = placeMarks(marks) ?? [];
    expect(placed).toHaveLength(15);
    for (const [index, one] of placed.entries()) {
      expect(one.x).toBeGreaterThanOrEqual(5);
      expect(one.x).toBeLessThanOrEqual(columnWidth - 5);
      expect(one.y).toBeGreaterThan(0);
      expect(one.y).toBeLessThan(drawnHeight);
      for (const other of placed.slice(index + 1)) {
        expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThanOrEqual(9);
      }
    }
  });

  it("are given up for bars where they would be higher than the picture", () => {
    expect(fitsAsMarks([{ marks: [mark(0.5, maxRows)] }])).toBe(true);
    expect(fitsAsMarks([{ marks: [] }, { marks: [mark(0.5, maxRows + 1)] }])).toBe(false);
    expect(placeMarks([mark(0.5, 100_000)])).toBe(null);
  });

  it("leave free what they do not need, but for a little height", () => {
    const few = freeAbove([placeMarks([mark(0.5, 2)]) ?? [], []]);
    const many = freeAbove([placeMarks([mark(0.5, maxRows)]) ?? []]);
    expect(few).toBeGreaterThan(50);
    expect(freeAbove([[]])).toBe(few);
    expect(many).toBeGreaterThanOrEqual(0);
    expect(many).toBeLessThan(20);
  });
});

describe("bars", () => {
  it("stand on the ground, stacked by nearness, as high as they are many", () => {
    const bars = placeBars([mark(0.1, 30), mark(0.12, 10, "past"), mark(0.9, 40)], 40);
    expect(bars).toHaveLength(3);
    const [far, past, last] = bars;
    expect((far?.y ?? 0) + (far?.height ?? 0)).toBe(drawnHeight);
    expect((past?.y ?? 0) + (past?.height ?? 0)).toBeCloseTo(far?.y ?? 0);
    expect((far?.height ?? 0) / (past?.height ?? 1)).toBeCloseTo(3);
    expect((far?.height ?? 0) + (past?.height ?? 0)).toBeCloseTo(last?.height ?? 0);
    for (const { x, width, y } of bars) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(columnWidth);
      expect(y).toBeGreaterThanOrEqual(0);
    }
  });
});
