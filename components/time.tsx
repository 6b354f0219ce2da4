import { exactTime, relativeTime } from "./relative-time";

/** A time in words ("in 12 days"), the exact one on hover. `now` comes from the server, so that both draw the same. */
export function Time({ at, now, className }: { at: string; now: string; className?: string }) {
  return (
    <time dateTime={at} title={exactTime(at)} className={className}>
      {relativeTime(at, now)}
    </time>
  );
}
