import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { nextCheck, type Scheduled } from "./schedule";

const now = new Date("2026-11-23T12:00:00Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function credential(more: Partial<Scheduled> = {}): Scheduled {
  const none = { expiresAt: null, retryAt: null, doubtedAt: null, rejectedAt: null };
  return { id: randomUUID(), outcome: "valid", ...none, ...more };
}

function inMs(row: Scheduled, everyHours = 24): number {
  return nextCheck(row, now, everyHours).getTime() - now.getTime();
}

const ahead = (ms: number) => new Date(now.getTime() + ms);

describe("the next check of a credential", () => {
  it("comes once in the usual time, and then always at the same time of it", () => {
    for (let count = 0; count < 200; count++) {
      const row = credential();
      const first = nextCheck(row, now, 24);
      expect(first.getTime() - now.getTime()).toBeGreaterThanOrEqual(3 * HOUR);
      expect(first.getTime() - now.getTime()).toBeLessThanOrEqual(27 * HOUR);
      expect(nextCheck(row, first, 24).getTime() - first.getTime()).toBe(24 * HOUR);
      // Checked a little late, as it always is.
      const late = new Date(first.getTime() + 40_000);
      expect(nextCheck(row, late, 24).getTime() - first.getTime()).toBe(24 * HOUR);
    }
  });

  it("is spread evenly: of ten thousand stored together no hour of the next day has many more than its share", () => {
    const perHour = new Map<number, number>();
    let at = 0;
    for (let count = 0; count < 10_000; count++) {
      const row = credential();
      at = Math.floor(nextCheck(row, nextCheck(row, now, 24), 24).getTime() / HOUR) % 24;
      perHour.set(at, (perHour.get(at) ?? 0) + 1);
    }
    expect(perHour.size).toBe(24);
    expect(Math.max(...perHour.values())).toBeLessThan((10_000 / 24) * 1.3);
  });

  it.each<[string, Partial<Scheduled>, number, number]>([
    ["two minutes after a first no", { doubtedAt: now }, 2, 2],
    ["two minutes later where the confirming check came to nothing", { doubtedAt: ahead(-HOUR) }, 2, 2],
    ["within six hours when rejected", { outcome: "rejected", doubtedAt: ahead(-HOUR), rejectedAt: now }, 45, 405],
    ["within six hours when it ends in two weeks", { expiresAt: ahead(13 * 24 * HOUR) }, 45, 405],
    ["hourly on its last day", { expiresAt: ahead(20 * HOUR) }, 7, 68],
    ["right after its end", { expiresAt: ahead(3 * MINUTE) }, 4, 4],
    ["in a minute when it was never checked", { outcome: "unchecked" }, 1, 1],
    ["in a quarter of an hour without an answer", { outcome: "unreachable" }, 15, 18],
    ["after the end of a limit", { outcome: "rate-limited", retryAt: ahead(HOUR) }, 60, 60],
    ["daily once it has ended", { outcome: "expired", rejectedAt: now, expiresAt: ahead(-HOUR) }, 180, 1620],
  ])("comes %s", (_, more, from, to) => {
    for (let count = 0; count < 50; count++) {
      const minutes = inMs(credential(more)) / MINUTE;
      expect(minutes).toBeGreaterThanOrEqual(from);
      expect(minutes).toBeLessThanOrEqual(to);
    }
  });

  it("comes as often as the site wants, where that is more often", () => {
    for (let count = 0; count < 50; count++) {
      expect(inMs(credential(), 2)).toBeLessThanOrEqual(2.25 * HOUR);
      expect(inMs(credential({ expiresAt: ahead(10 * 24 * HOUR) }), 2)).toBeLessThanOrEqual(2.25 * HOUR);
    }
  });
});
