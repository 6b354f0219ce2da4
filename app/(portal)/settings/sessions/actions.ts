"use server";
import { refresh } from "next/cache";
import { endOtherSessions, endSession } from "@/lib/account/sessions";
import type { Result } from "@/lib/result";
import { currentActor } from "@/lib/session";

export async function endSessionAction(id: string): Promise<Result<null>> {
  const result = await endSession(await currentActor(), { id });
  refresh();
  return result;
}

export async function endOtherSessionsAction(): Promise<Result<{ sessionsEnded: number }>> {
  const result = await endOtherSessions(await currentActor());
  refresh();
  return result;
}
