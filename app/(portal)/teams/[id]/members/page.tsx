import { UsersRound } from "lucide-react";
import type { Metadata } from "next";
import { EmptyState } from "@/components/empty-state";
import { List } from "@/components/list";
import { Notice } from "@/components/notice";
import { Pager } from "@/components/pager";
import { requireActor, type SignedInActor } from "@/lib/session";
import { listMembers } from "@/lib/teams/list-members";
import { loadTeam, TeamFrame } from "../team-frame";
import { AddMemberButton } from "./add-member-dialog";
import { MemberRow } from "./member-row";

export const metadata: Metadata = { title: "A team's members" };

type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export default async function TeamMembersPage(props: { params: Promise<{ id: string }>; searchParams: SearchParams }) {
  const actor = await requireActor();
  const { id } = await props.params;
  const { after } = await props.searchParams;
  return (
    <TeamFrame actor={actor} teamId={id} current="members">
      <Members actor={actor} teamId={id} after={typeof after === "string" ? after : null} />
    </TeamFrame>
  );
}

async function Members({ actor, teamId, after }: { actor: SignedInActor; teamId: string; after: string | null }) {
  const [team, listed] = await Promise.all([loadTeam(actor, teamId), listMembers(actor, { teamId, after })]);
  if (!listed.ok) return <Notice tone="bad">{listed.error.message}</Notice>;
  const { members, total, hasMaintainer, next } = listed.value;
  const isAdmin = actor.role === "ADMIN";
  const now = new Date().toISOString();
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <p className="text-muted max-w-2xl">
          Members may see the team’s credentials, and tools use them for members. Maintainers add members and
          credentials.
        </p>
        {team.mayManage ? <AddMemberButton teamId={teamId} teamName={team.name} isAdmin={isAdmin} /> : null}
      </div>
      {hasMaintainer ? null : (
        <Notice tone="warn" className="mb-5" title="This team has no maintainer">
          {isAdmin
            ? "Until somebody is one, only site admins can add members and credentials. Add a maintainer, or make a member one."
            : "Nobody in it can add members or credentials. Ask a site admin to make somebody a maintainer."}
        </Notice>
      )}
      {members.length === 0 ? (
        <EmptyState icon={<UsersRound aria-hidden />} title="Nobody is in this team yet">
          Add somebody by their e-mail address.
        </EmptyState>
      ) : (
        <List label="Members">
          {members.map((member) => (
            <MemberRow
              key={member.userId}
              teamId={teamId}
              teamName={team.name}
              member={member}
              mayManage={team.mayManage}
              isAdmin={isAdmin}
              isSelf={member.userId === actor.id}
              now={now}
            />
          ))}
        </List>
      )}
      <Pager
        note={`${total.toLocaleString("en")} members`}
        previous={after ? `/teams/${teamId}/members` : undefined}
        next={next ? `/teams/${teamId}/members?after=${next}` : undefined}
      />
    </>
  );
}
