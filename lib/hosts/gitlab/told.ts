import { z } from "zod";
import type { Account, Expiry } from "../adapter";

/**
 * Reads what GitLab tells of tokens and users. Only what is used is read, strictly; a body of another shape is null,
 * and so is anything that cannot be proven from it.
 */
export interface Told {
  kind: "told";
  scopes: readonly string[] | null;
  expiry: Expiry;
  /** Null where the body does not show it. */
  type: "fine-grained" | "oauth" | null;
  userId: string | null;
  /** Null: never. Absent: not told. */
  lastUsedAt?: Date | null;
}

export const nothingTold: Told = { kind: "told", scopes: null, expiry: { known: false }, type: null, userId: null };

const scopeList = z.array(z.string().min(1).max(100)).max(100);

/** GET /personal_access_tokens/self (lib/api/personal_access_tokens/self_information.rb); lists have the same rows. */
const tokenBody = z.object({
  scopes: scopeList,
  user_id: z.number().int().positive(),
  active: z.boolean(),
  revoked: z.boolean(),
  expires_at: z.string().nullish(),
  last_used_at: z.iso.datetime({ offset: true }).nullish().catch(undefined),
  granular_scopes: z.array(z.unknown()).nullish(),
});

export function readToken(json: unknown): Told | { kind: "dead"; reason: "revoked" | "expired" } | null {
  const parsed = tokenBody.safeParse(json);
  if (!parsed.success) return null;
  const { scopes, user_id, active, revoked, expires_at, last_used_at, granular_scopes } = parsed.data;
  if (revoked) return { kind: "dead", reason: "revoked" };
  if (!active) return { kind: "dead", reason: "expired" };
  const isFineGrained = (granular_scopes?.length ?? 0) > 0 || scopes.includes("granular");
  return {
    kind: "told",
    // What `scopes` holds for fine-grained tokens is not the truth.
    scopes: isFineGrained ? null : scopes,
    expiry: readExpiry(expires_at),
    type: isFineGrained ? "fine-grained" : null,
    userId: String(user_id),
    ...(last_used_at !== undefined && { lastUsedAt: last_used_at === null ? null : new Date(last_used_at) }),
  };
}

/**
 * A token is not marked in the list of its user's tokens, and last_used_at is too coarse to find it by. Only where the
 * list is whole and holds one live token is it surely the one that asked.
 */
export function readTokenList(json: unknown, userId: string): Told | null {
  const rows = Array.isArray(json) ? json : [];
  if (rows.length >= 20) return null;
  const live = rows.map(readToken).filter((row) => row?.kind !== "dead");
  const own = live.filter((row) => row === null || (row.kind === "told" && row.userId === userId));
  const only = own.length === 1 ? own[0] : null;
  if (only?.kind !== "told") return null;
  const { lastUsedAt: _ours, ...told } = only;
  return told;
}

const tokenInfoBody = z.object({
  resource_owner_id: z.number().int().positive().nullish(),
  scope: scopeList,
  expires_in: z.number().int().nonnegative().nullish(),
  application: z.object({}),
});

/** GET /oauth/token/info (doc/api/oauth2.md). */
export function readTokenInfo(json: unknown): Told | null {
  const parsed = tokenInfoBody.safeParse(json);
  if (!parsed.success) return null;
  const { scope, expires_in, resource_owner_id } = parsed.data;
  return {
    kind: "told",
    scopes: scope,
    expiry: { known: true, at: expires_in == null ? null : new Date(Date.now() + Math.min(expires_in, 1e9) * 1000) },
    type: "oauth",
    userId: resource_owner_id == null ? null : String(resource_owner_id),
  };
}

const userBody = z.object({
  id: z.number().int().positive(),
  username: z.string().regex(/^[^@\s/\p{Cc}]{1,255}$/u),
  name: z.string().max(500).nullish(),
  web_url: z.string().max(2000).nullish(),
  bot: z.boolean().nullish(),
});

/** GET /user. `bot` is missing on old servers, where the name tells. */
export function readAccount(json: unknown, baseUrl: string): Account | null {
  const parsed = userBody.safeParse(json);
  if (!parsed.success) return null;
  const { id, username, name, web_url, bot } = parsed.data;
  return {
    id: String(id),
    login: username,
    name: name || null,
    url: web_url && isOnOrigin(web_url, baseUrl) ? web_url : null,
    isBot: bot ?? /^(project|group)_\d+_bot/.test(username),
  };
}

export function readVersion({ status, json }: { status: number; json: unknown }): string | null {
  const parsed = z.object({ version: z.string().regex(/^\d[\w.+-]{0,50}$/) }).safeParse(json);
  return status === 200 && parsed.success ? parsed.data.version : null;
}

function isOnOrigin(link: string, baseUrl: string): boolean {
  return URL.canParse(link) && new URL(link).origin === new URL(baseUrl).origin;
}

/** `expires_at` is a date, and the token dies at 00:00 UTC at its start. Null: never. */
export function readExpiry(date: string | null | undefined): Expiry {
  if (date === undefined) return { known: false };
  if (date === null) return { known: true, at: null };
  const at = /^\d{4}-\d{2}-\d{2}$/.test(date) ? new Date(`${date}T00:00:00Z`) : new Date(Number.NaN);
  return Number.isNaN(at.getTime()) ? { known: false } : { known: true, at };
}
