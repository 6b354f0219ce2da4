import { accessLevel, type GitlabState, type GitlabToken } from "./gitlab-state";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/**
 * What the GitLab simulator answers outside /api/v4: Git over HTTPS, the OAuth token's description, and pages, where
 * everything unknown redirects to the sign-in page.
 */
export function answerWeb(state: GitlabState, request: SimulatorRequest, path: string): SimulatorResponse {
  const repository = /^\/(.+)\.git\/info\/refs$/.exec(path)?.[1];
  if (repository !== undefined) return answerRefs(state, request, decodeURIComponent(repository));
  if (path === "/oauth/token/info") return answerTokenInfo(state, request);
  if (path === "/users/sign_in") {
    const headers = { "content-type": "text/html; charset=utf-8" };
    return { status: 200, headers, body: "<!DOCTYPE html><title>Sign in · GitLab</title><h1>GitLab</h1>" };
  }
  const root = state.options.relativeRoot ?? "";
  const location = `http://${request.headers.host}${root}/users/sign_in`;
  const headers = { "content-type": "text/html; charset=utf-8", location };
  return {
    status: 302,
    headers,
    body: `<html><body>You are being <a href="${location}">redirected</a>.</body></html>`,
  };
}

const text = { "content-type": "text/plain; charset=utf-8" };

function answerRefs(state: GitlabState, request: SimulatorRequest, path: string): SimulatorResponse {
  if (state.options.gitOverHttp === false) {
    return { status: 403, headers: text, body: "Git access over HTTP is not allowed" };
  }
  const service = request.query.get("service");
  const project = state.projects.find((row) => row.path === path);
  const pushes = service === "git-receive-pack";
  const token = basicToken(state, request);
  const refused = {
    status: 401,
    headers: { ...text, "www-authenticate": 'Basic realm="GitLab"' },
    body: "HTTP Basic: Access denied. The provided password or token is incorrect or your account has 2FA enabled.",
  };
  if (!token) return project?.visibility === "public" && !pushes && !request.headers.authorization ? refs() : refused;
  if (token.state !== "active" || token.user.state !== "active") return refused;
  const level = project ? accessLevel(project, token.user) : 0;
  if (!project || (level === 0 && project.visibility === "private")) {
    const body = "The project you were looking for could not be found or you don't have permission to view it.";
    return { status: 404, headers: text, body };
  }
  const pullScopes = ["api", "read_api", "read_repository", "write_repository"];
  const pushScopes = ["api", "write_repository"];
  const scopes = token.granularScopes?.flatMap((row) => row.permissions) ?? token.scopes;
  if (!(pushes ? pushScopes : pullScopes).some((scope) => scopes.includes(scope))) {
    const body = `You are not allowed to ${pushes ? "push code to" : "download code from"} this project.`;
    return { status: 403, headers: text, body };
  }
  if (pushes && level < 30) {
    return { status: 403, headers: text, body: "You are not allowed to push code to this project." };
  }
  return refs();

  function refs(): SimulatorResponse {
    const first = `# service=${service}\n`;
    const headers = { "content-type": `application/x-${service}-advertisement` };
    return { status: 200, headers, body: `${(first.length + 4).toString(16).padStart(4, "0")}${first}00000000` };
  }
}

/** Any non-blank user name with the token as the password. */
function basicToken(state: GitlabState, request: SimulatorRequest): GitlabToken | undefined {
  const encoded = /^Basic (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  const [username, password] = Buffer.from(encoded ?? "", "base64")
    .toString("utf8")
    .split(":");
  return username ? state.tokens.find((row) => row.value === password) : undefined;
}

function answerTokenInfo(state: GitlabState, request: SimulatorRequest): SimulatorResponse {
  const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  const token = state.tokens.find((row) => row.value === given && row.kind === "oauth" && row.state === "active");
  if (!token) {
    const body = { error: "invalid_token", error_description: "The access token is invalid" };
    return { status: 401, headers: { "www-authenticate": 'Bearer realm="Doorkeeper"' }, body };
  }
  const body = {
    resource_owner_id: token.user.id,
    scope: token.scopes,
    expires_in: 7200,
    application: { uid: "app" },
    created_at: 1760000000,
  };
  return { status: 200, body };
}
