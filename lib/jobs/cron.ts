/**
 * The times of day at which a job runs, in UTC: the first two fields of a cron expression. Every job runs daily or more
 * often, so the other three are stars; anything else throws.
 */
export interface TimesOfDay {
  minutes: ReadonlySet<number>;
  hours: ReadonlySet<number>;
}

const MINUTE_MS = 60_000;
const MINUTES_OF_A_DAY = 24 * 60;

export function parseCron(expression: string): TimesOfDay {
  const fields = expression.split(" ");
  if (fields.length !== 5 || fields.slice(2).some((field) => field !== "*")) {
    throw new Error(`"${expression}" is not minute, hour and three stars`);
  }
  return { minutes: parseField(fields[0] ?? "", 60), hours: parseField(fields[1] ?? "", 24) };
}

/** A star, a star with a step, or numbers with commas between. */
function parseField(field: string, count: number): ReadonlySet<number> {
  const step = /^\*(?:\/([1-9]\d?))?$/.exec(field);
  if (step) {
    const every = Number(step[1] ?? 1);
    return new Set(Array.from({ length: Math.ceil(count / every) }, (_, index) => index * every));
  }
  const numbers = field.split(",").map((part) => (/^\d\d?$/.test(part) ? Number(part) : Number.NaN));
  if (!numbers.every((number) => number < count)) throw new Error(`"${field}" is not a time of day`);
  return new Set(numbers);
}

/** The last such minute that has begun. */
export function lastDue(times: TimesOfDay, now: Date): Date {
  return search(times, now.getTime(), -1);
}

/** The first such minute that has not begun. */
export function nextDue(times: TimesOfDay, now: Date): Date {
  return search(times, now.getTime() + MINUTE_MS, 1);
}

function search({ minutes, hours }: TimesOfDay, from: number, direction: 1 | -1): Date {
  const first = Math.floor(from / MINUTE_MS) * MINUTE_MS;
  for (let away = 0; away < MINUTES_OF_A_DAY; away++) {
    const at = new Date(first + direction * away * MINUTE_MS);
    if (minutes.has(at.getUTCMinutes()) && hours.has(at.getUTCHours())) return at;
  }
  throw new Error("a job runs at some time of the day");
}
