import { randomBytes } from "node:crypto";
import type { ContractSubject } from "../contract";
import { forgejo, gitea } from "../gitea/adapter";
import { answerApi } from "./gitea-api";
import { answerWeb } from "./gitea-git";
import { normaliseScopes } from "./gitea-scopes";
import {
  defaultVersions,
  type GiteaKey,
  type GiteaOptions,
  type GiteaRepository,
  type GiteaState,
  type GiteaTokenSpec,
  type GiteaUser,
  minorOf,
} from "./gitea-state";
import { type Simulator, type SimulatorResponse, startSimulator } from "./simulator";

/**
 * A Gitea or Forgejo server in memory, of any version and under any path: users, tokens, repositories and SSH keys, with
 * the API's bodies and refusals as the fact sheet gives them. It promises nothing about what the adapter expects.
 */
export interface GiteaSimulator extends Simulator {
  /** With the path that everything lives below. */
  baseUrl: string;
  addUser(spec: Partial<GiteaUser> & { login: string }): GiteaUser;
  addToken(spec?: GiteaTokenSpec): string;
  revokeToken(token: string): void;
  addRepository(spec: Partial<GiteaRepository> & { path: string }): GiteaRepository;
  keys: GiteaKey[];
  /** Every answer from now on, until null. */
  respondNextWith(response: SimulatorResponse | null): void;
  /** The answer to one path below /api/v1 from now on, until null. */
  respondAt(path: string, response: SimulatorResponse | null): void;
}

export async function startGiteaSimulator(options: GiteaOptions = {}): Promise<GiteaSimulator> {
  const version = options.version ?? defaultVersions[options.product ?? "gitea"];
  const state: GiteaState = { options, version, users: new Map(), tokens: [], repositories: [], keys: [] };
  const overrides = new Map<string, SimulatorResponse>();
  const root = options.relativeRoot ?? "";
  let override: SimulatorResponse | null = null;

  const simulator = await startSimulator((request) => {
    const page = options.pages?.(request);
    if (page) return page;
    if (override) return override;
    if (!request.path.startsWith(`${root}/`)) return { status: 404, headers: html, body: "<h1>404 Not Found</h1>" };
    const path = request.path.slice(root.length);
    if (!path.startsWith("/api/v1/")) return answerWeb(state, request, path);
    const route = path.slice("/api/v1".length);
    return withHeaders(overrides.get(route) ?? answerApi(state, request, route, base()));
  }, options.port);

  function base(): string {
    return simulator.url + root;
  }

  function addUser(spec: Partial<GiteaUser> & { login: string }): GiteaUser {
    const { login } = spec;
    const fullName = login.replace(/^./, (first) => first.toUpperCase());
    const known = state.users.get(login);
    const open = { isAdmin: false, state: "active" as const, password: null, hasSecondFactor: false };
    const fresh: GiteaUser = { id: 40 + state.users.size, login, fullName, ...open };
    const user = Object.assign(known ?? fresh, spec);
    state.users.set(login, user);
    return user;
  }

  return {
    ...simulator,
    baseUrl: base(),
    keys: state.keys,
    addUser,
    addToken({ user, ...spec } = {}) {
      const kind = spec.kind ?? "personal";
      // Jobs act as a user of the server's own.
      const owner = kind === "job" ? { login: "gitea-actions", id: -2 } : { ...user, login: user?.login ?? "alice" };
      const value = spec.value ?? mint(kind);
      state.tokens.push({
        id: 1000 + state.tokens.length,
        kind,
        name: "forgepass",
        createdAt: "2026-03-01T09:00:00Z",
        lastUsedAt: "2026-03-01T09:00:00Z",
        isRevoked: false,
        repositories: null,
        ...spec,
        scopes: normaliseScopes(spec.scopes ?? (minorOf(state) === 19 ? ["repo", "read:user"] : ["all"])),
        value,
        user: addUser(owner),
      });
      return value;
    },
    revokeToken(token) {
      for (const row of state.tokens) if (row.value === token) row.isRevoked = true;
    },
    addRepository(spec) {
      const id = 500 + state.repositories.length;
      const repository: GiteaRepository = { id, isPrivate: true, isArchived: false, members: {}, ...spec };
      state.repositories.push(repository);
      return repository;
    },
    respondNextWith(response) {
      override = response;
    },
    respondAt(path, response) {
      if (response) overrides.set(path, response);
      else overrides.delete(path);
    },
  };
}

const html = { "content-type": "text/html; charset=utf-8" };

function withHeaders(response: SimulatorResponse): SimulatorResponse {
  const headers = { "x-content-type-options": "nosniff", "x-frame-options": "SAMEORIGIN" };
  return { ...response, headers: { ...headers, ...response.headers } };
}

/** Job tokens have the form of personal ones; OAuth's are JSON Web Tokens. */
function mint(kind: "personal" | "oauth" | "job"): string {
  if (kind !== "oauth") return randomBytes(20).toString("hex");
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString("base64url");
  return `${part({ alg: "RS256", typ: "JWT" })}.${part({ gnt: 1, tt: 0 })}.${randomBytes(64).toString("base64url")}`;
}

/** The simulators as the adapter contract's suite wants them. */
export const giteaContract = contractOf(gitea, {});
export const forgejoContract = contractOf(forgejo, { product: "forgejo" });
/** Releases whose tokens and refusals differ. */
export const olderGiteaContracts: readonly ContractSubject[] = [
  contractOf(gitea, { version: "1.21.11" }),
  contractOf(
    gitea,
    { version: "1.19.4" },
    { good: ["repo", "read:user"], lacking: ["notification"], scopeless: ["user:follow"] },
  ),
  contractOf(forgejo, { product: "forgejo", version: "7.0.16+gitea-1.21.11", scopeRefusal: "bare" }),
];

function contractOf(
  adapter: ContractSubject["adapter"],
  options: GiteaOptions,
  scopes = { good: ["write:repository", "write:issue", "read:user"], lacking: ["read:user"], scopeless: ["read:misc"] },
): ContractSubject {
  return {
    adapter: { ...adapter, name: options.version ? `${adapter.name} ${options.version}` : adapter.name },
    // Where a server does not list a token's scopes, each category is asked for once.
    maxRequests: 9,
    // Whose token is it, which release, the list of the account's tokens, and the one to delete.
    maxRevokeRequests: 4,
    async start() {
      const host = await startGiteaSimulator(options);
      host.addRepository({ path: "acme/app", members: { alice: "write" } });
      const password = "alice's pass word";
      host.addUser({ login: "alice", password });
      const rejected = "0123456789abcdef0123456789abcdef01234567";
      return {
        baseUrl: host.baseUrl,
        requests: host.requests,
        close: host.close,
        tokens: {
          good: host.addToken({ scopes: scopes.good }),
          another: host.addToken({ scopes: scopes.good }),
          lacking: host.addToken({ scopes: scopes.lacking }),
          rejected,
          expired: rejected,
          scopeless: host.addToken({ scopes: scopes.scopeless }),
        },
        password,
        repository: "acme/app",
        respondNextWith: host.respondNextWith,
        revoke: host.revokeToken,
      };
    },
  };
}
