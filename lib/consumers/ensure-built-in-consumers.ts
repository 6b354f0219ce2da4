import { authorise, change } from "../db";
import { builtInConsumers } from "./built-in";

/**
 * At boot: adds the built-in consumers that are not there yet, enabled. One that is there stays as an admin left it.
 * Several instances may boot at once.
 */
export async function ensureBuiltInConsumers(): Promise<void> {
  const permit = await authorise({ type: "system", name: "start" }, "consumer.manage", null);
  if (!permit.ok) throw new Error(permit.error.message);
  for (const { slug, name, description, requirements } of builtInConsumers) {
    await change(permit.value, async (tx) => {
      // ON CONFLICT DO NOTHING waits for another instance's insert and then adds none.
      const [consumer] = await tx.consumer.createManyAndReturn({
        data: { slug, name, description, enabled: true },
        skipDuplicates: true,
      });
      if (!consumer) return { value: null, audit: null };
      await tx.consumerRequirement.createMany({
        data: requirements.map((requirement) => ({ ...requirement, consumerId: consumer.id })),
      });
      const target = { type: "consumer", id: consumer.id, label: name };
      return {
        value: null,
        audit: { action: "consumer.add", target, outcome: "ok", details: { builtIn: true, enabled: true } },
      };
    });
  }
}
