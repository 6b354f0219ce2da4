"use client";
import { CalendarClock } from "lucide-react";
import { List, ListRow, RowLine, RowText } from "@/components/list";
import { Pill } from "@/components/pill";
import { Time } from "@/components/time";
import type { FeedView } from "@/lib/calendar-feeds/manage-feeds";
import { RevokeButton } from "../../_forms/revoke-button";
import { revokeCalendarLinkAction } from "./actions";

/** The person's own calendar links, whatever they are about. */
export function CalendarLinks({ feeds, now }: { feeds: FeedView[]; now: string }) {
  return (
    <section aria-labelledby="calendar-links" className="mt-8">
      <h2 id="calendar-links" className="mb-2.5 font-semibold">
        Your calendar links
      </h2>
      <List label="Your calendar links">
        {feeds.map((feed) => (
          <ListRow
            key={feed.id}
            icon={<CalendarClock aria-hidden />}
            title={nameOf(feed)}
            actions={<RevokeLink id={feed.id} name={nameOf(feed)} />}
          >
            {feed.works ? null : (
              <RowLine>
                <Pill tone="off">answers nothing: you may not see these any more</Pill>
              </RowLine>
            )}
            <RowText>
              Made <Time at={feed.createdAt} now={now} /> ·{" "}
              {feed.lastReadAt ? (
                <>
                  last read <Time at={feed.lastReadAt} now={now} />
                </>
              ) : (
                "never read"
              )}
            </RowText>
          </ListRow>
        ))}
      </List>
    </section>
  );
}

function nameOf({ kind, teamName }: FeedView): string {
  if (kind === "site-all") return "All credentials";
  if (kind === "user") return "My credentials";
  return teamName === null ? "A team" : `Team ${teamName}`;
}

function RevokeLink({ id, name }: { id: string; name: string }) {
  return (
    <RevokeButton
      label={`Revoke the link to ${name}`}
      title="Revoke this calendar link"
      done="The calendar link is revoked"
      revoke={() => revokeCalendarLinkAction(id)}
    >
      <p>Calendars that use it get nothing from their next reading on. You can make a new link.</p>
    </RevokeButton>
  );
}
