/**
 * What people paste as Bitbucket's address → the base URL. A context path (/bitbucket) is kept, as everything lives
 * below it; pages, the API and clone addresses below it are taken off. What answers there is asked by identify.
 */
const pages = [
  "rest",
  "scm",
  "projects",
  "users",
  "repos",
  "plugins",
  "dashboard",
  "account",
  "profile",
  "admin",
  "login",
  "logout",
  "mvc",
  "about",
  "getting-started",
  "j_atl_security_check",
];

export function normaliseBitbucketDataCenterUrl(url: URL): URL | string {
  const host = url.hostname.replace(/\.$/, "");
  if (host === "bitbucket.org" || host.endsWith(".bitbucket.org")) {
    return "This is Bitbucket Cloud. Add it as Bitbucket Cloud.";
  }
  if (host === "github.com" || host.endsWith(".github.com")) return "This is a GitHub address. Add it as GitHub.";
  if (host === "gitlab.com" || host.endsWith(".gitlab.com")) return "This is a GitLab address. Add it as GitLab.";
  if (host.endsWith(".atlassian.net")) {
    return "This is an Atlassian cloud site. Give the address of your own Bitbucket server.";
  }
  const segments = url.pathname.split("/").filter((segment) => segment !== "");
  const at = segments.findIndex((segment) => pages.includes(segment) || segment.startsWith("~"));
  if (at < 0 && /\.git$/.test(segments.at(-1) ?? "")) {
    return "This is a repository's address. Give the address of the Bitbucket server itself.";
  }
  return new URL(`${url.origin}/${(at < 0 ? segments : segments.slice(0, at)).join("/")}`);
}

/** No trailing slash, so that paths can be appended. */
export function trimSlash(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, "");
}
