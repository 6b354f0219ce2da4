import type { GiteaRepository, GiteaState, GiteaToken } from "./gitea-state";
import { minorOf } from "./gitea-state";

/**
 * The server's side of scopes, by release: unscoped to 1.18, GitHub's names in 1.19, categories with read and write from
 * 1.20 on (models/auth/access_token_scope.go).
 */
export const categories = [
  "activitypub",
  "admin",
  "misc",
  "notification",
  "organization",
  "package",
  "issue",
  "repository",
  "user",
] as const;

/** What an endpoint asks of a token. */
export interface ScopeDemand {
  /** From 1.20 on; all of them, read or write by the method. */
  categories: readonly (typeof categories)[number][];
  /** In 1.19; "" where any token will do. */
  old: string;
}

const oldImplications: Record<string, readonly string[]> = {
  repo: ["repo:status", "public_repo"],
  "admin:org": ["write:org", "read:org"],
  "write:org": ["read:org"],
  "admin:public_key": ["write:public_key", "read:public_key"],
  "write:public_key": ["read:public_key"],
  user: ["read:user", "user:email", "user:follow"],
  package: ["write:package", "read:package", "delete:package"],
  "write:package": ["read:package"],
};

/** Null: may. Else the refusal's message. */
export function refuseScope(state: GiteaState, token: GiteaToken, method: string, demand: ScopeDemand): string | null {
  const minor = minorOf(state);
  if (minor < 19 || token.kind === "job") return null;
  if (minor === 19) {
    const held = new Set(token.scopes.flatMap((scope) => [scope, ...(oldImplications[scope] ?? [])]));
    if (demand.old === "" || held.has("all") || held.has(demand.old)) return null;
    return `token does not have required scope: ${demand.old}`;
  }
  const level = /^(POST|PUT|PATCH|DELETE)$/.test(method) ? "write" : "read";
  const required = demand.categories.map((category) => `${level}:${category}`);
  if (required.every((scope) => holds(token, scope))) return null;
  const list = `[${required.join(" ")}]`;
  const form = state.options.scopeRefusal ?? (state.options.product === "forgejo" ? "required" : byVersion(minor));
  const start = "token does not have at least one of required scope(s)";
  if (form === "bare") return `${start}: ${list}`;
  return `${start}, required=${list}${form === "list" ? `, token scope=${token.scopes.join(",")}` : ""}`;
}

/** In which release the token's own scopes came into the sentence is unconfirmed. */
function byVersion(minor: number): "bare" | "list" {
  return minor >= 24 ? "list" : "bare";
}

function holds({ scopes }: GiteaToken, scope: string): boolean {
  return scopes.includes("all") || scopes.includes(scope) || scopes.includes(scope.replace(/^read:/, "write:"));
}

/** A limit to what is public is looked at after the scopes. */
export function refusePrivate(token: GiteaToken, { isPrivate }: GiteaRepository): string | null {
  return isPrivate && token.scopes.includes("public-only") ? "token scope is limited to public repos" : null;
}

/** As the server stores it: the nine writes are `all`, and a write swallows its read. */
export function normaliseScopes(scopes: readonly string[]): string[] {
  if (categories.every((category) => scopes.includes(`write:${category}`))) {
    return ["all", ...scopes.filter((scope) => scope === "public-only")];
  }
  return scopes.filter((scope) => !(scope.startsWith("read:") && scopes.includes(scope.replace("read:", "write:"))));
}
