import { z } from "zod";
import { type Actor, can, type Owner } from "../authz";
import { authoriseOwner, notFound, ownerColumns } from "../credentials/owner";
import { authorise, database, type Permit } from "../db";
import { Prisma } from "../prisma-client/client";
import type { Result } from "../result";

/**
 * Whose credentials a ledger is about: a person's own, a team's, or all that the site holds, whoever they belong to.
 * The last one is for who runs the site. A ledger that the actor may not see does not exist.
 */
export type LedgerScope = Exclude<Owner, { type: "site" }> | { type: "site-all" };

export type LedgerPermit = Permit<"credential.list"> | Permit<"site.manage">;

export async function authoriseLedger(actor: Actor, scope: LedgerScope): Promise<Result<LedgerPermit>> {
  if (scope.type === "site-all") return await authorise(actor, "site.manage", null, { type: "ledger" });
  const isId = z.uuid().safeParse(scope.id).success;
  const permit = await authoriseOwner(actor, "credential.list", scope, { type: "owner", id: isId ? scope.id : null });
  if (!permit.ok) return permit;
  return isId && (scope.type === "user" || (await isTeam(permit.value, scope.id))) ? permit : notFound();
}

/** Admins may see every team's, but not of one that was deleted. */
async function isTeam(permit: Permit, id: string): Promise<boolean> {
  return (await database(permit).team.findUnique({ where: { id }, select: { id: true } })) !== null;
}

/** The same question without a trace in the audit log, for what asks again and again by itself. */
export function maySeeLedger(actor: Actor, scope: LedgerScope): boolean {
  return scope.type === "site-all" ? can(actor, "site.manage", null) : can(actor, "credential.list", scope);
}

/** Condition on "Credential" c. */
export function scopeCondition(scope: LedgerScope): Prisma.Sql {
  if (scope.type === "site-all") return Prisma.sql`true`;
  const { ownerId, teamId } = ownerColumns(scope);
  return ownerId === null ? Prisma.sql`c."teamId" = ${teamId}::uuid` : Prisma.sql`c."ownerId" = ${ownerId}::uuid`;
}

/** As the audit log names it: "all", "team:ID", or the id of a person. */
export function scopeName(scope: LedgerScope): string {
  if (scope.type === "site-all") return "all";
  return scope.type === "team" ? `team:${scope.id}` : scope.id;
}
