import { lookup } from "node:dns/promises";
import type { Adapter } from "../hosts/adapter";
import { checkBaseUrlAddress, isAddressAllowed } from "../hosts/networks";

/**
 * A code host's address as an admin types or pastes it → the one spelling that is stored and compared: scheme, lower
 * case host (punycode), port unless it is the scheme's own, path without a slash at its end. Refuses what hides
 * something (user names, queries), what may not be contacted, and plain http to where others could listen.
 */
export type BaseUrl = { ok: true; url: string } | { ok: false; message: string };

const LOOKUP_TIMEOUT_MS = 3_000;

export async function normaliseBaseUrl(
  adapter: Pick<Adapter, "normaliseBaseUrl">,
  typed: string,
  allowedNetworks: readonly string[],
): Promise<BaseUrl> {
  const common = parseBaseUrl(typed);
  if (typeof common === "string") return refuse(common);
  const own = adapter.normaliseBaseUrl(common);
  if (typeof own === "string") return refuse(own);
  const url = parseBaseUrl(own.href);
  if (typeof url === "string") return refuse(url);
  const blocked = checkBaseUrlAddress(url, allowedNetworks);
  if (blocked) return refuse(blocked);
  if (url.protocol === "http:" && !(await isLocal(url.hostname, allowedNetworks))) {
    return refuse(
      "Over plain http everyone on the way could read the tokens. Use https, or add this host's network to FORGEPASS_ALLOWED_NETWORKS if it is yours.",
    );
  }
  return { ok: true, url: url.origin + url.pathname.replace(/\/+$/, "") };
}

function parseBaseUrl(typed: string): URL | string {
  const text = typed.trim();
  if (text === "") return "Enter the address, such as https://git.example.com.";
  if (/[\p{Cc}\s\\]/u.test(text)) return "Leave out spaces, line breaks and backslashes.";
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "https" && scheme !== "http") {
    return "Use the web address: it begins with https://.";
  }
  // URL itself would read http:host as http://host.
  const withScheme = scheme === undefined ? `https://${text}` : text;
  if (!URL.canParse(withScheme)) return "This is not an address. Write it like https://git.example.com.";
  const url = new URL(withScheme);
  if (url.username !== "" || url.password !== "" || /^[a-z]+:\/\/[^/]*@/i.test(withScheme)) {
    return "Leave out the user name and password; tokens are added on the credentials page.";
  }
  if (url.search !== "" || url.hash !== "" || /[?#]/.test(withScheme)) return "Leave out everything from ? or # on.";
  if (!/^[a-z0-9._~/-]*$/i.test(url.pathname) || url.pathname.includes("//")) {
    return "The path may hold only letters, digits, and the signs . _ ~ - between single slashes.";
  }
  if (url.port === "0") return "Port 0 cannot be contacted.";
  url.hostname = url.hostname.replace(/\.$/, "");
  return url.hostname === "" || url.hostname.endsWith(".") ? "The address has no host name." : url;
}

/** Literals were judged before: one that came through is allowed, but a public one is not local. */
export async function isLocal(hostname: string, allowedNetworks: readonly string[]): Promise<boolean> {
  const addresses = await resolve(hostname.replace(/^\[|\]$/g, ""));
  return addresses.length > 0 && addresses.every((address) => isListed(address, allowedNetworks));
}

/** Within a listed network, and not merely public. */
function isListed(address: string, allowedNetworks: readonly string[]): boolean {
  return isAddressAllowed(address, allowedNetworks) && !isAddressAllowed(address, []);
}

async function resolve(hostname: string): Promise<string[]> {
  const answers = lookup(hostname, { all: true }).then(
    (found) => found.map(({ address }) => address),
    () => [],
  );
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<string[]>((done) => {
    timer = setTimeout(() => done([]), LOOKUP_TIMEOUT_MS);
  });
  return await Promise.race([answers, timeout]).finally(() => clearTimeout(timer));
}

function refuse(message: string): BaseUrl {
  return { ok: false, message };
}
