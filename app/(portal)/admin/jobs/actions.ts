"use server";
import { refresh } from "next/cache";
import { runJobNow, tryHostNow } from "@/lib/jobs/run-now";
import type { Result } from "@/lib/result";
import { currentActor } from "@/lib/session";

export async function runJobAction(name: string): Promise<Result<{ title: string }>> {
  const result = await runJobNow(await currentActor(), name);
  if (result.ok) refresh();
  return result;
}

export async function tryCodeHostAction(id: string): Promise<Result<{ name: string }>> {
  const result = await tryHostNow(await currentActor(), id);
  if (result.ok) refresh();
  return result;
}
