import type { GitlabToken } from "./gitlab-state";
import type { SimulatorResponse } from "./simulator";

/** What a token may ask of the simulated GitLab: an endpoint takes any one of its scopes, or a granular permission. */

/** `scopes`: any one of them suffices. A function that gives a body without a status answers 200. */
export function guarded(
  token: GitlabToken,
  scopes: string[],
  permission: string,
  answer: () => object,
): SimulatorResponse {
  if (token.granularScopes) {
    if (!allows(token, permission)) return granularError(permission);
  } else if (!scopes.some((scope) => token.scopes.includes(scope))) {
    const error = "insufficient_scope";
    const description = "The request requires higher privileges than provided by the access token.";
    return { status: 403, body: { error, error_description: description, scope: scopes.join(" ") } };
  }
  const body = answer();
  return "status" in body && "body" in body ? (body as SimulatorResponse) : { status: 200, body };
}

export function allows(token: GitlabToken, permission: string): boolean {
  return token.granularScopes?.some((scope) => scope.permissions.includes(permission)) ?? false;
}

/** The code is published; that the missing permissions are named in brackets too; the exact sentence is unconfirmed. */
export function granularError(permission: string): SimulatorResponse {
  const description = `Access denied: Your Personal Access Token lacks the required permissions: [${permission}].`;
  return { status: 403, body: { error: "insufficient_granular_scope", error_description: description } };
}

export function isOlder(version: string, major: number, minor: number): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split(".").map(Number);
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}
