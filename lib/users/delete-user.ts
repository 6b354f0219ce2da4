import { z } from "zod";
import type { Actor } from "../authz";
import { authorise, change } from "../db";
import { parse } from "../input";
import { fail, ok, type Result } from "../result";
import { endInvitationsBy, lastAdmin, lockUserAndAdmins, noSuchUser, userId } from "./user";

const input = z.strictObject({ id: userId, confirmation: z.string().max(254).trim().toLowerCase() });

/**
 * Deletes a user with their sessions, credentials and places in teams, for good; what the audit log tells of them
 * stays. A team whose last maintainer they were is listed as one that needs a site admin.
 * `confirmation` is the user's e-mail address, typed.
 */
export async function deleteUser(actor: Actor, given: unknown): Promise<Result<{ credentialCount: number }>> {
  const permit = await authorise(actor, "user.manage", null, { type: "user" });
  if (!permit.ok) return permit;
  const parsed = parse(input, given);
  if (!parsed.ok) return parsed;
  const { id, confirmation } = parsed.value;
  if (actor.type === "user" && actor.id === id) {
    return fail("conflict", "You cannot delete yourself. Ask another admin.");
  }
  return await change<Result<{ credentialCount: number }>>(permit.value, async (tx) => {
    const { user, isLastAdmin } = await lockUserAndAdmins(tx, id);
    if (!user) return { value: noSuchUser(), audit: null };
    if (isLastAdmin) return { value: lastAdmin(), audit: null };
    if (confirmation !== user.email) {
      const message = "Type the user's e-mail address to confirm.";
      return { value: fail("invalid-input", message, { confirmation: message }), audit: null };
    }
    const invitationsEnded = await endInvitationsBy(tx, id);
    const { count: credentialCount } = await tx.credential.deleteMany({ where: { ownerId: id } });
    const { count: teamsLeft } = await tx.teamMember.deleteMany({ where: { userId: id } });
    await tx.user.delete({ where: { id } });
    const target = { type: "user", id, label: user.email };
    const details = { role: user.role, credentials: credentialCount, teamsLeft, invitationsEnded };
    return { value: ok({ credentialCount }), audit: { action: "user.delete", target, outcome: "ok", details } };
  });
}
