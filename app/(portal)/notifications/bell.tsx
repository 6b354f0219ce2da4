import { Bell as BellIcon } from "lucide-react";
import Link from "next/link";

/** The way to the notifications, with how many are unread. Above 99 it counts no further. */
export function Bell({ unread }: { unread: number }) {
  const count = unread > 99 ? "99+" : String(unread);
  const label = unread === 0 ? "Notifications, none unread" : `Notifications, ${count} unread`;
  return (
    <Link
      prefetch={false}
      href="/notifications"
      aria-label={label}
      title={label}
      className="text-muted hover:bg-subtle hover:text-ink relative flex size-9 items-center justify-center rounded-md transition-colors duration-120 max-shell:size-10"
    >
      <BellIcon aria-hidden className="size-4.5" />
      {unread > 0 ? (
        <span
          aria-hidden
          className="bg-ink text-on-ink border-ground absolute top-0 left-4.5 min-w-4.5 rounded-[999px] border px-1 text-center text-[0.6875rem] leading-4 font-semibold tabular-nums"
        >
          {count}
        </span>
      ) : null}
    </Link>
  );
}
