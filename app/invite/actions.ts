"use server";
import { formInput } from "@/lib/input";
import type { Result } from "@/lib/result";
import { currentActor } from "@/lib/session";
import { acceptInvitation } from "@/lib/users/accept-invitation";

export async function acceptInvitationAction(form: FormData): Promise<Result<{ email: string }>> {
  return await acceptInvitation(await currentActor(), formInput(form));
}
