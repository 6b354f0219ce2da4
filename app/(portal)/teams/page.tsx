import { UsersRound } from "lucide-react";
import type { Metadata } from "next";
import { EmptyState } from "@/components/empty-state";
import { List } from "@/components/list";
import { Notice } from "@/components/notice";
import { PageHeader } from "@/components/page-header";
import { TextLink } from "@/components/text-link";
import { requireActor } from "@/lib/session";
import { listMyTeams } from "@/lib/teams/list-teams";
import { NewTeamButton } from "./team-form";
import { TeamMenu } from "./team-menu";
import { TeamRow } from "./team-row";

export const metadata: Metadata = { title: "Teams" };

export default async function TeamsPage() {
  const actor = await requireActor();
  const isAdmin = actor.role === "ADMIN";
  const teams = await listMyTeams(actor);
  return (
    <>
      <PageHeader
        title="Teams"
        description="The teams that you are in. A team’s credentials are used for its members where they have none of their own."
        actions={isAdmin ? <NewTeamButton /> : undefined}
      />
      {!teams.ok ? (
        <Notice tone="bad">{teams.error.message}</Notice>
      ) : teams.value.length === 0 ? (
        <EmptyState icon={<UsersRound aria-hidden />} title="You are in no team">
          {isAdmin
            ? "Make one and add its maintainers; they add the members."
            : "Site admins make teams, and a team’s maintainers add its members. Ask one of them."}
        </EmptyState>
      ) : (
        <List label="Teams">
          {teams.value.map(({ role, ...team }) => (
            <TeamRow
              key={team.id}
              team={team}
              role={role}
              actions={<TeamMenu team={team} mayManage={isAdmin || role === "MAINTAINER"} isAdmin={isAdmin} isMember />}
            />
          ))}
        </List>
      )}
      {isAdmin ? (
        <p className="text-muted mt-4 text-sm">
          <TextLink href="/admin/teams">All teams of the site</TextLink>
        </p>
      ) : null}
    </>
  );
}
