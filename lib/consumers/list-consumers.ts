import type { Actor } from "../authz";
import { authorise, database, type Permit } from "../db";
import type { RequiredScope } from "../hosts/scopes";
import { ok, type Result } from "../result";
import { type ConsumerSummary, inTableOrder, summarise, withRequirements } from "./consumer";

/** All consumers, by name. Everyone who is signed in may read them: a credential's row says whom it is for. */
export async function listConsumers(actor: Actor): Promise<Result<ConsumerSummary[]>> {
  const permit = await authorise(actor, "consumer.list", null, { type: "consumer" });
  if (!permit.ok) return permit;
  const rows = await database(permit.value).consumer.findMany({
    orderBy: [{ name: "asc" }, { id: "asc" }],
    include: withRequirements,
  });
  return ok(rows.map(summarise));
}

/** What the enabled consumers need, by code host kind; a kind that none needs anything of is not in the map. */
export async function requirementsByKind(actor: Actor): Promise<Result<ReadonlyMap<string, RequiredScope[]>>> {
  const permit = await authorise(actor, "consumer.list", null, { type: "consumer" });
  return permit.ok ? ok(await readRequirements(permit.value)) : permit;
}

export async function readRequirements(
  permit: Permit<"consumer.list" | "guide.read">,
): Promise<ReadonlyMap<string, RequiredScope[]>> {
  const rows = await database(permit).consumer.findMany({
    where: { enabled: true },
    orderBy: [{ name: "asc" }, { id: "asc" }],
    include: withRequirements,
  });
  const byKind = new Map<string, RequiredScope[]>();
  for (const { id, name, requirements } of rows) {
    for (const { kind, scope, why } of requirements) {
      byKind.set(kind, [...(byKind.get(kind) ?? []), { scope, why, consumer: { id, name } }]);
    }
  }
  for (const [kind, needs] of byKind) byKind.set(kind, inTableOrder(kind, needs));
  return byKind;
}
