import { setTimeout } from "node:timers/promises";
import type { Pace } from "../hosts/adapter";

/**
 * Works through what concerns one code host, so many at the same time and so far apart as it may be asked. What one of
 * them throws ends it all, after those that are under way.
 */
export async function inPace<T, R>(items: readonly T[], pace: Pace, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let beginsAt = Date.now();
  async function lane(): Promise<void> {
    for (let index = next++; index < items.length; index = next++) {
      const waitMs = beginsAt - Date.now();
      beginsAt = Math.max(beginsAt, Date.now()) + pace.everyMs;
      if (waitMs > 0) await setTimeout(waitMs);
      results[index] = await work(items[index] as T);
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: Math.max(1, pace.concurrent) }, lane));
  const broken = lanes.find((one) => one.status === "rejected");
  if (broken) throw broken.reason;
  return results;
}

/** The rows of each code host together. */
export function byHost<T extends { codeHostId: string | null }>(rows: readonly T[]): T[][] {
  const groups = new Map<string | null, T[]>();
  for (const row of rows) groups.set(row.codeHostId, [...(groups.get(row.codeHostId) ?? []), row]);
  return [...groups.values()];
}
