"use server";
import { refresh } from "next/cache";
import { formInput } from "@/lib/input";
import type { Result } from "@/lib/result";
import { currentActor } from "@/lib/session";
import { addMember, changeMember, leaveTeam, removeMember } from "@/lib/teams/change-members";
import { createTeam, deleteTeam, editTeam } from "@/lib/teams/change-team";
import { suggestPeople } from "@/lib/teams/suggest-people";
import type { TeamRole } from "@/lib/teams/team";

export async function createTeamAction(form: FormData): Promise<Result<{ id: string; name: string }>> {
  return await createTeam(await currentActor(), formInput(form));
}

export async function editTeamAction(form: FormData): Promise<Result<{ name: string }>> {
  const result = await editTeam(await currentActor(), formInput(form));
  if (result.ok) refresh();
  return result;
}

/** The page that asks may be the team's own, which is gone then: it goes elsewhere by itself. */
export async function deleteTeamAction(form: FormData): Promise<Result<{ credentialCount: number }>> {
  return await deleteTeam(await currentActor(), formInput(form));
}

export async function addMemberAction(form: FormData): Promise<Result<{ name: string }>> {
  const result = await addMember(await currentActor(), formInput(form));
  if (result.ok) refresh();
  return result;
}

export async function changeMemberAction(
  teamId: string,
  userId: string,
  role: TeamRole,
): Promise<Result<{ role: TeamRole }>> {
  const result = await changeMember(await currentActor(), { teamId, userId, role });
  refresh();
  return result;
}

export async function removeMemberAction(teamId: string, userId: string): Promise<Result<{ name: string }>> {
  const result = await removeMember(await currentActor(), { teamId, userId });
  refresh();
  return result;
}

/** Whoever left may not see the team's pages any more: theirs goes elsewhere by itself. */
export async function leaveTeamAction(teamId: string): Promise<Result<{ name: string }>> {
  return await leaveTeam(await currentActor(), { teamId });
}

/** For site admins, who may see everybody: whom they could mean. */
export async function suggestPeopleAction(text: string): ReturnType<typeof suggestPeople> {
  return await suggestPeople(await currentActor(), text);
}
