import ipaddr from "ipaddr.js";

/**
 * Which addresses may be connected to: public unicast, and what an operator listed. Addresses that carry an IPv4
 * address inside (mapped, NAT64, 6to4, Teredo) are judged by that one. Cloud metadata services are never allowed, nor
 * is anything that is not one machine (unspecified, multicast, broadcast).
 */
export type AddressJudgement = { allowed: true } | { allowed: false; network: string; never: boolean };

type Address = ipaddr.IPv4 | ipaddr.IPv6;

const metadataNetworks = [
  "169.254.169.0/24", // AWS, Google, Azure, Oracle, OpenStack and most others
  "169.254.170.0/24", // AWS: task roles and pod identities
  "169.254.0.23/32", // Tencent
  "169.254.42.42/32", // Scaleway
  "100.100.100.200/32", // Alibaba
  "168.63.129.16/32", // Azure's host agent
  "192.0.0.192/32", // Oracle, older
  "fd00:ec2::/32", // AWS
  "fd20:ce::254/128", // Google
  "fd00:c1::a9fe:a9fe/128", // Oracle
  "fe80::a9fe:a9fe/128", // OpenStack
].map((cidr) => ipaddr.parseCIDR(cidr));

const oneMachine = "an address that is not one machine";
const networkNames: Record<string, string> = {
  loopback: "the loopback network",
  private: "a private network",
  uniqueLocal: "a private network",
  deprecatedSiteLocal: "a private network",
  linkLocal: "the link-local network",
  carrierGradeNat: "a carrier's private network",
  unspecified: oneMachine,
  multicast: oneMachine,
  broadcast: oneMachine,
};

/** `allowedNetworks`: CIDRs as parseNetworks returns them. Text that is no address is never allowed. */
export function judgeAddress(address: string, allowedNetworks: readonly string[]): AddressJudgement {
  const bare = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  // isValid also takes 0x7f.1 and the like, which a resolver never returns and a URL never keeps.
  if (!ipaddr.IPv4.isValidFourPartDecimal(bare) && !ipaddr.IPv6.isValid(bare)) {
    return { allowed: false, network: "no address at all", never: true };
  }
  const carried = unwrap(ipaddr.parse(bare));
  if (!carried) return { allowed: false, network: "a translated network", never: true };
  for (const inner of carried) {
    const judgement = judge(inner, allowedNetworks);
    if (!judgement.allowed) return judgement;
  }
  return { allowed: true };
}

export function isAddressAllowed(address: string, allowedNetworks: readonly string[]): boolean {
  return judgeAddress(address, allowedNetworks).allowed;
}

/** Comma-separated CIDRs or single addresses → normal CIDRs, or a sentence saying what is wrong. */
export function parseNetworks(text: string): readonly string[] | string {
  const networks: string[] = [];
  for (const entry of text.split(",").map((part) => part.trim())) {
    if (entry === "") continue;
    const [address = "", bits, ...rest] = entry.split("/");
    const isV4 = ipaddr.IPv4.isValidFourPartDecimal(address);
    const isV6 = !isV4 && address.includes(":") && !address.includes("%") && ipaddr.IPv6.isValid(address);
    const longest = isV4 ? 32 : 128;
    if ((!isV4 && !isV6) || rest.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) {
      return `"${entry}" is not a network. Write it as 10.0.0.0/8 or fd12:3456::/32.`;
    }
    const length = bits === undefined ? longest : Number(bits);
    if (length > longest) return `"${entry}" is not a network: the number after the slash is at most ${longest}.`;
    const parsed = ipaddr.parse(address);
    if (parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress()) {
      return `"${entry}" is an IPv4 network in IPv6 clothes. Write it as ${parsed.toIPv4Address()}/${Math.max(0, length - 96)}.`;
    }
    networks.push(`${parsed.toString()}/${length}`);
  }
  return networks;
}

/**
 * At save time: what is wrong with the host part of a base URL, in a sentence, or null. IP literals in every spelling
 * that a URL knows are judged here; names are judged each time that they are connected to.
 */
export function checkBaseUrlAddress(url: URL, allowedNetworks: readonly string[]): string | null {
  const { hostname } = url;
  if (hostname === "") return "The address has no host name.";
  if (hostname.endsWith(".")) return "Leave out the dot at the end of the host name.";
  const isLocal = hostname === "localhost" || hostname.endsWith(".localhost");
  const isLiteral = hostname.startsWith("[") || ipaddr.IPv4.isValidFourPartDecimal(hostname);
  if (!isLocal && !isLiteral) return null;
  const judgement = judgeAddress(isLocal ? "127.0.0.1" : hostname, allowedNetworks);
  return judgement.allowed ? null : describeBlocked(url.host, judgement);
}

/** The sentence that people read, in the dialog and from the transport. */
export function describeBlocked(host: string, judgement: { network: string; never: boolean }): string {
  if (judgement.never) return `${host} is ${judgement.network}, which Forgepass never contacts. Check the address.`;
  return `${host} is in ${judgement.network}. To allow it, add its network to FORGEPASS_ALLOWED_NETWORKS.`;
}

function judge(address: Address, allowedNetworks: readonly string[]): AddressJudgement {
  if (metadataNetworks.some((network) => isWithin(address, network))) {
    return { allowed: false, network: "a cloud metadata address", never: true };
  }
  const range = address.range();
  const network = networkNames[range] ?? "a reserved network";
  if (network === oneMachine) return { allowed: false, network, never: true };
  // Public IPv6 is 2000::/3; ipaddr.js calls everything that it has no name for unicast.
  const isPublic = range === "unicast" && (address.kind() === "ipv4" || isWithin(address, globalUnicast));
  if (isPublic || allowedNetworks.some((cidr) => isWithin(address, ipaddr.parseCIDR(cidr)))) return { allowed: true };
  return { allowed: false, network, never: false };
}

const globalUnicast = ipaddr.parseCIDR("2000::/3");

function isWithin(address: Address, network: [Address, number]): boolean {
  return address.kind() === network[0].kind() && address.match(network);
}

/** The addresses that must all be allowed for this one to be; null when it cannot be told where it leads. */
function unwrap(address: Address): Address[] | null {
  if (address instanceof ipaddr.IPv4) return [address];
  const bytes = address.toByteArray();
  const inner = (from: number, flip = 0) => new ipaddr.IPv4(bytes.slice(from, from + 4).map((byte) => byte ^ flip));
  switch (address.range()) {
    case "ipv4Mapped":
    case "rfc6145":
      return [inner(12)];
    case "rfc6052":
      // 64:ff9b:1::/48 (RFC 8215) puts the inner address where the site likes.
      return isWithin(address, ipaddr.parseCIDR("64:ff9b::/96")) ? [inner(12)] : null;
    case "6to4":
      return [inner(2)];
    case "teredo":
      return [inner(4), inner(12, 0xff)];
    case "unicast":
      // ::a.b.c.d, deprecated, but still understood by some stacks.
      return isWithin(address, ipaddr.parseCIDR("::/96")) ? [inner(12)] : [address];
    default:
      return [address];
  }
}
