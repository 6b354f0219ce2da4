import { z } from "zod";
import { parseOwner, pointInput } from "../credentials/input";
import type { RemoveInput } from "../credentials/remove";
import { parse } from "../input";
import { ok, type Result } from "../result";
import { Secret } from "../secret";

/** What the dialog sends to remove one credential. The password becomes a Secret here and lives no longer than the request. */
const removalInput = pointInput.extend({
  /** Ask the host to end the token too, or keep a copy to see when it is dead. */
  revoke: z.boolean("Reload the page and try again.").default(false),
  /** With revoke: the person has no password for the host, and does it by hand. */
  byHand: z.boolean("Reload the page and try again.").default(false),
  /** The account's own, where the host asks for it. */
  password: z
    .string("Enter the password.")
    .max(1000, "This is too long to be a password.")
    .regex(/^[^\0]*$/, "A password has no special characters of this kind. Type it again.")
    .optional(),
});

export type RemovalInput = z.input<typeof removalInput>;

export function parseRemoval(raw: unknown, actorId: string): Result<RemoveInput> {
  const parsed = parse(removalInput, raw);
  if (!parsed.ok) return parsed;
  const { owner, credentialId, revoke, byHand, password } = parsed.value;
  const secret = password ? new Secret(password) : null;
  return ok({ owner: parseOwner(owner, actorId), credentialId, revoke: revoke ? { password: secret, byHand } : null });
}

const receiptInput = z.strictObject({ id: z.uuid() });

export function parseReceipt(raw: unknown): Result<{ id: string }> {
  return parse(receiptInput, raw);
}
