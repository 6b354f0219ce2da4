import type { GithubState } from "./github-answers";
import { documentation, refuse } from "./github-refusals";
import type { SimulatedToken } from "./github-tokens";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/**
 * How the GitHub simulator ends tokens: POST /credentials/revoke takes strangers only, up to a thousand tokens at a time,
 * and ends them later; an installation token ends itself at once.
 */
export function answerRevocation(
  state: GithubState,
  { method, headers, body }: SimulatorRequest,
  path: string,
): SimulatorResponse | null {
  if (method !== "POST" || path !== "/credentials/revoke") return null;
  if (headers.authorization !== undefined) return refuse(403, "This endpoint does not accept authentication.");
  if (state.revocations >= state.revocationLimit) {
    const spent = {
      "X-RateLimit-Limit": String(state.revocationLimit),
      "X-RateLimit-Remaining": "0",
      "X-RateLimit-Reset": String(Math.floor(Date.now() / 1000) + 1800),
    };
    return refuse(403, "API rate limit exceeded for 192.0.2.1.", spent, documentation.limits);
  }
  state.revocations++;
  const credentials = readCredentials(body);
  if (credentials === null) return refuse(422, "Invalid request.");
  for (const credential of credentials) {
    const token = state.tokens.get(credential);
    // Installation tokens are not taken, and nobody is told which of them were known.
    if (token && /^(gh[pour]_|github_pat_)/.test(credential)) token.requestsLeft ??= state.requestsUntilDead;
  }
  return { status: 202, body: {} };
}

function readCredentials(body: string): string[] | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return null;
  }
  const list = (parsed as { credentials?: unknown } | null)?.credentials;
  const isList = Array.isArray(list) && list.length > 0 && list.length <= 1000;
  return isList && list.every((one) => typeof one === "string") ? list : null;
}

/** Before each request with the token. */
export function countDown(token: SimulatedToken): void {
  if (token.requestsLeft === null) return;
  if (token.requestsLeft === 0) token.isRevoked = true;
  token.requestsLeft--;
}

export function answerInstallationEnd(
  { method }: SimulatorRequest,
  path: string,
  token: SimulatedToken | null,
): SimulatorResponse | null {
  if (method !== "DELETE" || path !== "/installation/token") return null;
  if (!token?.kind.startsWith("installation")) return refuse(403, "Resource not accessible by personal access token");
  token.isRevoked = true;
  return { status: 204 };
}
