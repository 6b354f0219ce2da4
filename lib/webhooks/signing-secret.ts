import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { installationId } from "../installation";
import { open, seal } from "../seal";
import { Secret } from "../secret";

/**
 * The secret with which a webhook's messages are signed (Standard Webhooks, symmetric). It is shown once, when it is
 * made, and sealed for its webhook, version and the origin that it is for.
 */
export interface SigningKey {
  id: string;
  url: string;
  version: number;
  sealed: string;
}

export interface MadeSecret {
  /** For the database. */
  columns: { sealed: string; kid: string; version: number };
  /** "whsec_…", for the admin's eyes, once. */
  shown: string;
}

const BYTES = 32;

export async function makeSigningSecret(webhook: Pick<SigningKey, "id" | "url" | "version">): Promise<MadeSecret> {
  const secret = new Secret(`whsec_${randomBytes(BYTES).toString("base64")}`);
  const sealed = await seal(secret, await sealContext(webhook));
  return { columns: { ...sealed, version: webhook.version }, shown: secret.reveal() };
}

/** The headers that prove a message. `id` is the same at each try, `at` is not. Throws SealError. */
export async function signMessage(
  key: SigningKey,
  message: { id: string; at: Date; body: string },
): Promise<Record<string, string>> {
  const secret = await open(key.sealed, await sealContext(key));
  return {
    "webhook-id": message.id,
    "webhook-timestamp": String(Math.floor(message.at.getTime() / 1000)),
    "webhook-signature": new Webhook(secret.reveal()).sign(message.id, message.at, message.body),
  };
}

async function sealContext({ id, url, version }: Pick<SigningKey, "id" | "url" | "version">) {
  return {
    installationId: await installationId(),
    table: "Webhook",
    rowId: id,
    field: "secret",
    host: new URL(url).origin,
    version,
  } as const;
}
