/**
 * Where GitHub's three deployments keep their web pages and their API: github.com and *.ghe.com have an API host of
 * their own, GitHub Enterprise Server has /api/v3 under its own address.
 */

export type Deployment = "github.com" | "ghe.com" | "server";

/** A sentence when the address cannot be a GitHub; otherwise the web root, which everything else is derived from. */
export function normaliseBaseUrl(url: URL): URL | string {
  const host = url.hostname.toLowerCase().replace(/\.$/, "");
  if (["github.com", "www.github.com", "api.github.com", "gist.github.com", "ssh.github.com"].includes(host)) {
    return new URL("https://github.com/");
  }
  if (host === "ghe.com" || host.endsWith(".ghe.com")) {
    const tenant = host.replace(/^api\./, "");
    if (/^[a-z0-9-]+\.ghe\.com$/.test(tenant) && tenant !== "www.ghe.com") return new URL(`https://${tenant}/`);
    return "Enter your enterprise's own address, like https://octocorp.ghe.com.";
  }
  if (host.endsWith(".github.com") || host.endsWith(".githubusercontent.com") || host.endsWith(".github.io")) {
    return "This is not where tokens are used. Enter https://github.com, or your own server's address.";
  }
  // A GitHub Enterprise Server owns its whole host: any path is a page or the API that was pasted.
  if (url.protocol !== "https:" && url.protocol !== "http:") return "Enter an address that begins with https://.";
  return new URL(`${url.protocol}//${host}${url.port ? `:${url.port}` : ""}/`);
}

export function deploymentOf(baseUrl: string): Deployment {
  const { hostname } = new URL(baseUrl);
  if (hostname === "github.com") return "github.com";
  return /^[a-z0-9-]+\.ghe\.com$/.test(hostname) ? "ghe.com" : "server";
}

export function webOriginOf(baseUrl: string): string {
  return new URL(baseUrl).origin;
}

/** Without a trailing slash: GitHub answers 404 to paths that end in one. */
export function apiBaseOf(baseUrl: string): string {
  const { origin, host } = new URL(baseUrl);
  return deploymentOf(baseUrl) === "server" ? `${origin}/api/v3` : `https://api.${host}`;
}

/** The API's and the web's, where git is asked whether it would take a push. */
export function originsOf(baseUrl: string): readonly string[] {
  return [...new Set([new URL(apiBaseOf(baseUrl)).origin, webOriginOf(baseUrl)])];
}

/** A link that the host gave: kept only when it leads to the host's own web pages. */
export function ownLink(link: unknown, baseUrl: string): string | null {
  if (typeof link !== "string" || link.length > 2_000 || !URL.canParse(link)) return null;
  const url = new URL(link);
  const isOwn = url.origin === webOriginOf(baseUrl) && url.username === "" && url.password === "";
  return isOwn ? url.href : null;
}
