"use server";
import { refresh } from "next/cache";
import { type Choice, choose } from "@/lib/notifications/choices";
import type { Result } from "@/lib/result";
import { currentActor } from "@/lib/session";

export async function chooseNotificationAction(input: Parameters<typeof choose>[1]): Promise<Result<Choice>> {
  const result = await choose(await currentActor(), input);
  if (result.ok) refresh();
  return result;
}
