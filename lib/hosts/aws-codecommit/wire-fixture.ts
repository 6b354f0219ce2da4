import { Secret } from "../../secret";
import type { Connection, Entered } from "../adapter";
import { openTransport } from "../http";
import { originsOf } from "./base-url";

/** What the tests of this folder share: a guarded connection to a simulator, and a key as its owner enters it. */
export function connect(baseUrl: string, deadlineMs = 4_000): Connection {
  const guarded = { origins: originsOf(baseUrl), caCertificate: null, allowedNetworks: ["127.0.0.0/8"], deadlineMs };
  return { baseUrl, transport: openTransport(guarded) };
}

export interface Key {
  id: string;
  secret: string;
  session: { token: string } | null;
}

export function enter({ id, secret, session }: Key): Entered {
  return {
    type: session ? "temporary-key" : "access-key",
    token: new Secret(secret),
    fields: { accessKeyId: id },
    secrets: session ? { sessionToken: new Secret(session.token) } : {},
  };
}
