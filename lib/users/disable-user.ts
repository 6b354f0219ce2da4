import { z } from "zod";
import type { Actor } from "../authz";
import { authorise, change } from "../db";
import { parse } from "../input";
import { fail, ok, type Result } from "../result";
import { endInvitationsBy, lastAdmin, lockUserAndAdmins, noSuchUser, userId } from "./user";

const input = z.strictObject({ id: userId });

/** Ends the user's sessions and keeps them out; their credentials stay stored and stop being usable. */
export async function disableUser(actor: Actor, given: unknown): Promise<Result<null>> {
  const permit = await authorise(actor, "user.manage", null, { type: "user" });
  if (!permit.ok) return permit;
  const parsed = parse(input, given);
  if (!parsed.ok) return parsed;
  const { id } = parsed.value;
  if (actor.type === "user" && actor.id === id) {
    return fail("conflict", "You cannot disable yourself. Ask another admin.");
  }
  return await change<Result<null>>(permit.value, async (tx) => {
    const { user, isLastAdmin } = await lockUserAndAdmins(tx, id);
    if (!user) return { value: noSuchUser(), audit: null };
    if (user.isDisabled) return { value: ok(null), audit: null };
    if (isLastAdmin) return { value: lastAdmin(), audit: null };
    await tx.$executeRaw`UPDATE "User" SET "disabledAt" = now(), "updatedAt" = now() WHERE id = ${id}::uuid`;
    const { count: sessionsEnded } = await tx.session.deleteMany({ where: { userId: id } });
    const details = { sessionsEnded, invitationsEnded: await endInvitationsBy(tx, id) };
    const target = { type: "user", id, label: user.email };
    return { value: ok(null), audit: { action: "user.disable", target, outcome: "ok", details } };
  });
}

/** Lets a disabled user sign in again; their credentials are usable again. */
export async function enableUser(actor: Actor, given: unknown): Promise<Result<null>> {
  const permit = await authorise(actor, "user.manage", null, { type: "user" });
  if (!permit.ok) return permit;
  const parsed = parse(input, given);
  if (!parsed.ok) return parsed;
  const { id } = parsed.value;
  return await change<Result<null>>(permit.value, async (tx) => {
    const { user } = await lockUserAndAdmins(tx, id);
    if (!user) return { value: noSuchUser(), audit: null };
    if (!user.isDisabled) return { value: ok(null), audit: null };
    await tx.user.update({ where: { id }, data: { disabledAt: null } });
    const target = { type: "user", id, label: user.email };
    return { value: ok(null), audit: { action: "user.enable", target, outcome: "ok" } };
  });
}
