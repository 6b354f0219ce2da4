import type { Role, Roots, SimulatedRepository, SimulatedUser } from "./github-bodies";
import * as bodies from "./github-bodies";
import { answerKeys, type SimulatedKey } from "./github-keys";
import * as refusals from "./github-refusals";
import { answerInstallationEnd } from "./github-revoke";
import { normaliseScopes, type SimulatedToken, tellsScopes } from "./github-tokens";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/**
 * The endpoints of the GitHub simulator, once the request's token is known: reads, and an account's SSH keys. Everything
 * else is 404.
 */

export interface OrganizationPolicy {
  /** Classic and OAuth tokens must be authorised for the organization. */
  requiresSso?: boolean;
  forbidsClassic?: boolean;
  /** Longest lifetime of a fine-grained token; one that never ends is too long. */
  maxFineGrainedDays?: number;
  hasAddressList?: boolean;
}

export interface GithubState {
  flavour: "github.com" | "ghes" | "ghe.com";
  version: string | null;
  users: Map<string, SimulatedUser>;
  tokens: Map<string, SimulatedToken>;
  repositories: SimulatedRepository[];
  policies: Map<string, OrganizationPolicy>;
  ssoOrganisations: Set<string>;
  keys: SimulatedKey[];
  nextKeyId: number;
  /** Does a duplicate key's refusal say that it is one? */
  tellsDuplicates: boolean;
  /** Requests of each user this hour. */
  used: Map<string, number>;
  hourlyLimit: number;
  /** Calls of POST /credentials/revoke this hour, and how many it takes. */
  revocations: number;
  revocationLimit: number;
  /** How many more requests a token is good for once its revocation was taken on. */
  requestsUntilDead: number;
}

export function answerApi(
  state: GithubState,
  roots: Roots,
  request: SimulatorRequest,
  path: string,
  token: SimulatedToken | null,
): SimulatorResponse {
  if (path !== "/" && path.endsWith("/")) return refusals.notFound();
  const revoked = answerInstallationEnd(request, path, token);
  if (revoked) return revoked;
  const keys = answerKeys(state, roots, request, path, token);
  if (keys) return keys;
  if (request.method !== "GET" && request.method !== "HEAD") return refusals.notFound();
  if (path === "/meta") return { status: 200, body: bodies.meta(state.version) };
  if (path === "/rate_limit") return answerRateLimit(state, token);
  if (path === "/user") return answerUser(state, roots, token);
  if (path === "/user/repos") return answerOwnRepositories(state, roots, token);
  if (path === "/installation/repositories") return answerInstallation(state, roots, token);
  const byId = /^\/repositories\/(\d+)(\/.*)?$/.exec(path);
  if (byId) {
    const repository = state.repositories.find(({ id }) => id === Number(byId[1]));
    return repository ? answerRepository(state, roots, token, repository, byId[2] ?? "") : refusals.notFound();
  }
  const [, owner, name, rest = ""] = /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  if (!owner || !name) return refusals.notFound();
  const repository = findRepository(state, owner, name);
  if (repository) return answerRepository(state, roots, token, repository, rest);
  const moved = state.repositories.find(({ formerNames }) => formerNames.includes(`${owner}/${name}`));
  if (!moved || !mayKnow(token, moved)) return refusals.notFound();
  const url = `${roots.api}/repositories/${moved.id}${rest}`;
  return {
    status: 301,
    headers: { Location: url },
    body: { message: "Moved Permanently", url, documentation_url: refusals.documentation.rest },
  };
}

export function findRepository(state: GithubState, owner: string, name: string): SimulatedRepository | undefined {
  const wanted = `${owner}/${name}`.toLowerCase();
  return state.repositories.find((repository) => `${repository.owner}/${repository.name}`.toLowerCase() === wanted);
}

function answerRateLimit(state: GithubState, token: SimulatedToken | null): SimulatorResponse {
  // Off by default on GHES, and then not there.
  if (!Number.isFinite(state.hourlyLimit)) return refusals.refuse(404, "Rate limiting is not enabled.");
  const used = token ? (state.used.get(token.login) ?? 0) : 0;
  return {
    status: 200,
    body: bodies.rateLimit(token ? state.hourlyLimit : 60, used, Math.floor(Date.now() / 1000) + 3600),
  };
}

function answerUser(state: GithubState, roots: Roots, token: SimulatedToken | null): SimulatorResponse {
  if (!token) return refusals.requiresAuthentication();
  if (token.kind.startsWith("installation")) return refusals.notAccessible(token);
  const user = state.users.get(token.login);
  if (!user) return refusals.badCredentials();
  const scopes = normaliseScopes(token.scopes);
  const withPrivateHalf = tellsScopes(token.kind) && (scopes.includes("user") || scopes.includes("read:user"));
  return {
    status: 200,
    headers: refusals.acceptedHeader(token, "", "allows_permissionless_access=true"),
    body: bodies.fullUser(roots, user, withPrivateHalf),
  };
}

function answerOwnRepositories(state: GithubState, roots: Roots, token: SimulatedToken | null): SimulatorResponse {
  if (!token) return refusals.requiresAuthentication();
  if (token.kind.startsWith("installation")) return refusals.notAccessible(token);
  const mine = state.repositories.filter((repository) => roleOf(token, repository) !== "none");
  const shown = mine.filter(
    (repository) => mayKnow(token, repository) && !policyAnswer(state, roots, token, repository),
  );
  const omitted = new Set(
    mine.filter(({ owner }) => needsSso(state, token, owner)).map(({ owner }) => state.users.get(owner)?.id),
  );
  return {
    status: 200,
    headers: {
      ...refusals.acceptedHeader(token, "", "metadata=read"),
      ...(omitted.size > 0 && { "X-GitHub-SSO": `partial-results; organizations=${[...omitted].join(",")}` }),
    },
    body: shown.map((repository) => repositoryBody(state, roots, repository, token)),
  };
}

function answerInstallation(state: GithubState, roots: Roots, token: SimulatedToken | null): SimulatorResponse {
  if (!token) return refusals.requiresAuthentication();
  if (!token.kind.startsWith("installation")) {
    return refusals.refuse(
      403,
      "You must authenticate with an installation access token in order to list repositories for an installation.",
    );
  }
  const repositories = state.repositories.filter((repository) => covers(token, repository));
  const body = {
    total_count: repositories.length,
    repository_selection: token.repositories === "all" ? "all" : "selected",
    repositories: repositories.map((repository) => repositoryBody(state, roots, repository, token)),
  };
  return { status: 200, headers: refusals.acceptedHeader(token, "", "metadata=read"), body };
}

/** Reads below a repository: what a fine-grained token must have, and what a classic one must have beyond seeing it. */
const reads: Record<string, { permission: string; scopes?: readonly string[] }> = {
  "": { permission: "metadata" },
  "/commits": { permission: "contents" },
  "/pulls": { permission: "pull_requests" },
  "/hooks": {
    permission: "repository_hooks",
    scopes: ["repo", "admin:repo_hook", "write:repo_hook", "read:repo_hook"],
  },
  "/statuses": { permission: "statuses" },
};

function answerRepository(
  state: GithubState,
  roots: Roots,
  token: SimulatedToken | null,
  repository: SimulatedRepository,
  rest: string,
): SimulatorResponse {
  const refusal = token && policyAnswer(state, roots, token, repository);
  if (refusal) return refusal;
  if (!mayKnow(token, repository)) return refusals.notFound();
  const sha = /^\/commits\/([^/]+)\/statuses$/.exec(rest)?.[1];
  const read = Object.hasOwn(reads, sha ? "/statuses" : rest) ? reads[sha ? "/statuses" : rest] : undefined;
  if (!read) return refusals.notFound();
  const headers = token
    ? refusals.acceptedHeader(token, (read.scopes ?? ["repo"]).join(", "), `${read.permission}=read`)
    : {};
  if (token && !tellsScopes(token.kind) && rest !== "" && !hasPermission(token, repository, read.permission)) {
    const isOpenToAll = !repository.isPrivate && read.permission !== "repository_hooks";
    if (!isOpenToAll) return withHeaders(refusals.notAccessible(token), headers);
  }
  if (token && tellsScopes(token.kind) && read.scopes && !read.scopes.some((scope) => token.scopes.includes(scope))) {
    return withHeaders(refusals.notFound(), headers);
  }
  if (rest === "/hooks" && (!token || roleOf(token, repository) !== "admin"))
    return withHeaders(refusals.notFound(), headers);
  if (rest === "/commits" && repository.isEmpty)
    return withHeaders(refusals.refuse(409, "Git Repository is empty."), headers);
  if (sha && sha !== bodies.headSha && sha !== "main") return withHeaders(refusals.notFound(), headers);
  return { status: 200, headers, body: readBody(state, roots, token, repository, sha ? "/statuses" : rest) };
}

function readBody(
  state: GithubState,
  roots: Roots,
  token: SimulatedToken | null,
  repository: SimulatedRepository,
  what: string,
): unknown {
  const fullName = `${repository.owner}/${repository.name}`;
  const owner = ownerOf(state, repository);
  if (what === "/commits") return [bodies.commit(roots, fullName, owner)];
  if (what === "/statuses") return [bodies.status(roots, fullName, owner)];
  if (what === "/hooks") return [bodies.hook(roots, fullName)];
  if (what === "/pulls") return [];
  return repositoryBody(state, roots, repository, token);
}

function repositoryBody(
  state: GithubState,
  roots: Roots,
  repository: SimulatedRepository,
  token: SimulatedToken | null,
): Record<string, unknown> {
  return bodies.fullRepository(roots, repository, ownerOf(state, repository), token && roleOf(token, repository));
}

function ownerOf(state: GithubState, repository: SimulatedRepository): SimulatedUser {
  const owner = state.users.get(repository.owner);
  if (!owner) throw new Error(`${repository.owner} is not simulated`);
  return owner;
}

function withHeaders(response: SimulatorResponse, headers: Record<string, string>): SimulatorResponse {
  return { ...response, headers: { ...headers, ...response.headers } };
}

/** What the organization's policies say to the token, public repositories included. */
export function policyAnswer(
  state: GithubState,
  roots: Roots,
  token: SimulatedToken,
  repository: SimulatedRepository,
): SimulatorResponse | null {
  const organization = repository.owner;
  const policy = state.policies.get(organization) ?? {};
  if (policy.hasAddressList) return refusals.addressForbidden(organization);
  if (policy.forbidsClassic && token.kind === "classic") return refusals.classicForbidden(organization);
  if (policy.maxFineGrainedDays !== undefined && token.kind === "fine-grained") {
    const endsAt = token.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
    if (endsAt - Date.now() > policy.maxFineGrainedDays * 86_400_000) {
      return refusals.lifetimeForbidden(roots.web, organization, policy.maxFineGrainedDays);
    }
  }
  return needsSso(state, token, organization) ? refusals.ssoRequired(roots.web, organization) : null;
}

function needsSso(state: GithubState, token: SimulatedToken, organization: string): boolean {
  const enforced = state.ssoOrganisations.has(organization) || state.policies.get(organization)?.requiresSso;
  return Boolean(enforced) && tellsScopes(token.kind) && !token.authorizedFor.includes(organization);
}

export function roleOf(token: SimulatedToken, repository: SimulatedRepository): Role | "none" {
  return token.login === repository.owner ? "admin" : (repository.roles[token.login] ?? "none");
}

function covers(token: SimulatedToken, repository: SimulatedRepository): boolean {
  if (token.isPending || token.resourceOwner !== repository.owner) return false;
  return token.repositories === "all" || token.repositories.includes(`${repository.owner}/${repository.name}`);
}

/** A private repository that a token may not see does not exist for it. */
export function mayKnow(token: SimulatedToken | null, repository: SimulatedRepository): boolean {
  if (!repository.isPrivate) return true;
  if (!token) return false;
  if (!tellsScopes(token.kind)) return covers(token, repository);
  return roleOf(token, repository) !== "none" && token.scopes.includes("repo");
}

/** Write includes read. A permission reaches only what the token covers. */
export function hasPermission(
  token: SimulatedToken,
  repository: SimulatedRepository,
  permission: string,
  level: "read" | "write" = "read",
): boolean {
  const granted = token.permissions[permission];
  return covers(token, repository) && granted !== undefined && (level === "read" || granted !== "read");
}
