import { parseExpression } from "cron-parser";

/** The times at which a job is due, by its cron expression of five fields, in UTC. What is not one throws. */
const MINUTE_MS = 60_000;

/** The last such minute that has begun. */
export function lastDue(expression: string, now: Date): Date {
  const nextMinute = Math.floor(now.getTime() / MINUTE_MS + 1) * MINUTE_MS;
  return parse(expression, new Date(nextMinute)).prev().toDate();
}

/** The first such minute that has not begun. */
export function nextDue(expression: string, now: Date): Date {
  return parse(expression, now).next().toDate();
}

/** The library takes fewer fields than five, and fills them in. */
function parse(expression: string, currentDate: Date) {
  if (expression.split(" ").length !== 5) throw new Error(`"${expression}" has not five fields`);
  return parseExpression(expression, { currentDate, utc: true });
}
