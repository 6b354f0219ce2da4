import { z } from "zod";
import type { Actor } from "../authz";
import { authorise, change, isConflict } from "../db";
import type { Tx } from "../prisma";
import type { Prisma } from "../prisma-client/client";
import { fail, ok, type Result } from "../result";
import { builtInConsumers } from "./built-in";
import {
  type ConsumerFields,
  type ConsumerSummary,
  consumerFields,
  fieldErrors,
  id as idField,
  type Requirement,
  summarise,
  withRequirements,
} from "./consumer";

/**
 * Adding, editing, enabling and removing consumers: site admins only, each with its audit entry. Built-in consumers are
 * disabled or reset to what their documentation asks for, never removed.
 */
export async function addConsumer(
  actor: Actor,
  input: ConsumerFields & { enabled?: boolean },
): Promise<Result<ConsumerSummary>> {
  const permit = await authorise(actor, "consumer.manage", null, { type: "consumer" });
  if (!permit.ok) return permit;
  const parsed = consumerFields.safeExtend({ enabled: z.boolean().default(true) }).safeParse(input);
  if (!parsed.success) return invalid(parsed.error);
  const { requirements, ...data } = parsed.data;
  return await unlessNameTaken(data.name, async () =>
    change<Result<ConsumerSummary>>(permit.value, async (tx) => {
      const row = await tx.consumer.create({
        data: { ...data, requirements: { create: requirements } },
        include: withRequirements,
      });
      const details = { enabled: row.enabled, scopes: scopeNames(requirements) };
      return { value: ok(summarise(row)), audit: audit("consumer.add", row, details) };
    }),
  );
}

export async function editConsumer(
  actor: Actor,
  input: ConsumerFields & { id: string },
): Promise<Result<ConsumerSummary>> {
  const permit = await authorise(actor, "consumer.manage", null, targetOf(input?.id));
  if (!permit.ok) return permit;
  const parsed = consumerFields.safeExtend({ id: idField }).safeParse(input);
  if (!parsed.success) return invalid(parsed.error);
  const { id, requirements, ...data } = parsed.data;
  return await unlessNameTaken(data.name, async () =>
    change<Result<ConsumerSummary>>(permit.value, async (tx) => {
      const row = await rewrite(tx, id, data, requirements);
      return row
        ? { value: ok(summarise(row.after)), audit: audit("consumer.edit", row.after, row.details) }
        : { value: noSuchConsumer(), audit: null };
    }),
  );
}

/** Back to what its documentation asks for, when it is built in; its name, and whether it is enabled, stay. */
export async function resetConsumer(actor: Actor, id: string): Promise<Result<ConsumerSummary>> {
  const permit = await authorise(actor, "consumer.manage", null, targetOf(id));
  if (!permit.ok) return permit;
  if (!idField.safeParse(id).success) return noSuchConsumer();
  return await change<Result<ConsumerSummary>>(permit.value, async (tx) => {
    const before = await tx.consumer.findUnique({ where: { id } });
    if (!before) return { value: noSuchConsumer(), audit: null };
    const builtIn = builtInConsumers.find(({ slug }) => slug === before.slug);
    if (!builtIn) return { value: fail("conflict", "Only built-in consumers can be reset."), audit: null };
    const row = await rewrite(tx, id, { description: builtIn.description }, builtIn.requirements);
    if (!row) return { value: noSuchConsumer(), audit: null };
    return {
      value: ok(summarise(row.after)),
      audit: audit("consumer.edit", row.after, { ...row.details, reset: true }),
    };
  });
}

export async function enableConsumer(actor: Actor, id: string, enabled: boolean): Promise<Result<ConsumerSummary>> {
  const permit = await authorise(actor, "consumer.manage", null, targetOf(id));
  if (!permit.ok) return permit;
  const parsed = z.strictObject({ id: idField, enabled: z.boolean() }).safeParse({ id, enabled });
  if (!parsed.success) return noSuchConsumer();
  return await change<Result<ConsumerSummary>>(permit.value, async (tx) => {
    const { count } = await tx.consumer.updateMany({ where: { id, enabled: !enabled }, data: { enabled } });
    const row = await tx.consumer.findUnique({ where: { id }, include: withRequirements });
    if (!row) return { value: noSuchConsumer(), audit: null };
    const action = enabled ? "consumer.enable" : "consumer.disable";
    return { value: ok(summarise(row)), audit: count > 0 ? audit(action, row, {}) : null };
  });
}

export async function removeConsumer(actor: Actor, id: string): Promise<Result<{ name: string }>> {
  const permit = await authorise(actor, "consumer.manage", null, targetOf(id));
  if (!permit.ok) return permit;
  if (!idField.safeParse(id).success) return noSuchConsumer();
  return await change<Result<{ name: string }>>(permit.value, async (tx) => {
    const row = await tx.consumer.findUnique({ where: { id }, include: withRequirements });
    if (!row) return { value: noSuchConsumer(), audit: null };
    if (row.slug !== null) {
      return { value: fail("conflict", `${row.name} is built in. Disable it instead.`), audit: null };
    }
    const { count } = await tx.consumer.deleteMany({ where: { id } });
    if (count === 0) return { value: noSuchConsumer(), audit: null };
    const details = { scopes: scopeNames(row.requirements) };
    return { value: ok({ name: row.name }), audit: audit("consumer.remove", row, details) };
  });
}

type Row = Prisma.ConsumerGetPayload<{ include: typeof withRequirements }>;

/** Replaces data and requirements; the row's lock makes two edits at once follow each other. Null: no such consumer. */
async function rewrite(tx: Tx, id: string, data: Prisma.ConsumerUpdateInput, requirements: readonly Requirement[]) {
  await tx.$queryRaw`SELECT 1 FROM "Consumer" WHERE id = ${id}::uuid FOR UPDATE`;
  const before = await tx.consumer.findUnique({ where: { id }, include: withRequirements });
  if (!before) return null;
  await tx.consumerRequirement.deleteMany({ where: { consumerId: id } });
  const after: Row = await tx.consumer.update({
    where: { id },
    data: { ...data, requirements: { create: requirements.map((requirement) => ({ ...requirement })) } },
    include: withRequirements,
  });
  const had = scopeNames(before.requirements);
  const has = scopeNames(after.requirements);
  const details = {
    added: has.filter((name) => !had.includes(name)),
    removed: had.filter((name) => !has.includes(name)),
    ...(before.name === after.name ? {} : { renamedFrom: before.name }),
  };
  return { after, details };
}

async function unlessNameTaken<T>(name: string, write: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await write();
  } catch (error) {
    if (!isConflict(error)) throw error;
    return fail("conflict", `There is a consumer named ${name} already.`, { name: "Choose another name." });
  }
}

function audit(action: string, row: { id: string; name: string }, details: Record<string, Prisma.InputJsonValue>) {
  return { action, target: { type: "consumer", id: row.id, label: row.name }, outcome: "ok" as const, details };
}

function targetOf(id: unknown) {
  return { type: "consumer", id: typeof id === "string" ? id : null };
}

function scopeNames(requirements: readonly { kind: string; scope: string }[]): string[] {
  return requirements.map(({ kind, scope }) => `${kind}: ${scope}`);
}

function invalid(error: z.ZodError) {
  return fail("invalid-input", "Look at the marked fields.", fieldErrors(error));
}

function noSuchConsumer() {
  return fail("not-found", "There is no such consumer. It may have been removed; reload the page.");
}
