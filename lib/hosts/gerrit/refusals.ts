import { Secret } from "../../secret";
import type { Connection, Entered, Refusal, RefusalReason } from "../adapter";
import { quoteHost } from "../host-said";
import { asRefusal, findTransportError } from "../http";
import { type Answer, readCredentials } from "./client";
import { settingsPage } from "./guide";

/**
 * What Gerrit's refusals mean. They are plain text, and only a 401 with Gerrit's own realm says that a password is
 * wrong. A page, a redirect or a 405 below /a/ is a sign-in proxy in front, and Digest is a Gerrit from before 2.14.
 */
export function refuse(answer: Answer, host: Connection, entered: Entered | null): Refusal {
  const name = new URL(host.baseUrl).host;
  const challenge = answer.headers["www-authenticate"] ?? "";
  const isText = /^text\/plain\b/i.test(answer.headers["content-type"] ?? "");
  const page = settingsPage(host.baseUrl, "HTTPCredentials");
  const { status } = answer;

  if (status === 429) {
    const message = `${name} is answering too many requests of this account. Try again later.`;
    return { ...because("rate-limited", message), retryAt: readRetryAt(answer) };
  }
  if (status >= 500) return because("unreachable", `${name} is not working (status ${status}). Try again later.`);
  if (status === 401) return refuseUnauthorized();
  if (status === 405) return behindProxy("does not take requests below /a/");
  if (isHtml(answer)) return behindProxy("answers with a web page instead of Gerrit's API");
  if (status === 403 && isText) {
    if (/^authentication required/i.test(answer.text.trim())) {
      return because(
        "unexpected",
        `The username and password do not reach Gerrit at ${name}. Have the proxy in front of it pass them on.`,
      );
    }
    return because("insufficient-scope", "Gerrit accepts the password, but the account may not do this.");
  }
  if (status === 404 && isText) {
    return because(
      "unexpected",
      `Gerrit's API does not find this at ${name}. If Gerrit is below a path such as /r, add it to the base URL; else see that a proxy in front passes the username and password on.`,
    );
  }
  return because(
    "unexpected",
    `${name} does not answer as Gerrit's API does (status ${status}). Check the code host's base URL.`,
  );

  function refuseUnauthorized(): Refusal {
    if (/\bDigest\b/i.test(challenge) && !/\bBasic\b/i.test(challenge)) {
      return because(
        "unexpected",
        `${name} asks for Digest authentication, as Gerrit did before 2.14. Have its administrator set auth.gitBasicAuth, or upgrade it.`,
      );
    }
    if (!isGerritsRefusal(answer)) {
      return because(
        "unexpected",
        `Something in front of Gerrit at ${name} asks for a sign-in of its own. Have it let requests below /a/ pass.`,
      );
    }
    return because(
      "rejected",
      "Gerrit does not accept this username and password. Check the username, make a new token or password, or ask whether the account is active.",
      page,
    );
  }

  function behindProxy(what: string): Refusal {
    const message = `${name} ${what}. A sign-in proxy seems to stand in front. Have it let requests below /a/ pass to Gerrit.`;
    return because("unexpected", message);
  }

  function because(reason: RefusalReason, message: string, url: string | null = null): Refusal {
    const said = isHtml(answer) ? challenge : answer.text.trim() || challenge;
    return { ok: false, reason, message, hostSaid: quote(said, entered), url, retryAt: null };
  }
}

/**
 * Gerrit's realm, or its bare word where a proxy renamed the realm (ProjectBasicAuthFilter). A page or another
 * program's 401 says nothing about the password.
 */
export function isGerritsRefusal({ status, headers, text }: Answer): boolean {
  const challenge = headers["www-authenticate"] ?? "";
  if (status !== 401 || !/\bBasic\b/i.test(challenge)) return false;
  if (/realm="Gerrit Code Review"/.test(challenge)) return true;
  return /^text\/plain\b/i.test(headers["content-type"] ?? "") && text.trim() === "Unauthorized";
}

/** What the transport threw, with a word on the redirect of a sign-in proxy. */
export function refuseThrown(error: unknown, host: Connection): Refusal {
  const name = new URL(host.baseUrl).host;
  const refusal = asRefusal(error, name);
  const location = findTransportError(error)?.location ?? "";
  if (refusal.reason !== "redirected" || !/login|sign[-_]?in|saml|oauth|sso|auth/i.test(location)) return refusal;
  const message = `${name} sends us to a sign-in page instead of its API. Have the proxy in front let requests below /a/ pass to Gerrit.`;
  return { ...refusal, message };
}

/** Before anything is sent. */
export function incomplete(message: string): Refusal {
  return { ok: false, reason: "unexpected", message, hostSaid: null, url: null, retryAt: null };
}

export const nothingEntered = "Enter the username and the password or token of the Gerrit account.";

/** A host that echoes the header it was sent would echo the password in it. */
export function quote(words: string, entered: Entered | null): string | null {
  if (!entered) return quoteHost(words, new Secret(""));
  const header = readCredentials(entered)
    ?.authorization.replace(/^Basic /, "")
    .replace(/=+$/, "");
  const clean = header ? words.slice(0, 20_000).replaceAll(header, "[token]") : words;
  return quoteHost(clean, entered.token);
}

export function isHtml({ headers, text }: Answer): boolean {
  return /^text\/html\b/i.test(headers["content-type"] ?? "") || /^\s*<(!doctype|html)\b/i.test(text.slice(0, 200));
}

/** A thing that is hidden or missing: Gerrit does not tell which. */
export function isNotFound({ status, headers, text }: Answer): boolean {
  return status === 404 && /^text\/plain\b/i.test(headers["content-type"] ?? "") && /^not found/i.test(text.trim());
}

const longestWaitMs = 24 * 60 * 60 * 1000;

/** Retry-After in seconds or as a date; null when it makes no sense. */
function readRetryAt({ headers }: Answer): Date | null {
  const after = headers["retry-after"]?.trim() ?? "";
  const at = /^\d{1,9}$/.test(after) ? Date.now() + Number(after) * 1000 : Date.parse(after);
  return at >= Date.now() - 1000 && at <= Date.now() + longestWaitMs ? new Date(at) : null;
}
