import type { Product } from "./product";

/**
 * What people paste as the server's address → the base URL. A path that the server lives below is kept; its own pages
 * and the API's path are taken off. It cannot tell such a path from an owner's page; what answers there is asked by
 * identify.
 */
const pages = [
  "api/v1",
  "api/swagger",
  "api/forgejo",
  "api/healthz",
  "user/login",
  "user/sign_up",
  "user/settings",
  "user/forgot_password",
  "explore",
  "admin",
  "-/admin",
  "notifications",
  "issues",
  "pulls",
  "milestones",
  "repo/create",
  "repo/migrate",
  "org/create",
  "swagger.v1.json",
];

const others: readonly [pattern: RegExp, name: string][] = [
  [/(^|\.)github\.com$|\.ghe\.com$/, "GitHub"],
  [/(^|\.)gitlab\.com$/, "GitLab"],
  [/(^|\.)bitbucket\.org$/, "Bitbucket Cloud"],
];

export function normaliseGiteaUrl(product: Product, url: URL): URL | string {
  const host = url.hostname.replace(/\.$/, "");
  const other = others.find(([pattern]) => pattern.test(host))?.[1];
  if (other) return `This is a ${other} address. Add it as ${other}.`;
  if (/^(www\.)?codeberg\.org$/.test(host)) {
    return product.kind === "forgejo" ? new URL("https://codeberg.org") : "Codeberg runs Forgejo. Add it as Forgejo.";
  }
  if (/\.codeberg\.org$|(^|\.)codeberg\.page$/.test(host)) {
    return "This is not where Codeberg's repositories are. Use https://codeberg.org.";
  }
  if (/^(www\.)?gitea\.com$/.test(host)) {
    return product.kind === "gitea" ? new URL("https://gitea.com") : "gitea.com runs Gitea. Add it as Gitea.";
  }
  if (/\.git\/?$/.test(url.pathname)) {
    return `This is a repository's address. Give the address of the ${product.name} server itself.`;
  }
  if (/\/[^/]+\/[^/]+\/(src|raw|commit|commits|issues|pulls|releases|settings|wiki)\/./.test(url.pathname)) {
    return `This is the address of a page in a repository. Give the address of the ${product.name} server itself.`;
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

/** Where access tokens are made and removed. It takes nothing from the link. */
export function tokensPage(baseUrl: string): string {
  return `${trimSlash(baseUrl)}/user/settings/applications`;
}
