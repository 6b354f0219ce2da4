import { expect } from "vitest";
import { Secret } from "../secret";
import type { Adapter, Entered, Refusal } from "./adapter";
import type { Transport } from "./http";

/**
 * What the contract suite watches in every case, whatever else the case is about: only reading, only the host's own
 * origins, no token in an address or in anything that is shown, refusals that read well.
 */
export interface SentRequest {
  method: string;
  url: string;
  body: string;
}

/** A credential of a simulator: the token alone, or with what its type asks for. */
export type ContractCredential =
  | string
  | { token: string; type?: string; fields?: Record<string, string>; secrets?: Record<string, string> };

export function tokenOf(credential: ContractCredential): string {
  return typeof credential === "string" ? credential : credential.token;
}

export function enteredOf(adapter: Adapter, credential: ContractCredential): Entered {
  const {
    token,
    type,
    fields = {},
    secrets = {},
  } = typeof credential === "string" ? { token: credential } : credential;
  return {
    type: type ?? adapter.recognise(token)?.type ?? adapter.credentialTypes[0]?.id ?? "",
    token: new Secret(token),
    fields,
    secrets: Object.fromEntries(Object.entries(secrets).map(([id, value]) => [id, new Secret(value)])),
  };
}

/** Every secret of it, raw. */
export function secretsOf(credential: ContractCredential): string[] {
  return typeof credential === "string" ? [credential] : [credential.token, ...Object.values(credential.secrets ?? {})];
}

export function recording(transport: Transport, sent: SentRequest[]): Transport {
  return {
    fetch(input, init) {
      const request = input instanceof Request ? input : null;
      const body = typeof init?.body === "string" ? init.body : "";
      sent.push({ method: init?.method ?? request?.method ?? "GET", url: request?.url ?? String(input), body });
      return transport.fetch(input, init);
    },
  };
}

export function isReading({ method }: SentRequest): boolean {
  return /^(GET|HEAD|OPTIONS)$/.test(method);
}

export function expectReadOnly(
  { adapter, isReadOnly = isReading }: { adapter: Adapter; isReadOnly?: (request: SentRequest) => boolean },
  baseUrl: string,
  credential: ContractCredential,
  sent: SentRequest[],
): void {
  const origins = adapter.origins(baseUrl);
  for (const request of sent) {
    expect(isReadOnly(request), `${request.method} ${request.url}`).toBe(true);
    expect(origins).toContain(new URL(request.url).origin);
    for (const secret of secretsOf(credential)) {
      expect(request.url).not.toContain(secret);
      expect(decodeURIComponent(request.url)).not.toContain(secret);
    }
  }
}

export function expectNoLeak(credential: ContractCredential, shown: unknown[]): void {
  const text = JSON.stringify(shown);
  for (const secret of secretsOf(credential)) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(Buffer.from(secret).toString("base64").replace(/=+$/, ""));
    expect(text).not.toContain(encodeURIComponent(secret));
  }
}

/** @param pages origins that may be linked to */
export function expectWellFormed(refusal: Refusal, pages: readonly string[]): void {
  expect(refusal.message).toMatch(/^\S.*\.$/);
  expect(refusal.message).not.toMatch(/!|please|successfully/i);
  expect(refusal.hostSaid?.length ?? 0).toBeLessThanOrEqual(300);
  expect(refusal.hostSaid ?? "").not.toMatch(/\p{Cc}/u);
  if (refusal.url) expect(pages).toContain(new URL(refusal.url).origin);
  if (refusal.retryAt) expect(isRealDate(refusal.retryAt)).toBe(true);
}

export function isRealDate(date: Date): boolean {
  return !Number.isNaN(date.getTime());
}

/** Milliseconds, the better of two runs: a busy machine may hold up one. */
export function fastest(run: () => unknown): number {
  const times = [0, 1].map(() => {
    const startedAt = performance.now();
    run();
    return performance.now() - startedAt;
  });
  return Math.min(...times);
}
