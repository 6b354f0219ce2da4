import { type BitbucketState, type BitbucketToken, isAccessToken } from "./bitbucket-cloud-state";
import type { SimulatorResponse } from "./simulator";

/** How Bitbucket Cloud refuses: every body, status and header of the fact sheet. */
export const text = { "content-type": "text/plain; charset=utf-8" };

/** The sentence is recorded from api.bitbucket.org. */
export function loginFailed({ options }: BitbucketState): SimulatorResponse {
  return {
    status: 401,
    headers: { ...text, "www-authenticate": options.realm ?? 'BitbucketCustom realm="Bitbucket.org HTTP"' },
    body: "Login failed due to incorrect login credentials or method.\nFor information on authentication methods for Bitbucket Cloud APIs, visit:\n    https://developer.atlassian.com/cloud/bitbucket/rest/intro/#authentication\n",
  };
}

export const tokenInvalid = jsonError(401, "Token is invalid, expired, or not supported for this endpoint.");
export const accessDenied = jsonError(403, "You do not have access to this repository.");
export const noSuchPath = jsonError(404, "There is no API hosted at this URL");

export const tooMany: SimulatorResponse = {
  status: 429,
  headers: text,
  body: "Rate limit for this resource has been exceeded",
};

export function removed({ options }: BitbucketState): SimulatorResponse {
  return jsonError(options.removedStatus ?? 404, "Resource not found");
}

/** Git and REST say it alike: with 401 in Atlassian's first notice, with 410 in its second. */
export function appPasswordRemoved({ options }: BitbucketState): SimulatorResponse {
  return {
    status: options.appPasswordStatus ?? 401,
    headers: text,
    body: "App passwords are deprecated and must be replaced with API tokens.",
  };
}

export function lacksScopes({ options }: BitbucketState, required: string[], granted: string[]): SimulatorResponse {
  const message = "Your credentials lack one or more required privilege scopes.";
  const form = options.scopeDetail ?? "list";
  const detail =
    form === "text"
      ? `Required: ${required.join(", ")}. Granted: ${granted.join(", ")}.`
      : { required: form === "string" ? required.join(", ") : required, granted };
  return jsonError(403, message, detail);
}

export function jsonError(status: number, message: string, detail?: unknown): SimulatorResponse {
  return { status, body: { type: "error", error: { message, ...(detail !== undefined && { detail }) } } };
}

const credentialTypes = {
  "api-token": "api_token",
  "app-password": "apppassword",
  repository: "repo_access_token",
  project: "project_access_token",
  workspace: "workspace_access_token",
} as const;

/** On every answer to a credential that it knows, refusals included; what the endpoint wants is told in old names. */
export function credentialHeaders(
  { options }: BitbucketState,
  token: BitbucketToken,
  accepted: string,
): Record<string, string> {
  if (options.credentialHeaders === false) return {};
  const type = (credentialTypes as Partial<Record<string, string>>)[token.kind];
  return {
    "x-oauth-scopes": token.scopes.join(", "),
    "x-accepted-oauth-scopes": accepted,
    ...(type && { "x-credential-type": type }),
    ...(isAccessToken(token) && {
      "x-ratelimit-limit": "1000",
      "x-ratelimit-resource": "api-repositories",
      "x-ratelimit-nearlimit": "false",
    }),
  };
}
