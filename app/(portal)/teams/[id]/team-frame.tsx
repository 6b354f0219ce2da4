import { notFound } from "next/navigation";
import { cache, type ReactNode } from "react";
import { PageHeader } from "@/components/page-header";
import { Tabs } from "@/components/tabs";
import type { SignedInActor } from "@/lib/session";
import { findTeam, type TeamView } from "@/lib/teams/find-team";
import { TeamMenu } from "../team-menu";

/*
 * The frame of a team's pages: its name and the way between them. Who may not see the team gets a page that does not
 * exist, before anything in it is drawn.
 */
const tabs = { credentials: "Credentials", expiry: "Expiry", stale: "Stale", members: "Members" };
export type TeamTab = keyof typeof tabs;

/** The team of the address, once per request. */
export const loadTeam = cache(async (actor: SignedInActor, teamId: string): Promise<TeamView> => {
  const team = await findTeam(actor, teamId);
  if (!team.ok) notFound();
  return team.value;
});

export async function TeamFrame(props: {
  actor: SignedInActor;
  teamId: string;
  current: TeamTab;
  children: ReactNode;
}) {
  const team = await loadTeam(props.actor, props.teamId);
  const { id, name, description, mayManage, role, credentialCount } = team;
  const isAdmin = props.actor.role === "ADMIN";
  const shown = (Object.keys(tabs) as TeamTab[]).filter((tab) => tab !== "stale" || mayManage);
  return (
    <>
      <PageHeader
        title={name}
        description={description || undefined}
        menu={
          <TeamMenu
            team={{ id, name, description, credentialCount }}
            mayManage={mayManage}
            isAdmin={isAdmin}
            isMember={role !== null}
            afterwards={isAdmin ? "/admin/teams" : "/teams"}
          />
        }
      />
      <Tabs
        label="Team"
        items={shown.map((tab) => ({ label: tabs[tab], href: `/teams/${id}/${tab}`, current: tab === props.current }))}
      />
      {props.children}
    </>
  );
}
