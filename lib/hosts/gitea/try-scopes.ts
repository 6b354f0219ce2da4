import type { Answer } from "../answer";
import { isLackingScope, readDisclosed } from "./refusals";
import { categoryIds } from "./scopes";

/**
 * Finds out what a token may do where the server does not list its scopes: one read per category. What is answered is
 * proven, what is refused for lack of a scope is ruled out, and what could only be changed stays open. Newer servers list
 * all scopes in the first refusal, and then nothing more is asked.
 */
export type Tried =
  | { kind: "listed"; scopes: readonly string[] }
  /** `absent`: surely not held. Nothing is known of the others. */
  | { kind: "tried"; scopes: readonly string[]; absent: readonly string[] };

interface Trial {
  path: string;
  proves: string;
  /** What a token without `proves` lacks too. */
  rulesOut: readonly string[];
}

export interface Holder {
  /** The user name; null when the token may not read it. */
  login: string | null;
  isAdmin: boolean;
}

export async function tryScopes(
  ask: (path: string) => Promise<Answer>,
  era: "first" | "categories",
  holder: Holder,
): Promise<Tried> {
  const rounds = era === "first" ? trialsOfFirst(holder) : trialsByCategory(holder);
  const scopes = era === "categories" && holder.login !== null ? ["read:user"] : [];
  const absent = era === "categories" && holder.login === null ? without("user") : [];
  for (const round of rounds) {
    const answers = await Promise.all(round.map(({ path }) => ask(path).catch(() => null)));
    for (const [at, { proves, rulesOut }] of round.entries()) {
      const answer = answers[at];
      if (!answer) continue;
      const listed = readDisclosed(answer);
      if (listed) return { kind: "listed", scopes: listed };
      if (answer.status === 200 && typeof answer.json === "object" && answer.json !== null) scopes.push(proves);
      else if (isLackingScope(answer)) absent.push(proves, ...rulesOut);
    }
  }
  return { kind: "tried", scopes: [...new Set(scopes)], absent: [...new Set(absent)] };
}

/** No level includes another category's; `all` would include each. */
function without(category: string): string[] {
  return [`read:${category}`, `write:${category}`, "all"];
}

/**
 * First what tokens seldom have, because one refusal may tell all. Public lists are asked only now that the token is
 * known to be valid: to some releases it would otherwise be nobody. An endpoint of two categories tells of the second
 * only when the first is held. Federation and small functions have nothing that is safe to ask.
 */
function trialsByCategory({ login, isAdmin }: Holder): Trial[][] {
  const trial = (category: string, path: string): Trial => {
    return { path, proves: `read:${category}`, rulesOut: [`write:${category}`, "all"] };
  };
  const seldom = [trial("notification", "/notifications/new")];
  // Asked by others, it would look like somebody trying doors.
  if (isAdmin) seldom.push(trial("admin", "/admin/cron?limit=1"));
  const usual = [trial("issue", "/repos/issues/search?limit=1")];
  if (login === null) usual.push(trial("repository", "/repos/search?limit=1"));
  else {
    usual.push(
      trial("repository", "/user/repos?limit=1"),
      trial("organization", "/user/orgs?limit=1"),
      trial("package", `/packages/${encodeURIComponent(login)}?limit=1`),
    );
  }
  return [seldom, usual];
}

/** In 1.19 reading a private repository takes `repo`, which may change it too. */
function trialsOfFirst({ login }: Holder): Trial[][] {
  const everywhere = categoryIds.flatMap(without);
  const ofRepositories = everywhere.filter((scope) => /^all$|:(repository|issue)$/.test(scope));
  const trials: Trial[] = [
    { path: "/user/repos?limit=1", proves: "repo", rulesOut: ofRepositories },
    {
      path: "/user/orgs?limit=1",
      proves: "read:org",
      rulesOut: ["write:org", "admin:org", ...without("organization")],
    },
    { path: "/notifications/new", proves: "notification", rulesOut: without("notification") },
    {
      path: "/user/keys?limit=1",
      proves: "read:public_key",
      rulesOut: ["write:public_key", "admin:public_key", "all"],
    },
    { path: "/user/settings", proves: "read:user", rulesOut: ["user", "write:user", "all"] },
  ];
  if (login !== null) {
    const path = `/packages/${encodeURIComponent(login)}?limit=1`;
    trials.push({ path, proves: "read:package", rulesOut: ["write:package", "package", "all"] });
  }
  return [trials];
}
