"use server";
import { formInput } from "@/lib/input";
import type { Result } from "@/lib/result";
import { currentActor } from "@/lib/session";
import { claimPortal } from "@/lib/set-up";

export async function claimPortalAction(form: FormData): Promise<Result<{ email: string }>> {
  return await claimPortal(await currentActor(), formInput(form));
}
