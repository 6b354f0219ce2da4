"use server";
import { refresh } from "next/cache";
import { checkCredential } from "@/lib/credentials/check";
import { parsePoint } from "@/lib/credentials/input";
import type { CredentialSummary } from "@/lib/credentials/summary";
import type { Result } from "@/lib/result";
import { fail } from "@/lib/result";
import { currentActor } from "@/lib/session";

/** Which credential: `owner` is "me", "site" or a user's id. */
export interface Point {
  owner: string;
  credentialId: string;
}

export async function checkCredentialAction(point: Point): Promise<Result<CredentialSummary>> {
  const actor = await currentActor();
  if (actor.type !== "user") return fail("signed-out", "Sign in to go on.");
  const input = parsePoint(point, actor.id);
  if (!input.ok) return input;
  const result = await checkCredential(actor, input.value);
  refresh();
  return result;
}
