import type { Account, Entered, Refusal } from "../adapter";
import { ask } from "./client";
import { askKnown, type Question } from "./question";
import { isMissing, isWithheld, refuse } from "./refusals";
import { type Caller, type KnownUser, readCaller, readPage, readUser } from "./told";

/**
 * Whose credential it is. Bitbucket has no resource for that: it names who asked in a header of each answer, by user
 * name, which is not the slug that the user is found under.
 */
export type Identity =
  | { kind: "known"; user: KnownUser }
  /** Bitbucket lists no such user: the name that a project's or repository's token acts under. */
  | { kind: "unlisted" }
  | { kind: "untold" };

/**
 * The version is told to anybody, and whether a bad token gets a 401 there or what anybody gets differs by release.
 * Users are shown to nobody but users, so this answer decides.
 */
export async function askCaller({ host, entered }: Question): Promise<Caller | Refusal> {
  const answer = await ask(host, "/rest/api/latest/users?limit=1", entered);
  const caller = readCaller(answer, entered.token);
  if (caller && (answer.status === 200 ? readPage(answer.json) : isWithheld(answer))) return caller;
  if (answer.status !== 200) return refuse(answer, host, entered);
  const name = new URL(host.baseUrl).host;
  const message = `${name} answers without saying who is signed in. Check whether a proxy in front of it takes away the headers Authorization or X-AUSERNAME.`;
  return { ok: false, reason: "unexpected", message, hostSaid: null, url: null, retryAt: null };
}

/** Plain names are their own slug, in lower case; others are searched for. */
export async function askUser(question: Question, caller: Caller): Promise<Identity> {
  const slug = plainSlug(caller);
  const path = slug ? `users/${slug}` : `users?filter=${encodeURIComponent(caller.name)}&limit=100`;
  const answer = await askKnown(question, `/rest/api/latest/${path}`);
  if (answer === null) return { kind: "untold" };
  if (isMissing(answer)) return { kind: "unlisted" };
  if (answer.status !== 200) return { kind: "untold" };
  const user = readUser(answer.json, caller, question.host.baseUrl);
  if (user) return { kind: "known", user };
  return { kind: readPage(answer.json)?.isLastPage ? "unlisted" : "untold" };
}

export function plainSlug({ name }: Caller): string | null {
  return /^[a-z0-9][a-z0-9._-]*$/i.test(name) ? name.toLowerCase() : null;
}

export function accountOf({ type }: Entered, caller: Caller, identity: Identity): Account {
  if (identity.kind === "known") return identity.user.account;
  const isBot = identity.kind === "unlisted" || type === "project-token" || type === "repository-token";
  return { id: caller.id ?? caller.name, login: caller.name, name: null, url: null, isBot };
}
