import { Secret } from "../../secret";
import type { Adapter, Connection, Entered, VerifyStep } from "../adapter";
import { openTransport } from "../http";
import { azureDevops } from "./adapter";

/** How the tests of this folder reach a simulator: through the guarded transport, with every request noted. */
export interface Sent {
  method: string;
  url: string;
  headers: Headers;
}

export function connect(baseUrl: string, adapter: Adapter, sent: Sent[] = []): Connection {
  const origins = adapter.origins(baseUrl);
  const guarded = openTransport({ origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"], deadlineMs: 4_000 });
  return {
    baseUrl,
    transport: {
      fetch(input, init) {
        sent.push({ method: init?.method ?? "GET", url: String(input), headers: new Headers(init?.headers) });
        return guarded.fetch(input, init);
      },
    },
  };
}

export function enter(token: string): Entered {
  return { type: "pat", token: new Secret(token), fields: {}, secrets: {} };
}

export async function verify(baseUrl: string, token: string, adapter: Adapter = azureDevops) {
  const steps: VerifyStep[] = [];
  const sent: Sent[] = [];
  const verdict = await adapter.verify(connect(baseUrl, adapter, sent), enter(token), (step) => void steps.push(step));
  return { verdict, steps, sent };
}
