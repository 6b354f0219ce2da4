import { Secret } from "../../secret";
import type { Connection, Entered } from "../adapter";
import { openTransport } from "../http";

/** What this folder's tests ask with. */
export function connect(baseUrl: string): Connection {
  const origins = [new URL(baseUrl).origin];
  const transport = openTransport({
    origins,
    caCertificate: null,
    allowedNetworks: ["127.0.0.0/8"],
    deadlineMs: 4_000,
  });
  return { baseUrl, transport };
}

export function entered(token: string): Entered {
  return { type: "token", token: new Secret(token), fields: {}, secrets: {} };
}
