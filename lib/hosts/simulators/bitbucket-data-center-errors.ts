import type { SimulatorResponse } from "./simulator";

/**
 * Bitbucket Data Center's refusals. The REST API always answers with a list of errors; a 401 is as often a lack of
 * permission as a bad credential, and only the exception's name and X-AUSERNAME tell them apart.
 */
export function failure(
  status: number,
  exceptionName: string | null,
  message: string,
  context: string | null = null,
): SimulatorResponse {
  const body = { errors: [{ context, message, exceptionName }] };
  return { status, headers: { "content-type": "application/json;charset=UTF-8" }, body: JSON.stringify(body) };
}

export const incorrectPassword = failure(
  401,
  "com.atlassian.bitbucket.auth.IncorrectPasswordAuthenticationException",
  "Authentication failed. Please check your credentials and try again.",
);

export const notPermitted = failure(
  401,
  "com.atlassian.bitbucket.AuthorisationException",
  "You are not permitted to access this resource",
);

/** Header and name are unconfirmed, and whether it is a 401 or a 403. */
export function captchaRequired(loginUrl: string): SimulatorResponse {
  const refusal = failure(
    401,
    "com.atlassian.bitbucket.auth.CaptchaRequiredAuthenticationException",
    "CAPTCHA required. Your Bitbucket account has been marked as requiring a CAPTCHA to be solved.",
  );
  const denied = { "x-authentication-denied-reason": `CAPTCHA_CHALLENGE; login-url=${loginUrl}` };
  return { ...refusal, headers: { ...refusal.headers, ...denied } };
}

/** Of the authentication plugin that Atlassian's products share, which knows nothing of Bitbucket's list of errors. */
export const passwordsDisabled: SimulatorResponse = {
  status: 403,
  body: { message: "Basic Authentication has been disabled on this instance." },
};

export function noSuchRepository(key: string, slug: string): SimulatorResponse {
  return failure(
    404,
    "com.atlassian.bitbucket.repository.NoSuchRepositoryException",
    `Repository ${key}/${slug} does not exist.`,
  );
}

export function noSuchProject(key: string): SimulatorResponse {
  return failure(404, "com.atlassian.bitbucket.project.NoSuchProjectException", `Project ${key} does not exist.`);
}

export function noSuchUser(slug: string): SimulatorResponse {
  return failure(404, "com.atlassian.bitbucket.user.NoSuchUserException", `The user '${slug}' does not exist`);
}

/** A path that no resource has. */
export const noSuchResource: SimulatorResponse = {
  status: 404,
  headers: { "content-type": "application/json;charset=UTF-8" },
  body: JSON.stringify({ message: "null for uri", "status-code": 404 }),
};

export const xsrfFailed: SimulatorResponse = {
  status: 403,
  headers: { "content-type": "text/plain" },
  body: "XSRF check failed",
};
