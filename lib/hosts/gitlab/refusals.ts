import { z } from "zod";
import { Secret } from "../../secret";
import type { Refusal, RefusalReason } from "../adapter";
import type { Answer } from "../answer";
import { quoteHost } from "../host-said";
import { asRefusal, findTransportError } from "../http";
import { trimSlash } from "./base-url";

/**
 * What GitLab's refusals mean. Only GitLab's own JSON says anything about a token: a page, a redirect, a server error or
 * another program's JSON never makes it rejected. Texts from lib/api/api_guard.rb, where expired and revoked differ.
 */
export interface Asked {
  baseUrl: string;
  token: Secret | null;
}

/** Both shapes in which GitLab refuses. */
const errorBody = z.object({
  error: z.string().optional(),
  error_description: z.string().optional(),
  message: z.unknown().optional(),
  scope: z.string().optional(),
});

/** An answer that is not what was asked for → why. Never for an answer that was understood. */
export function refuse(answer: Answer, asked: Asked): Refusal {
  const parsed = errorBody.safeParse(answer.json);
  const body = parsed.success ? parsed.data : null;
  const words = body ? (body.error_description ?? flatten(body.message) ?? body.error ?? "") : "";
  const name = new URL(asked.baseUrl).host;
  const { status } = answer;
  const tokenPage = `${trimSlash(asked.baseUrl)}/-/user_settings/personal_access_tokens`;

  if (status === 429) {
    const message = "GitLab is answering too many requests of this account or address. Try again later.";
    return { ...because("rate-limited", message), retryAt: readRetryAt(answer) };
  }
  if (status >= 500) return because("unreachable", `${name} is not working (status ${status}). Try again later.`);
  if (!body || words === "") return notGitlab();
  if (status === 401) return refuseUnauthorized();
  if (status === 403) return refuseForbidden();
  return notGitlab();

  function refuseUnauthorized(): Refusal {
    if (body?.error === "invalid_token") {
      if (/\bexpired\b/i.test(words)) {
        return because("expired", "This token has expired. Make a new one on GitLab and replace it.", tokenPage);
      }
      if (/\brevoked\b/i.test(words)) {
        return because("revoked", "This token was revoked on GitLab. Make a new one and replace it.", tokenPage);
      }
      if (/\bimpersonation\b/i.test(words)) {
        return because(
          "blocked",
          "This is an impersonation token, and impersonation is switched off on this GitLab. Make a personal token.",
          tokenPage,
        );
      }
    }
    if (body?.error === "dpop_error") {
      return because(
        "blocked",
        "This account asks for a proof of possession (DPoP) with each token, which tools cannot give. Switch it off in the account's settings, or use another account.",
        tokenPage,
      );
    }
    if (body?.error === "restricted_language_server_client_error") {
      return because("blocked", "GitLab accepts this account's tokens only from certain editors. Use another account.");
    }
    if (!isGitlabs()) return notGitlab();
    return because("rejected", "GitLab does not know this token. Copy it again, or make a new one.", tokenPage);
  }

  /** A proxy's 401 says nothing about the token. */
  function isGitlabs(): boolean {
    if (isFromApi(answer) || /^(invalid_token|invalid_request|unauthorized)$/.test(body?.error ?? "")) return true;
    return /^401\b/.test(words);
  }

  function refuseForbidden(): Refusal {
    if (isLackingScope(answer)) {
      const needs = body?.scope
        ? ` It takes one of: ${body.scope
            .split(/[\s,]+/)
            .join(", ")
            .slice(0, 200)}.`
        : "";
      return because("insufficient-scope", `The token works, but may not do this.${needs}`, tokenPage);
    }
    if (!/^403 Forbidden/.test(words)) return notGitlab();
    const message = / - ./.test(words)
      ? "GitLab knows the token but bars its account. Sign in to GitLab as that account to see why, or ask its administrator."
      : "GitLab knows the token but forbids its use from here. Ask its administrator why.";
    return because("blocked", message, `${trimSlash(asked.baseUrl)}/`);
  }

  function notGitlab(): Refusal {
    const message = `${name} does not answer as GitLab's API does (status ${status}). Check the code host's base URL, and whether a sign-in page stands in front of it.`;
    return because("unexpected", message);
  }

  function because(reason: RefusalReason, message: string, url: string | null = null): Refusal {
    const said = words || (isPlain(answer) ? answer.text : null);
    return { ok: false, reason, message, hostSaid: quote(said, asked.token), url, retryAt: null };
  }
}

/** What the transport threw, with a word on GitLab's own redirect: its sign-in page. */
export function refuseThrown(error: unknown, baseUrl: string): Refusal {
  const name = new URL(baseUrl).host;
  const refusal = asRefusal(error, name);
  const location = findTransportError(error)?.location ?? "";
  if (refusal.reason !== "redirected" || !/\/users\/sign_in\b/.test(location)) return refusal;
  const message = `${name} sends us to its sign-in page instead of its API. Check the code host's base URL.`;
  return { ...refusal, message };
}

/** The API marks each of its answers, refusals included. */
export function isFromApi(answer: Answer): boolean {
  return answer.headers["x-gitlab-meta"] !== undefined;
}

/** A token that is valid, but not for what was asked. */
export function isLackingScope(answer: Answer): boolean {
  const parsed = errorBody.safeParse(answer.json);
  return answer.status === 403 && parsed.success && /^insufficient_(granular_)?scope$/.test(parsed.data.error ?? "");
}

/** Only fine-grained tokens are refused so (lib/api/api_guard.rb, GranularPermissionsError). */
export function isLackingPermission(answer: Answer): boolean {
  const parsed = errorBody.safeParse(answer.json);
  return isLackingScope(answer) && parsed.data?.error === "insufficient_granular_scope";
}

function quote(words: string | null, token: Secret | null): string | null {
  return quoteHost(words, token ?? new Secret(""));
}

function isPlain(answer: Answer): boolean {
  return /^text\/plain\b/i.test(answer.headers["content-type"] ?? "");
}

/** `message` is a sentence, or sentences by field. */
function flatten(message: unknown, depth = 0): string | undefined {
  if (typeof message === "string") return message;
  if (typeof message !== "object" || message === null || depth > 2) return undefined;
  const rows = Object.entries(message).slice(0, 5);
  const texts = rows.map(([field, value]) => {
    const text = flatten(value, depth + 1);
    return text && !Array.isArray(message) ? `${field} ${text}` : text;
  });
  return texts.filter(Boolean).join(", ") || undefined;
}

const longestWaitMs = 24 * 60 * 60 * 1000;

/** Retry-After in seconds or as a date, else RateLimit-Reset in seconds since 1970; null when neither makes sense. */
function readRetryAt({ headers }: Answer): Date | null {
  const after = headers["retry-after"]?.trim() ?? "";
  const reset = headers["ratelimit-reset"]?.trim() ?? "";
  const times = [
    /^\d{1,9}$/.test(after) ? Date.now() + Number(after) * 1000 : Date.parse(after),
    /^\d{1,12}$/.test(reset) ? Number(reset) * 1000 : Number.NaN,
  ];
  const at = times.find((time) => time >= Date.now() - 1000 && time <= Date.now() + longestWaitMs);
  return at === undefined ? null : new Date(at);
}
