import { describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { Answer } from "./client";
import { readRefusal } from "./refusals";

const now = Date.parse("2026-11-22T12:00:00Z");
const inAMinute = new Date(now + 60_000);
const token = new Secret("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");
const secondary = "You have exceeded a secondary rate limit.";
const limits = "https://docs.github.com/rest/overview/rate-limits";

function read(status: number, message: string | null, headers: Record<string, string> = {}, documentation?: string) {
  const data =
    message === null ? null : { message, documentation_url: documentation ?? "https://docs.github.com/rest" };
  const answer: Answer = { status, headers, data, elapsedMs: 1 };
  return readRefusal(answer, "https://github.com", token, now);
}

describe("what GitHub means when it refuses", () => {
  it.each<[number, string, Record<string, string>, string, RegExp]>([
    [401, "Bad credentials", {}, "rejected", /mistyped, revoked or expired/],
    [401, "Requires authentication", {}, "unexpected", /proxy/],
    [401, "Must authenticate to access this API.", {}, "unexpected", /proxy/],
    [
      401,
      "Must specify two-factor authentication OTP code.",
      { "x-github-otp": "required; app" },
      "rejected",
      /two-factor/,
    ],
    [401, "A JSON web token could not be decoded", {}, "rejected", /app's sign-in key/],
    [
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
      {},
      "rejected",
      /app's sign-in key/,
    ],
    [
      403,
      "Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.",
      {},
      "sso-required",
      /single sign-on/,
    ],
    [
      403,
      "Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization.",
      {},
      "sso-required",
      /single sign-on/,
    ],
    [
      403,
      "`octo-org` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, or a personal access token with fine-grained permissions.",
      {},
      "blocked",
      /Make a fine-grained token/,
    ],
    [
      403,
      "The 'octo-org' organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater than 90 days. Please adjust your token's lifetime at the following URL: https://github.com/settings/personal-access-tokens/42",
      {},
      "blocked",
      /within 90 days/,
    ],
    [
      403,
      "Although you appear to have the correct authorization credentials, the `octo-org` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.",
      {},
      "blocked",
      /allow list/,
    ],
    [403, "Sorry. Your account was suspended. Contact support.", {}, "blocked", /suspended/],
    [403, "Max number of login attempt exceeded", {}, "rate-limited", /too many wrong tokens/],
    [
      403,
      "Maximum number of login attempts exceeded. Please try again later.",
      {},
      "rate-limited",
      /too many wrong tokens/,
    ],
    [403, "Resource not accessible by personal access token", {}, "insufficient-scope", /may not do this/],
    [403, "Resource not accessible by integration", {}, "insufficient-scope", /may not do this/],
    [
      403,
      "Missing or invalid User Agent string. See http://developer.github.com/v3/#user-agent-required",
      {},
      "unexpected",
      /User-Agent/,
    ],
    [403, "Something new", {}, "unexpected", /does not know/],
    [400, "The version '2022-11-28' is not a supported API version.", {}, "unexpected", /version/],
    [404, "Not Found", {}, "unexpected", /address/],
    [422, "Validation Failed", {}, "unexpected", /did not take/],
    [500, "Bad credentials", {}, "unreachable", /problem of its own/],
    [301, "Moved Permanently", { location: "https://example.com/" }, "redirected", /address/],
  ])("%i %s", (status, message, headers, reason, sentence) => {
    const refusal = read(status, message, headers);
    expect(refusal).toMatchObject({ ok: false, reason, hostSaid: message, retryAt: null });
    expect(refusal.message).toMatch(sentence);
    expect(refusal.message).toMatch(/\.$/);
  });

  it.each<[string, number, string, Record<string, string>, string | undefined, Date]>([
    [
      "a spent primary limit",
      403,
      "API rate limit exceeded for user ID 1.",
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now / 1000 + 60) },
      undefined,
      inAMinute,
    ],
    [
      "the same as 429",
      429,
      "API rate limit exceeded for user ID 1.",
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now / 1000 + 60) },
      undefined,
      inAMinute,
    ],
    ["a secondary limit in seconds", 403, secondary, { "retry-after": "60" }, undefined, inAMinute],
    ["a secondary limit with a date", 403, secondary, { "retry-after": inAMinute.toUTCString() }, undefined, inAMinute],
    ["a secondary limit with no word of when", 403, secondary, {}, undefined, inAMinute],
    [
      "a secondary limit told only by its link",
      403,
      "Slow down",
      {},
      `${limits}#about-secondary-rate-limits`,
      inAMinute,
    ],
    [
      "the older abuse limit",
      403,
      "You have triggered an abuse detection mechanism.",
      { "retry-after": "60" },
      "https://developer.github.com/v3/#abuse-rate-limits",
      inAMinute,
    ],
    [
      "a date a century away, which is not believed",
      429,
      "Wait",
      { "retry-after": "Fri, 31 Dec 2126 23:59:59 GMT" },
      undefined,
      new Date(now + 86_400_000),
    ],
    [
      "a reset that has passed",
      403,
      "Wait",
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" },
      undefined,
      inAMinute,
    ],
    [
      "a limit that outranks single sign-on",
      403,
      "Wait",
      { "retry-after": "60", "x-github-sso": "required; url=https://github.com/orgs/o/sso" },
      undefined,
      inAMinute,
    ],
  ])("%s is rate-limited, and until when", (_, status, message, headers, documentation, retryAt) => {
    expect(read(status, message, headers, documentation)).toMatchObject({ reason: "rate-limited", retryAt });
  });

  it.each([
    [
      "required; url=https://github.com/orgs/octo-org/sso?authorization_request=A",
      "https://github.com/orgs/octo-org/sso?authorization_request=A",
    ],
    ["required;url=https://github.com/enterprises/octo/sso", "https://github.com/enterprises/octo/sso"],
    ["required; url=https://github.com.example.com/sso", null],
    ["required; url=javascript:alert(1)", null],
  ])("single sign-on with %s links to %s", (header, url) => {
    expect(read(403, "No", { "x-github-sso": header })).toMatchObject({ reason: "sso-required", url });
  });

  it("partial results are no refusal", () => {
    const headers = { "x-github-sso": "partial-results; organizations=1" };
    expect(read(403, "Resource not accessible by integration", headers).reason).toBe("insufficient-scope");
  });

  it("links to the lifetime setting only on the host itself", () => {
    const words =
      "The 'o' organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater than 366 days. Please adjust your token's lifetime at the following URL: ";
    const own = "https://github.com/settings/personal-access-tokens/42";
    expect(read(403, words + own).url).toBe(own);
    expect(read(403, `${words}https://example.com/settings`).url).toBeNull();
  });

  it.each([401, 403, 404, 400])("a %i that is not in GitHub's form says nothing about the token", (status) => {
    expect(read(status, null)).toMatchObject({ reason: "unexpected", hostSaid: null });
  });

  it("takes an echoed token out of the host's words", () => {
    expect(read(401, `Bad credentials: ${token.reveal()}`).hostSaid).toBe("Bad credentials: [token]");
  });
});
