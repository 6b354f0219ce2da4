import { Cron } from "croner";

/** The times at which a job is due, by its cron expression of five fields, in UTC. What is not one throws. */
const MINUTE_MS = 60_000;

/** The last such minute that has begun. */
export function lastDue(expression: string, now: Date): Date {
  const nextMinute = new Date(Math.floor(now.getTime() / MINUTE_MS + 1) * MINUTE_MS);
  return some(parse(expression).previousRuns(1, nextMinute)[0]);
}

/** The first such minute that has not begun. */
export function nextDue(expression: string, now: Date): Date {
  return some(parse(expression).nextRun(now));
}

function parse(expression: string): Cron {
  return new Cron(expression, { timezone: "UTC", mode: "5-part" });
}

function some(time: Date | null | undefined): Date {
  if (!time) throw new Error("a job is due at some time");
  return time;
}
