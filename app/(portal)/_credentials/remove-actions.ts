"use server";
import { refresh } from "next/cache";
import { type Removed, type RemoveFailure, removeCredential } from "@/lib/credentials/remove";
import { fail, type Result } from "@/lib/result";
import { checkRevocation } from "@/lib/revocations/check-revocation";
import type { Receipt } from "@/lib/revocations/receipt";
import { parseReceipt, parseRemoval, type RemovalInput } from "@/lib/revocations/removal-input";
import { currentActor } from "@/lib/session";

export async function removeCredentialAction(removal: RemovalInput): Promise<Result<Removed, RemoveFailure>> {
  const actor = await currentActor();
  if (actor.type !== "user") return fail("signed-out", "Sign in to go on.");
  const input = parseRemoval(removal, actor.id);
  if (!input.ok) return input;
  const result = await removeCredential(actor, input.value);
  refresh();
  return result;
}

/** "Check that it is dead." */
export async function checkRevocationAction(receipt: { id: string }): Promise<Result<Receipt>> {
  const actor = await currentActor();
  if (actor.type !== "user") return fail("signed-out", "Sign in to go on.");
  const input = parseReceipt(receipt);
  if (!input.ok) return input;
  const result = await checkRevocation(actor, input.value.id);
  refresh();
  return result;
}
