import { z } from "zod";
import type { Actor } from "../authz";
import { authorise, change } from "../db";
import { parse } from "../input";
import { ok, type Result } from "../result";
import { endInvitationsBy, lastAdmin, lockUserAndAdmins, noSuchUser, role, userId } from "./user";

const input = z.strictObject({ id: userId, role });

/** Makes a user an admin, or an admin a user; it counts from their next request. The last admin stays one. */
export async function changeRole(actor: Actor, given: unknown): Promise<Result<{ role: "USER" | "ADMIN" }>> {
  const permit = await authorise(actor, "user.manage", null, { type: "user" });
  if (!permit.ok) return permit;
  const parsed = parse(input, given);
  if (!parsed.ok) return parsed;
  const { id, role } = parsed.value;
  return await change<Result<{ role: "USER" | "ADMIN" }>>(permit.value, async (tx) => {
    const { user, isLastAdmin } = await lockUserAndAdmins(tx, id);
    if (!user) return { value: noSuchUser(), audit: null };
    if (user.role === role) return { value: ok({ role }), audit: null };
    if (isLastAdmin) return { value: lastAdmin(), audit: null };
    await tx.user.update({ where: { id }, data: { role } });
    const invitationsEnded = role === "USER" ? await endInvitationsBy(tx, id) : 0;
    const details = { from: user.role, to: role, invitationsEnded };
    const target = { type: "user", id, label: user.email };
    return { value: ok({ role }), audit: { action: "user.change-role", target, outcome: "ok", details } };
  });
}
