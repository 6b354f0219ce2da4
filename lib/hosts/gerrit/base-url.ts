/**
 * What people paste as Gerrit's address → the base URL. A path such as /r is kept, pages and the API's path below it are
 * taken off. It cannot know a path of the site's own that is named as a page is; what answers there is asked by identify.
 */

/** First segments of pages and endpoints below the base (java/com/google/gerrit/httpd/UrlModule, gr-router.ts). */
const pages = [
  "a",
  "accounts",
  "access",
  "admin",
  "c",
  "changes",
  "config",
  "dashboard",
  "Documentation",
  "groups",
  "login",
  "logout",
  "plugins",
  "projects",
  "q",
  "register",
  "settings",
  "ssh_info",
  "tools",
  "x",
];

export function normaliseGerritUrl(url: URL): URL | string {
  const host = url.hostname.replace(/\.$/, "");
  const other = /(^|\.)github\.com$/.test(host) ? "GitHub" : /(^|\.)gitlab\.com$/.test(host) ? "GitLab" : null;
  if (other) return `This is a ${other} address. Add it as ${other}.`;
  const browser = /^([a-z0-9-]+)\.googlesource\.com$/.exec(host)?.[1];
  if (browser && !browser.endsWith("-review")) {
    return `This is where the code is browsed. Gerrit's own address is https://${browser}-review.googlesource.com.`;
  }
  if (/\.git\/?$/.test(url.pathname)) {
    return "This is a repository's address. Give the address of the Gerrit server itself.";
  }
  const segments = url.pathname.split("/").filter((segment) => segment !== "");
  const page = segments.findIndex((segment) => pages.includes(segment));
  return new URL(`${url.origin}/${(page === -1 ? segments : segments.slice(0, page)).join("/")}`);
}

/** No trailing slash, so that paths can be appended. */
export function trimSlash(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, "");
}
