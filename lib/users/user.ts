import { z } from "zod";
import type { Tx } from "../prisma";
import { fail } from "../result";

/** A user as admins see one. */
export interface UserSummary {
  id: string;
  name: string;
  email: string;
  role: "USER" | "ADMIN";
  isDisabled: boolean;
  createdAt: Date;
  credentialCount: number;
  /** Of the sessions that there are; null when there is none. */
  lastSeenAt: Date | null;
}

export const userId = z.uuid("There is no such user.");
export const role = z.enum(["USER", "ADMIN"], "Choose a role.");

export interface LockedUser {
  id: string;
  email: string;
  name: string;
  role: "USER" | "ADMIN";
  isDisabled: boolean;
}

/**
 * The user, and every admin that could be the last one, held until the transaction ends: of two changes that would each
 * leave one admin, the second sees what the first has done.
 */
export async function lockUserAndAdmins(
  tx: Tx,
  id: string,
): Promise<{ user: LockedUser | null; isLastAdmin: boolean }> {
  const rows = await tx.$queryRaw<LockedUser[]>`
    SELECT id, email, name, role::text AS role, "disabledAt" IS NOT NULL AS "isDisabled" FROM "User"
    WHERE id = ${id}::uuid OR role = 'ADMIN'
    ORDER BY id FOR UPDATE`;
  const user = rows.find((row) => row.id === id) ?? null;
  const others = rows.filter((row) => row.id !== id && row.role === "ADMIN" && !row.isDisabled);
  return { user, isLastAdmin: user?.role === "ADMIN" && !user.isDisabled && others.length === 0 };
}

/** Invitations that were made in an admin's name do not outlive that role. */
export async function endInvitationsBy(tx: Tx, id: string): Promise<number> {
  const { count } = await tx.invitation.deleteMany({ where: { createdById: id, acceptedAt: null } });
  return count;
}

export function noSuchUser() {
  return fail("not-found", "There is no such user any more. Reload the page.");
}

export function lastAdmin() {
  return fail("conflict", "This is the last admin. Make somebody else an admin first.");
}
