import { SearchX } from "lucide-react";
import type { Metadata } from "next";
import { LinkButton } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { List } from "@/components/list";
import { Notice } from "@/components/notice";
import { PageHeader, Toolbar } from "@/components/page-header";
import { Pager } from "@/components/pager";
import { SearchField } from "@/components/search-field";
import { requireAdmin } from "@/lib/session";
import { listInvitations } from "@/lib/users/invitations";
import { listUsers } from "@/lib/users/list-users";
import { InvitationList } from "./invitation-list";
import { InviteButton } from "./invite-dialog";
import { UserRow } from "./user-row";

export const metadata: Metadata = { title: "Users" };

const path = "/admin/users";
type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export default async function UsersPage({ searchParams }: { searchParams: SearchParams }) {
  const actor = await requireAdmin();
  const params = await searchParams;
  const text = typeof params.q === "string" ? params.q.slice(0, 200) : "";
  const after = typeof params.after === "string" ? params.after : null;
  const before = typeof params.before === "string" ? params.before : null;
  const [listed, invitations] = await Promise.all([
    listUsers(actor, { text, after, before, limit: 25 }),
    listInvitations(actor),
  ]);
  const now = new Date().toISOString();
  const href = (place: Record<string, string>) =>
    `${path}?${new URLSearchParams({ ...(text && { q: text }), ...place })}`;
  return (
    <>
      <PageHeader
        title="Users"
        description="Who may sign in here. Admins manage code hosts, global credentials and people."
        actions={<InviteButton />}
      />
      {invitations.ok && invitations.value.length > 0 ? (
        <InvitationList invitations={invitations.value} now={now} />
      ) : null}
      <Toolbar>
        <SearchField label="Find a user" />
      </Toolbar>
      {!listed.ok ? (
        <Notice tone="bad" actions={<LinkButton href={path}>Show everyone</LinkButton>}>
          {listed.error.message}
        </Notice>
      ) : listed.value.users.length === 0 ? (
        <EmptyState
          icon={<SearchX aria-hidden />}
          title="Nobody found"
          action={<LinkButton href={path}>Show everyone</LinkButton>}
        >
          No name or e-mail address has “{text}” in it.
        </EmptyState>
      ) : (
        <>
          <List label="Users">
            {listed.value.users.map((user) => (
              <UserRow key={user.id} user={user} isSelf={user.id === actor.id} now={now} />
            ))}
          </List>
          <Pager
            note={listed.value.total === 1 ? "1 user" : `${listed.value.total.toLocaleString("en")} users`}
            previous={listed.value.previous ? href({ before: listed.value.previous }) : undefined}
            next={listed.value.next ? href({ after: listed.value.next }) : undefined}
          />
        </>
      )}
    </>
  );
}
