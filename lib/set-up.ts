import { timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Actor } from "./authz";
import { authorise, change, database, isConflict } from "./db";
import { env } from "./env";
import { email, linkToken, parse, personName } from "./input";
import { hashToken, mintToken } from "./opaque-tokens";
import { aboutPerson, hashPassword, isAboutPerson, newPassword } from "./passwords";
import type { Tx } from "./prisma";
import { countTry, forgetTries } from "./rate-limits";
import { type Failure, fail, ok, type Result } from "./result";

/**
 * The first admin. While there is none, each start of the server makes a one-time link and forgets the one before; whoever
 * opens it claims the portal, once, however many try at the same time. The operator may also make admins by command.
 */
const boot: Actor = { type: "system", name: "set-up" };

const person = { name: personName, email, password: newPassword };
const claim = z.strictObject({ token: linkToken, ...person });

/** The link to print, or null when there is an admin. Links made before stop working. */
export async function createSetUpLink(): Promise<string | null> {
  const permit = await authorise(boot, "user.manage", null);
  if (!permit.ok) return null;
  const { token, tokenHash } = mintToken();
  const isOpen = await change(permit.value, async (tx) => {
    await lockInstallation(tx);
    const isOpen = !(await hasAdmin(tx));
    await tx.installation.update({ where: { id: 1 }, data: { setupTokenHash: isOpen ? tokenHash : null } });
    return { value: isOpen, audit: null };
  });
  return isOpen ? `${env().publicUrl}/setup?token=${token}` : null;
}

/** Whether there is an admin: until then nobody can sign in. */
export async function isClaimed(actor: Actor): Promise<boolean> {
  const permit = await authorise(actor, "session.create", null);
  return permit.ok && (await hasAdmin(database(permit.value)));
}

/** Whether this link would still be accepted. */
export async function isSetUpLink(actor: Actor, token: unknown): Promise<boolean> {
  const permit = await authorise(actor, "session.create", null);
  const parsed = linkToken.safeParse(token);
  if (!permit.ok || !parsed.success) return false;
  const row = await database(permit.value).installation.findUnique({ where: { id: 1 } });
  return isSame(row?.setupTokenHash ?? null, parsed.data);
}

/** Makes the first admin. The link is used up by it. */
export async function claimPortal(actor: Actor, input: unknown): Promise<Result<{ email: string }, Failure>> {
  const permit = await authorise(actor, "session.create", null);
  if (!permit.ok) return permit;
  const parsed = parse(claim, input);
  if (!parsed.ok) return parsed;
  const { token, name, email, password } = parsed.value;
  const ip = actor.type === "system" ? null : actor.ip;
  const counted = await countTry(null, ip);
  if (!counted.ok) return counted;
  if (!(await isSetUpLink(actor, token))) return usedUp();
  if (isAboutPerson(password, { email, name })) return fail("invalid-input", aboutPerson, { password: aboutPerson });
  const passwordHash = await hashPassword(password);
  const claimed = await change<Result<{ email: string }>>(permit.value, async (tx) => {
    const setupTokenHash = await lockInstallation(tx);
    if (!isSame(setupTokenHash, token) || (await hasAdmin(tx))) return { value: usedUp(), audit: null };
    const user = await tx.user.create({ data: { name, email, passwordHash, role: "ADMIN" } });
    await tx.installation.update({ where: { id: 1 }, data: { setupTokenHash: null } });
    const target = { type: "user", id: user.id, label: email };
    return {
      value: ok({ email }),
      audit: { action: "portal.claim", target, outcome: "ok", details: { role: "ADMIN" } },
    };
  });
  if (claimed.ok) await forgetTries(null, ip);
  return claimed;
}

/** For the operator's command: makes an admin, also when there are some. The set-up link stops working. */
export async function createAdmin(input: unknown): Promise<Result<{ id: string; email: string }>> {
  const permit = await authorise({ type: "system", name: "command line" }, "user.manage", null);
  if (!permit.ok) return permit;
  const parsed = parse(z.strictObject(person), input);
  if (!parsed.ok) return parsed;
  const { name, email, password } = parsed.value;
  if (isAboutPerson(password, { email, name })) return fail("invalid-input", aboutPerson, { password: aboutPerson });
  const passwordHash = await hashPassword(password);
  try {
    return await change(permit.value, async (tx) => {
      await lockInstallation(tx);
      const user = await tx.user.create({ data: { name, email, passwordHash, role: "ADMIN" } });
      await tx.installation.update({ where: { id: 1 }, data: { setupTokenHash: null } });
      const target = { type: "user", id: user.id, label: email };
      const audit = { action: "user.create", target, outcome: "ok" as const, details: { role: "ADMIN" } };
      return { value: ok({ id: user.id, email }), audit };
    });
  } catch (error) {
    if (!isConflict(error)) throw error;
    return fail("conflict", "There is a user with this e-mail address already.");
  }
}

/** Whoever comes second waits for the first to commit. The hash of the link that is open, if any. */
async function lockInstallation(tx: Tx): Promise<string | null> {
  await tx.$executeRaw`INSERT INTO "Installation" (id) VALUES (1) ON CONFLICT DO NOTHING`;
  const [row] = await tx.$queryRaw<{ setupTokenHash: string | null }[]>`
    SELECT "setupTokenHash" FROM "Installation" WHERE id = 1 FOR UPDATE`;
  return row?.setupTokenHash ?? null;
}

async function hasAdmin(tx: Tx): Promise<boolean> {
  return (await tx.user.findFirst({ where: { role: "ADMIN" }, select: { id: true } })) !== null;
}

function isSame(tokenHash: string | null, token: string): boolean {
  if (tokenHash === null) return false;
  return timingSafeEqual(Buffer.from(tokenHash, "hex"), Buffer.from(hashToken(token), "hex"));
}

function usedUp() {
  return fail("not-found", "This link does not work any more. Start the server again to get a new one.");
}
