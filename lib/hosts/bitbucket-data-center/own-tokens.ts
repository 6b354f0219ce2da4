import type { Secret } from "../../secret";
import type { Account, Connection, Entered } from "../adapter";
import { trimSlash } from "./base-url";

/** Where Bitbucket keeps a person's own HTTP access tokens, and that person's password in place of one. */

/** The slug is in the link to the profile; plain names are their own. */
export function ownTokensPath({ login, url }: Account): string {
  const slug = /\/users\/([^/?#]+)$/.exec(url ?? "")?.[1] ?? encodeURIComponent(login.toLowerCase());
  return `/rest/access-tokens/latest/users/${slug}`;
}

export function withPassword({ login }: Account, password: Secret): Entered {
  return { type: "password", token: password, fields: { username: login }, secrets: {} };
}

export function ownTokensPage(host: Connection): string {
  return `${trimSlash(host.baseUrl)}/plugins/servlet/access-tokens/manage`;
}
