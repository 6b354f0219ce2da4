import { SearchX, UsersRound } from "lucide-react";
import type { Metadata } from "next";
import { LinkButton } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { List } from "@/components/list";
import { Notice } from "@/components/notice";
import { PageHeader, Toolbar } from "@/components/page-header";
import { Pager } from "@/components/pager";
import { SearchField } from "@/components/search-field";
import { requireAdmin } from "@/lib/session";
import { listTeams } from "@/lib/teams/list-teams";
import { NewTeamButton } from "../../teams/team-form";
import { TeamMenu } from "../../teams/team-menu";
import { TeamRow } from "../../teams/team-row";

export const metadata: Metadata = { title: "All teams" };

const path = "/admin/teams";
type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export default async function AllTeamsPage({ searchParams }: { searchParams: SearchParams }) {
  const actor = await requireAdmin();
  const params = await searchParams;
  const text = typeof params.q === "string" ? params.q.slice(0, 200) : "";
  const after = typeof params.after === "string" ? params.after : null;
  const before = typeof params.before === "string" ? params.before : null;
  const listed = await listTeams(actor, { text, after, before, limit: 25 });
  const roles = new Map(actor.teams.map(({ id, role }) => [id, role]));
  const href = (place: Record<string, string>) =>
    `${path}?${new URLSearchParams({ ...(text && { q: text }), ...place })}`;
  return (
    <>
      <PageHeader
        title="All teams"
        description="Every team of this site. You make them and name them; their maintainers run them."
        actions={<NewTeamButton />}
      />
      <Toolbar>
        <SearchField label="Find a team" />
      </Toolbar>
      {!listed.ok ? (
        <Notice tone="bad" actions={<LinkButton href={path}>Show all</LinkButton>}>
          {listed.error.message}
        </Notice>
      ) : listed.value.teams.length === 0 ? (
        <Nothing text={text} />
      ) : (
        <>
          <List label="Teams">
            {listed.value.teams.map((team) => (
              <TeamRow
                key={team.id}
                team={team}
                role={roles.get(team.id) ?? null}
                actions={<TeamMenu team={team} mayManage isAdmin isMember={false} />}
              />
            ))}
          </List>
          <Pager
            note={listed.value.total === 1 ? "1 team" : `${listed.value.total.toLocaleString("en")} teams`}
            previous={listed.value.previous ? href({ before: listed.value.previous }) : undefined}
            next={listed.value.next ? href({ after: listed.value.next }) : undefined}
          />
        </>
      )}
    </>
  );
}

function Nothing({ text }: { text: string }) {
  if (!text) {
    return (
      <EmptyState icon={<UsersRound aria-hidden />} title="There are no teams yet">
        Make one for people who share service accounts, and add its maintainers.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<SearchX aria-hidden />}
      title="No team found"
      action={<LinkButton href={path}>Show all</LinkButton>}
    >
      No name or description has “{text}” in it.
    </EmptyState>
  );
}
