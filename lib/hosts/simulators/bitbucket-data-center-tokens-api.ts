import { ok, page, readJson, userBody } from "./bitbucket-data-center-api";
import { failure, noSuchResource, notPermitted } from "./bitbucket-data-center-errors";
import {
  type Caller,
  type DataCenterState,
  type DataCenterToken,
  effectiveLevel,
  parsePermission,
  projectLevel,
} from "./bitbucket-data-center-state";
import { mintToken, mintTokenId } from "./bitbucket-data-center-tokens";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/**
 * What the simulator answers below /rest/access-tokens: the tokens of a user, a project or a repository. Whoever comes
 * with a password may read, make, change and end their own; a token may at most read, where the site is set to that.
 */
interface Owner {
  kind: DataCenterToken["kind"];
  project: string | null;
  repository: string | null;
  userSlug: string | null;
}

export function answerAccessTokens(
  state: DataCenterState,
  request: SimulatorRequest,
  route: string,
  caller: Caller | null,
  base: string,
): SimulatorResponse {
  const parsed = parseRoute(route);
  if (!parsed) return noSuchResource;
  const { owner, id } = parsed;
  const isReading = request.method === "GET";
  if (!caller || !owns(state, owner, caller)) return notPermitted;
  const { tokensReadThemselves, tokensManageThemselves } = state.options;
  if (caller.token && !tokensManageThemselves && !(isReading && tokensReadThemselves)) return notPermitted;

  const own = state.tokens.filter((row) => row.state !== "revoked" && belongs(row, owner));
  if (request.method === "PUT" && id === null) return create(state, request, owner, caller, own, base);
  if (isReading && id === null) {
    return ok(
      page(
        own.map((row) => tokenBody(state, row, base)),
        request,
      ),
    );
  }
  const token = own.find((row) => row.id === id);
  if (!token) return failure(404, "com.atlassian.bitbucket.NoSuchEntityException", "The token does not exist.");
  if (isReading) return ok(tokenBody(state, token, base));
  if (request.method === "DELETE") {
    token.state = "revoked";
    return { status: 204 };
  }
  if (request.method !== "POST") return { status: 405 };
  const { name, permissions } = readJson(request);
  if (typeof name === "string") token.name = name;
  if (Array.isArray(permissions)) token.permissions = permissions.map(String);
  return ok(tokenBody(state, token, base));
}

function parseRoute(route: string): { owner: Owner; id: string | null } | null {
  const [noun, name = "", ...rest] = route.split("/").slice(1).map(decodeURIComponent);
  if (name === "") return null;
  if (noun === "users" && rest.length <= 1) {
    return { owner: { kind: "user", project: null, repository: null, userSlug: name }, id: rest[0] ?? null };
  }
  if (noun !== "projects") return null;
  if (rest[0] === "repos" && rest[1] !== undefined && rest.length <= 3) {
    return {
      owner: { kind: "repository", project: name, repository: rest[1], userSlug: null },
      id: rest[2] ?? null,
    };
  }
  if (rest.length > 1) return null;
  return { owner: { kind: "project", project: name, repository: null, userSlug: null }, id: rest[0] ?? null };
}

/** One's own tokens, or as admin of the project or repository; a project's token reads its own with any permission. */
function owns(state: DataCenterState, owner: Owner, caller: Caller): boolean {
  if (owner.kind === "user") return caller.user.slug === owner.userSlug && caller.user.type === "NORMAL";
  if (caller.token && belongs(caller.token, owner)) return true;
  const project = state.projects.find((row) => row.key === owner.project);
  if (owner.kind === "project") return project !== undefined && projectLevel(project, caller.user) >= 3;
  const repository = state.repositories.find((row) => row.project === project && row.slug === owner.repository);
  return repository !== undefined && effectiveLevel(repository, caller) >= 3;
}

function belongs(token: DataCenterToken, owner: Owner): boolean {
  if (token.kind !== owner.kind) return false;
  if (owner.kind === "user") return token.user.slug === owner.userSlug;
  return token.project === owner.project && token.repository === owner.repository;
}

function create(
  state: DataCenterState,
  request: SimulatorRequest,
  owner: Owner,
  caller: Caller,
  own: readonly DataCenterToken[],
  base: string,
): SimulatorResponse {
  const { name, permissions, expiryDays } = readJson(request);
  const names = Array.isArray(permissions) ? permissions.map(String) : [];
  const problem =
    typeof name !== "string" || name === ""
      ? "The token needs a name."
      : names.length === 0 || !names.every((one) => parsePermission(one))
        ? "The token needs permissions that Bitbucket knows."
        : own.length >= (state.options.maximumTokens ?? 100)
          ? "The maximum number of tokens has been reached."
          : null;
  if (problem) return failure(400, "com.atlassian.bitbucket.validation.ArgumentValidationException", problem);
  const id = mintTokenId();
  const token: DataCenterToken = {
    ...owner,
    id,
    value: mintToken(id, true),
    name: String(name),
    user: caller.user,
    permissions: names,
    expiryDays: typeof expiryDays === "number" ? expiryDays : null,
    createdAt: Date.now(),
    lastAuthenticatedAt: null,
    state: "active",
  };
  state.tokens.push(token);
  return ok({ ...tokenBody(state, token, base), token: token.value });
}

function tokenBody(state: DataCenterState, token: DataCenterToken, base: string): object {
  const date = (at: number) => (state.options.dates === "string" ? new Date(at).toISOString() : at);
  return {
    id: token.id,
    createdDate: date(token.createdAt),
    ...(token.lastAuthenticatedAt !== null && { lastAuthenticated: date(token.lastAuthenticatedAt) }),
    ...(token.expiryDays !== null && { expiryDays: token.expiryDays }),
    name: token.name,
    permissions: token.permissions,
    ...(token.kind === "user" && { user: userBody(token.user, base) }),
  };
}
