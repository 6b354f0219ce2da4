import type { Actor } from "../authz";
import type { LedgerScope } from "../ledger/scope";

/**
 * A calendar link as the database has it: of one person, to one ledger. `scope` is own, team or site; its token exists
 * only in the link.
 */
export interface FeedColumns {
  scope: string;
  teamId: string | null;
}

export function feedColumns(scope: LedgerScope): FeedColumns {
  if (scope.type === "site-all") return { scope: "site", teamId: null };
  return scope.type === "team" ? { scope: "team", teamId: scope.id } : { scope: "own", teamId: null };
}

/** Null: it leads nowhere. */
export function scopeOfFeed({ scope, teamId }: FeedColumns, userId: string): LedgerScope | null {
  if (scope === "site") return { type: "site-all" };
  if (scope === "own") return { type: "user", id: userId };
  return teamId === null ? null : { type: "team", id: teamId };
}

export function idOf(actor: Actor): string {
  return actor.type === "user" ? actor.id : "";
}
