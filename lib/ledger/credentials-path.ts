import type { LedgerRow } from "./row";
import type { LedgerScope } from "./scope";

/** The screen on which a credential of a ledger is replaced, narrowed to its code host. */
export function credentialsPath({ owner, host }: Pick<LedgerRow, "owner" | "host">, scope: LedgerScope): string {
  const query = `?q=${encodeURIComponent(host.name)}`;
  if (owner.type === "site") return `/admin/credentials${query}`;
  if (owner.type === "team") return `/teams/${owner.id}/credentials${query}`;
  return scope.type === "user" ? `/settings/credentials${query}` : `/admin/users/${owner.id}/credentials${query}`;
}
