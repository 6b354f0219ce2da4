"use server";
import { refresh } from "next/cache";
import { changeEmail, changeName, changePassword } from "@/lib/account/change-profile";
import { formInput } from "@/lib/input";
import type { Result } from "@/lib/result";
import { currentActor } from "@/lib/session";

export async function changeNameAction(form: FormData): Promise<Result<{ name: string }>> {
  const result = await changeName(await currentActor(), formInput(form));
  refresh();
  return result;
}

export async function changeEmailAction(form: FormData): Promise<Result<{ email: string }>> {
  const result = await changeEmail(await currentActor(), formInput(form));
  refresh();
  return result;
}

export async function changePasswordAction(form: FormData): Promise<Result<{ sessionsEnded: number }>> {
  return await changePassword(await currentActor(), formInput(form));
}
