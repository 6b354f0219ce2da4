import { bitbucketCloud } from "../bitbucket-cloud/adapter";
import type { ContractSubject } from "../contract";
import { answerApi } from "./bitbucket-cloud-api";
import { answerRefs } from "./bitbucket-cloud-git";
import { jsonError } from "./bitbucket-cloud-refusals";
import type {
  BitbucketCloudOptions,
  BitbucketRepository,
  BitbucketState,
  BitbucketUser,
  TokenSpec,
} from "./bitbucket-cloud-state";
import { mintToken, mintUuid } from "./bitbucket-cloud-tokens";
import { type Simulator, type SimulatorResponse, startSimulator } from "./simulator";

/**
 * Bitbucket Cloud in memory, its API and its Git on one origin: users with SSH keys, tokens of every kind, repositories
 * in projects and workspaces, with the bodies, headers and refusals of the fact sheet.
 */
export interface BitbucketCloudSimulator extends Simulator {
  baseUrl: string;
  addUser(spec?: Partial<BitbucketUser>): BitbucketUser;
  addToken(spec?: TokenSpec): string;
  revokeToken(token: string): void;
  /** Named as acme/app. */
  addRepository(path: string, spec?: Partial<BitbucketRepository>): BitbucketRepository;
  /** Every answer from now on, until null. */
  respondNextWith(response: SimulatorResponse | null): void;
  /** The answer to one path below /2.0 from now on, until null. */
  respondAt(path: string, response: SimulatorResponse | null): void;
}

export async function startBitbucketCloudSimulator(
  options: BitbucketCloudOptions = {},
): Promise<BitbucketCloudSimulator> {
  const state: BitbucketState = { options, users: [], tokens: [], repositories: [], url: "" };
  const overrides = new Map<string, SimulatorResponse>();
  let override: SimulatorResponse | null = null;

  const simulator = await startSimulator((request) => {
    const page = options.pages?.(request);
    if (page) return page;
    if (override) return override;
    const repository = /^\/([^/]+\/[^/]+)\.git\/info\/refs$/.exec(request.path)?.[1];
    if (repository !== undefined) return answerRefs(state, request, decodeURIComponent(repository));
    // The API without its version.
    if (/^\/(user|repositories|workspaces)(\/|$)/.test(request.path)) return jsonError(403, "Forbidden");
    if (!request.path.startsWith("/2.0/")) return { status: 404, headers: html, body: "<h1>Page not found</h1>" };
    const route = request.path.slice("/2.0".length);
    return overrides.get(route) ?? answerApi(state, request, route);
  }, options.port);
  state.url = simulator.url;

  function addUser(spec: Partial<BitbucketUser> = {}): BitbucketUser {
    const username = spec.username ?? "alice";
    const known = state.users.find((user) => user.username === username);
    if (known) return Object.assign(known, spec);
    const user: BitbucketUser = {
      username,
      email: `${username}@example.com`,
      displayName: username.replace(/^./, (first) => first.toUpperCase()),
      uuid: mintUuid(),
      accountId: `712020:${mintUuid().slice(1, -1)}`,
      sshKeys: [],
      ...spec,
    };
    state.users.push(user);
    return user;
  }

  return {
    ...simulator,
    baseUrl: simulator.url,
    addUser,
    addToken({ user, ...spec } = {}) {
      const kind = spec.kind ?? "api-token";
      const isUsers = kind === "api-token" || kind === "unscoped-api-token" || kind === "app-password";
      const scopes = kind === "api-token" ? defaultScopes : ["repository"];
      const value = spec.value ?? mintToken(kind);
      const owner = isUsers ? addUser(user) : null;
      state.tokens.push({ kind, scopes, where: "acme/app", state: "active", ...spec, value, user: owner });
      return value;
    },
    revokeToken(token) {
      for (const row of state.tokens) if (row.value === token) row.state = "dead";
    },
    addRepository(path, spec = {}) {
      const [workspace = "", slug = ""] = path.split("/");
      const repository: BitbucketRepository = {
        workspace,
        slug,
        projectKey: "WEB",
        uuid: mintUuid(),
        isPrivate: true,
        members: {},
        ...spec,
      };
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

const defaultScopes = ["read:user:bitbucket", "read:repository:bitbucket", "write:repository:bitbucket"];

/** The simulator as the adapter contract's suite wants it. */
export const bitbucketCloudContract: ContractSubject = {
  adapter: bitbucketCloud,
  exampleBaseUrl: "https://bitbucket.org",
  pageOrigins: ["https://id.atlassian.com"],
  async start() {
    const host = await startBitbucketCloudSimulator();
    host.addRepository("acme/app", { members: { alice: "write" } });
    const enter = (token: string) => ({ token, type: "api-token", fields: { email: "alice@example.com" } });
    const rejected = enter(mintToken("api-token"));
    return {
      baseUrl: host.baseUrl,
      requests: host.requests,
      close: host.close,
      tokens: {
        good: enter(host.addToken()),
        another: enter(host.addToken()),
        lacking: enter(host.addToken({ scopes: ["read:user:bitbucket"] })),
        rejected,
        expired: rejected,
        rateLimited: enter(host.addToken({ state: "rate-limited" })),
        scopeless: {
          token: host.addToken({ kind: "repository", scopes: ["webhook"] }),
          type: "repository-token",
          fields: { where: "acme/app" },
        },
      },
      repository: "acme/app",
      respondNextWith: host.respondNextWith,
      revoke: host.revokeToken,
    };
  },
};
