import type { Tx } from "../prisma";
import { fail } from "../result";
import type { TeamRole } from "./team";

/**
 * A team held until the transaction ends: changes of its members follow each other, so that of two that would each
 * leave one maintainer, the second sees what the first has done. Maintainers who are disabled do not count: they cannot
 * sign in to run anything.
 */
export interface LockedTeam {
  id: string;
  name: string;
  description: string;
  members: LockedMember[];
}

export interface LockedMember {
  userId: string;
  name: string;
  email: string;
  role: TeamRole;
  isDisabled: boolean;
}

/** Null: no such team. */
export async function lockTeam(tx: Tx, id: string): Promise<LockedTeam | null> {
  const [team] = await tx.$queryRaw<Omit<LockedTeam, "members">[]>`
    SELECT id, name, description FROM "Team" WHERE id = ${id}::uuid FOR UPDATE`;
  if (!team) return null;
  const members = await tx.$queryRaw<LockedMember[]>`
    SELECT m."userId", u.name, u.email, m.role::text AS role, u."disabledAt" IS NOT NULL AS "isDisabled"
    FROM "TeamMember" m JOIN "User" u ON u.id = m."userId" WHERE m."teamId" = ${id}::uuid`;
  return { ...team, members };
}

/** Is this the only one who can run the team? */
export function isLastMaintainer({ members }: LockedTeam, userId: string): boolean {
  const running = members.filter(({ role, isDisabled }) => role === "MAINTAINER" && !isDisabled);
  return running.length === 1 && running[0]?.userId === userId;
}

export function lastMaintainer(isSelf: boolean) {
  const who = isSelf ? "You are the last maintainer." : "This is the last maintainer.";
  return fail("conflict", `${who} Make another member a maintainer first, or ask a site admin.`);
}

export function noSuchMember() {
  return fail("not-found", "They are not in this team any more. Reload the page.");
}
