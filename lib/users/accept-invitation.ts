import { z } from "zod";
import type { Actor } from "../authz";
import { authorise, change, database, isConflict } from "../db";
import { linkToken, parse, personName } from "../input";
import { hashToken } from "../opaque-tokens";
import { aboutPerson, hashPassword, isAboutPerson, newPassword } from "../passwords";
import type { Tx } from "../prisma";
import { countTry, forgetTries } from "../rate-limits";
import { fail, ok, type Result } from "../result";

/**
 * Whoever holds an invitation's link makes the account that it is for: its address and role are the invitation's, never
 * what was submitted. It works once, however many try at the same time.
 */
const input = z.strictObject({ token: linkToken, name: personName, password: newPassword });

interface OpenInvitation {
  id: string;
  email: string;
  role: "USER" | "ADMIN";
}

/** Whom this link is for; null when it was used, revoked or has run out. */
export async function findInvitation(actor: Actor, token: unknown): Promise<{ email: string } | null> {
  const permit = await authorise(actor, "session.create", null);
  const parsed = linkToken.safeParse(token);
  if (!permit.ok || !parsed.success) return null;
  const found = await lookUp(database(permit.value), parsed.data);
  return found && { email: found.email };
}

export async function acceptInvitation(actor: Actor, given: unknown): Promise<Result<{ email: string }>> {
  const permit = await authorise(actor, "session.create", null);
  if (!permit.ok) return permit;
  const parsed = parse(input, given);
  if (!parsed.ok) return parsed;
  const { token, name, password } = parsed.value;
  const ip = actor.type === "system" ? null : actor.ip;
  const counted = await countTry(null, ip);
  if (!counted.ok) return counted;
  const found = await lookUp(database(permit.value), token);
  if (!found) return usedUp();
  if (isAboutPerson(password, { email: found.email, name })) {
    return fail("invalid-input", aboutPerson, { password: aboutPerson });
  }
  const passwordHash = await hashPassword(password);
  try {
    const accepted = await change<Result<{ email: string }>>(permit.value, async (tx) => {
      const [invitation] = await tx.$queryRaw<OpenInvitation[]>`
        UPDATE "Invitation" SET "acceptedAt" = now()
        WHERE "tokenHash" = ${hashToken(token)} AND "acceptedAt" IS NULL AND "expiresAt" > now()
        RETURNING id, email, role::text AS role`;
      if (!invitation) return { value: usedUp(), audit: null };
      const { email, role } = invitation;
      const user = await tx.user.create({ data: { name, email, role, passwordHash } });
      const target = { type: "user", id: user.id, label: email };
      const details = { role, invitation: invitation.id };
      return { value: ok({ email }), audit: { action: "invitation.accept", target, outcome: "ok", details } };
    });
    if (accepted.ok) await forgetTries(null, ip);
    return accepted;
  } catch (error) {
    if (!isConflict(error)) throw error;
    return fail("conflict", "There is an account with this e-mail address already. Sign in with it.");
  }
}

async function lookUp(db: Tx, token: string): Promise<OpenInvitation | null> {
  const [found] = await db.$queryRaw<OpenInvitation[]>`
    SELECT id, email, role::text AS role FROM "Invitation"
    WHERE "tokenHash" = ${hashToken(token)} AND "acceptedAt" IS NULL AND "expiresAt" > now()`;
  return found ?? null;
}

function usedUp() {
  return fail("not-found", "This invitation does not work any more. Ask for a new one.");
}
