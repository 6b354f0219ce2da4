import { expect } from "vitest";
import type { Adapter, Refusal } from "./adapter";
import type { Transport } from "./http";

/**
 * What the contract suite watches in every case, whatever else the case is about: only reading, only the host's own
 * origins, no token in an address or in anything that is shown, refusals that read well.
 */
export interface SentRequest {
  method: string;
  url: string;
}

export function typeOf(adapter: Adapter, token: string): string {
  return adapter.recognise(token)?.type ?? adapter.credentialTypes[0]?.id ?? "";
}

export function recording(transport: Transport, sent: SentRequest[]): Transport {
  return {
    fetch(input, init) {
      const request = input instanceof Request ? input : null;
      sent.push({ method: init?.method ?? request?.method ?? "GET", url: request?.url ?? String(input) });
      return transport.fetch(input, init);
    },
  };
}

export function expectReadOnly(adapter: Adapter, baseUrl: string, token: string, sent: SentRequest[]): void {
  const origins = adapter.origins(baseUrl);
  for (const { method, url } of sent) {
    expect(method).toMatch(/^(GET|HEAD)$/);
    expect(origins).toContain(new URL(url).origin);
    expect(url).not.toContain(token);
    expect(decodeURIComponent(url)).not.toContain(token);
  }
}

export function expectNoLeak(token: string, shown: unknown[]): void {
  const text = JSON.stringify(shown);
  expect(text).not.toContain(token);
  expect(text).not.toContain(Buffer.from(token).toString("base64").replace(/=+$/, ""));
  expect(text).not.toContain(encodeURIComponent(token));
}

export function expectWellFormed(refusal: Refusal, baseUrl: string): void {
  expect(refusal.message).toMatch(/^\S.*\.$/);
  expect(refusal.message).not.toMatch(/!|please|successfully/i);
  expect(refusal.hostSaid?.length ?? 0).toBeLessThanOrEqual(300);
  expect(refusal.hostSaid ?? "").not.toMatch(/\p{Cc}/u);
  if (refusal.url) expect(new URL(refusal.url).origin).toBe(new URL(baseUrl).origin);
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
