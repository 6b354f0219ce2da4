import { z } from "zod";
import { Secret } from "../../secret";
import type { Entered, Refusal, RefusalReason } from "../adapter";
import type { Answer } from "../answer";
import { quoteHost } from "../host-said";
import { asRefusal } from "../http";
import { apiTokenPage, siteOrigin } from "./base-url";
import { authorize } from "./client";
import { placeOf } from "./place";

/**
 * What Bitbucket's refusals mean. Only Bitbucket's own words say anything about a token: its JSON, or its plain sentence
 * about a failed login. An expired, a revoked and a mistyped token are all refused alike, so all are "rejected".
 */
export interface Asked {
  baseUrl: string;
  entered: Entered | null;
}

const errorBody = z.object({
  type: z.literal("error"),
  error: z.object({ message: z.string(), detail: z.unknown().optional(), fields: z.unknown().optional() }),
});

const deadKind =
  "This is an app password, and Bitbucket switched those off in July 2026. Make an API token with scopes instead.";

/** An answer that is not what was asked for → why. Never for an answer that was understood. */
export function refuse(answer: Answer, asked: Asked): Refusal {
  const { status } = answer;
  const { entered, baseUrl } = asked;
  const name = new URL(baseUrl).host;
  const words = wordsOf(answer);
  const isApp = entered?.type === "app-password" || /^ATBB[A-Za-z0-9_=.-]+$/.test(entered?.token.reveal() ?? "");

  if (status === 429) {
    const message = "Bitbucket takes only so many requests an hour of one account or token. Try again later.";
    return { ...because("rate-limited", message), retryAt: readRetryAt(answer) };
  }
  if (status >= 500) return because("unreachable", `${name} is not working (status ${status}). Try again later.`);
  if (words === null) return notBitbucket();
  if (status === 401 || (status === 410 && isApp)) return because("rejected", rejection(), page());
  const lacking = readLacking(answer);
  if (lacking) {
    const needs = lacking.required.length > 0 ? ` It needs ${lacking.required.join(" and ")}.` : "";
    return because("insufficient-scope", `The token works, but may not do this.${needs}`, page());
  }
  if (status === 403 && words !== "Forbidden") {
    const message =
      "Bitbucket knows the token but forbids its use. The workspace may ask for two-step verification or for certain addresses: ask its administrator.";
    return because("blocked", message, `${siteOrigin(baseUrl)}/`);
  }
  return notBitbucket();

  function rejection(): string {
    if (isApp) return deadKind;
    if (entered?.type === "api-token") {
      return "Bitbucket does not take this token with this e-mail address. Check the address and that the token has scopes for Bitbucket, or make a new one: it may have ended.";
    }
    return "Bitbucket does not take this token. It may have ended, been revoked, or be an Atlassian organization's key: make a new access token.";
  }

  function page(): string {
    if (!entered || isApp || entered.type === "api-token") return apiTokenPage(baseUrl);
    const place = placeOf(entered.type, entered.fields.where ?? "");
    return `${siteOrigin(baseUrl)}/${place?.workspace ?? ""}`;
  }

  function notBitbucket(): Refusal {
    const message = `${name} does not answer as Bitbucket's API does (status ${status}). Check the code host's base URL, and whether something stands in front of it.`;
    return because("unexpected", message);
  }

  function because(reason: RefusalReason, message: string, url: string | null = null): Refusal {
    const said = words ?? (isPlain(answer) ? answer.text : null);
    return { ok: false, reason, message, hostSaid: quote(said, entered), url, retryAt: null };
  }
}

export function refuseThrown(error: unknown, baseUrl: string): Refusal {
  return asRefusal(error, new URL(baseUrl).host);
}

/** Ours, before anything is sent. */
export function refuseUnasked(message: string): Refusal {
  return { ok: false, reason: "unexpected", message, hostSaid: null, url: null, retryAt: null };
}

/** What is missing or cannot be sent; null when all is there. */
export function findUnsendable(entered: Entered): Refusal | null {
  if (authorize(entered) !== null) return null;
  if (!/^[\x21-\x7e]+$/.test(entered.token.reveal())) {
    return refuseUnasked("A Bitbucket token holds no spaces and no special characters. Copy it again.");
  }
  return refuseUnasked("Enter the e-mail address of the Atlassian account that the API token is of.");
}

/** Bitbucket's own words, or null where another program speaks. */
export function wordsOf(answer: Answer): string | null {
  const parsed = errorBody.safeParse(answer.json);
  if (parsed.success) {
    const { message, detail, fields } = parsed.data.error;
    const more = [typeof detail === "string" ? detail : "", ...fieldWords(fields)].filter((text) => text !== "");
    return [message, ...more].join(" ");
  }
  if (!isPlain(answer)) return null;
  const isOwn =
    /\bbitbucket\b/i.test(answer.headers["www-authenticate"] ?? "") ||
    /^(Login failed due to incorrect login credentials or method\b|App passwords are deprecated\b)/i.test(answer.text);
  return isOwn && answer.text.trim() !== "" ? answer.text : null;
}

/**
 * A token that is valid, but not for what was asked. `detail` is an object here and a string elsewhere, `required` a list
 * or one string.
 */
export function readLacking(answer: Answer): { required: readonly string[]; granted: readonly string[] | null } | null {
  const parsed = errorBody.safeParse(answer.json);
  if (answer.status !== 403 || !parsed.success) return null;
  const { message, detail } = parsed.data.error;
  const rows = z.object({ required: z.unknown().optional(), granted: z.unknown().optional() }).safeParse(detail).data;
  const required = readNames(rows?.required);
  if (required === null && !/\black one or more required privilege scopes\b/i.test(message)) return null;
  return { required: required ?? [], granted: readNames(rows?.granted) };
}

/** Not there, or not visible to this token. */
export function isAbsent(answer: Answer): boolean {
  const words = errorBody.safeParse(answer.json).success ? wordsOf(answer) : null;
  return answer.status === 404 && words !== null && !/^(Resource not found|There is no API)/i.test(words);
}

/** Bitbucket quotes what it is sent in part; the whole of Basic is not a form that quoteHost knows. */
function quote(words: string | null, entered: Entered | null): string | null {
  const pair = entered
    ? authorize(entered)
        ?.replace(/^Basic /, "")
        .replace(/=+$/, "")
    : null;
  return quoteHost(pair ? words?.replaceAll(pair, "[token]") : words, entered?.token ?? new Secret(""));
}

function readNames(value: unknown): readonly string[] | null {
  const names = typeof value === "string" ? value.split(/[\s,]+/) : Array.isArray(value) ? value : null;
  const known = names?.filter(
    (name): name is string => typeof name === "string" && /^[a-z][a-z0-9:_-]{0,79}$/.test(name),
  );
  return known && known.length === names?.length ? known.slice(0, 20) : null;
}

function fieldWords(fields: unknown): string[] {
  const rows = z.record(z.string(), z.union([z.string(), z.array(z.string())])).safeParse(fields).data ?? {};
  return Object.values(rows).flat().slice(0, 5);
}

function isPlain(answer: Answer): boolean {
  return /^text\/plain\b/i.test(answer.headers["content-type"] ?? "");
}

const longestWaitMs = 24 * 60 * 60 * 1000;

/** Bitbucket documents no Retry-After, so mostly null; a gateway may still send one, in seconds or as a date. */
function readRetryAt({ headers }: Answer): Date | null {
  const after = headers["retry-after"]?.trim() ?? "";
  const at = /^\d{1,9}$/.test(after) ? Date.now() + Number(after) * 1000 : Date.parse(after);
  return at >= Date.now() - 1000 && at <= Date.now() + longestWaitMs ? new Date(at) : null;
}
