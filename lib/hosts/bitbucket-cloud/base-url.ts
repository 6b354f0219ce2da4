/**
 * Bitbucket Cloud is one site: pages and Git at bitbucket.org, the API at api.bitbucket.org. A loopback address stands in
 * for it in tests and in the demo, with everything on that one origin; any other address is refused.
 */
const site = "https://bitbucket.org";
const api = "https://api.bitbucket.org";

const names = ["bitbucket.org", "www.bitbucket.org", "api.bitbucket.org", "altssh.bitbucket.org", "bitbucket.com"];

/** Atlassian's page of a person's API tokens (support.atlassian.com, "Create an API token"). */
const tokenPage = "https://id.atlassian.com/manage-profile/security/api-tokens";

export function normaliseBitbucketCloudUrl(url: URL): URL | string {
  const host = url.hostname.replace(/\.$/, "");
  if (names.includes(host)) return new URL(site);
  if (isLoopback(host)) return new URL(url.origin);
  if (host === "atlassian.com" || host.endsWith(".atlassian.com") || host.endsWith(".atlassian.net")) {
    return "This is an address of Atlassian, but not of Bitbucket. Bitbucket Cloud is at https://bitbucket.org.";
  }
  return "Bitbucket Cloud is only at https://bitbucket.org. Add a server of your own as Bitbucket Data Center.";
}

/** The API, and the site with its Git. */
export function bitbucketCloudOrigins(baseUrl: string): readonly string[] {
  const { origin } = new URL(baseUrl);
  return [...new Set([apiOrigin(baseUrl), origin])];
}

export function apiOrigin(baseUrl: string): string {
  const { origin } = new URL(baseUrl);
  return origin === site ? api : origin;
}

/** Pages of the site, without a trailing slash. */
export function siteOrigin(baseUrl: string): string {
  return new URL(baseUrl).origin;
}

export function apiTokenPage(baseUrl: string): string {
  const { origin } = new URL(baseUrl);
  return origin === site ? tokenPage : `${origin}${new URL(tokenPage).pathname}`;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}
