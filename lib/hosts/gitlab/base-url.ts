/**
 * What people paste as GitLab's address → the base URL. A relative root is kept, pages and the API's path below it are
 * taken off. It cannot tell a relative root from a group's page; what answers there is asked by identify.
 */
const pages = [
  "api/v4",
  "api/v3",
  "api/graphql",
  "-",
  "users",
  "oauth",
  "profile",
  "dashboard",
  "explore",
  "admin",
  "help",
  "groups/new",
  "projects/new",
  "jwt",
];

/** What follows `/-/` on pages of the whole site; anything else there belongs to a group or a project. */
const sitePages = /\/-\/(user_settings|profile|health|readiness|liveness|manifest\.json|graphql-explorer)\b/;

export function normaliseGitlabUrl(url: URL): URL | string {
  const host = url.hostname.replace(/\.$/, "");
  if (host === "github.com" || host.endsWith(".github.com") || host.endsWith(".ghe.com")) {
    return "This is a GitHub address. Add it as GitHub.";
  }
  if (host === "gitlab.com" || host === "www.gitlab.com") return new URL("https://gitlab.com");
  if (host.endsWith(".gitlab.com")) return "This is not where GitLab.com's projects are. Use https://gitlab.com.";
  if (/\.git\/?$/.test(url.pathname)) {
    return "This is a repository's address. Give the address of the GitLab server itself.";
  }
  if (/[^/]\/-\/./.test(url.pathname) && !sitePages.test(url.pathname)) {
    return "This is the address of a page in a group or project. Give the address of the GitLab server itself.";
  }
  return new URL(url.origin + rootOf(url.pathname));
}

function rootOf(path: string): string {
  const segments = path.split("/").filter((segment) => segment !== "");
  for (let at = 0; at < segments.length; at++) {
    const rest = `${segments.slice(at).join("/")}/`;
    if (pages.some((page) => rest.startsWith(`${page}/`))) return `/${segments.slice(0, at).join("/")}`;
  }
  return `/${segments.join("/")}`;
}

/** No trailing slash, so that paths can be appended. */
export function trimSlash(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, "");
}
