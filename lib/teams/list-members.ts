import { z } from "zod";
import type { Actor } from "../authz";
import { database } from "../db";
import { parse } from "../input";
import { fail, ok, type Result } from "../result";
import { authoriseTeam, type TeamRole } from "./team";

/**
 * Who is in a team, maintainers first, then as they joined, for whoever is in it. Paged by (role, createdAt, userId): a
 * team's members are found by its key.
 */
export interface Member {
  userId: string;
  name: string;
  email: string;
  role: TeamRole;
  isDisabled: boolean;
  createdAt: Date;
  /** Nobody else can run the team. */
  isLastMaintainer: boolean;
}

export interface MemberPage {
  members: Member[];
  total: number;
  /** Can anybody run it who is not a site admin? */
  hasMaintainer: boolean;
  next: string | null;
}

const query = z.strictObject({
  teamId: z.uuid(),
  /** `next` of the page before. */
  after: z.uuid().nullable().default(null),
  limit: z.number().int().min(1).max(200).default(50),
});

export async function listMembers(actor: Actor, input: z.input<typeof query>): Promise<Result<MemberPage>> {
  const permit = await authoriseTeam(actor, "team.read", input.teamId);
  if (!permit.ok) return permit;
  const parsed = parse(query, input);
  if (!parsed.ok) return fail("invalid-input", "This list cannot be shown. Open it again.");
  const { teamId, after, limit } = parsed.value;
  const db = database(permit.value);
  const point = { teamId_userId: { teamId, userId: after ?? "" } };
  const edge = after === null ? null : await db.teamMember.findUnique({ where: point });
  const beyond = edge
    ? {
        OR: [
          ...(edge.role === "MAINTAINER" ? [{ role: "MEMBER" as const }] : []),
          { role: edge.role, createdAt: { gt: edge.createdAt } },
          { role: edge.role, createdAt: edge.createdAt, userId: { gt: edge.userId } },
        ],
      }
    : {};
  const running = { teamId, role: "MAINTAINER" as const, user: { disabledAt: null } };
  const [total, maintainers, rows] = await Promise.all([
    db.teamMember.count({ where: { teamId } }),
    db.teamMember.count({ where: running }),
    db.teamMember.findMany({
      where: { AND: [{ teamId }, beyond] },
      // MAINTAINER is the enum's second value.
      orderBy: [{ role: "desc" }, { createdAt: "asc" }, { userId: "asc" }],
      take: limit + 1,
      select: {
        userId: true,
        role: true,
        createdAt: true,
        user: { select: { name: true, email: true, disabledAt: true } },
      },
    }),
  ]);
  const members = rows.slice(0, limit).map(({ user, ...row }) => {
    const isDisabled = user.disabledAt !== null;
    const isLastMaintainer = row.role === "MAINTAINER" && !isDisabled && maintainers === 1;
    return { ...row, name: user.name, email: user.email, isDisabled, isLastMaintainer };
  });
  const next = rows.length > limit ? (members.at(-1)?.userId ?? null) : null;
  return ok({ members, total, hasMaintainer: maintainers > 0, next });
}
