import type { Authentication } from "./bitbucket-data-center-auth";
import { type DataCenterState, effectiveLevel, isAtLeast } from "./bitbucket-data-center-state";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/**
 * What the simulator answers outside /rest: Git over HTTPS below /scm, and pages. Since 8.9.22, 8.19.12 and 9.3.2 tokens
 * count on /rest and /scm only; elsewhere a Bearer token is sent to the sign-in page and a password is refused.
 */
const text = { "content-type": "text/plain;charset=UTF-8" };
const html = { "content-type": "text/html;charset=UTF-8" };

export function answerGit(
  state: DataCenterState,
  request: SimulatorRequest,
  path: string,
  authentication: Authentication,
): SimulatorResponse {
  if (state.options.gitOverHttp === false) {
    return { status: 403, headers: text, body: "HTTP access to repositories has been disabled" };
  }
  const unauthorized = {
    status: 401,
    headers: { ...text, "www-authenticate": 'Basic realm="Atlassian Bitbucket"' },
    body: "Authentication failed",
  };
  if ("refused" in authentication) {
    return authentication.refused.status === 401 ? unauthorized : authentication.refused;
  }
  const { caller } = authentication;
  const [, key = "", slug = ""] = /^\/scm\/([^/]+)\/([^/]+)\.git\/info\/refs$/.exec(path) ?? [];
  const service = request.query.get("service");
  const pushes = service === "git-receive-pack";
  const repository = state.repositories.find((row) => {
    return row.project.key.toLowerCase() === key.toLowerCase() && row.slug === slug;
  });
  const level = repository ? effectiveLevel(repository, caller) : 0;
  if (!caller && (pushes || !repository?.public)) return unauthorized;
  if (!repository || (level === 0 && !repository.public)) {
    const body = "Repository not found\nThe requested repository does not exist, or you do not have permission.";
    return { status: 404, headers: text, body };
  }
  if (pushes && (level < 2 || repository.archived)) {
    return { status: 403, headers: text, body: "You do not have permission to push to this repository" };
  }
  const first = `# service=${service}\n`;
  const headers = { "content-type": `application/x-${service}-advertisement` };
  return { status: 200, headers, body: `${(first.length + 4).toString(16).padStart(4, "0")}${first}00000000` };
}

export function answerPage(
  state: DataCenterState,
  request: SimulatorRequest,
  path: string,
  authentication: Authentication,
  base: string,
): SimulatorResponse {
  if (path === "/login") {
    return { status: 200, headers: html, body: "<!DOCTYPE html><title>Log in - Bitbucket</title>" };
  }
  const caller = "refused" in authentication ? null : authentication.caller;
  const isNarrow = isAtLeast(state.options.version ?? "9.4.0", [8, 9, 22], [8, 19, 12], [9, 3, 2]);
  if (/^Basic /i.test(request.headers.authorization ?? "") && (!caller || (caller.token && isNarrow))) {
    // A token in the place of a password counts as a wrong password there.
    if (caller) caller.user.failures++;
    return { status: 401, headers: html, body: "<!DOCTYPE html><title>Unauthorized</title>" };
  }
  if (caller && !(caller.token && isNarrow)) {
    const isWhoami = path === "/plugins/servlet/applinks/whoami";
    return { status: 200, headers: isWhoami ? text : html, body: isWhoami ? caller.user.name : "<!DOCTYPE html>" };
  }
  return { status: 302, headers: { ...html, location: `${base}/login?next=${encodeURIComponent(path)}` }, body: "" };
}
