"use server";
import { refresh } from "next/cache";
import { markAllRead, markRead } from "@/lib/notifications/inbox";
import type { Result } from "@/lib/result";
import { currentActor } from "@/lib/session";

export async function markReadAction(id: string): Promise<Result<null>> {
  const result = await markRead(await currentActor(), id);
  if (result.ok) refresh();
  return result;
}

export async function markAllReadAction(): Promise<Result<{ marked: number }>> {
  const result = await markAllRead(await currentActor());
  if (result.ok) refresh();
  return result;
}
