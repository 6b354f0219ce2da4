/* Times in words. Pure and without the machine's time zone, so that server and browser write the same. */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const words = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
const date = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

/** A fresh end of "90 days" is some seconds short of them: a twentieth of the unit is forgiven. */
const grace = 0.05;

/**
 * "in 12 days", "12 minutes ago", "just now". Rounds towards now but for the grace, so that an end is not promised late.
 */
export function relativeTime(at: string | Date, now: string | Date): string {
  const apart = new Date(at).getTime() - new Date(now).getTime();
  const size = Math.abs(apart);
  if (size < minute) return apart > 0 ? "in less than a minute" : "just now";
  const [unit, length]: [Intl.RelativeTimeFormatUnit, number] =
    size < hour
      ? ["minute", minute]
      : size < day
        ? ["hour", hour]
        : size < 100 * day
          ? ["day", day]
          : size < 730 * day
            ? ["month", 30.4375 * day]
            : ["year", 365.25 * day];
  return words.format(Math.trunc(apart / length + Math.sign(apart) * grace), unit);
}

/** "20 February 2027 at 14:03 UTC". */
export function exactTime(at: string | Date): string {
  return `${exact.format(new Date(at))} UTC`;
}

/** "20 February 2027". */
export function calendarDate(at: string | Date): string {
  return date.format(new Date(at));
}
