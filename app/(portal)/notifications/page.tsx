import { Bell } from "lucide-react";
import type { Metadata } from "next";
import { LinkButton } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { Notice } from "@/components/notice";
import { PageHeader } from "@/components/page-header";
import { Pager } from "@/components/pager";
import { listNotifications } from "@/lib/notifications/inbox";
import { requireActor } from "@/lib/session";
import { MarkAllReadButton } from "./mark-read";
import { NotificationList } from "./notification-list";

export const metadata: Metadata = { title: "Notifications" };

const path = "/notifications";

type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export default async function NotificationsPage({ searchParams }: { searchParams: SearchParams }) {
  const actor = await requireActor();
  const params = await searchParams;
  const text = (name: string) => (typeof params[name] === "string" ? params[name].slice(0, 200) : null);
  const page = await listNotifications(actor, { olderThan: text("after"), newerThan: text("before") });
  const href = (place: Record<string, string>) => `${path}?${new URLSearchParams(place)}`;
  return (
    <>
      <PageHeader
        title="Notifications"
        description="What happened to credentials that are yours to look after, newest first."
        actions={
          <>
            <LinkButton href="/settings/notifications">Choose what to hear of</LinkButton>
            {page.ok && page.value.unread > 0 ? <MarkAllReadButton /> : null}
          </>
        }
      />
      {!page.ok ? (
        <Notice tone="bad" actions={<LinkButton href={path}>Show the newest</LinkButton>}>
          {page.error.message}
        </Notice>
      ) : page.value.notifications.length > 0 ? (
        <>
          <NotificationList notifications={page.value.notifications} now={new Date().toISOString()} />
          <Pager
            previous={page.value.newer ? href({ before: page.value.newer }) : undefined}
            next={page.value.older ? href({ after: page.value.older }) : undefined}
          />
        </>
      ) : (
        <EmptyState icon={<Bell aria-hidden />} title="Nothing has happened yet">
          When a credential is rejected, ends soon, or is rotated, it is told here.
        </EmptyState>
      )}
    </>
  );
}
