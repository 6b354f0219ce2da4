import { z } from "zod";
import type { Actor } from "../authz";
import { authorise, change, isConflict } from "../db";
import { parse } from "../input";
import { fail, ok, type Result } from "../result";
import { authoriseTeam, noSuchTeam, teamDescription, teamId, teamName } from "./team";
import { lockTeam } from "./team-lock";

/**
 * Making, editing and deleting teams, each with its audit entry. Site admins make, name and delete; what a team is for,
 * its maintainers may say too.
 */
const newTeam = z.strictObject({ name: teamName, description: teamDescription.default("") });
const editedTeam = z.strictObject({ id: teamId, name: teamName.optional(), description: teamDescription });
const deletion = z.strictObject({ id: teamId, confirmation: z.string().max(100).trim() });

export async function createTeam(actor: Actor, given: unknown): Promise<Result<{ id: string; name: string }>> {
  const permit = await authorise(actor, "team.create", null, { type: "team" });
  if (!permit.ok) return permit;
  const parsed = parse(newTeam, given);
  if (!parsed.ok) return parsed;
  return await unlessNameTaken(parsed.value.name, async () =>
    change(permit.value, async (tx) => {
      const { id, name } = await tx.team.create({ data: parsed.value });
      return { value: ok({ id, name }), audit: entry("team.create", { id, name }, {}) };
    }),
  );
}

/** A `name` is for site admins to give; without one it stays. */
export async function editTeam(actor: Actor, given: unknown): Promise<Result<{ name: string }>> {
  const id = (given as { id?: unknown } | null)?.id;
  const permit = await authoriseTeam(actor, "team.manage", id);
  if (!permit.ok) return permit;
  const parsed = parse(editedTeam, given);
  if (!parsed.ok) return parsed;
  if (parsed.value.name !== undefined) {
    const naming = await authorise(actor, "team.create", null, { type: "team", id: parsed.value.id });
    if (!naming.ok) return naming;
  }
  return await unlessNameTaken(parsed.value.name ?? "", async () =>
    change<Result<{ name: string }>>(permit.value, async (tx) => {
      const before = await lockTeam(tx, parsed.value.id);
      if (!before) return { value: noSuchTeam(), audit: null };
      const after = { name: parsed.value.name ?? before.name, description: parsed.value.description };
      if (after.name === before.name && after.description === before.description) {
        return { value: ok({ name: after.name }), audit: null };
      }
      await tx.team.update({ where: { id: before.id }, data: after });
      const details: Record<string, string> = after.name === before.name ? {} : { renamedFrom: before.name };
      return {
        value: ok({ name: after.name }),
        audit: entry("team.edit", { id: before.id, name: after.name }, details),
      };
    }),
  );
}

/**
 * Deletes a team with its memberships and credentials, for good; at their code hosts the tokens live on.
 * `confirmation` is the team's name, typed.
 */
export async function deleteTeam(actor: Actor, given: unknown): Promise<Result<{ credentialCount: number }>> {
  const permit = await authorise(actor, "team.create", null, { type: "team" });
  if (!permit.ok) return permit;
  const parsed = parse(deletion, given);
  if (!parsed.ok) return parsed;
  const { id, confirmation } = parsed.value;
  return await change<Result<{ credentialCount: number }>>(permit.value, async (tx) => {
    const team = await lockTeam(tx, id);
    if (!team) return { value: noSuchTeam(), audit: null };
    if (confirmation !== team.name) {
      const message = "Type the team's name to confirm.";
      return { value: fail("invalid-input", message, { confirmation: message }), audit: null };
    }
    const { count: credentialCount } = await tx.credential.deleteMany({ where: { teamId: id } });
    await tx.team.delete({ where: { id } });
    const details = { credentialsRemoved: credentialCount, members: team.members.length };
    return { value: ok({ credentialCount }), audit: entry("team.delete", team, details) };
  });
}

async function unlessNameTaken<T>(name: string, write: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await write();
  } catch (error) {
    if (!isConflict(error)) throw error;
    return fail("conflict", `There is a team named ${name} already.`, { name: "Choose another name." });
  }
}

function entry(action: string, team: { id: string; name: string }, details: Record<string, string | number>) {
  const target = { type: "team", id: team.id, label: team.name };
  return { action, target, outcome: "ok" as const, details };
}
