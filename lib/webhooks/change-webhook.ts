import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Actor } from "../authz";
import { authorise, change, isConflict } from "../db";
import { env } from "../env";
import { parse } from "../input";
import type { Tx } from "../prisma";
import type { Prisma, Webhook } from "../prisma-client/client";
import { fail, ok, type Result } from "../result";
import { makeSigningSecret } from "./signing-secret";
import {
  id as idField,
  noSuchWebhook,
  summarise,
  type WebhookFields,
  type WebhookSummary,
  webhookFields,
  withDeliveries,
} from "./webhook";
import { readWebhookUrl } from "./webhook-url";

/**
 * Adding, editing, enabling and removing webhooks: site admins only, each with its audit entry. The entries name the
 * receiver's origin and not the rest of its address, which may be a secret of the receiver's.
 */
export interface WithSecret {
  webhook: WebhookSummary;
  /** "whsec_…": shown now and never again. Null: the one that it had stays. */
  secret: string | null;
}

export async function addWebhook(actor: Actor, input: WebhookFields): Promise<Result<WithSecret>> {
  const permit = await authorise(actor, "site.manage", null, { type: "webhook" });
  if (!permit.ok) return permit;
  const fields = await readFields(input);
  if (!fields.ok) return fields;
  const id = randomUUID();
  const made = await makeSigningSecret({ id, url: fields.value.url, version: 1 });
  return await unlessNameTaken(fields.value.name, () =>
    change<Result<WithSecret>>(permit.value, async (tx) => {
      const row = await tx.webhook.create({ data: { ...fields.value, ...made.columns, id }, include: withDeliveries });
      const details = { origin: new URL(row.url).origin, events: row.events };
      return { value: ok({ webhook: summarise(row), secret: made.shown }), audit: audit("webhook.add", row, details) };
    }),
  );
}

/** A new origin gets a new secret: the old one was shown to whoever runs the old receiver. */
export async function editWebhook(actor: Actor, input: WebhookFields & { id: string }): Promise<Result<WithSecret>> {
  const permit = await authorise(actor, "site.manage", null, targetOf(input?.id));
  if (!permit.ok) return permit;
  const { id, ...typed } = input ?? {};
  if (!idField.safeParse(id).success) return noSuchWebhook();
  const fields = await readFields(typed);
  if (!fields.ok) return fields;
  const data = fields.value;
  return await unlessNameTaken(data.name, () =>
    change<Result<WithSecret>>(permit.value, async (tx) => {
      const before = await lock(tx, id);
      if (!before) return { value: noSuchWebhook(), audit: null };
      const [from, to] = [new URL(before.url).origin, new URL(data.url).origin];
      const made = from === to ? null : await makeSigningSecret({ id, url: data.url, version: before.version + 1 });
      const row = await tx.webhook.update({
        where: { id },
        data: { ...data, ...made?.columns },
        include: withDeliveries,
      });
      const details = {
        ...(before.name === row.name ? {} : { renamedFrom: before.name }),
        ...(made ? { origin: { from, to }, newSecret: true } : before.url === row.url ? {} : { path: "changed" }),
        events: row.events,
      };
      const value = ok({ webhook: summarise(row), secret: made?.shown ?? null });
      return { value, audit: audit("webhook.edit", row, details) };
    }),
  );
}

export async function rotateWebhookSecret(actor: Actor, id: string): Promise<Result<WithSecret>> {
  const permit = await authorise(actor, "site.manage", null, targetOf(id));
  if (!permit.ok) return permit;
  if (!idField.safeParse(id).success) return noSuchWebhook();
  return await change<Result<WithSecret>>(permit.value, async (tx) => {
    const before = await lock(tx, id);
    if (!before) return { value: noSuchWebhook(), audit: null };
    const made = await makeSigningSecret({ id, url: before.url, version: before.version + 1 });
    const row = await tx.webhook.update({ where: { id }, data: made.columns, include: withDeliveries });
    return {
      value: ok({ webhook: summarise(row), secret: made.shown }),
      audit: audit("webhook.rotate-secret", row, { version: row.version }),
    };
  });
}

/** Disabled: what waits to be sent is given up, and the log says so. */
export async function enableWebhook(actor: Actor, id: string, enabled: boolean): Promise<Result<WebhookSummary>> {
  const permit = await authorise(actor, "site.manage", null, targetOf(id));
  if (!permit.ok) return permit;
  const parsed = z.strictObject({ id: idField, enabled: z.boolean() }).safeParse({ id, enabled });
  if (!parsed.success) return noSuchWebhook();
  return await change<Result<WebhookSummary>>(permit.value, async (tx) => {
    const before = await lock(tx, id);
    if (!before) return { value: noSuchWebhook(), audit: null };
    const row = await tx.webhook.update({ where: { id }, data: { enabled }, include: withDeliveries });
    if (!enabled) await giveUpWaiting(tx, id);
    const action = enabled ? "webhook.enable" : "webhook.disable";
    return { value: ok(summarise(row)), audit: before.enabled === enabled ? null : audit(action, row, {}) };
  });
}

export async function removeWebhook(actor: Actor, id: string): Promise<Result<{ name: string }>> {
  const permit = await authorise(actor, "site.manage", null, targetOf(id));
  if (!permit.ok) return permit;
  if (!idField.safeParse(id).success) return noSuchWebhook();
  return await change<Result<{ name: string }>>(permit.value, async (tx) => {
    const row = await lock(tx, id);
    if (!row) return { value: noSuchWebhook(), audit: null };
    await tx.webhook.delete({ where: { id } });
    const details = { origin: new URL(row.url).origin };
    return { value: ok({ name: row.name }), audit: audit("webhook.remove", row, details) };
  });
}

/** Within the transaction that disables it. */
export async function giveUpWaiting(tx: Tx, webhookId: string): Promise<void> {
  await tx.webhookDelivery.updateMany({
    where: { webhookId, state: "pending" },
    data: { state: "failed", lastError: "The webhook was disabled before this was delivered." },
  });
}

async function readFields(input: unknown): Promise<Result<{ name: string; url: string; events: string[] }>> {
  const parsed = parse(webhookFields, input);
  if (!parsed.ok) return parsed;
  const url = await readWebhookUrl(parsed.value.url, env().allowedNetworks);
  if (!url.ok) return fail("invalid-input", url.message, { url: url.message });
  return ok({ ...parsed.value, url: url.url });
}

/** Two changes at once follow each other. */
async function lock(tx: Tx, id: string): Promise<Webhook | null> {
  await tx.$queryRaw`SELECT 1 FROM "Webhook" WHERE id = ${id}::uuid FOR UPDATE`;
  return await tx.webhook.findUnique({ where: { id } });
}

async function unlessNameTaken<T>(name: string, write: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await write();
  } catch (error) {
    if (!isConflict(error)) throw error;
    return fail("conflict", `There is a webhook named ${name} already.`, { name: "Choose another name." });
  }
}

function audit(action: string, row: { id: string; name: string }, details: Record<string, Prisma.InputJsonValue>) {
  return { action, target: { type: "webhook", id: row.id, label: row.name }, outcome: "ok" as const, details };
}

function targetOf(id: unknown) {
  return { type: "webhook", id: typeof id === "string" ? id : null };
}
