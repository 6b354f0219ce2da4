import { describe, expect, it } from "vitest";
import { coveredMs, median } from "./numbers";

describe("median", () => {
  it("is the middle one, or the mean of both middle ones, in whatever order they came", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 1, 2, 4])).toBe(3);
  });

  it("refuses to make a number of nothing", () => {
    expect(() => median([])).toThrow("nothing was measured");
  });
});

describe("coveredMs", () => {
  it("counts what happens side by side once, and gaps not at all", () => {
    const sideBySide = [
      [0, 100],
      [20, 120],
      [30, 40],
    ] as const;
    expect(coveredMs(sideBySide)).toBe(120);
    expect(coveredMs([[300, 400], ...sideBySide])).toBe(220);
  });
});
