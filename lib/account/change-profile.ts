import { z } from "zod";
import { record } from "../audit";
import type { Actor } from "../authz";
import { authorise, change, database, isConflict, type Permit } from "../db";
import { email as emailField, parse, personName } from "../input";
import { aboutPerson, hashPassword, isAboutPerson, isPassword, newPassword, typedPassword } from "../passwords";
import { countTry, forgetTries } from "../rate-limits";
import { fail, ok, type Result } from "../result";

/**
 * People change their own name, e-mail address and password. The latter two need the current password, tries of which
 * count as sign-ins do; a new password ends every other session.
 */
const nameInput = z.strictObject({ name: personName });
const emailInput = z.strictObject({ email: emailField, currentPassword: typedPassword });
const passwordInput = z.strictObject({ currentPassword: typedPassword, newPassword });

type SignedIn = Extract<Actor, { type: "user" }>;

export async function changeName(actor: Actor, given: unknown): Promise<Result<{ name: string }>> {
  const own = await authoriseOwn(actor);
  if (!own.ok) return own;
  const parsed = parse(nameInput, given);
  if (!parsed.ok) return parsed;
  const { name } = parsed.value;
  const { id, email } = own.value.self;
  await change(own.value.permit, async (tx) => {
    await tx.user.update({ where: { id }, data: { name } });
    return { value: null, audit: { action: "user.rename", target: { type: "user", id, label: email }, outcome: "ok" } };
  });
  return ok({ name });
}

export async function changeEmail(actor: Actor, given: unknown): Promise<Result<{ email: string }>> {
  const own = await authoriseOwn(actor);
  if (!own.ok) return own;
  const parsed = parse(emailInput, given);
  if (!parsed.ok) return parsed;
  const { email, currentPassword } = parsed.value;
  const { permit, self } = own.value;
  const proven = await provePassword(permit, self, currentPassword, "user.change-email");
  if (!proven.ok) return proven;
  try {
    return await change<Result<{ email: string }>>(permit, async (tx) => {
      const target = { type: "user", id: self.id, label: email };
      const { count } = await tx.user.updateMany({
        where: { id: self.id, passwordHash: proven.value },
        data: { email },
      });
      if (count === 0)
        return { value: fail("conflict", "Your password was changed meanwhile. Sign in again."), audit: null };
      const details = { from: self.email, to: email };
      return { value: ok({ email }), audit: { action: "user.change-email", target, outcome: "ok", details } };
    });
  } catch (error) {
    if (!isConflict(error)) throw error;
    const message = "Another account has this e-mail address. Use a different one.";
    return fail("conflict", message, { email: message });
  }
}

export async function changePassword(actor: Actor, given: unknown): Promise<Result<{ sessionsEnded: number }>> {
  const own = await authoriseOwn(actor);
  if (!own.ok) return own;
  const parsed = parse(passwordInput, given);
  if (!parsed.ok) return parsed;
  const { currentPassword, newPassword } = parsed.value;
  const { permit, self } = own.value;
  if (isAboutPerson(newPassword, self)) return fail("invalid-input", aboutPerson, { newPassword: aboutPerson });
  const proven = await provePassword(permit, self, currentPassword, "user.change-password");
  if (!proven.ok) return proven;
  const passwordHash = await hashPassword(newPassword);
  return await change<Result<{ sessionsEnded: number }>>(permit, async (tx) => {
    const target = { type: "user", id: self.id, label: self.email };
    const { count } = await tx.user.updateMany({
      where: { id: self.id, passwordHash: proven.value },
      data: { passwordHash },
    });
    if (count === 0)
      return { value: fail("conflict", "Your password was changed meanwhile. Sign in again."), audit: null };
    const { count: sessionsEnded } = await tx.session.deleteMany({
      where: { userId: self.id, id: { not: self.sessionId } },
    });
    const audit = { action: "user.change-password", target, outcome: "ok" as const, details: { sessionsEnded } };
    return { value: ok({ sessionsEnded }), audit };
  });
}

async function authoriseOwn(actor: Actor): Promise<Result<{ permit: Permit<"account.manage">; self: SignedIn }>> {
  const id = actor.type === "user" ? actor.id : "";
  const permit = await authorise(actor, "account.manage", { id }, { type: "user", id: id || null });
  if (!permit.ok) return permit;
  if (actor.type !== "user") return fail("signed-out", "Sign in to go on.");
  return ok({ permit: permit.value, self: actor });
}

/** The hash that the password was right for: a change writes only while it is still that one. */
async function provePassword(
  permit: Permit<"account.manage">,
  self: SignedIn,
  password: string,
  action: string,
): Promise<Result<string>> {
  const target = { type: "user", id: self.id, label: self.email };
  const counted = await countTry(self.email, self.ip);
  if (!counted.ok) return counted;
  const row = await database(permit).user.findUnique({ where: { id: self.id }, select: { passwordHash: true } });
  if (!(await isPassword(row?.passwordHash ?? null, password)) || !row) {
    await record({ actor: self, action, target, outcome: "failed", details: { reason: "wrong-password" } });
    const message = "That is not your current password.";
    return fail("invalid-input", message, { currentPassword: message });
  }
  await forgetTries(self.email, self.ip);
  return ok(row.passwordHash);
}
