import { z } from "zod";
import type { Secret } from "../../secret";
import type { Account, Expiry } from "../adapter";
import type { Answer } from "../answer";
import { echoes } from "../host-said";
import { trimSlash } from "./base-url";

/**
 * Reads what Bitbucket tells of itself, of users, tokens and lists. Only what is used is read, strictly; a body of
 * another shape is null, and so is anything that cannot be proven from it.
 */
const properties = z.object({
  version: z.string().regex(/^\d[\w.+-]{0,50}$/),
  buildNumber: z.union([z.string(), z.number()]),
  displayName: z.string(),
});

/** GET /rest/api/latest/application-properties, which anybody may ask. */
export function readVersion({ status, json }: Answer): string | null {
  const parsed = properties.safeParse(json);
  return status === 200 && parsed.success ? parsed.data.version : null;
}

export interface Caller {
  /** User name, decoded. */
  name: string;
  /** X-AUSERID, a number; null where it is missing. */
  id: string | null;
}

/** Who asked, in Bitbucket's eyes; null: nobody, or an answer that does not say. */
export function readCaller({ headers }: Answer, token: Secret): Caller | null {
  const name = decodeName(headers["x-ausername"] ?? "");
  // Names become part of addresses; a host that sends a token back as a name gets none.
  if (name === null || !/^[^@\s\p{Cc}][^\s\p{Cc}]{0,254}$/u.test(name) || echoes(name, token)) return null;
  if (name === "anonymous") return null;
  const id = headers["x-auserid"] ?? "";
  return { name, id: /^\d{1,12}$/.test(id) ? id : null };
}

/** URL-encoded as in a form. */
function decodeName(encoded: string): string | null {
  try {
    return decodeURIComponent(encoded.replaceAll("+", " "));
  } catch {
    return null;
  }
}

const userBody = z.object({
  id: z.number().int().positive(),
  name: z.string().max(255),
  displayName: z.string().max(500).nullish(),
  slug: z.string().min(1).max(255),
  type: z.string().max(50).nullish(),
});

export interface KnownUser {
  account: Account;
  slug: string;
}

/** A user's own resource, or the page of a search, in which only the very name counts. */
export function readUser(json: unknown, caller: Caller, baseUrl: string): KnownUser | null {
  const rows = readPage(json)?.values ?? [json];
  for (const row of rows) {
    const parsed = userBody.safeParse(row);
    if (!parsed.success || parsed.data.name.toLowerCase() !== caller.name.toLowerCase()) continue;
    const { id, displayName, slug, type } = parsed.data;
    const url = `${trimSlash(baseUrl)}/users/${encodeURIComponent(slug)}`;
    const isBot = type === "SERVICE";
    return { account: { id: String(id), login: caller.name, name: displayName || null, url, isBot }, slug };
  }
  return null;
}

const pageBody = z.object({ isLastPage: z.boolean(), values: z.array(z.unknown()).max(1000) });

export type Page = z.infer<typeof pageBody>;

/** Every list is such a page. */
export function readPage(json: unknown): Page | null {
  const parsed = pageBody.safeParse(json);
  return parsed.success ? parsed.data : null;
}

const projectRow = z.object({ key: z.string().regex(/^~?[\w.-]{1,128}$/), public: z.boolean() });

export function readProjects(page: Page | null): readonly z.infer<typeof projectRow>[] {
  return (page?.values ?? []).flatMap((row) => projectRow.safeParse(row).data ?? []);
}

const repositoryRow = z.object({
  slug: z.string().regex(/^[\w.-]{1,128}$/),
  public: z.boolean().nullish(),
  archived: z.boolean().nullish(),
  project: projectRow.pick({ key: true }).extend({ public: z.boolean().nullish() }),
});

export type Repository = z.infer<typeof repositoryRow>;

export function readRepository(json: unknown): Repository | null {
  return repositoryRow.safeParse(json).data ?? null;
}

const tokenBody = z.object({
  id: z.union([z.string(), z.number().int().nonnegative()]),
  createdDate: z.union([z.number(), z.string()]).nullish(),
  expiryDays: z.number().int().positive().nullish(),
  permissions: z.array(z.string().min(1).max(100)).max(100).nullish(),
  lastAuthenticated: z.union([z.number(), z.string()]).nullish(),
});

export interface TokenRecord {
  /** Null where the release does not say. */
  permissions: readonly string[] | null;
  expiry: Expiry;
  /** Null: not told, be it that the token was never used. */
  lastUsedAt: Date | null;
}

/** GET /rest/access-tokens/latest/…/{id}. The id is a string that may begin with zeros; as a number it has lost them. */
export function readTokenRecord(json: unknown, id: string): TokenRecord | null {
  const parsed = tokenBody.safeParse(json);
  if (!parsed.success || String(parsed.data.id).padStart(12, "0") !== id) return null;
  const { permissions, createdDate, expiryDays, lastAuthenticated } = parsed.data;
  const lastUsedAt = lastAuthenticated == null ? null : new Date(lastAuthenticated);
  return { permissions: permissions ?? null, expiry: readExpiry(createdDate, expiryDays), lastUsedAt };
}

/** `expiryDays` counts from the creation, which is milliseconds in fact and a date by its description. None: never. */
export function readExpiry(created: number | string | null | undefined, days: number | null | undefined): Expiry {
  if (days == null) return { known: true, at: null };
  const from = typeof created === "number" ? created : Date.parse(created ?? "");
  const at = new Date(from + days * 86_400_000);
  return Number.isNaN(at.getTime()) ? { known: false } : { known: true, at };
}
