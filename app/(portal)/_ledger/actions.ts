"use server";
import { refresh } from "next/cache";
import { makeFeed, type NewFeed, revokeFeed } from "@/lib/calendar-feeds/manage-feeds";
import type { Result } from "@/lib/result";
import { currentActor } from "@/lib/session";

/** @param of "me", "all" or "team:ID" */
export async function makeCalendarLinkAction(of: string): Promise<Result<NewFeed>> {
  const result = await makeFeed(await currentActor(), { of });
  if (result.ok) refresh();
  return result;
}

export async function revokeCalendarLinkAction(id: string): Promise<Result<null>> {
  const result = await revokeFeed(await currentActor(), { id });
  if (result.ok) refresh();
  return result;
}
