import { cx } from "@/components/cx";
import { Pill } from "@/components/pill";
import { type State, StateIcon } from "@/components/state-icon";
import { Time } from "@/components/time";
import type { NotificationView } from "@/lib/notifications/inbox";
import { MarkReadButton, ReadingLink } from "./mark-read";

const looks: Record<string, { state: State; word: string }> = {
  "credential.rejected": { state: "bad", word: "Rejected" },
  "credential.ended": { state: "bad", word: "Ended" },
  "credential.ending": { state: "warn", word: "Ends soon" },
  "credential.rotated": { state: "ok", word: "Rotated" },
  "credential.rotation-failed": { state: "warn", word: "Not rotated" },
  "credential.revoked": { state: "ok", word: "Revoked" },
  "credential.still-alive": { state: "warn", word: "Still works" },
};

const scopes: Record<string, string> = { own: "Yours", team: "A team's", site: "Global" };

/** Unread ones have a filled dot, the word, and a bolder title. */
export function NotificationList({ notifications, now }: { notifications: NotificationView[]; now: string }) {
  return (
    <ol aria-label="Notifications" className="border-line bg-panel divide-line divide-y rounded-lg border">
      {notifications.map((one) => (
        <Row key={one.id} notification={one} now={now} />
      ))}
    </ol>
  );
}

function Row({ notification, now }: { notification: NotificationView; now: string }) {
  const { id, event, scope, title, body, href, at, isRead } = notification;
  const look = looks[event] ?? { state: "off", word: "Told" };
  return (
    <li className="flex items-start gap-3.5 px-4 py-4 sm:px-5">
      <StateIcon state={look.state} label={look.word} className="mt-0.5 size-5" />
      <div className="min-w-0 flex-1">
        <p className={cx("flex flex-wrap items-center gap-x-2 gap-y-1", isRead ? "" : "font-semibold")}>
          <ReadingLink id={id} href={href} isRead={isRead}>
            {title}
          </ReadingLink>
          {isRead ? null : <Pill icon={<Dot />}>Unread</Pill>}
        </p>
        <p className="text-muted mt-0.5 max-w-2xl">{body}</p>
        <p className="text-muted mt-1.5 text-sm">
          {scopes[scope]} · <Time at={at} now={now} />
        </p>
      </div>
      {isRead ? null : <MarkReadButton id={id} title={title} />}
    </li>
  );
}

function Dot() {
  return (
    <svg aria-hidden viewBox="0 0 8 8" className="fill-accent !size-2">
      <circle cx="4" cy="4" r="4" />
    </svg>
  );
}
