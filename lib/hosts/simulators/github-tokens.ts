import { randomBytes, randomInt } from "node:crypto";
import { crc32 } from "node:zlib";

/** The tokens of the GitHub simulator: how each kind is spelt, whether it still works, and which headers speak of it. */

export type SimulatedKind =
  | "classic"
  | "fine-grained"
  | "oauth"
  | "app-user"
  | "installation"
  | "installation-stateless"
  | "legacy";

/** What every request with the token meets, whatever it asks for. */
export type Trouble =
  | "sso"
  | "sso-without-header"
  | "classic-forbidden"
  | "lifetime"
  | "address"
  | "suspended"
  | "login-attempts"
  | "primary-limit"
  | "primary-limit-429"
  | "secondary-limit-seconds"
  | "secondary-limit-date"
  | "secondary-limit-silent"
  | "abuse-limit";

export interface TokenSpec {
  kind?: SimulatedKind;
  /** Whose it is; made when unknown. */
  login?: string;
  /** Classic, OAuth and legacy. Normalised as GitHub does before they are told. */
  scopes?: readonly string[];
  /** Fine-grained and app tokens: contents → write. */
  permissions?: Readonly<Record<string, "read" | "write" | "admin">>;
  /** Fine-grained: whose repositories it is for; its user's when not given. */
  resourceOwner?: string;
  /** Fine-grained: "all" of the resource owner's, or names. */
  repositories?: "all" | readonly string[];
  /** Fine-grained: not yet approved by the organization. */
  isPending?: boolean;
  expiresAt?: Date | null;
  expiryFormat?: "utc" | "offset" | "rfc3339" | "garbage";
  /** Organizations for which it was authorised under single sign-on. */
  authorizedFor?: readonly string[];
  trouble?: Trouble;
}

export interface SimulatedToken extends Required<Omit<TokenSpec, "trouble">> {
  token: string;
  isRevoked: boolean;
  /** Revocation is on its way: so many requests with it are still answered. Null: it is not. */
  requestsLeft: number | null;
  trouble: Trouble | null;
}

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

function randomText(length: number): string {
  return Array.from({ length }, () => digits.charAt(randomInt(62))).join("");
}

/** prefix + 30 characters + the CRC-32 of those 30 in six base-62 digits. */
function checked(prefix: string): string {
  const body = randomText(30);
  let rest = crc32(body);
  let check = "";
  while (check.length < 6) {
    check = digits.charAt(rest % 62) + check;
    rest = Math.floor(rest / 62);
  }
  return prefix + body + check;
}

function encoded(value: unknown): string {
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
}

export function mintToken(kind: SimulatedKind): string {
  switch (kind) {
    case "classic":
      return checked("ghp_");
    case "oauth":
      return checked("gho_");
    case "app-user":
      return checked("ghu_");
    case "installation":
      return checked("ghs_");
    case "fine-grained":
      return `github_pat_${randomText(22)}_${randomText(59)}`;
    case "installation-stateless": {
      const claims = encoded({ iss: 12345, jti: randomText(20), data: randomText(180) });
      return `ghs_12345_${encoded({ alg: "RS256", typ: "JWT" })}.${claims}.${randomBytes(64).toString("base64url")}`;
    }
    case "legacy":
      return randomBytes(20).toString("hex");
  }
}

/** Has it the X-OAuth-Scopes header at all? */
export function tellsScopes(kind: SimulatedKind): boolean {
  return kind === "classic" || kind === "oauth" || kind === "legacy";
}

export function isAlive(token: SimulatedToken): boolean {
  return !token.isRevoked && (token.expiresAt === null || token.expiresAt.getTime() > Date.now());
}

const children: Record<string, readonly string[]> = {
  repo: ["repo:status", "repo_deployment", "public_repo", "repo:invite", "security_events"],
  "admin:repo_hook": ["write:repo_hook", "read:repo_hook"],
  "write:repo_hook": ["read:repo_hook"],
  "admin:org": ["write:org", "read:org", "manage_runners:org"],
  "write:org": ["read:org"],
  "admin:public_key": ["write:public_key", "read:public_key"],
  "write:public_key": ["read:public_key"],
  "admin:gpg_key": ["write:gpg_key", "read:gpg_key"],
  "write:gpg_key": ["read:gpg_key"],
  user: ["read:user", "user:email", "user:follow"],
  "write:discussion": ["read:discussion"],
  project: ["read:project"],
};

/** Sorted, implied children dropped; packages are listed one by one. */
export function normaliseScopes(scopes: readonly string[]): string[] {
  const implied = new Set(scopes.flatMap((scope) => children[scope] ?? []));
  return [...new Set(scopes)].filter((scope) => !implied.has(scope)).sort();
}

/** Both spellings of the header that were recorded, and two that a parser must survive. */
export function formatExpiry(at: Date, format: SimulatedToken["expiryFormat"]): string {
  if (format === "garbage") return "next Tuesday";
  if (format === "rfc3339") return at.toISOString();
  const offsetHours = format === "offset" ? -7 : 0;
  const [date, time = ""] = new Date(at.getTime() + offsetHours * 3_600_000).toISOString().split("T");
  return `${date} ${time.slice(0, 8)} ${format === "offset" ? "-0700" : "UTC"}`;
}
