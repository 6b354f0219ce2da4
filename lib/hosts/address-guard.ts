import { lookup as resolve } from "node:dns/promises";
import { isIP, type LookupFunction, type Socket } from "node:net";
import { describeBlocked, judgeAddress } from "./networks";
import { TransportError } from "./transport-error";

/**
 * Judges every connection three times: the literal address that was asked for, all answers of the resolver (one bad
 * answer refuses them all), and the address that was really connected to. For HTTP (agents.ts), SSH and mail (dial.ts).
 */
export type Lookup = (hostname: string) => Promise<readonly { address: string; family: number }[]>;

export interface AddressGuard {
  /** Before connecting. Null: a name, or a literal that is allowed. `shown` is what the sentence calls it. */
  judgeLiteral(hostname: string, shown?: string): TransportError | null;
  /** Instead of DNS's own: only allowed answers come out of it. */
  lookup: LookupFunction;
  /** After connecting: whoever answers. The socket is destroyed unless null is returned. */
  judgePeer(socket: Socket, shown: string): Error | null;
}

export function guardAddresses(allowedNetworks: readonly string[], lookup: Lookup = resolveAll): AddressGuard {
  const check = (address: string, hostname: string): TransportError | null => {
    const judgement = judgeAddress(address, allowedNetworks);
    return judgement.allowed ? null : new TransportError("blocked-address", describeBlocked(hostname, judgement));
  };
  return {
    judgeLiteral(hostname, shown = hostname) {
      const bare = hostname.replace(/^\[|\]$/g, "");
      // Some resolvers do not know that localhost, with or without a dot, is always this machine.
      const literal = isIP(bare) ? bare : /(^|\.)localhost\.?$/i.test(bare) ? "127.0.0.1" : null;
      return literal === null ? null : check(literal, shown);
    },
    lookup(hostname, options, callback) {
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
    },
    judgePeer(socket, shown) {
      const address = socket.remoteAddress;
      // Without one: already closed by the other side.
      const refusal =
        address === undefined ? Object.assign(new Error("no peer"), { code: "ECONNRESET" }) : check(address, shown);
      if (refusal) socket.destroy();
      return refusal;
    },
  };
}

function resolveAll(hostname: string): ReturnType<Lookup> {
  return resolve(hostname, { all: true });
}
