import { z } from "zod";
import type { Account } from "../adapter";
import type { Answer } from "../answer";
import { trimSlash } from "./base-url";

/**
 * Reads what a server tells of tokens and users. Only what is used is read, strictly; a body of another shape is null.
 */
export interface Told {
  scopes: readonly string[];
  name: string;
  createdAt: Date | null;
  account: Account;
  /** Null: not told. */
  lastUsedAt: Date | null;
}

const login = z.string().regex(/^[^@\s/\p{Cc}]{1,255}$/u);
const scopeList = z.array(z.string().regex(/^[\w:-]{1,60}$/)).max(60);

const tokenBody = z.object({
  name: z.string().max(500),
  scopes: scopeList,
  created_at: z.string().max(60),
  last_used_at: z.string().max(60).nullish(),
  user: z.object({ id: z.number().int(), login }),
});

/** GET /token, of Gitea from 2026 on (routers/api/v1/token/token.go): any token may, without a scope. */
export function readToken({ status, json }: Answer, baseUrl: string): Told | null {
  const parsed = tokenBody.safeParse(json);
  if (status !== 200 || !parsed.success) return null;
  const { name, scopes, created_at, last_used_at, user } = parsed.data;
  return {
    scopes,
    name,
    createdAt: readDate(created_at),
    lastUsedAt: last_used_at ? readDate(last_used_at) : null,
    account: {
      id: String(user.id),
      login: user.login,
      name: null,
      url: `${trimSlash(baseUrl)}/${encodeURIComponent(user.login)}`,
      isBot: user.id < 0,
    },
  };
}

function readDate(text: string): Date | null {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? null : at;
}

const userBody = z.object({
  id: z.number().int(),
  login,
  full_name: z.string().max(500).nullish(),
  html_url: z.string().max(2000).nullish(),
  is_admin: z.boolean().nullish(),
});

/** GET /user. Users of the server itself, such as the one that jobs act as, have negative ids. */
export function readUser({ status, json }: Answer, baseUrl: string): { account: Account; isAdmin: boolean } | null {
  const parsed = userBody.safeParse(json);
  if (status !== 200 || !parsed.success || parsed.data.id === 0) return null;
  const { id, login: name, full_name, html_url, is_admin } = parsed.data;
  const url = html_url && isOnOrigin(html_url, baseUrl) ? html_url : null;
  const account = { id: String(id), login: name, name: full_name || null, url, isBot: id < 0 };
  return { account, isAdmin: is_admin === true };
}

function isOnOrigin(link: string, baseUrl: string): boolean {
  return URL.canParse(link) && new URL(link).origin === new URL(baseUrl).origin;
}
