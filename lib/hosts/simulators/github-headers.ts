import type { GithubState } from "./github-answers";
import { formatExpiry, normaliseScopes, type SimulatedToken, tellsScopes } from "./github-tokens";
import type { SimulatorResponse } from "./simulator";

/** The headers that come with every answer of GitHub's API: limits, version, and what they tell about the token. */

/** As GitHub spells them, or as proxies change them: all three were recorded. */
export type HeaderCase = "github" | "lower" | "upper";

export function finishAnswer(
  state: GithubState,
  response: SimulatorResponse,
  token: SimulatedToken | null,
  headerCase: HeaderCase,
): SimulatorResponse {
  const { flavour, hourlyLimit } = state;
  const limit = token ? hourlyLimit : 60;
  const used = state.used.get(token?.login ?? "") ?? 0;
  const headers: Record<string, string | string[]> = {
    "X-GitHub-Request-Id": "0A0A:0B0B:0C0C:0D0D",
    "X-GitHub-Media-Type": "github.v3; format=json",
    "X-GitHub-Api-Version-Selected": "2022-11-28",
    Vary: "Accept, Authorization, Cookie, X-GitHub-OTP",
    ...(state.version && { "X-GitHub-Enterprise-Version": state.version }),
    ...(Number.isFinite(hourlyLimit) && {
      "X-RateLimit-Limit": String(limit),
      "X-RateLimit-Remaining": String(Math.max(0, limit - used)),
      "X-RateLimit-Used": String(used),
      "X-RateLimit-Reset": String(Math.floor(Date.now() / 1000) + 3600),
      "X-RateLimit-Resource": "core",
    }),
    ...(token && tellsScopes(token.kind) && { "X-OAuth-Scopes": normaliseScopes(token.scopes).join(", ") }),
    ...(token?.expiresAt && {
      "github-authentication-token-expiration": formatExpiry(token.expiresAt, token.expiryFormat),
    }),
    ...response.headers,
  };
  return {
    ...response,
    headers: spell(headers, headerCase),
    body: withoutStatus(response, flavour),
  };
}

function spell(headers: Record<string, string | string[]>, headerCase: HeaderCase): Record<string, string | string[]> {
  if (headerCase === "github") return headers;
  const change = (name: string) => (headerCase === "lower" ? name.toLowerCase() : name.toUpperCase());
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [change(name), value]));
}

/** Enterprise Servers send no `status` in error bodies. */
function withoutStatus({ status, body }: SimulatorResponse, flavour: GithubState["flavour"]): unknown {
  if (flavour !== "ghes" || status < 400 || typeof body !== "object" || body === null) return body;
  return Object.fromEntries(Object.entries(body).filter(([key]) => key !== "status"));
}
