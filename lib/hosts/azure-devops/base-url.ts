/**
 * What people paste as Azure DevOps' address → the base URL: on Services the organization's address, on a server the
 * collection's. Project pages are cut back where it can be told. Loopback addresses stand in for either.
 */
const servicesHost = "dev.azure.com";

/** https://dev.azure.com/{org} or https://{org}.visualstudio.com; the old form is kept, as both work. */
export function normaliseServicesUrl(url: URL): URL | string {
  const host = url.hostname.replace(/\.$/, "");
  const [first = ""] = segmentsOf(url);
  if (host === servicesHost || host === "vssps.dev.azure.com" || isLoopback(host)) {
    const origin = isLoopback(host) ? url.origin : `https://${servicesHost}`;
    if (first === "" || first.startsWith("_")) {
      return `Add your organization to the address, as in https://${servicesHost}/acme.`;
    }
    return new URL(`${origin}/${first}`);
  }
  if (host === "ssh.dev.azure.com" || host === "vs-ssh.visualstudio.com") {
    return `This address is for SSH only. Use https://${servicesHost}/ and your organization.`;
  }
  const organization = /^([a-z0-9][a-z0-9-]*)(\.vssps)?\.visualstudio\.com$/.exec(host)?.[1];
  if (organization && !/^(app|www|marketplace|spsprod.*|tfsprod.*)$/.test(organization)) {
    return new URL(`https://${organization}.visualstudio.com`);
  }
  if (host === "azure.microsoft.com" || host === "portal.azure.com" || host.endsWith("visualstudio.com")) {
    return `This is not where an organization's repositories are. Use https://${servicesHost}/ and your organization.`;
  }
  return (
    elsewhere(host) ?? "This is not an address of Azure DevOps Services. Add your own server as Azure DevOps Server."
  );
}

/** The collection's address, below a virtual directory where there is one: TFS always has /tfs. */
export function normaliseServerUrl(url: URL): URL | string {
  const host = url.hostname.replace(/\.$/, "");
  if (host.endsWith(`.${servicesHost}`) || host === servicesHost || host.endsWith(".visualstudio.com")) {
    return "This is an address of Azure DevOps Services. Add it as that.";
  }
  const other = elsewhere(host);
  if (other) return other;
  const segments = segmentsOf(url);
  const kept = collectionOf(segments);
  if (kept.length === 0 || (kept.length === 1 && kept[0]?.toLowerCase() === "tfs")) {
    const before = kept.length === 0 ? "" : "/tfs";
    return `Add the collection to the address, as in ${url.origin}${before}/DefaultCollection.`;
  }
  return new URL(`${url.origin}/${kept.join("/")}`);
}

function collectionOf(segments: readonly string[]): readonly string[] {
  const page = segments.findIndex((segment) => segment.startsWith("_"));
  const path = page === -1 ? segments : segments.slice(0, page);
  const named = path.findIndex((segment) => segment.toLowerCase() === "defaultcollection");
  if (named !== -1) return path.slice(0, named + 1);
  if (path[0]?.toLowerCase() === "tfs") return path.slice(0, 2);
  // A page of the collection itself, or of nothing that tells what is before it.
  if (page === -1 || /^_(userssettings|details)$/i.test(segments[page] ?? "")) return path;
  // …/collection/project/_git/…, and with three before it also a virtual directory.
  return path.slice(0, Math.max(1, path.length - 1));
}

function elsewhere(host: string): string | null {
  if (host === "github.com" || host.endsWith(".github.com") || host.endsWith(".ghe.com")) {
    return "This is a GitHub address. Add it as GitHub.";
  }
  if (host === "gitlab.com" || host.endsWith(".gitlab.com")) return "This is a GitLab address. Add it as GitLab.";
  return null;
}

function segmentsOf(url: URL): string[] {
  return url.pathname.split("/").filter((segment) => segment !== "");
}

/** Simulators and tunnels stand in for the real service there. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** No trailing slash, so that paths can be appended. */
export function trimSlash(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, "");
}

/** The organization that a base URL of Services is for. */
export function organizationOf(baseUrl: string): string {
  const { hostname, pathname } = new URL(baseUrl);
  return hostname.endsWith(".visualstudio.com") ? (hostname.split(".")[0] ?? "") : (pathname.split("/")[1] ?? "");
}

/** Where Services keeps what is not an organization's: only tokens for all organizations are let in. */
export function globalOrigin(baseUrl: string): string {
  const { hostname, origin } = new URL(baseUrl);
  return isLoopback(hostname) ? origin : "https://app.vssps.visualstudio.com";
}

export function servicesOrigins(baseUrl: string): readonly string[] {
  return [...new Set([new URL(baseUrl).origin, globalOrigin(baseUrl)])];
}
