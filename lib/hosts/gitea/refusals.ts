import { z } from "zod";
import { Secret } from "../../secret";
import type { Refusal, RefusalReason } from "../adapter";
import type { Answer } from "../answer";
import { quoteHost } from "../host-said";
import { asRefusal, findTransportError } from "../http";
import { tokensPage, trimSlash } from "./base-url";
import type { Product } from "./product";
import type { Release } from "./release";

/**
 * What the refusals of Gitea and Forgejo mean. Only their own JSON says anything about a token: a page, a redirect, a
 * server error or another program's JSON never makes it rejected. Texts from routers/api/v1/api.go and its history.
 */
export interface Asked {
  product: Product;
  baseUrl: string;
  token: Secret | null;
  release: Release | null;
}

const errorBody = z.object({ message: z.string(), url: z.string().optional() });

/** An answer that is not what was asked for → why. Never for an answer that was understood. */
export function refuse(answer: Answer, asked: Asked): Refusal {
  const { product, baseUrl } = asked;
  const { status } = answer;
  const name = new URL(baseUrl).host;
  const words = messageOf(answer);

  if (status === 429) {
    const message = `${name} is answering too many requests. Try again later.`;
    return { ...because("rate-limited", message), retryAt: readRetryAt(answer) };
  }
  if (status >= 500) return because("unreachable", `${name} is not working (status ${status}). Try again later.`);
  if (words === null) return notGitea();
  if (status === 401) return refuseUnauthorized();
  if (status === 403) return refuseForbidden();
  if (status === 423) return because("unexpected", "The repository is archived. Unarchive it, or choose another one.");
  return notGitea();

  function refuseUnauthorized(): Refusal {
    if (isStranger.test(words ?? "")) return refuseStranger();
    if (!isOwnJson(answer) && !unknownToken.test(words ?? "")) return notGitea();
    return rejected();
  }

  function refuseForbidden(): Refusal {
    const blocked = blockedAccount.find(([pattern]) => pattern.test(words ?? ""));
    if (blocked) return because("blocked", blocked[1], `${trimSlash(baseUrl)}/user/login`);
    if (isStranger.test(words ?? "")) return refuseStranger();
    if (isPublicOnly(answer)) {
      const message = "This token is limited to what is public. Make one without that limit.";
      return because("insufficient-scope", message, tokensPage(baseUrl));
    }
    if (isLackingScope(answer)) {
      const required = readRequired(answer);
      const needs = required.length > 0 ? ` It takes ${required.join(" and ")}.` : "";
      const message = `The token works, but may not do this.${needs}`;
      return because("insufficient-scope", message, tokensPage(baseUrl));
    }
    if (!isOwnJson(answer)) return notGitea();
    return because("insufficient-scope", `${product.name} knows the token, but its account may not do this.`);
  }

  /**
   * Before 1.20 a token that is not known was taken for none at all. Newer servers have words of their own for it: when
   * they call us a stranger, the token did not arrive. A release that is not known may be either.
   */
  function refuseStranger(): Refusal {
    const minor = asked.release?.minor ?? null;
    if (minor !== null && minor < 20) return rejected();
    const message =
      minor === null
        ? `${name} takes us for a stranger. Either it does not know the token, or a proxy in front of it keeps the token back; make a new one, or ask its administrator.`
        : `${name} did not get the token. A proxy in front of it may keep back the Authorization header; ask its administrator.`;
    return because("unexpected", message);
  }

  function rejected(): Refusal {
    const message = `${product.name} does not know this token. Copy it again, or make a new one.`;
    return because("rejected", message, tokensPage(baseUrl));
  }

  function notGitea(): Refusal {
    const message = `${name} does not answer as ${product.name}'s API does (status ${status}). Check the code host's base URL, and whether a sign-in page stands in front of it.`;
    return because("unexpected", message);
  }

  function because(reason: RefusalReason, message: string, url: string | null = null): Refusal {
    const said = words ?? (/^text\/plain\b/i.test(answer.headers["content-type"] ?? "") ? answer.text : null);
    return { ok: false, reason, message, hostSaid: quoteHost(said, asked.token ?? new Secret("")), url, retryAt: null };
  }
}

/** 401, by release: from 2026 on; 1.20 and later, older ones of them with `keyid`. */
const unknownToken = /^(invalid username, password or token$|user does not exist \[uid: 0, name: (, keyid: 0)?\])/;

/** To a request without a token, or with one that was taken for none: 401, and 403 where strangers may call nothing. */
const isStranger = /^(token is required$|Only signed in user is allowed to call APIs\.)/;

const blockedAccount: readonly [pattern: RegExp, message: string][] = [
  [
    /^This account is not activated\b/,
    "The token's account is not activated. Sign in as that account and follow the e-mail.",
  ],
  [
    /^This account is prohibited from signing in\b/,
    "The token's account may not sign in. Ask the server's administrator.",
  ],
  [
    /^You must change your password\b/,
    "The token's account has to change its password first. Sign in as that account.",
  ],
];

/** What the transport threw, with a word on the API's own redirect: a renamed owner or repository. */
export function refuseThrown(error: unknown, { product, baseUrl }: Pick<Asked, "product" | "baseUrl">): Refusal {
  const name = new URL(baseUrl).host;
  const refusal = asRefusal(error, name);
  const location = findTransportError(error)?.location ?? "";
  if (refusal.reason !== "redirected") return refusal;
  if (/\/api\/v1\/(repos|repositories)\//.test(location)) {
    return { ...refusal, message: "The repository or its owner was renamed. Give its new name." };
  }
  if (!/\/user\/login\b/.test(location)) return refusal;
  const message = `${name} sends us to its sign-in page instead of ${product.name}'s API. Check the code host's base URL.`;
  return { ...refusal, message };
}

/** The sentence of an answer in the API's form; null for any other answer. */
export function messageOf({ json }: Answer): string | null {
  const parsed = errorBody.safeParse(json);
  return parsed.success && parsed.data.message !== "" ? parsed.data.message : null;
}

/** The API ends most refusals with the address of its description. */
function isOwnJson({ json }: Answer): boolean {
  return /\/api\/swagger$/.test(errorBody.safeParse(json).data?.url ?? "");
}

/** A token that is valid, but not for what was asked: the sentence since 1.20, and that of 1.19. */
export function isLackingScope(answer: Answer): boolean {
  return (
    answer.status === 403 &&
    /^token does not have (at least one of required scope\(s\)|required scope: )/.test(messageOf(answer) ?? "")
  );
}

export function isPublicOnly(answer: Answer): boolean {
  return answer.status === 403 && /^token scope is limited to public\b/.test(messageOf(answer) ?? "");
}

/** What the sentence says it takes. */
function readRequired(answer: Answer): string[] {
  const list = /(?:required=|scope\(s\): )\[([\w: -]{1,300})\]|required scope: ([\w:]{1,60})$/.exec(
    messageOf(answer) ?? "",
  );
  return (list?.[1] ?? list?.[2] ?? "").split(" ").filter((scope) => scope !== "");
}

/** The token's own scopes, where the sentence ends with all of them; else null. */
export function readDisclosed(answer: Answer): string[] | null {
  if (!isLackingScope(answer)) return null;
  const list = /, token scope=([a-z:_,-]{0,600})$/.exec(messageOf(answer) ?? "")?.[1];
  return list === undefined ? null : list.split(",").filter((scope) => scope !== "");
}

const longestWaitMs = 24 * 60 * 60 * 1000;

/** In seconds or as a date; null when it makes no sense. The server itself has no limits: a proxy does. */
function readRetryAt({ headers }: Answer): Date | null {
  const after = headers["retry-after"]?.trim() ?? "";
  const time = /^\d{1,9}$/.test(after) ? Date.now() + Number(after) * 1000 : Date.parse(after);
  return time >= Date.now() - 1000 && time <= Date.now() + longestWaitMs ? new Date(time) : null;
}
