import { describe, expect, it } from "vitest";
import { calendarDate, exactTime, relativeTime } from "./relative-time";

const now = "2026-11-22T12:00:00.000Z";

describe("relative time", () => {
  it.each([
    ["2026-11-22T12:00:00.000Z", "just now"],
    ["2026-11-22T11:59:10.000Z", "just now"],
    ["2026-11-22T12:00:40.000Z", "in less than a minute"],
    ["2026-11-22T11:48:00.000Z", "12 minutes ago"],
    ["2026-11-22T11:00:00.000Z", "1 hour ago"],
    ["2026-12-04T12:00:00.000Z", "in 12 days"],
    ["2027-01-25T12:00:00.000Z", "in 64 days"],
    ["2026-10-12T11:00:00.000Z", "41 days ago"],
    ["2027-05-22T12:00:00.000Z", "in 5 months"],
    ["2030-11-22T12:00:00.000Z", "in 4 years"],
  ])("says %s as %s", (at, words) => {
    expect(relativeTime(at, now)).toBe(words);
  });

  it("forgives the minutes that a fresh end is short of, and promises no more than that", () => {
    expect(relativeTime("2026-12-04T11:59:00.000Z", now)).toBe("in 12 days");
    expect(relativeTime("2026-12-04T09:00:00.000Z", now)).toBe("in 11 days");
    expect(relativeTime("2026-12-04T23:00:00.000Z", now)).toBe("in 12 days");
  });

  it("writes exact times in UTC whatever the machine's zone", () => {
    expect(exactTime("2027-02-20T14:03:00.000Z")).toBe("20 February 2027 at 14:03 UTC");
    expect(calendarDate("2027-02-20T23:59:00.000Z")).toBe("20 February 2027");
  });
});
