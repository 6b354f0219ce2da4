import { env } from "../env";
import { findTransportError, openTransport } from "../hosts/http";
import type { Prisma } from "../prisma-client/client";
import { SealError } from "../seal";
import { type SigningKey, signMessage } from "./signing-secret";

/**
 * One try to deliver one message: signed, posted through the guarded transport, no redirect followed. What the receiver
 * says beside its status is not kept.
 */
export interface Message {
  /** Of the delivery; the same at each try. */
  id: string;
  payload: Prisma.JsonValue;
  at: Date;
  webhook: SigningKey;
}

export type Sent =
  | { ok: true; status: number }
  /** `error` is our sentence. Status null: no answer. */
  | { ok: false; status: number | null; error: string };

export const DEADLINE_MS = 10_000;

export async function send({ id, payload, at, webhook }: Message, signal?: AbortSignal): Promise<Sent> {
  const url = new URL(webhook.url);
  const body = JSON.stringify(payload);
  try {
    const headers = { ...(await signMessage(webhook, { id, at, body })), "content-type": "application/json" };
    const transport = openTransport({
      origins: [url.origin],
      caCertificate: null,
      allowedNetworks: env().allowedNetworks,
      deadlineMs: DEADLINE_MS,
    });
    const { status, ok } = await transport.fetch(url, { method: "POST", headers, body, ...(signal && { signal }) });
    if (ok) return { ok: true, status };
    const error = status === 410 ? `${url.host} says that it is gone for good.` : `${url.host} answered ${status}.`;
    return { ok: false, status, error };
  } catch (error) {
    return { ok: false, status: null, error: explain(error, url.host) };
  }
}

function explain(error: unknown, host: string): string {
  if (error instanceof SealError) {
    return "The signing secret does not open: restore the keyring, or make a new secret.";
  }
  const failure = findTransportError(error);
  if (!failure) throw error;
  return failure.reason === "tls" ? `The certificate of ${host} is not valid or not trusted.` : failure.message;
}
