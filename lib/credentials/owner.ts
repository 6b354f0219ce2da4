import type { Action, Actor, Owner } from "../authz";
import { authorise, type Permit, type Target } from "../db";
import { fail, type Result } from "../result";

/**
 * Who a credential belongs to, in the database and in the policy. What belongs to another person is answered as if it
 * did not exist; that the site has credentials everybody knows.
 */
export type CredentialAction = Extract<Action, `credential.${string}`>;

/** The ownerId column: null is the site. */
export function ownerColumn(owner: Owner): string | null {
  return owner.type === "site" ? null : owner.id;
}

export async function authoriseOwner<A extends CredentialAction>(
  actor: Actor,
  action: A,
  owner: Owner,
  target: Target,
): Promise<Result<Permit<A>>> {
  const permit = await authorise(actor, action, owner as never, target);
  if (!permit.ok && permit.error.code === "forbidden" && owner.type === "user") return notFound();
  return permit;
}

export function notFound() {
  return fail("not-found", "There is no such credential. It may have been removed; reload the page.");
}
