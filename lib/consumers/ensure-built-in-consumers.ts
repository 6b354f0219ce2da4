import { authorise, change, type Permit } from "../db";
import type { Tx } from "../prisma";
import { type BuiltInConsumer, builtInConsumers } from "./built-in";

/**
 * At boot: adds the built-in consumers that are not there yet, enabled, and to those that are there what they need on
 * kinds of code host that are new. Whatever else is there stays as an admin left it. Several instances may boot at once.
 */
export async function ensureBuiltInConsumers(): Promise<void> {
  const permit = await authorise({ type: "system", name: "start" }, "consumer.manage", null);
  if (!permit.ok) throw new Error(permit.error.message);
  for (const consumer of builtInConsumers) await ensureBuiltIn(permit.value, consumer);
}

async function ensureBuiltIn(permit: Permit<"consumer.manage">, consumer: BuiltInConsumer): Promise<void> {
  const { slug, name, description } = consumer;
  await change(permit, async (tx) => {
    // ON CONFLICT DO NOTHING waits for another instance's insert and then adds none.
    const [added] = await tx.consumer.createManyAndReturn({
      data: { slug, name, description, enabled: true },
      skipDuplicates: true,
    });
    const row = added ?? (await lockRow(tx, slug));
    // Its name may have been taken by an admin's own.
    if (!row) return { value: null, audit: null };
    const seeded = await seedKinds(tx, row, consumer);
    if (!added && seeded.length === 0) return { value: null, audit: null };
    const target = { type: "consumer", id: row.id, label: row.name };
    const details: Record<string, string | boolean> = added
      ? { builtIn: true, enabled: true }
      : { builtIn: true, kinds: seeded.join(",") };
    return {
      value: null,
      audit: { action: added ? "consumer.add" : "consumer.edit", target, outcome: "ok", details },
    };
  });
}

async function lockRow(tx: Tx, slug: string) {
  const [row] = await tx.$queryRaw<{ id: string; name: string; seededKinds: string[] }[]>`
    SELECT id, name, "seededKinds" FROM "Consumer" WHERE slug = ${slug} FOR UPDATE`;
  return row ?? null;
}

/** @returns the kinds that were new */
async function seedKinds(
  tx: Tx,
  row: { id: string; seededKinds: string[] },
  { requirements }: BuiltInConsumer,
): Promise<string[]> {
  const kinds = [...new Set(requirements.map(({ kind }) => kind))].filter((kind) => !row.seededKinds.includes(kind));
  if (kinds.length === 0) return [];
  await tx.consumerRequirement.createMany({
    data: requirements
      .filter(({ kind }) => kinds.includes(kind))
      .map((requirement) => ({ ...requirement, consumerId: row.id })),
    skipDuplicates: true,
  });
  await tx.consumer.update({ where: { id: row.id }, data: { seededKinds: { push: kinds } } });
  return kinds;
}
