"use server";
import { refresh } from "next/cache";
import type { Result } from "@/lib/result";
import { type RemovalResult, type RemoveManyInput, removeMany } from "@/lib/revocations/remove-many";
import { currentActor } from "@/lib/session";

export async function removeManyAction(input: RemoveManyInput): Promise<Result<RemovalResult[]>> {
  const result = await removeMany(await currentActor(), input);
  if (result.ok) refresh();
  return result;
}
