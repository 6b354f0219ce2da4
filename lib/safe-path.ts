/**
 * Where to go after signing in: a path on this site, or the start page. Whatever a browser could read as another site
 * (//evil, /\evil, https:evil), and whatever is not a page, becomes the start page.
 */
const base = "http://forgepass.invalid";

export const startPage = "/";

export function safePath(wanted: unknown): string {
  if (typeof wanted !== "string" || wanted.length > 2000) return startPage;
  if (!wanted.startsWith("/") || /[\\\p{Cc}]/u.test(wanted)) return startPage;
  const url = URL.canParse(wanted, base) ? new URL(wanted, base) : null;
  if (!url || url.origin !== base || url.pathname.startsWith("//")) return startPage;
  if (/^\/(api|sign-in|setup|invite)(\/|$)/.test(url.pathname) || url.pathname === "/") return startPage;
  return `${url.pathname}${url.search}${url.hash}`;
}
