import { type SimulatedToken, type Trouble, tellsScopes } from "./github-tokens";
import type { SimulatorResponse } from "./simulator";

/** What GitHub says when it refuses, in its own words and headers: recordings and issue threads, as the sheet lists. */

const docs = "https://docs.github.com";

export const documentation = {
  rest: `${docs}/rest`,
  limits: `${docs}/rest/overview/rate-limits-for-the-rest-api`,
  secondary: `${docs}/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits`,
  abuse: "https://developer.github.com/v3/#abuse-rate-limits",
  sso: `${docs}/articles/authenticating-to-a-github-organization-with-saml-single-sign-on/`,
};

export function refuse(
  status: number,
  message: string,
  headers: Record<string, string> = {},
  documentationUrl = documentation.rest,
): SimulatorResponse {
  return { status, headers, body: { message, documentation_url: documentationUrl, status: String(status) } };
}

export const badCredentials = () => refuse(401, "Bad credentials");
export const requiresAuthentication = () => refuse(401, "Requires authentication");
export const notFound = () => refuse(404, "Not Found");

export function notAccessible(token: SimulatedToken): SimulatorResponse {
  const by = token.kind === "fine-grained" ? "personal access token" : "integration";
  return refuse(403, `Resource not accessible by ${by}`);
}

export function ssoRequired(web: string, organization: string, withHeader = true): SimulatorResponse {
  const url = `${web}/orgs/${organization}/sso?authorization_request=AB3C4D`;
  return refuse(
    403,
    "Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.",
    withHeader ? { "X-GitHub-SSO": `required; url=${url}` } : {},
    documentation.sso,
  );
}

export function classicForbidden(organization: string): SimulatorResponse {
  return refuse(
    403,
    `\`${organization}\` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, or a personal access token with fine-grained permissions.`,
  );
}

export function lifetimeForbidden(web: string, organization: string, days: number): SimulatorResponse {
  return refuse(
    403,
    `The '${organization}' organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater than ${days} days. Please adjust your token's lifetime at the following URL: ${web}/settings/personal-access-tokens/4242`,
  );
}

export function addressForbidden(organization: string): SimulatorResponse {
  return refuse(
    403,
    `Although you appear to have the correct authorization credentials, the \`${organization}\` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.`,
  );
}

export function loginAttempts(): SimulatorResponse {
  return refuse(403, "Maximum number of login attempts exceeded. Please try again later.");
}

/** The primary limit, which ends in a minute. */
export function limitExceeded(status: 403 | 429): SimulatorResponse {
  const spent = {
    "X-RateLimit-Limit": "5000",
    "X-RateLimit-Remaining": "0",
    "X-RateLimit-Used": "5000",
    "X-RateLimit-Reset": String(Math.floor(Date.now() / 1000) + 60),
    "X-RateLimit-Resource": "core",
  };
  return refuse(status, "API rate limit exceeded for user ID 1000.", spent, documentation.limits);
}

/** A refusal that a token meets everywhere. */
export function troubleAnswer(web: string, token: SimulatedToken): SimulatorResponse | null {
  const inAMinute = new Date(Date.now() + 60_000);
  const secondary = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
  const answers: Record<Trouble, () => SimulatorResponse> = {
    sso: () => ssoRequired(web, "octo-org"),
    "sso-without-header": () => ssoRequired(web, "octo-org", false),
    "classic-forbidden": () => classicForbidden("octo-org"),
    lifetime: () => lifetimeForbidden(web, "octo-org", 366),
    address: () => addressForbidden("octo-org"),
    suspended: () => refuse(403, "Sorry. Your account was suspended. Please contact support."),
    "login-attempts": loginAttempts,
    "primary-limit": () => limitExceeded(403),
    "primary-limit-429": () => limitExceeded(429),
    "secondary-limit-seconds": () => refuse(403, secondary, { "Retry-After": "60" }, documentation.secondary),
    "secondary-limit-date": () =>
      refuse(
        429,
        secondary,
        { "Retry-After": inAMinute.toUTCString(), "gh-limited-by": "user" },
        documentation.secondary,
      ),
    "secondary-limit-silent": () => refuse(403, secondary, {}, documentation.secondary),
    "abuse-limit": () =>
      refuse(403, "You have triggered an abuse detection mechanism.", { "Retry-After": "30" }, documentation.abuse),
  };
  return token.trouble ? answers[token.trouble]() : null;
}

/** What an endpoint would take, told to the kinds of token that the header is for. */
export function acceptedHeader(token: SimulatedToken, scopes: string, permissions: string): Record<string, string> {
  return tellsScopes(token.kind)
    ? { "X-Accepted-OAuth-Scopes": scopes }
    : { "X-Accepted-GitHub-Permissions": permissions };
}
