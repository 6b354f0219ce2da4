import type { Actor } from "../authz";
import { authoriseOwner } from "../credentials/owner";
import { authorise, type Permit } from "../db";
import type { Result } from "../result";

/** Whose credentials a page is about: everybody's, for site admins; or one team's, for those who run it. */
export type Scope = { type: "all" } | { type: "team"; id: string };

export async function authoriseScope(actor: Actor, scope: Scope): Promise<Result<Permit>> {
  if (scope.type === "all") return await authorise(actor, "site.manage", null, { type: "credential" });
  return await authoriseOwner(actor, "credential.manage", scope, { type: "team", id: scope.id });
}

/** As the screens send it: "all", or "team:" and its id. */
export function parseScope(text: string): Scope {
  return text === "all" ? { type: "all" } : { type: "team", id: text.slice("team:".length) };
}
