import type { Owner } from "../authz";
import type { CredentialType, Expiry } from "../hosts/adapter";
import type { ExcessScope } from "../hosts/scopes";
import type { SiteSettings } from "./site-settings";

/**
 * The site's rules about credentials, pure: which of them one breaks, and which cannot be told of it, each with a
 * sentence for the person it stops. What the host does not tell is never held against anybody.
 */
export type GlobalUse = "may" | "must" | "must-not";

export interface Policy extends Pick<SiteSettings, "maxLifetimeDays" | "requireExpiry" | "forbidExcess"> {
  /** Of the code host: ids of credential types. */
  forbiddenTypes: readonly string[];
  globalUse: GlobalUse;
}

export const rules = ["global-only", "forbidden-type", "lifetime", "expiry-required", "excess-scopes"] as const;
export type Rule = (typeof rules)[number];

export interface RuleVerdict {
  rule: Rule;
  /** What the rule is and what to do. */
  sentence: string;
}

export interface Judgement {
  broken: RuleVerdict[];
  /** The host does not tell what the rule is about: allowed. */
  untold: RuleVerdict[];
}

/** Where something is, or is to be, stored. */
export interface Place {
  owner: Owner["type"];
  host: { name: string };
  /** The adapter's. */
  types: readonly CredentialType[];
}

export interface Found {
  type: string;
  expiry: Expiry;
  /** When the token was entered: its life is counted from there. */
  enteredAt: Date;
  now: Date;
  excess: readonly Pick<ExcessScope, "scope">[];
}

const DAY_MS = 86_400_000;
/** Hosts count whole days, in time zones of their own. */
const GRACE_DAYS = 1;
const SHOWN_SCOPES = 5;

/** What can be said before anything is sent to the host. */
export function judgeOffline(policy: Policy, place: Place, type: string): RuleVerdict[] {
  const closed = judgeGlobalUse(policy, place);
  if (closed) return [closed];
  const { forbiddenTypes } = policy;
  if (!forbiddenTypes.includes(type)) return [];
  const name = place.types.find(({ id }) => id === type)?.name ?? "Tokens of this kind";
  const others = allowedTypes(policy, place.types).map((one) => one.name);
  const instead = others.length > 0 ? `Use ${either(others)} instead.` : "Ask a site admin what to use instead.";
  return [{ rule: "forbidden-type", sentence: `${name}: not allowed for ${place.host.name} on this site. ${instead}` }];
}

/** Whatever the token: may this owner have one of their own there at all? */
export function judgeGlobalUse({ globalUse }: Pick<Policy, "globalUse">, { owner, host }: Place): RuleVerdict | null {
  if (globalUse !== "must" || owner === "site") return null;
  const whose = owner === "team" ? "a team has none of its own" : "nobody adds one of their own";
  const sentence = `On ${host.name} everybody uses the global credential, so ${whose}. If a tool needs more there, ask a site admin.`;
  return { rule: "global-only", sentence };
}

/** Why nothing at all may be added there, or null. */
export function findClosed(policy: Policy, place: Place): string | null {
  const isNoneAllowed = place.types.length > 0 && allowedTypes(policy, place.types).length === 0;
  const none = `No kind of token may be added for ${place.host.name} on this site. Ask a site admin what to use instead.`;
  return judgeGlobalUse(policy, place)?.sentence ?? (isNoneAllowed ? none : null);
}

export function judgePolicy(policy: Policy, place: Place, found: Found): Judgement {
  const judged = [judgeEnd(policy, place, found), judgeScopes(policy, found)].filter((one) => one !== null);
  return {
    broken: [...judgeOffline(policy, place, found.type), ...judged.filter((one) => !one.isUntold).map(plain)],
    untold: judged.filter((one) => one.isUntold).map(plain),
  };
}

/** Those that may be stored here. */
export function allowedTypes<T extends Pick<CredentialType, "id" | "refusal">>(
  { forbiddenTypes }: Pick<Policy, "forbiddenTypes">,
  types: readonly T[],
): T[] {
  return types.filter(({ id, refusal }) => refusal === null && !forbiddenTypes.includes(id));
}

type Judged = RuleVerdict & { isUntold?: boolean };

/** One verdict at most: who keeps to the longest lifetime has an end. */
function judgeEnd(policy: Policy, { host, types }: Place, found: Found): Judged | null {
  const { maxLifetimeDays: longest, requireExpiry } = policy;
  if (longest === null && !requireExpiry) return null;
  const { expiry, enteredAt, now, type } = found;
  const rule = longest === null ? "expiry-required" : "lifetime";
  const wants =
    longest === null
      ? "This site wants tokens that have an end"
      : `Tokens may live ${days(longest)} here, from when they are entered`;
  const make = longest === null ? "Make one with an end date." : `Make one that ends by ${dateAfter(now, longest)}.`;
  if (!expiry.known) {
    const told = types.find(({ id }) => id === type)?.expiryTold;
    if (requireExpiry && told === "exactly") {
      return { rule, sentence: `${wants}; ${host.name} did not say when this one ends. ${make}` };
    }
    const keep = longest === null ? "Give it one." : `Let it end by ${dateAfter(enteredAt, longest)}.`;
    const sentence = `${wants}; ${host.name} does not say when this one ends, so nobody can check it. ${keep}`;
    return { rule, sentence, isUntold: true };
  }
  if (expiry.at === null) return { rule, sentence: `${wants}; this one never ends. ${make}` };
  const lives = (expiry.at.getTime() - enteredAt.getTime()) / DAY_MS;
  if (longest === null || lives <= longest + GRACE_DAYS) return null;
  return { rule, sentence: `${wants}; this one lives ${days(Math.floor(lives))}. ${make}` };
}

function judgeScopes({ forbidExcess }: Policy, { excess }: Found): Judged | null {
  if (!forbidExcess || excess.length === 0) return null;
  const named = excess.slice(0, SHOWN_SCOPES).map(({ scope }) => scope);
  const more = excess.length - named.length;
  const listed = joined(more > 0 ? [...named, `${more} more`] : named);
  const sentence = `This site allows no scopes beyond what the tools need; this token has ${listed} besides. Make one with only what the tools need.`;
  return { rule: "excess-scopes", sentence };
}

function plain({ rule, sentence }: Judged): RuleVerdict {
  return { rule, sentence };
}

function days(count: number): string {
  return count === 1 ? "1 day" : `${count} days`;
}

/** In UTC: 2027-02-20 */
function dateAfter(from: Date, count: number): string {
  return new Date(from.getTime() + count * DAY_MS).toISOString().slice(0, 10);
}

function joined(words: readonly string[], last = "and"): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}

function either(words: readonly string[]): string {
  return joined(words, "or");
}
