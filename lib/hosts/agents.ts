import { lookup as resolve } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import { createSecureContext, rootCertificates } from "node:tls";
import { Agent, buildConnector } from "undici";
import { describeBlocked, judgeAddress } from "./networks";
import { TransportError } from "./transport-error";

/**
 * The connections of the guarded transport. Every new one is checked three times: the literal address in the URL, all
 * answers of the resolver (one bad answer refuses them all), and the address that was really connected to. Connections
 * are shared only between transports that trust the same certificates and may reach the same networks.
 */
export type Lookup = (hostname: string) => Promise<readonly { address: string; family: number }[]>;

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

function createAgent({ caCertificate, allowedNetworks, lookup = resolveAll }: AgentOptions): Agent {
  const check = (address: string, hostname: string): TransportError | null => {
    const judgement = judgeAddress(address, allowedNetworks);
    return judgement.allowed ? null : new TransportError("blocked-address", describeBlocked(hostname, judgement));
  };
  const guardedLookup: LookupFunction = (hostname, options, callback) => {
    lookup(hostname).then(
      (answers) => {
        const [first] = answers;
        const refusal = answers.map(({ address }) => check(address, hostname)).find((error) => error !== null);
        if (refusal) callback(refusal, "", 0);
        else if (!first) callback(Object.assign(new Error("no address"), { code: "ENOTFOUND" }), "", 0);
        else if (options.all) callback(null, [...answers]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, "", 0),
    );
  };
  let connector: buildConnector.connector | null = null;
  // At the first connect: parsing all root certificates takes a while, and a bad certificate has to become an answer.
  const buildOnce = () => {
    const secureContext =
      caCertificate === null ? null : createSecureContext({ ca: [...rootCertificates, caCertificate] });
    return buildConnector({
      lookup: guardedLookup,
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
      const hostname = options.hostname.replace(/^\[|\]$/g, "");
      // Some resolvers do not know that localhost, with or without a dot, is always this machine.
      const literal = isIP(hostname) ? hostname : /(^|\.)localhost\.?$/i.test(hostname) ? "127.0.0.1" : null;
      const blocked = literal === null ? null : check(literal, options.hostname);
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
        const address = socket.remoteAddress;
        // Already closed by the other side.
        if (address === undefined) {
          socket.destroy();
          return callback(Object.assign(new Error("no peer"), { code: "ECONNRESET" }), null);
        }
        const refusal = check(address, options.hostname);
        if (!refusal) return callback(null, socket);
        socket.destroy();
        callback(refusal, null);
      });
    },
  });
}

function resolveAll(hostname: string): ReturnType<Lookup> {
  return resolve(hostname, { all: true });
}
