import { z } from "zod";
import type { Actor } from "../authz";
import { authorise, type Permit } from "../db";
import { line } from "../input";
import { fail, type Result } from "../result";

/**
 * A team as it is typed and as it is named in failures. To whoever is not in a team it does not exist; whoever is in it
 * but does not run it is told who does.
 */
export const teamId = z.uuid("There is no such team.");
export const teamRole = z.enum(["MEMBER", "MAINTAINER"], "Choose a role.");
export type TeamRole = z.infer<typeof teamRole>;

export const teamName = line(100, "Enter a name.");
export const teamDescription = z
  .string({ error: "Enter text." })
  .max(300, "Use at most 300 characters.")
  .refine((text) => !/\p{Cc}/u.test(text), "Use one line of plain text.")
  .trim();

/** Denied: not-found for who is not in the team, forbidden for a member who would have to be a maintainer. */
export async function authoriseTeam<A extends "team.read" | "team.manage">(
  actor: Actor,
  action: A,
  id: unknown,
): Promise<Result<Permit<A>>> {
  const known = teamId.safeParse(id).data ?? "";
  const permit = await authorise(actor, action, { id: known } as never, { type: "team", id: known || null });
  if (!permit.ok) {
    if (permit.error.code !== "forbidden") return permit;
    return isIn(actor, known) ? fail("forbidden", "Only a maintainer of the team may do this.") : noSuchTeam();
  }
  return known ? permit : noSuchTeam();
}

function isIn(actor: Actor, id: string): boolean {
  return actor.type === "user" && actor.teams.some((team) => team.id === id);
}

export function noSuchTeam() {
  return fail("not-found", "There is no such team. It may have been deleted; reload the page.");
}
