import ipaddr from "ipaddr.js";

/**
 * The address that a request comes from: the socket's, unless that is a configured reverse proxy; then the last entry
 * of X-Forwarded-For that is not such a proxy. What a client writes into the header itself is further left and is never
 * reached.
 */
export function clientAddress(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: string[],
): string | null {
  const hops = (forwardedFor ?? "").split(",").map((entry) => entry.trim());
  let address = parse(socketAddress ?? "");
  const networks = trustedProxies.map((network) => ipaddr.parseCIDR(network));
  while (address && isWithin(address, networks)) {
    const next = parse(hops.pop() ?? "");
    if (!next) break;
    address = next;
  }
  return address?.toString() ?? null;
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, networks: [ipaddr.IPv4 | ipaddr.IPv6, number][]): boolean {
  return networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
}

/** IPv4 in IPv6's clothes (::ffff:192.0.2.1) counts as IPv4. */
function parse(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  return ipaddr.isValid(text) ? ipaddr.process(text) : null;
}
