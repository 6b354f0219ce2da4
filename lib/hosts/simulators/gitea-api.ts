import { readBasic } from "./gitea-git";
import { answerKeys } from "./gitea-keys";
import { answerOwnTokens } from "./gitea-own-tokens";
import { refusePrivate, refuseScope, type ScopeDemand } from "./gitea-scopes";
import {
  accessOf,
  findRepository,
  type GiteaRepository,
  type GiteaState,
  type GiteaToken,
  type GiteaUser,
  isForgejo,
  isWithinReach,
  minorOf,
} from "./gitea-state";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/**
 * What the simulator answers below /api/v1 (routers/api/v1/api.go): who is it, is its account in order, may strangers
 * ask at all, has the token the scope, and only then the answer itself.
 */
interface Route {
  demand: ScopeDemand | null;
  /** Strangers get an answer too. */
  isPublic: boolean;
  answer(token: GiteaToken | null): SimulatorResponse;
}

export function answerApi(state: GiteaState, request: SimulatorRequest, path: string, base: string): SimulatorResponse {
  const owned = answerOwnTokens(state, request, path, base);
  if (owned) return owned;
  const route = routeOf(state, request, path, base);
  const header = state.options.dropsAuthorization ? undefined : request.headers.authorization;
  const given = /^(?:token|bearer) (.+)$/i.exec(header ?? "")?.[1];
  const token = state.tokens.find((row) => row.value === given && !row.isRevoked) ?? readBasic(state, header);
  if (header !== undefined && !token) {
    const refusal = refuseUnknown(state, route?.isPublic ?? true, base);
    if (refusal) return refusal;
  }
  if (token) {
    const barred = whyBarred(token.user, base);
    if (barred) return barred;
    token.lastUsedAt = new Date().toISOString();
  } else if (state.options.requiresSignIn) {
    return { status: 403, body: { message: "Only signed in user is allowed to call APIs." } };
  }
  if (!route) return answerUnknownPath(state, base);
  const lacking = token && route.demand ? refuseScope(state, token, request.method, route.demand) : null;
  if (lacking) return refuse(base, 403, lacking);
  if (!token && !route.isPublic) return refuse(base, 401, "token is required");
  return route.answer(token ?? null);
}

function routeOf(state: GiteaState, request: SimulatorRequest, path: string, base: string): Route | null {
  const [noun, first, second, third] = path.split("/").slice(1).map(decodeURIComponent);
  const isGet = request.method === "GET";
  const no = (status: number, message: string) => refuse(base, status, message);
  const empty: Route["answer"] = () => ({ status: 200, headers: { "x-total-count": "0" }, body: [] });
  const route = (categories: ScopeDemand["categories"], old: string, answer: Route["answer"], isPublic = false) => ({
    demand: { categories, old },
    isPublic,
    answer,
  });
  const place = `${noun}${first === undefined ? "" : `/${first}`}`;

  if (isGet && place === "version") {
    return { demand: null, isPublic: true, answer: () => ({ status: 200, body: { version: state.version } }) };
  }
  if (place === "token" && hasTokenEndpoint(state)) {
    return { demand: null, isPublic: true, answer: (token) => answerToken(state, request, token, base) };
  }
  if (isGet && place === "user") {
    return route(["user"], "", (token) => ({ status: 200, body: userBody((token as GiteaToken).user, base) }));
  }
  if (isGet && place === "user/settings") return route(["user"], "read:user", () => ({ status: 200, body: {} }));
  if (isGet && place === "user/repos") return route(["user", "repository"], "repo", empty);
  if (isGet && place === "user/orgs") return route(["user", "organization"], "read:org", empty);
  if (place === "user/keys") {
    const old = isGet ? "read:public_key" : request.method === "DELETE" ? "admin:public_key" : "write:public_key";
    return route(["user"], old, (token) =>
      answerKeys(state, request, token as GiteaToken, { id: second, base, refuse: no }),
    );
  }
  if (isGet && place === "notifications/new") {
    return route(["notification"], "notification", () => ({ status: 200, body: { new: 0 } }));
  }
  if (isGet && place === "repos/search") {
    return route(["repository"], "", () => ({ status: 200, body: { ok: true, data: [] } }), true);
  }
  if (isGet && path === "/repos/issues/search") return route(["issue"], "", empty, true);
  if (isGet && noun === "packages" && second === undefined) return route(["package"], "read:package", empty);
  if (isGet && place === "admin/cron") {
    return route(["admin"], "sudo", (token) =>
      token?.user.isAdmin ? empty(token) : no(403, "user should be the site admin"),
    );
  }
  // A token may not manage tokens: that takes the password.
  if (noun === "users" && second === "tokens") return route(["user"], "", () => no(401, "auth required"), true);
  if (noun !== "repos" || first === undefined || second === undefined) return null;
  if (isGet && third === undefined) {
    return route(["repository"], "", (token) => answerRepository(state, token, `${first}/${second}`, base), true);
  }
  if (request.method === "POST" && third === "statuses") {
    return route(["repository"], "repo:status", (token) => {
      const repository = findRepository(state, `${first}/${second}`);
      const access = repository ? accessOf(repository, token?.user ?? null) : null;
      if (!repository || access === null) return no(404, "not found");
      if (access === "read") return no(403, "user should have a permission to write to a repo");
      return repository.isArchived ? no(423, "repo is archived") : { status: 201, body: { id: 1 } };
    });
  }
  return null;
}

/** PR go-gitea/gitea#37995; from 1.27 on is unconfirmed, and Forgejo 15 has it not. */
function hasTokenEndpoint(state: GiteaState): boolean {
  return state.options.hasTokenEndpoint ?? (!isForgejo(state) && minorOf(state) >= 27);
}

/** routers/api/v1/token/token.go: no scope is asked for. */
function answerToken(
  state: GiteaState,
  request: SimulatorRequest,
  token: GiteaToken | null,
  base: string,
): SimulatorResponse {
  if (!/^(token|bearer) /i.test(request.headers.authorization ?? ""))
    return refuse(base, 404, "invalid personal token");
  if (token?.kind !== "personal") return refuse(base, 404, "token not found");
  if (request.method === "DELETE") {
    state.tokens.splice(state.tokens.indexOf(token), 1);
    return { status: 204 };
  }
  const { id, name, scopes, createdAt, lastUsedAt, user } = token;
  const body = { id, name, scopes, created_at: createdAt, last_used_at: lastUsedAt };
  return { status: 200, body: { ...body, user: { id: user.id, login: user.login } } };
}

function answerRepository(state: GiteaState, token: GiteaToken | null, path: string, base: string): SimulatorResponse {
  const [owner = "", name = ""] = path.split("/");
  const renamed = state.options.renamedUsers?.[owner];
  if (renamed) return { status: 301, headers: { location: `/api/v1/repos/${renamed}/${name}` }, body: "" };
  const repository = findRepository(state, path);
  const isReached = repository && (!token || isWithinReach(token, repository));
  const access = isReached ? accessOf(repository, token?.user ?? null) : null;
  if (!repository || access === null) return refuse(base, 404, notFound(state));
  const limited = token ? refusePrivate(token, repository) : null;
  return limited ? refuse(base, 403, limited) : { status: 200, body: repositoryBody(repository, access, base) };
}

/** `permissions` is the account's right, not lessened by the token's scopes (unconfirmed). */
function repositoryBody(row: GiteaRepository, access: "admin" | "write" | "read", base: string): object {
  const [owner = "", name = ""] = row.path.split("/");
  return {
    id: row.id,
    owner: { id: 900, login: owner, html_url: `${base}/${owner}` },
    name,
    full_name: row.path,
    private: row.isPrivate,
    archived: row.isArchived,
    html_url: `${base}/${row.path}`,
    clone_url: `${base}/${row.path}.git`,
    default_branch: "main",
    permissions: { admin: access === "admin", push: access !== "read", pull: true },
  };
}

function userBody(user: GiteaUser, base: string): object {
  return {
    id: user.id,
    login: user.login,
    login_name: "",
    source_id: 0,
    full_name: user.fullName,
    email: `${user.login}@example.com`,
    avatar_url: `${base}/avatars/0`,
    html_url: `${base}/${user.login}`,
    language: "en-US",
    is_admin: user.isAdmin,
    last_login: "2026-05-01T10:00:00Z",
    created: "2024-01-01T00:00:00Z",
    restricted: false,
    active: true,
    prohibit_login: false,
    location: "",
    website: "",
    description: "",
    visibility: "public",
    followers_count: 0,
    following_count: 0,
    starred_repos_count: 0,
    username: user.login,
  };
}

/** What a token is told that the server does not know; null: it is taken for no token at all. */
function refuseUnknown(state: GiteaState, isPublic: boolean, base: string): SimulatorResponse | null {
  const minor = minorOf(state);
  const form = state.options.unknownToken ?? (minor < 20 ? "anonymous" : minor < 27 ? "no-user" : "invalid");
  if (form === "invalid") return refuse(base, 401, "invalid username, password or token");
  // Until 2026, routes for everybody took such a token for none (go-gitea#21671).
  if (form === "anonymous" || isPublic) return null;
  const end = form === "no-user-keyid" ? ", keyid: 0]" : "]";
  return refuse(base, 401, `user does not exist [uid: 0, name: ${end}`);
}

/** These have no `url`. */
function whyBarred({ state }: GiteaUser, base: string): SimulatorResponse | null {
  const message = {
    active: null,
    inactive: "This account is not activated.",
    prohibited: "This account is prohibited from signing in, please contact your site administrator.",
    "must-change-password": `You must change your password. Change it at: ${base}/user/change_password`,
  }[state];
  return message === null ? null : { status: 403, body: { message } };
}

function notFound(state: GiteaState): string {
  return minorOf(state) < 24 ? "The target couldn't be found." : "not found";
}

function answerUnknownPath(state: GiteaState, base: string): SimulatorResponse {
  if (state.options.unknownPath === "json") return refuse(base, 404, "not found");
  if (state.options.unknownPath === "older-json") return refuse(base, 404, "The target couldn't be found.");
  return { status: 404, headers: { "content-type": "text/plain; charset=utf-8" }, body: "404 page not found\n" };
}

function refuse(base: string, status: number, message: string): SimulatorResponse {
  return { status, body: { message, url: `${base}/api/swagger` } };
}
