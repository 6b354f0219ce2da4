import { createSecureContext, rootCertificates } from "node:tls";
import { Agent, buildConnector } from "undici";
import { guardAddresses, type Lookup } from "./address-guard";
import { TransportError } from "./transport-error";

export type { Lookup } from "./address-guard";

/**
 * The connections of the guarded transport, every new one judged by address-guard.ts. They are shared only between
 * transports that trust the same certificates and may reach the same networks.
 */
interface AgentOptions {
  caCertificate: string | null;
  allowedNetworks: readonly string[];
  lookup?: Lookup;
}

const maxAgents = 50;
const mebibyte = 1024 * 1024;
const shared = new Map<string, Agent>();
const unshared = new Set<Agent>();

export function agentFor(options: AgentOptions): Agent {
  if (options.lookup) {
    const agent = createAgent(options);
    unshared.add(agent);
    return agent;
  }
  const key = JSON.stringify([options.caCertificate, options.allowedNetworks]);
  const agent = shared.get(key) ?? createAgent(options);
  // Moved to the end, so that the first is the one unused for longest.
  shared.delete(key);
  shared.set(key, agent);
  for (const [oldest, spare] of shared) {
    if (shared.size <= maxAgents) break;
    shared.delete(oldest);
    void spare.close().catch(() => {});
  }
  return agent;
}

/** Closes every connection: at shutdown, and after tests. */
export async function closeTransports(): Promise<void> {
  const agents = [...shared.values(), ...unshared];
  shared.clear();
  unshared.clear();
  await Promise.all(agents.map((agent) => agent.destroy()));
}

function createAgent({ caCertificate, allowedNetworks, lookup }: AgentOptions): Agent {
  const guard = guardAddresses(allowedNetworks, lookup);
  let connector: buildConnector.connector | null = null;
  // At the first connect: parsing all root certificates takes a while, and a bad certificate has to become an answer.
  const buildOnce = () => {
    const secureContext =
      caCertificate === null ? null : createSecureContext({ ca: [...rootCertificates, caCertificate] });
    return buildConnector({
      lookup: guard.lookup,
      timeout: 3_000,
      // Node gives up on each address of several after 250 ms, too soon for a host on another continent.
      autoSelectFamilyAttemptTimeout: 750,
      rejectUnauthorized: true,
      ...(secureContext && { secureContext }),
    });
  };

  return new Agent({
    connections: 8,
    maxResponseSize: mebibyte,
    headersTimeout: 10_000,
    bodyTimeout: 10_000,
    connect(options, callback) {
      const blocked = guard.judgeLiteral(options.hostname);
      if (blocked) return callback(blocked, null);
      try {
        connector ??= buildOnce();
      } catch {
        return callback(
          new TransportError("tls", "The CA certificate of this code host cannot be read. Replace it."),
          null,
        );
      }
      connector(options, (error, socket) => {
        if (error) return callback(error, null);
        const refusal = guard.judgePeer(socket, options.hostname);
        if (refusal) callback(refusal, null);
        else callback(null, socket);
      });
    },
  });
}
