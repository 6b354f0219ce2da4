import type { Actor } from "../authz";
import { can } from "../authz";
import { database } from "../db";
import { ok, type Result } from "../result";
import { authoriseTeam, noSuchTeam, type TeamRole } from "./team";

/** One team, for the pages about it. */
export interface TeamView {
  id: string;
  name: string;
  description: string;
  /** What the actor is in it; null: not in it, but a site admin. */
  role: TeamRole | null;
  /** May they change its members, description and credentials? */
  mayManage: boolean;
  /** What goes with it when it is deleted. */
  credentialCount: number;
}

/** To whoever may not see it there is no such team, and that they asked is in the audit log. */
export async function findTeam(actor: Actor, id: string): Promise<Result<TeamView>> {
  const permit = await authoriseTeam(actor, "team.read", id);
  if (!permit.ok) return permit;
  const select = { id: true, name: true, description: true, _count: { select: { credentials: true } } };
  const team = await database(permit.value).team.findUnique({ where: { id }, select });
  if (!team) return noSuchTeam();
  const role = (actor.type === "user" && actor.teams.find((one) => one.id === id)?.role) || null;
  const { _count, ...named } = team;
  return ok({ ...named, role, mayManage: can(actor, "team.manage", { id }), credentialCount: _count.credentials });
}
