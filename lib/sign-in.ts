import { z } from "zod";
import { record } from "./audit";
import type { Actor } from "./authz";
import { authorise, change, database } from "./db";
import { email as emailField, parse } from "./input";
import { isPassword, typedPassword } from "./passwords";
import { countTry, forgetTries, type TooManyTries } from "./rate-limits";
import { type Failure, fail, ok, type Result } from "./result";
import { createSession } from "./session-store";

/**
 * Signing in with e-mail and password. Unknown, disabled and mistaken look the same and cost the same work. Tries are
 * counted before the password is looked at. Every attempt is in the audit log; once a limit is reached, the first that
 * it refuses.
 */
const input = z.strictObject({ email: z.string().max(254), password: typedPassword });

export interface SignedIn {
  /** The cookie's value; shown to nobody else. */
  token: string;
  userId: string;
}

/**
 * @param given what was submitted: email, password
 * @param userAgent as the browser calls itself, for the list of sessions
 */
export async function signIn(
  actor: Actor,
  given: unknown,
  userAgent: string | null,
): Promise<Result<SignedIn, Failure | TooManyTries>> {
  const permit = await authorise(actor, "session.create", null);
  if (!permit.ok) return permit;
  const parsed = parse(input, given);
  if (!parsed.ok) return parsed;
  const { password } = parsed.value;
  // What is no address may be a password in the wrong field: it is neither counted by account nor written down.
  const email = emailField.safeParse(parsed.value.email).data ?? null;
  const ip = actor.type === "system" ? null : actor.ip;

  const counted = await countTry(email, ip);
  if (!counted.ok) {
    if (counted.error.isFirst) await recordFailure(actor, email, null, "rate-limited");
    return counted;
  }
  const user = email === null ? null : await database(permit.value).user.findUnique({ where: { email } });
  const matches = await isPassword(user?.passwordHash ?? null, password);
  if (!user || !matches || user.disabledAt) {
    const reason = !user ? "unknown-user" : matches ? "disabled" : "wrong-password";
    await recordFailure(actor, email, user?.id ?? null, reason);
    return wrong();
  }
  const token = await change(permit.value, async (tx) => {
    const target = { type: "user", id: user.id, label: user.email };
    // Disabled or changed while the password was being checked: the row decides.
    const [still] = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM "User" WHERE id = ${user.id}::uuid AND "disabledAt" IS NULL
        AND "passwordHash" = ${user.passwordHash} FOR SHARE`;
    if (!still) return { value: null, audit: { action: "session.create", target, outcome: "failed" } };
    const token = await createSession(tx, user.id, { ip, userAgent });
    return { value: token, audit: { action: "session.create", target, outcome: "ok" } };
  });
  if (token === null) return wrong();
  await forgetTries(email, ip);
  return ok({ token, userId: user.id });
}

function wrong() {
  return fail("forbidden", "That e-mail and password do not match. Check both and try again.");
}

async function recordFailure(actor: Actor, email: string | null, id: string | null, reason: string): Promise<void> {
  const target = { type: "user", id, label: email };
  await record({ actor, action: "session.create", target, outcome: "failed", details: { reason } });
}
