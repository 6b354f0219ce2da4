import { env } from "../env";
import type { Adapter, Connection } from "../hosts/adapter";
import { openTransport } from "../hosts/http";

/** Opens the guarded transport to a code host: only to its adapter's origins, trusting its CA. Sends nothing yet. */
export function connect(
  adapter: Adapter,
  host: { baseUrl: string; caCertificate: string | null },
  options: { deadlineMs?: number } = {},
): Connection {
  const { baseUrl, caCertificate } = host;
  const { allowedNetworks } = env();
  return {
    baseUrl,
    transport: openTransport({ origins: adapter.origins(baseUrl), caCertificate, allowedNetworks, ...options }),
  };
}
