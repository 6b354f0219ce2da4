import { allows, granularError, guarded, isOlder } from "./gitlab-guard";
import { answerKeys } from "./gitlab-keys";
import { answerRotation } from "./gitlab-rotate";
import { accessLevel, type GitlabProject, type GitlabState, type GitlabToken, type GitlabUser } from "./gitlab-state";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/**
 * What the GitLab simulator answers below /api/v4. Endpoints name the scopes of which any one suffices; scopes imply
 * nothing on the server. A dead token is refused before its scopes are looked at.
 */
const notFound = { status: 404, body: { message: "404 Not Found" } };

export function answerApi(
  state: GitlabState,
  request: SimulatorRequest,
  route: string,
  base: string,
): SimulatorResponse {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  const given = request.headers["private-token"]?.toString() ?? bearer;
  const token = given === undefined ? undefined : state.tokens.find((row) => row.value === given);
  if (given === undefined) {
    const project = publicProject(state, route);
    return project ? { status: 200, body: projectBody(project, null, base) } : unauthorized;
  }
  if (!token || token.kind === "deploy" || token.kind === "ci-job") {
    return bearer ? bearerError("invalid_token", "Bad Access Token.") : unauthorized;
  }
  const barred = whyBarred(token);
  const rotated = answerRotation(state, request, route, token, barred);
  if (rotated) return rotated;
  if (barred) return barred;
  if (state.options.notesUseLater) setTimeout(() => countUse(token), 500).unref();
  else countUse(token);
  return answerSignedIn(state, request, route, token, base);
}

/** Rounded: a use within ten minutes of the last is not noted (since 16.1). */
function countUse(token: GitlabToken): void {
  const last = token.lastUsedAt === null ? 0 : Date.parse(token.lastUsedAt);
  if (Date.now() - last > 600_000) token.lastUsedAt = new Date().toISOString();
}

function answerSignedIn(
  state: GitlabState,
  request: SimulatorRequest,
  route: string,
  token: GitlabToken,
  base: string,
): SimulatorResponse {
  const [noun, id, verb, ...rest] = route.split("/").slice(1).map(decodeURIComponent);
  if (noun === "user" && id === "keys" && rest.length === 0) return answerKeys(state, request, token, verb);
  if (request.method === "DELETE") return answerDelete(state, token, route);
  if (request.method !== "GET") return { status: 405, body: { error: "405 Not Allowed" } };
  switch (noun) {
    case "user":
      if (id !== undefined) return notFound;
      return guarded(token, ["api", "read_api", "read_user"], "read_user", () => userBody(token.user, base));
    case "version":
    case "metadata": {
      const version = { version: state.options.version ?? "18.5.2-ee", revision: "0a1b2c3d4e5" };
      const metadata = { ...version, kas: { enabled: false, externalUrl: null, version: null }, enterprise: true };
      return guarded(token, ["api", "read_api", "read_user", "ai_features"], "read_metadata", () =>
        noun === "version" ? version : metadata,
      );
    }
    case "personal_access_tokens":
      if (id === undefined) return answerTokenList(state, request, token);
      return id === "self" ? answerSelf(state, token) : notFound;
    case "projects":
      return guarded(token, ["api", "read_api"], "read_project", () => {
        const project = state.projects.find((row) => row.path === id || String(row.id) === id);
        const level = project ? accessLevel(project, token.user) : 0;
        if (!project || (level === 0 && project.visibility === "private")) {
          return { status: 404, body: { message: "404 Project Not Found" } };
        }
        if (verb === undefined) return projectBody(project, token.user, base);
        if (verb !== "members" || rest[0] !== "all" || rest[1] !== String(token.user.id) || level === 0)
          return notFound;
        return { id: token.user.id, username: token.user.username, state: "active", access_level: level };
      });
    default:
      return { status: 404, body: { error: "404 Not Found" } };
  }
}

function answerSelf({ options }: GitlabState, token: GitlabToken): SimulatorResponse {
  if (token.kind === "oauth" || isOlder(options.version ?? "18.5.2", 15, 5)) {
    const status = options.selfMissing ?? 404;
    if (status === 400) return { status, body: { error: "id is invalid" } };
    return status === 405 ? { status, body: { error: "405 Not Allowed" } } : notFound;
  }
  if (token.granularScopes && !allows(token, "read_personal_access_token")) {
    return granularError("read_personal_access_token");
  }
  return { status: 200, body: tokenBody(token) };
}

/** The token ends itself, or a project's or group's token one of its own kind's. */
function answerDelete({ options, tokens }: GitlabState, token: GitlabToken, route: string): SimulatorResponse {
  const noContent = { status: 204, body: undefined };
  if (route === "/personal_access_tokens/self") {
    const version = options.version ?? "18.5.2";
    if (token.kind === "oauth" || isOlder(version, 15, 0)) return notFound;
    if (options.selfRevoke === "personal" && token.kind !== "personal") {
      return { status: 405, body: { error: "405 Not Allowed" } };
    }
    if (token.granularScopes && !allows(token, "revoke_personal_access_token")) {
      return granularError("revoke_personal_access_token");
    }
    // Before 15.4 only with the scope api.
    if (isOlder(version, 15, 4) && !token.scopes.includes("api")) return guarded(token, ["api"], "", () => noContent);
    token.state = "revoked";
    return noContent;
  }
  const [, owner, ownerId, id] = /^\/(project|group)s\/(\d+)\/access_tokens\/(\d+)$/.exec(route) ?? [];
  if (owner === undefined) return { status: 405, body: { error: "405 Not Allowed" } };
  return guarded(token, ["api"], "manage_resource_access_token", () => {
    const row = tokens.find((one) => String(one.id) === id && one.kind === owner);
    if (!row?.user.username.startsWith(`${owner}_${ownerId}_bot`)) return notFound;
    row.state = "revoked";
    return noContent;
  });
}

function answerTokenList(state: GitlabState, request: SimulatorRequest, token: GitlabToken): SimulatorResponse {
  return guarded(token, ["api", "read_api"], "read_personal_access_token", () => {
    const filters = !isOlder(state.options.version ?? "18.5.2", 15, 5);
    const wanted = filters ? request.query.get("state") : null;
    const rows = state.tokens
      .filter((row) => row.kind !== "oauth" && (row.user === token.user || token.user.isAdmin))
      .filter((row) => wanted !== "active" || row.state === "active");
    return { status: 200, body: rows.map(tokenBody) };
  });
}

const unauthorized = { status: 401, body: { message: "401 Unauthorized" } };

function bearerError(error: string, description: string): SimulatorResponse {
  const challenge = `Bearer realm="The API", error="${error}", error_description="${description}"`;
  return {
    status: 401,
    headers: { "www-authenticate": challenge },
    body: { error, error_description: description },
  };
}

function whyBarred(token: GitlabToken): SimulatorResponse | null {
  switch (token.state) {
    case "revoked":
      return bearerError("invalid_token", "Token was revoked. You have to re-authorize from the user.");
    case "expired":
      return bearerError("invalid_token", "Token is expired. You can either do re-authorization or token refresh.");
    case "impersonation-disabled":
      return bearerError("invalid_token", "Token is an impersonation token but impersonation was disabled.");
    case "rate-limited": {
      const reset = Math.ceil(Date.now() / 1000) + 60;
      const limits = { "ratelimit-limit": "2000", "ratelimit-remaining": "0", "ratelimit-reset": String(reset) };
      const headers = { "content-type": "text/plain", "retry-after": "60", ...limits };
      return { status: 429, headers, body: "Retry later\n" };
    }
  }
  if (token.user.requiresDpop) {
    return bearerError("dpop_error", "DPoP validation error: DPoP header is missing");
  }
  if (token.user.state === "active") return null;
  const reasons = {
    blocked: "Your account has been blocked.",
    deactivated: "Your account has been deactivated by your administrator.",
    terms: `You (@${token.user.username}) must accept the Terms of Service in order to perform this action.`,
  };
  return { status: 403, body: { message: `403 Forbidden - ${reasons[token.user.state]}` } };
}

function userBody(user: GitlabUser, base: string): object {
  return {
    id: user.id,
    username: user.username,
    name: user.name,
    state: "active",
    locked: false,
    avatar_url: null,
    web_url: `${base}/${user.username}`,
    created_at: "2024-05-01T09:00:00.000Z",
    bot: user.bot,
    email: `${user.username}@example.com`,
    ...(user.isAdmin && { is_admin: true }),
  };
}

function tokenBody(token: GitlabToken): object {
  return {
    id: token.id,
    name: token.name,
    description: null,
    revoked: token.state === "revoked",
    created_at: "2026-01-02T03:04:05.000Z",
    scopes: token.granularScopes ? [] : token.scopes,
    user_id: token.user.id,
    last_used_at: token.lastUsedAt,
    active: token.state === "active",
    expires_at: token.expiresAt,
    ...(token.granularScopes && { granular_scopes: token.granularScopes }),
  };
}

function projectBody(project: GitlabProject, user: GitlabUser | null, base: string): object {
  const access = (level: number | undefined) => (level ? { access_level: level, notification_level: 3 } : null);
  return {
    id: project.id,
    path_with_namespace: project.path,
    visibility: project.visibility,
    web_url: `${base}/${project.path}`,
    http_url_to_repo: `${base}/${project.path}.git`,
    default_branch: "main",
    ...(user && {
      permissions: {
        project_access: access(project.members[user.username]),
        group_access: access(project.groupMembers[user.username]),
      },
    }),
  };
}

function publicProject(state: GitlabState, route: string): GitlabProject | undefined {
  const id = decodeURIComponent(/^\/projects\/([^/]+)$/.exec(route)?.[1] ?? "");
  return state.projects.find((row) => row.visibility === "public" && (row.path === id || String(row.id) === id));
}

const apiHeaders = {
  "cache-control": "max-age=0, private, must-revalidate",
  "x-content-type-options": "nosniff",
  "x-frame-options": "SAMEORIGIN",
  "x-gitlab-meta": '{"correlation_id":"01SIMULATED","version":"1"}',
};

export function withHeaders(response: SimulatorResponse): SimulatorResponse {
  return { ...response, headers: { ...apiHeaders, ...response.headers } };
}
