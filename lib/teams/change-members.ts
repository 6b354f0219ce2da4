import { z } from "zod";
import type { Actor } from "../authz";
import { can } from "../authz";
import { change, type Permit } from "../db";
import { email, parse } from "../input";
import type { Tx } from "../prisma";
import { fail, ok, type Result } from "../result";
import { authoriseTeam, noSuchTeam, type TeamRole, teamId, teamRole } from "./team";
import {
  isLastMaintainer,
  type LockedMember,
  type LockedTeam,
  lastMaintainer,
  lockTeam,
  noSuchMember,
} from "./team-lock";

/**
 * Who is in a team, and who runs it: for its maintainers, and everybody may leave. It counts from the person's next
 * request. Only a site admin may leave a team without a maintainer.
 */
const added = z.strictObject({ teamId, email, role: teamRole.default("MEMBER") });
const userId = z.uuid("They are not in this team any more. Reload the page.");
const changed = z.strictObject({ teamId, userId, role: teamRole });
const removed = z.strictObject({ teamId, userId });
const left = z.strictObject({ teamId });

/** By the exact e-mail address, so that nobody has to be shown who else is on this site. */
export async function addMember(actor: Actor, given: unknown): Promise<Result<{ name: string }>> {
  const permit = await authoriseTeam(actor, "team.manage", idIn(given));
  if (!permit.ok) return permit;
  const parsed = parse(added, given);
  if (!parsed.ok) return parsed;
  const { email: address, role } = parsed.value;
  return await withTeam(permit.value, parsed.value.teamId, async (tx, team) => {
    const [person] = await tx.$queryRaw<Omit<LockedMember, "role" | "userId">[] & { id: string }[]>`
      SELECT id, name, email, "disabledAt" IS NOT NULL AS "isDisabled" FROM "User"
      WHERE email = ${address} FOR KEY SHARE`;
    if (!person) {
      return refuse("not-found", "Nobody here has this e-mail address. A site admin can invite them.");
    }
    if (person.isDisabled) return refuse("conflict", "This account is disabled. A site admin can enable it.");
    if (team.members.some((member) => member.userId === person.id)) {
      return refuse("conflict", `${person.name} is in this team already.`);
    }
    await tx.teamMember.create({ data: { teamId: team.id, userId: person.id, role } });
    return { value: ok({ name: person.name }), audit: entry("team.member-add", team, { member: person.email, role }) };
  });
}

export async function changeMember(actor: Actor, given: unknown): Promise<Result<{ role: TeamRole }>> {
  const permit = await authoriseTeam(actor, "team.manage", idIn(given));
  if (!permit.ok) return permit;
  const parsed = parse(changed, given);
  if (!parsed.ok) return parsed;
  const { role, ...point } = parsed.value;
  return await withTeam(permit.value, point.teamId, async (tx, team) => {
    const member = team.members.find((one) => one.userId === point.userId);
    if (!member) return { value: noSuchMember(), audit: null };
    if (member.role === role) return { value: ok({ role }), audit: null };
    const isLast = isLastMaintainer(team, member.userId);
    if (isLast && !mayLeaveItAlone(actor)) return { value: lastMaintainer(isSelf(actor, member)), audit: null };
    await tx.teamMember.update({ where: { teamId_userId: point }, data: { role } });
    const details = { member: member.email, from: member.role, to: role, ...without(isLast) };
    return { value: ok({ role }), audit: entry("team.member-change", team, details) };
  });
}

export async function removeMember(actor: Actor, given: unknown): Promise<Result<{ name: string }>> {
  const permit = await authoriseTeam(actor, "team.manage", idIn(given));
  if (!permit.ok) return permit;
  const parsed = parse(removed, given);
  return parsed.ok ? await takeOut(permit.value, parsed.value) : parsed;
}

/** For every member; the last maintainer stays until there is another. */
export async function leaveTeam(actor: Actor, given: unknown): Promise<Result<{ name: string }>> {
  const permit = await authoriseTeam(actor, "team.read", idIn(given));
  if (!permit.ok) return permit;
  const parsed = parse(left, given);
  if (!parsed.ok) return parsed;
  if (actor.type !== "user") return noSuchMember();
  return await takeOut(permit.value, { teamId: parsed.value.teamId, userId: actor.id });
}

async function takeOut(permit: Permit, point: { teamId: string; userId: string }): Promise<Result<{ name: string }>> {
  return await withTeam(permit, point.teamId, async (tx, team) => {
    const member = team.members.find((one) => one.userId === point.userId);
    if (!member) return { value: noSuchMember(), audit: null };
    const isLast = isLastMaintainer(team, member.userId);
    if (isLast && !mayLeaveItAlone(permit.actor)) {
      return { value: lastMaintainer(isSelf(permit.actor, member)), audit: null };
    }
    await tx.teamMember.delete({ where: { teamId_userId: point } });
    const details = { member: member.email, role: member.role, ...without(isLast) };
    return { value: ok({ name: member.name }), audit: entry("team.member-remove", team, details) };
  });
}

type Done<T> = Awaited<ReturnType<Parameters<typeof change<Result<T>>>[1]>>;

async function withTeam<T>(permit: Permit, id: string, work: (tx: Tx, team: LockedTeam) => Promise<Done<T>>) {
  return await change<Result<T>>(permit, async (tx) => {
    const team = await lockTeam(tx, id);
    return team ? await work(tx, team) : { value: noSuchTeam(), audit: null };
  });
}

function refuse(code: "not-found" | "conflict", message: string) {
  return { value: fail(code, message, { email: message }), audit: null };
}

function mayLeaveItAlone(actor: Actor): boolean {
  return can(actor, "team.create", null);
}

function isSelf(actor: Actor, member: { userId: string }): boolean {
  return actor.type === "user" && actor.id === member.userId;
}

function without(isLast: boolean): { leftWithoutMaintainer?: true } {
  return isLast ? { leftWithoutMaintainer: true } : {};
}

function idIn(given: unknown): unknown {
  return (given as { teamId?: unknown } | null)?.teamId;
}

function entry(action: string, team: LockedTeam, details: Record<string, string | boolean>) {
  const target = { type: "team", id: team.id, label: team.name };
  return { action, target, outcome: "ok" as const, details };
}
