import { MonitorSmartphone } from "lucide-react";
import type { Metadata } from "next";
import { List, ListRow, RowLine, RowText } from "@/components/list";
import { Notice } from "@/components/notice";
import { PageHeader } from "@/components/page-header";
import { Pill } from "@/components/pill";
import { Time } from "@/components/time";
import { listSessions } from "@/lib/account/sessions";
import { requireActor } from "@/lib/session";
import { absoluteHours, idleMinutes } from "@/lib/session-store";
import { EndOthersButton, EndSessionButton } from "./session-buttons";

export const metadata: Metadata = { title: "Sessions" };

export default async function SessionsPage() {
  const listed = await listSessions(await requireActor());
  const now = new Date().toISOString();
  const sessions = listed.ok ? listed.value : [];
  return (
    <>
      <PageHeader
        title="Sessions"
        description={`Where you are signed in. A session ends after ${idleMinutes} minutes without use, and after ${absoluteHours} hours in any case.`}
        actions={sessions.length > 1 ? <EndOthersButton count={sessions.length - 1} /> : null}
      />
      {listed.ok ? null : <Notice tone="bad">{listed.error.message}</Notice>}
      <List label="Sessions">
        {sessions.map((session) => (
          <ListRow
            key={session.id}
            icon={<MonitorSmartphone aria-hidden />}
            title={session.device}
            subtitle={session.ip ?? "unknown address"}
            actions={session.isCurrent ? null : <EndSessionButton id={session.id} device={session.device} />}
          >
            {session.isCurrent ? (
              <RowLine>
                <Pill tone="ok">this one</Pill>
              </RowLine>
            ) : null}
            <RowText>
              Used <Time at={session.lastSeenAt.toISOString()} now={now} /> · signed in{" "}
              <Time at={session.createdAt.toISOString()} now={now} />
            </RowText>
          </ListRow>
        ))}
      </List>
    </>
  );
}
