import type { Actor } from "../authz";
import { requirementsByKind } from "../consumers/list-consumers";
import { database } from "../db";
import { ok, type Result } from "../result";
import type { Named } from "./row";
import { authoriseLedger, type LedgerScope, scopeCondition } from "./scope";

/** What a ledger can be narrowed to: the code hosts in it, the consumers that are enabled and ask for something. */
export interface LedgerChoices {
  hosts: Named[];
  consumers: Named[];
}

export async function listChoices(actor: Actor, scope: LedgerScope): Promise<Result<LedgerChoices>> {
  const permit = await authoriseLedger(actor, scope);
  if (!permit.ok) return permit;
  const [hosts, needs] = await Promise.all([
    database(permit.value).$queryRaw<Named[]>`
      SELECT h.id, h.name FROM "CodeHost" h
      WHERE EXISTS (SELECT 1 FROM "Credential" c WHERE c."codeHostId" = h.id AND ${scopeCondition(scope)})
      ORDER BY h.name, h.id`,
    requirementsByKind(actor),
  ]);
  if (!needs.ok) return needs;
  const consumers = new Map([...needs.value.values()].flat().map(({ consumer }) => [consumer.id, consumer]));
  return ok({ hosts, consumers: [...consumers.values()].sort((a, b) => a.name.localeCompare(b.name)) });
}
