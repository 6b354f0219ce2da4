"use server";
import { refresh } from "next/cache";
import { formInput } from "@/lib/input";
import type { Result } from "@/lib/result";
import { currentActor } from "@/lib/session";
import { changeRole } from "@/lib/users/change-role";
import { deleteUser } from "@/lib/users/delete-user";
import { disableUser, enableUser } from "@/lib/users/disable-user";
import { inviteUser, type NewInvitation, revokeInvitation } from "@/lib/users/invitations";

export async function inviteUserAction(form: FormData): Promise<Result<NewInvitation>> {
  const result = await inviteUser(await currentActor(), formInput(form));
  refresh();
  return result;
}

export async function revokeInvitationAction(id: string): Promise<Result<null>> {
  const result = await revokeInvitation(await currentActor(), { id });
  refresh();
  return result;
}

export async function changeRoleAction(id: string, role: "USER" | "ADMIN"): Promise<Result<{ role: string }>> {
  const result = await changeRole(await currentActor(), { id, role });
  refresh();
  return result;
}

export async function disableUserAction(id: string): Promise<Result<null>> {
  const result = await disableUser(await currentActor(), { id });
  refresh();
  return result;
}

export async function enableUserAction(id: string): Promise<Result<null>> {
  const result = await enableUser(await currentActor(), { id });
  refresh();
  return result;
}

export async function deleteUserAction(form: FormData): Promise<Result<{ credentialCount: number }>> {
  const result = await deleteUser(await currentActor(), formInput(form));
  refresh();
  return result;
}
