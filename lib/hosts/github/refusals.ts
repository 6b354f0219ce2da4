import type { Secret } from "../../secret";
import type { Refusal, RefusalReason } from "../adapter";
import { quoteHost } from "../host-said";
import { ownLink } from "./addresses";
import type { Answer } from "./client";

/**
 * What GitHub means when it does not answer 200. Only a 401 in GitHub's own form is a word against the token; a page,
 * an error of the server or a limit says nothing about it. A 403 is read in the order: limit, single sign-on, policy,
 * missing permission.
 */
export function readRefusal(answer: Answer, baseUrl: string, token: Secret, now = Date.now()): Refusal {
  const { status } = answer;
  const said = saidBy(answer);
  const hostSaid = quoteHost(said, token);
  const as = (reason: RefusalReason, message: string, more: Partial<Refusal> = {}): Refusal => ({
    ok: false,
    reason,
    message,
    hostSaid,
    url: null,
    retryAt: null,
    ...more,
  });

  if (status >= 300 && status < 400 && status !== 304) {
    return as("redirected", "GitHub sent us elsewhere. Check the address of this code host.");
  }
  if (status >= 500) return as("unreachable", "GitHub has a problem of its own. Check again in a few minutes.");
  if (status === 429 || (status === 403 && isLimit(answer, said))) {
    const message = "GitHub takes no more requests from this account for now. Check again later.";
    return as("rate-limited", message, { retryAt: readRetryAt(answer, now) });
  }
  if (said === null) return as("unexpected", "What answered is not GitHub's API. Check the address of this code host.");
  if (status === 401) return as(...readUnauthorized(said));
  if (status === 403) return readForbidden(answer, said, baseUrl, as);
  if (status === 404)
    return as("unexpected", "GitHub's API is not at this address. Check the address of this code host.");
  return as(
    "unexpected",
    "GitHub did not take the request as Forgepass makes it. Check whether its version is supported.",
  );
}

type As = (reason: RefusalReason, message: string, more?: Partial<Refusal>) => Refusal;

/** GitHub's error form, without which nothing is concluded. */
function saidBy({ data }: Answer): string | null {
  if (typeof data !== "object" || data === null || Array.isArray(data) || !("message" in data)) return null;
  return typeof data.message === "string" ? data.message : null;
}

function documentationOf({ data }: Answer): string {
  if (typeof data !== "object" || data === null || !("documentation_url" in data)) return "";
  return typeof data.documentation_url === "string" ? data.documentation_url : "";
}

function isLimit(answer: Answer, said: string | null): boolean {
  return (
    answer.headers["x-ratelimit-remaining"] === "0" ||
    "retry-after" in answer.headers ||
    /secondary rate limit|abuse detection/i.test(said ?? "") ||
    /secondary-rate-limits$|#abuse-rate-limits$/.test(documentationOf(answer))
  );
}

/** Seconds or a date; else when the primary limit resets; else the minute that GitHub asks for at least. */
function readRetryAt({ headers }: Answer, now: number): Date {
  const after = headers["retry-after"] ?? "";
  const dated = Date.parse(after);
  const resetAt = headers["x-ratelimit-remaining"] === "0" ? Number(headers["x-ratelimit-reset"]) * 1000 : Number.NaN;
  const candidates = [/^\d{1,9}$/.test(after) ? now + Number(after) * 1000 : dated, resetAt];
  const at = candidates.find((time) => Number.isFinite(time) && time >= now - 1000) ?? now + 60_000;
  // A limit of GitHub's ends within the hour: a date beyond a day is not believed.
  return new Date(Math.min(at, now + 86_400_000));
}

function readUnauthorized(said: string): [RefusalReason, string] {
  if (/requires authentication|must authenticate/i.test(said)) {
    return ["unexpected", "The token did not arrive at GitHub. Look for a proxy in between that removes it."];
  }
  if (/two-factor authentication OTP/i.test(said)) {
    return ["rejected", "GitHub asks for a two-factor code, which a token never needs. Make a personal access token."];
  }
  if (/JSON web token|'Expiration time' claim|'Issuer' claim/i.test(said)) {
    return ["rejected", "This is an app's sign-in key, which ends within minutes. Make a personal access token."];
  }
  return ["rejected", "GitHub does not know this token: it is mistyped, revoked or expired. Make a new one."];
}

function readForbidden(answer: Answer, said: string, baseUrl: string, as: As): Refusal {
  const sso = /^required;\s*url=(\S+)/i.exec(answer.headers["x-github-sso"] ?? "");
  if (sso || /SAML (enforcement|SSO)/i.test(said)) {
    const url = ownLink(sso?.[1], baseUrl);
    const how = url ? "Open the link within an hour and authorize it" : "Authorize it in GitHub's token settings";
    return as(
      "sso-required",
      `Your organization wants this token authorized for single sign-on. ${how}, then check again.`,
      { url },
    );
  }
  if (/forbids access via a personal access token \(classic\)/i.test(said)) {
    return as("blocked", "Your organization takes no classic tokens. Make a fine-grained token.");
  }
  if (/forbids access via a fine-grained/i.test(said)) {
    const days = /greater than (\d{1,4}) days/.exec(said)?.[1];
    const url = ownLink(/https?:\/\/\S+/.exec(said)?.[0]?.replace(/[.,]$/, ""), baseUrl);
    const limit = days ? `within ${days} days` : "sooner";
    return as("blocked", `Your organization wants fine-grained tokens to end ${limit}. Change the token's lifetime.`, {
      url,
    });
  }
  if (/IP allow list|IP address is not permitted/i.test(said)) {
    return as(
      "blocked",
      "Your organization does not allow this server's address. Ask an owner to add it to the allow list.",
    );
  }
  if (/account (was|has been|is) suspended/i.test(said)) {
    return as("blocked", "GitHub has suspended this account. Ask GitHub or your administrator.");
  }
  if (/max(imum)? number of login attempts?/i.test(said)) {
    return as(
      "rate-limited",
      "GitHub refuses every sign-in here after too many wrong tokens. Wait an hour, then check again.",
    );
  }
  if (/resource not accessible by/i.test(said)) {
    return as(
      "insufficient-scope",
      "The token works but may not do this. Give it the permissions listed and check again.",
    );
  }
  if (/user.agent/i.test(said)) {
    return as("unexpected", "The request arrived without its User-Agent. Look for a proxy in between that removes it.");
  }
  return as("unexpected", "GitHub refused the request for a reason that Forgepass does not know. Read what it said.");
}
