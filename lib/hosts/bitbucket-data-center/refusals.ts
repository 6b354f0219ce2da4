import { z } from "zod";
import { Secret } from "../../secret";
import type { Connection, Entered, Refusal, RefusalReason } from "../adapter";
import type { Answer } from "../answer";
import { quoteHost } from "../host-said";
import { asRefusal, findTransportError } from "../http";
import { trimSlash } from "./base-url";

/**
 * What Bitbucket's refusals mean. A 401 is a bad credential, a missing permission or a locked password: only the
 * exception's name and X-AUSERNAME tell which. A page, a redirect, a server error or another program's JSON never makes
 * a credential rejected. Expired and revoked tokens cannot be told from unknown ones.
 */
const errorBody = z.object({
  errors: z
    .array(z.object({ message: z.string().nullish(), exceptionName: z.string().nullish() }))
    .min(1)
    .max(100),
});

/** Of the authentication plugin that Atlassian's products share. */
const pluginBody = z.object({ message: z.string() });

/** An answer that is not what was asked for → why. Never for an answer that was understood. */
export function refuse(answer: Answer, host: Connection, entered: Entered | null): Refusal {
  const { status } = answer;
  const name = new URL(host.baseUrl).host;
  const base = trimSlash(host.baseUrl);
  const error = readError(answer);
  const exception = error?.exceptionName ?? "";
  const isPassword = entered?.type === "password";
  const tokenPage = isPassword ? null : `${base}/plugins/servlet/access-tokens/manage`;

  if (status === 429) {
    const message = "Bitbucket is answering too many requests of this account. Try again later.";
    return { ...because("rate-limited", message), retryAt: readRetryAt(answer) };
  }
  if (status >= 500) return because("unreachable", `${name} is not working (status ${status}). Try again later.`);
  if (isCaptcha(answer)) {
    const message =
      "Bitbucket wants a CAPTCHA from this account after failed sign-ins. Sign in to Bitbucket in a browser once, then check again.";
    return because("blocked", message, `${base}/login`);
  }
  if (status === 403 && isPassword && /basic authentication .*(disabled|not allowed)/i.test(pluginMessage(answer))) {
    const message = "This Bitbucket takes no passwords from tools. Make an HTTP access token and store that.";
    return because("blocked", message, `${base}/plugins/servlet/access-tokens/manage`);
  }
  if (!error) return notBitbucket();
  if (status === 401) return refuseUnauthorized();
  if (status === 403) {
    const message = "Bitbucket knows the credential but forbids its use. Ask its administrator why.";
    return because("blocked", message, `${base}/`);
  }
  return notBitbucket();

  function refuseUnauthorized(): Refusal {
    if (entered && isSignedIn(answer)) {
      return because("insufficient-scope", "It works, but may not do this. Give it more permissions.", tokenPage);
    }
    if (/InactiveUser/.test(exception)) {
      const message = "This account is switched off on Bitbucket. Ask its administrator, or use another account.";
      return because("blocked", message);
    }
    if (/ExpiredPassword|ExpiredAuthentication/.test(exception)) {
      return because("expired", "This password has expired. Change it on Bitbucket and replace it here.", `${base}/`);
    }
    if (/AuthenticationSystem/.test(exception)) {
      return because("unreachable", `${name} cannot reach its own user directory. Try again later.`);
    }
    if (!entered || !isBitbuckets()) return notBitbucket();
    const message = isPassword
      ? "Bitbucket does not take this user name and password. Check both; several wrong tries lock the account."
      : "Bitbucket does not know this token, or it has ended. Copy it again, or make a new one.";
    return because("rejected", message, tokenPage);
  }

  /** A gateway may write a list of errors too; Bitbucket names its exception, or says one of its sentences. */
  function isBitbuckets(): boolean {
    if (/^com\.atlassian\./.test(exception)) return true;
    return /^(Authentication failed\b|You are not permitted\b)/.test(error?.message ?? "");
  }

  function notBitbucket(): Refusal {
    const message = `${name} does not answer as Bitbucket's API does (status ${status}). Check the code host's base URL with its path, and whether a sign-in page stands in front of it.`;
    return because("unexpected", message);
  }

  function because(reason: RefusalReason, message: string, url: string | null = null): Refusal {
    const plugin = pluginMessage(answer);
    const said = error?.message || plugin || (isPlain(answer) ? answer.text : null);
    const hostSaid = quoteHost(said, entered?.token ?? new Secret(""));
    return { ok: false, reason, message, hostSaid, url, retryAt: null };
  }
}

/** What the transport threw, with a word on Bitbucket's own redirect: its sign-in page. */
export function refuseThrown(error: unknown, host: Connection): Refusal {
  const name = new URL(host.baseUrl).host;
  const refusal = asRefusal(error, name);
  const location = findTransportError(error)?.location ?? "";
  if (refusal.reason !== "redirected" || !/\/(login|plugins\/servlet\/\S*(saml|sso|oauth2?))\b/i.test(location)) {
    return refusal;
  }
  const message = `${name} sends us to its sign-in page instead of its API. Check the code host's base URL with its path.`;
  return { ...refusal, message };
}

/** A refusal before anything was sent. */
export function unsendable(message: string): Refusal {
  return { ok: false, reason: "unexpected", message, hostSaid: null, url: null, retryAt: null };
}

/** Bitbucket's own word that it will not answer this: not permitted, not there, not known. It says nothing of the credential. */
export function isWithheld(answer: Answer): boolean {
  if (readError(answer) === null) return [404, 405].includes(answer.status) && answer.json !== undefined;
  if (answer.status === 401) return isSignedIn(answer);
  return [400, 403, 404, 405, 409].includes(answer.status) && !isCaptcha(answer);
}

/** The repository, project or user is not there, or hidden from who asks. */
export function isMissing(answer: Answer): boolean {
  return answer.status === 404 && /NoSuch\w+Exception$/.test(readError(answer)?.exceptionName ?? "");
}

/** X-AUSERNAME is how Bitbucket says that it knows who asked. */
export function isSignedIn({ headers }: Answer): boolean {
  const name = headers["x-ausername"] ?? "";
  return name !== "" && name !== "anonymous";
}

export function readError(answer: Answer): { message: string; exceptionName: string } | null {
  const parsed = errorBody.safeParse(answer.json);
  const first = parsed.success ? parsed.data.errors[0] : undefined;
  return first ? { message: first.message ?? "", exceptionName: first.exceptionName ?? "" } : null;
}

/** Which of the two it is, and whether with a 401 or a 403, differs by release. */
function isCaptcha(answer: Answer): boolean {
  if (![401, 403].includes(answer.status)) return false;
  const denied = answer.headers["x-authentication-denied-reason"] ?? "";
  return /captcha/i.test(denied) || /Captcha/.test(readError(answer)?.exceptionName ?? "");
}

function pluginMessage(answer: Answer): string {
  const parsed = pluginBody.safeParse(answer.json);
  return parsed.success ? parsed.data.message : isPlain(answer) ? answer.text.slice(0, 1000) : "";
}

function isPlain(answer: Answer): boolean {
  return /^text\/plain\b/i.test(answer.headers["content-type"] ?? "");
}

const longestWaitMs = 24 * 60 * 60 * 1000;

/** Retry-After in seconds or as a date; null when it makes no sense. */
function readRetryAt({ headers }: Answer): Date | null {
  const after = headers["retry-after"]?.trim() ?? "";
  const at = /^\d{1,9}$/.test(after) ? Date.now() + Number(after) * 1000 : Date.parse(after);
  return at >= Date.now() - 1000 && at <= Date.now() + longestWaitMs ? new Date(at) : null;
}
