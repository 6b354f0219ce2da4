import { z } from "zod";
import type { Account, Expiry } from "../adapter";
import { trimSlash } from "./base-url";
import type { Answer } from "./client";

/**
 * Reads what Gerrit tells of accounts, capabilities and tokens. Only what is used is read, strictly; a body of another
 * shape is null, and so is anything that cannot be proven from it.
 */
const accountBody = z.object({
  _account_id: z.number().int().positive(),
  name: z.string().max(500).nullish(),
  username: z
    .string()
    .regex(/^[^@\s\p{Cc}][^\s\p{Cc}]{0,254}$/u)
    .nullish(),
  tags: z.array(z.string()).max(100).nullish(),
});

/** GET /accounts/self/detail (Documentation/rest-api-accounts.txt, AccountDetailInfo). */
export function readAccount(
  answer: Answer,
  { baseUrl, username }: { baseUrl: string; username: string },
): Account | null {
  const parsed = answer.status === 200 ? accountBody.safeParse(answer.json) : null;
  if (!parsed?.success) return null;
  const { _account_id, name, tags } = parsed.data;
  return {
    id: String(_account_id),
    login: parsed.data.username ?? username,
    name: name || null,
    url: `${trimSlash(baseUrl)}/dashboard/${_account_id}`,
    isBot: tags?.includes("SERVICE_USER") ?? false,
  };
}

/**
 * GET /accounts/self/capabilities: what the account has is there with true, a range or a queue's name; what it has not
 * is left out (GetCapabilities). Plugins' own are named plugin-capability.
 */
export function readCapabilities(answer: Answer): readonly string[] | null {
  const parsed = answer.status === 200 ? z.record(z.string(), z.unknown()).safeParse(answer.json) : null;
  if (!parsed?.success) return null;
  const names = Object.entries(parsed.data).flatMap(([name, value]) => (isHeld(value) ? [name] : []));
  return names.every((name) => /^[A-Za-z][\w.-]{0,99}$/.test(name)) && names.length <= 200 ? names.sort() : null;
}

function isHeld(value: unknown): boolean {
  return value === true || (typeof value === "string" && value !== "") || (typeof value === "object" && value !== null);
}

/** GET /config/server/version: a JSON string, such as "3.13.1" or "3.11.2-12-g0a1b2c". */
export function readVersion(answer: Answer): string | null {
  const parsed = z
    .string()
    .regex(/^v?\d[\w.+-]{0,60}$/)
    .safeParse(answer.json);
  return answer.status === 200 && parsed.success ? parsed.data : null;
}

/** Null: not told. Tokens came with 3.13. */
export function hasTokens(version: string | null): boolean | null {
  const [, major = "", minor = ""] = /^v?(\d+)\.(\d+)/.exec(version ?? "") ?? [];
  if (major === "") return null;
  return Number(major) > 3 || (Number(major) === 3 && Number(minor) >= 13);
}

const infoBody = z.object({
  auth: z.object({ auth_type: z.string(), git_basic_auth_policy: z.string().nullish() }),
});

/**
 * GET /config/server/info: who keeps the password. "own": Gerrit itself. "other": a directory or a provider may, which
 * has rules that Gerrit does not tell. The policy is told only where it can differ (AuthInfo); behind a web server that
 * signs people in, that server may check passwords too (auth.trustContainerAuth), which is not told. Null: not told.
 */
export function readKeeper(answer: Answer | null): "own" | "other" | "untold" | null {
  const parsed = answer?.status === 200 ? infoBody.safeParse(answer.json) : null;
  if (!parsed?.success) return null;
  const { auth_type, git_basic_auth_policy } = parsed.data.auth;
  if (git_basic_auth_policy != null && git_basic_auth_policy !== "HTTP") return "other";
  return /^HTTP(_LDAP)?$/.test(auth_type) && git_basic_auth_policy == null ? "untold" : "own";
}

export interface TokenRow {
  id: string;
  /** Undefined: the row does not show it, which is not the same as never. */
  expiration: Date | undefined;
}

/**
 * GET /accounts/self/tokens, from 3.13: rows without the secret. That `expiration` is the field's name, and how the
 * time is written, is unconfirmed; Gerrit's other times are UTC, "2026-01-31 12:00:00.000000000".
 */
export function readTokens(answer: Answer | null): readonly TokenRow[] | null {
  const rows = z.array(z.object({ id: z.string(), expiration: z.string().nullish() })).max(1000);
  const parsed = answer?.status === 200 ? rows.safeParse(answer.json) : null;
  return parsed?.success ? parsed.data.map(({ id, expiration }) => ({ id, expiration: readTime(expiration) })) : null;
}

function readTime(text: string | null | undefined): Date | undefined {
  const iso = text?.trim().replace(/^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d{1,9})?(Z?)$/, "$1T$2Z");
  const at = new Date(iso ?? Number.NaN);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/**
 * Until when. A secret cannot be matched to a row of the list, so a list tells it only where all that are alive end at
 * the same time. Before 3.13 Gerrit's own passwords never end; what another keeps may.
 */
export function readExpiry({
  version,
  keeper,
  tokens,
}: {
  version: string | null;
  keeper: ReturnType<typeof readKeeper>;
  tokens: readonly TokenRow[] | null;
}): Expiry {
  if (keeper !== "own") return { known: false };
  if (hasTokens(version) === false) return { known: true, at: null };
  // An empty list where there are tokens: the account still has its password from before 3.13.
  if (tokens === null || hasTokens(version) === null) return { known: false };
  if (tokens.length === 0) return { known: true, at: null };
  const alive = tokens.filter(({ expiration }) => expiration === undefined || expiration.getTime() > Date.now());
  const times = new Set(alive.map(({ expiration }) => expiration?.getTime()));
  const [only] = times;
  return times.size === 1 && only !== undefined ? { known: true, at: new Date(only) } : { known: false };
}
