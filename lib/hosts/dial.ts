import { connect, type Socket } from "node:net";
import { guardAddresses, type Lookup } from "./address-guard";
import { formatAddress, type SshAddress } from "./ssh/address";
import { asTransportError, timedOut } from "./transport-error";

/** Opens a TCP connection where HTTP is not spoken, to an SSH or a mail server, judged as every one to a code host is. */
export interface DialOptions {
  /** CIDR networks that are allowed though not public. Cloud metadata addresses never are. */
  allowedNetworks: readonly string[];
  /** Tests only: answers instead of DNS. They are judged as DNS's are. */
  lookup?: Lookup;
}

/** Throws TransportError, also when `deadline` fires. What was connected is the caller's to destroy. */
export async function dial(address: SshAddress, options: DialOptions, deadline: AbortSignal): Promise<Socket> {
  const shown = formatAddress(address);
  const guard = guardAddresses(options.allowedNetworks, options.lookup);
  const blocked = guard.judgeLiteral(address.host);
  if (blocked) throw blocked;
  if (deadline.aborted) throw timedOut(shown);
  const socket = connect({
    ...address,
    lookup: guard.lookup,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: 750,
  });
  const giveUp = () => socket.destroy(timedOut(shown));
  deadline.addEventListener("abort", giveUp, { once: true });
  try {
    await new Promise<void>((done, failed) => {
      socket.once("connect", done);
      // Stays: a socket without a listener for its errors ends the process.
      socket.on("error", failed);
    });
  } catch (error) {
    socket.destroy();
    throw asTransportError(error, shown);
  } finally {
    deadline.removeEventListener("abort", giveUp);
  }
  const refusal = guard.judgePeer(socket, address.host);
  if (refusal) throw asTransportError(refusal, shown);
  return socket;
}
