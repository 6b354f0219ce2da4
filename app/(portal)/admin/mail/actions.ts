"use server";
import { refresh } from "next/cache";
import { formInput } from "@/lib/input";
import { type MailSettingsView, removeMailSettings, saveMailSettings } from "@/lib/mail/settings";
import { sendTestMail, type TestFailure, type TestMail } from "@/lib/mail/test-mail";
import type { Result } from "@/lib/result";
import { currentActor } from "@/lib/session";

export async function saveMailSettingsAction(form: FormData): Promise<Result<MailSettingsView>> {
  const result = await saveMailSettings(await currentActor(), formInput(form));
  if (result.ok) refresh();
  return result;
}

export async function removeMailSettingsAction(): Promise<Result<null>> {
  const result = await removeMailSettings(await currentActor());
  if (result.ok) refresh();
  return result;
}

export async function sendTestMailAction(): Promise<Result<TestMail, TestFailure>> {
  const result = await sendTestMail(await currentActor());
  if (result.ok) refresh();
  return result;
}
