import type { Action, Actor, Owner } from "../authz";
import { authorise, type Permit, type Target } from "../db";
import { fail, type Result } from "../result";

/**
 * Who a credential belongs to, in the database and in the policy. What belongs to another person is answered as if it
 * did not exist; that the site has credentials everybody knows.
 */
export type CredentialAction = Extract<Action, `credential.${string}`>;

/** The columns that say whose it is; both null: the site's. Also the condition of a query that is scoped to the owner. */
export function ownerColumns(owner: Owner): OwnerColumns {
  return {
    ownerId: owner.type === "user" ? owner.id : null,
    teamId: owner.type === "team" ? owner.id : null,
  };
}

export interface OwnerColumns {
  ownerId: string | null;
  teamId: string | null;
}

export function ownerOf({ ownerId, teamId }: OwnerColumns): Owner {
  if (ownerId !== null) return { type: "user", id: ownerId };
  return teamId === null ? { type: "site" } : { type: "team", id: teamId };
}

/** As the screens and the audit log name an owner: "site", "team:ID", or the id of a person. */
export function ownerName(owner: Owner | OwnerColumns): string {
  // A row has a type too: its credential's.
  const named = "ownerId" in owner ? ownerOf(owner) : owner;
  if (named.type === "site") return "site";
  return named.type === "team" ? `team:${named.id}` : named.id;
}

export async function authoriseOwner<A extends CredentialAction>(
  actor: Actor,
  action: A,
  owner: Owner,
  target: Target,
): Promise<Result<Permit<A>>> {
  const permit = await authorise(actor, action, owner as never, target);
  if (!permit.ok && permit.error.code === "forbidden" && owner.type !== "site") return notFound();
  return permit;
}

export function notFound() {
  return fail("not-found", "There is no such credential. It may have been removed; reload the page.");
}
