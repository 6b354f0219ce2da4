import { z } from "zod";
import type { Actor } from "../authz";
import { authorise, change, database } from "../db";
import { env } from "../env";
import { email, parse } from "../input";
import { mintToken } from "../opaque-tokens";
import { fail, ok, type Result } from "../result";
import { role } from "./user";

/**
 * Admins invite by a link, which is shown once and works once, for seven days. A new invitation for the same address
 * replaces the one before.
 */
export const invitationDays = 7;

const invitation = z.strictObject({ email, role });

export interface NewInvitation {
  id: string;
  email: string;
  /** Shown once: the database keeps its hash only. */
  link: string;
  expiresAt: Date;
}

export interface PendingInvitation {
  id: string;
  email: string;
  role: "USER" | "ADMIN";
  createdAt: Date;
  expiresAt: Date;
  /** Name of the admin who made it. */
  createdBy: string | null;
}

export async function inviteUser(actor: Actor, given: unknown): Promise<Result<NewInvitation>> {
  const permit = await authorise(actor, "user.manage", null, { type: "invitation" });
  if (!permit.ok) return permit;
  const parsed = parse(invitation, given);
  if (!parsed.ok) return parsed;
  const { email, role } = parsed.value;
  const { token, tokenHash } = mintToken();
  return await change<Result<NewInvitation>>(permit.value, async (tx) => {
    if (await tx.user.findUnique({ where: { email }, select: { id: true } })) {
      const message = "There is a user with this e-mail address already.";
      return { value: fail("conflict", message, { email: message }), audit: null };
    }
    const { count: replaced } = await tx.invitation.deleteMany({ where: { email, acceptedAt: null } });
    const createdById = actor.type === "user" ? actor.id : null;
    const [row] = await tx.$queryRaw<{ id: string; expiresAt: Date }[]>`
      INSERT INTO "Invitation" (email, role, "tokenHash", "createdById", "expiresAt")
      VALUES (${email}, ${role}::"Role", ${tokenHash}, ${createdById}::uuid,
              now() + make_interval(days => ${invitationDays}::int))
      RETURNING id, "expiresAt"`;
    if (!row) throw new Error("the invitation was not written");
    const target = { type: "invitation", id: row.id, label: email };
    return {
      value: ok({ ...row, email, link: `${env().publicUrl}/invite?token=${token}` }),
      audit: { action: "invitation.create", target, outcome: "ok", details: { role, replaced } },
    };
  });
}

/** Newest first; those that nobody used and that have not run out. At most 200. */
export async function listInvitations(actor: Actor): Promise<Result<PendingInvitation[]>> {
  const permit = await authorise(actor, "user.manage", null, { type: "invitation" });
  if (!permit.ok) return permit;
  const rows = await database(permit.value).$queryRaw<PendingInvitation[]>`
    SELECT i.id, i.email, i.role::text AS role, i."createdAt", i."expiresAt", u.name AS "createdBy"
    FROM "Invitation" i LEFT JOIN "User" u ON u.id = i."createdById"
    WHERE i."acceptedAt" IS NULL AND i."expiresAt" > now()
    ORDER BY i."createdAt" DESC, i.id DESC LIMIT 200`;
  return ok(rows);
}

/** The link stops working. */
export async function revokeInvitation(actor: Actor, given: unknown): Promise<Result<null>> {
  const permit = await authorise(actor, "user.manage", null, { type: "invitation" });
  if (!permit.ok) return permit;
  const parsed = parse(z.strictObject({ id: z.uuid("There is no such invitation.") }), given);
  if (!parsed.ok) return parsed;
  const { id } = parsed.value;
  return await change<Result<null>>(permit.value, async (tx) => {
    const [row] = await tx.$queryRaw<{ email: string }[]>`
      DELETE FROM "Invitation" WHERE id = ${id}::uuid AND "acceptedAt" IS NULL RETURNING email`;
    if (!row) return { value: fail("not-found", "This invitation was used or revoked already."), audit: null };
    const target = { type: "invitation", id, label: row.email };
    return { value: ok(null), audit: { action: "invitation.revoke", target, outcome: "ok" } };
  });
}
