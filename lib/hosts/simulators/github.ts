import { createHash } from "node:crypto";
import type { ContractHost, ContractSubject } from "../contract";
import { github } from "../github/adapter";
import { answerApi, type GithubState, type OrganizationPolicy } from "./github-answers";
import type { Role, Roots, SimulatedUser } from "./github-bodies";
import { answerGit } from "./github-git";
import { finishAnswer, type HeaderCase } from "./github-headers";
import { fingerprintOf, type SimulatedKey } from "./github-keys";
import { badCredentials, limitExceeded, loginAttempts, refuse, troubleAnswer } from "./github-refusals";
import { answerRevocation, countDown } from "./github-revoke";
import { isAlive, mintToken, type SimulatedToken, type TokenSpec, tellsScopes } from "./github-tokens";
import { type Simulator, type SimulatorRequest, type SimulatorResponse, startSimulator } from "./simulator";

/**
 * A stateful GitHub on loopback: github.com, a GitHub Enterprise Server or a *.ghe.com tenant. The API is under
 * /api/v3, and for the flavours that have an API host of their own also at the root.
 */
export interface GithubSimulator extends Simulator {
  /** A working token with a valid checksum; its user is made when unknown. */
  addToken(spec?: TokenSpec): string;
  revokeToken(token: string): void;
  /** Well-formed, and unknown here. */
  unknownToken(kind?: TokenSpec["kind"]): string;
  addUser(spec: Partial<SimulatedUser> & { login: string }): SimulatedUser;
  addOrganization(login: string, policy?: OrganizationPolicy): void;
  addRepository(spec: RepositorySpec): void;
  /** Every SSH key of every account; the fingerprint as ssh-keygen prints it. */
  sshKeys(): (SimulatedKey & { fingerprint: string })[];
  /** Logins of organizations that enforce single sign-on. */
  ssoOrganisations: Set<string>;
  /** Every answer from now on, until null is given. */
  respondNextWith(response: SimulatorResponse | null): void;
  /** Before the first byte of every answer. */
  delay(ms: number): void;
}

export interface RepositorySpec {
  /** owner/name */
  fullName: string;
  isPrivate?: boolean;
  isArchived?: boolean;
  isEmpty?: boolean;
  /** Login → role; the owner is admin. */
  roles?: Readonly<Record<string, Role>>;
  formerNames?: readonly string[];
}

export interface GithubSimulatorOptions {
  port?: number;
  flavour?: GithubState["flavour"];
  /** Of the Enterprise Server. */
  version?: string;
  /** Requests that a user has in an hour; GHES counts only when it is given. Default 5000. */
  hourlyLimit?: number;
  /** After so many bad credentials, every sign-in is refused. Default: never. */
  failedLoginLimit?: number;
  /** An Enterprise Server that shows nothing to strangers. */
  isPrivateMode?: boolean;
  /** Unauthenticated revocations in an hour. Default 60. */
  revocationLimit?: number;
  /** How many more requests a token answers after POST /credentials/revoke took it. Default 0. */
  requestsUntilDead?: number;
  /** A tenant of ghe.com without POST /credentials/revoke. Whether they have it is unconfirmed. */
  hasNoRevocation?: boolean;
  /** False: the refusal of a duplicate SSH key has no sentence. */
  tellsDuplicates?: boolean;
  /** How response headers are spelt; all were recorded. */
  headerCase?: HeaderCase;
  /** Asked before anything else: the web pages that the demo adds. Null: not one of them. */
  pages?: (request: SimulatorRequest) => SimulatorResponse | null;
}

const apiVersions = {
  ghes: ["2022-11-28"],
  "github.com": ["2022-11-28", "2026-03-10"],
  "ghe.com": ["2022-11-28", "2026-03-10"],
};

export async function startGithubSimulator(options: GithubSimulatorOptions = {}): Promise<GithubSimulator> {
  const flavour = options.flavour ?? "github.com";
  const state: GithubState = {
    flavour,
    version: flavour === "ghes" ? (options.version ?? "3.19.1") : null,
    users: new Map(),
    tokens: new Map(),
    repositories: [],
    policies: new Map(),
    ssoOrganisations: new Set(),
    keys: [],
    nextKeyId: 70_001,
    tellsDuplicates: options.tellsDuplicates ?? true,
    used: new Map(),
    hourlyLimit: options.hourlyLimit ?? (flavour === "ghes" ? Number.POSITIVE_INFINITY : 5000),
    revocations: 0,
    revocationLimit: options.revocationLimit ?? 60,
    requestsUntilDead: options.requestsUntilDead ?? 0,
  };
  let canned: SimulatorResponse | null = null;
  let delayMs = 0;
  let failedLogins = 0;
  let nextId = 1000;

  function answer(request: SimulatorRequest): SimulatorResponse {
    const web = `http://${request.headers.host ?? "127.0.0.1"}`;
    const page = options.pages?.(request);
    if (page) return page;
    if (canned) return canned;
    const git = answerGit(state, { web, api: `${web}/api/v3` }, request);
    if (git) return git;
    const isUnderPrefix = /^\/api\/v3(\/|$)/.test(request.path);
    if (!isUnderPrefix && flavour === "ghes")
      return {
        status: 404,
        headers: { "Content-Type": "text/html" },
        body: "<!doctype html><title>Page not found</title>",
      };
    const path = isUnderPrefix ? request.path.slice("/api/v3".length) || "/" : request.path;
    const roots: Roots = { web, api: isUnderPrefix ? `${web}/api/v3` : web };
    const token = findToken(request);
    const response = answerAs(request, roots, path, token);
    return conditional(
      request,
      finishAnswer(state, response, token && isAlive(token) ? token : null, options.headerCase ?? "github"),
    );
  }

  function answerAs(
    request: SimulatorRequest,
    roots: Roots,
    path: string,
    token: SimulatedToken | null,
  ): SimulatorResponse {
    if (!request.headers["user-agent"])
      return refuse(
        403,
        "Missing or invalid User Agent string. See http://developer.github.com/v3/#user-agent-required",
      );
    const version = request.headers["x-github-api-version"];
    if (typeof version === "string" && !apiVersions[flavour].includes(version)) {
      return refuse(400, `The version '${version}' is not a supported API version.`);
    }
    if (flavour !== "ghes" && !options.hasNoRevocation) {
      const revocation = answerRevocation(state, request, path);
      if (revocation) return revocation;
    }
    if (token) countDown(token);
    if (
      options.failedLoginLimit !== undefined &&
      failedLogins >= options.failedLoginLimit &&
      request.headers.authorization
    ) {
      return loginAttempts();
    }
    if (request.headers.authorization && (!token || !isAlive(token))) {
      failedLogins++;
      return badCredentials();
    }
    if (!token && options.isPrivateMode) return refuse(401, "Must authenticate to access this API.");
    const trouble = token && troubleAnswer(roots.web, token);
    if (trouble) return trouble;
    if (token && (state.used.get(token.login) ?? 0) >= state.hourlyLimit) return limitExceeded(403);
    if (token) state.used.set(token.login, (state.used.get(token.login) ?? 0) + 1);
    return answerApi(state, roots, request, path, token);
  }

  function findToken(request: SimulatorRequest): SimulatedToken | null {
    const [scheme = "", value = ""] = (request.headers.authorization ?? "").split(" ");
    if (/^(bearer|token)$/i.test(scheme)) return state.tokens.get(value) ?? null;
    const password = Buffer.from(value, "base64").toString("utf8").split(":")[1] ?? "";
    return /^basic$/i.test(scheme) ? (state.tokens.get(password) ?? null) : null;
  }

  function conditional(request: SimulatorRequest, response: SimulatorResponse): SimulatorResponse {
    if (response.status !== 200) return response;
    const seen = JSON.stringify(response.body) + (request.headers.authorization ?? "");
    const etag = `W/"${createHash("sha256").update(seen).digest("hex")}"`;
    const headers = { ...response.headers, ETag: etag };
    return request.headers["if-none-match"] === etag ? { status: 304, headers } : { ...response, headers };
  }

  function addUser(spec: Partial<SimulatedUser> & { login: string }): SimulatedUser {
    const user: SimulatedUser = {
      id: nextId++,
      name: null,
      type: "User",
      isSiteAdmin: false,
      ...state.users.get(spec.login),
      ...spec,
    };
    state.users.set(user.login, user);
    return user;
  }

  function addToken(spec: TokenSpec = {}): string {
    const kind = spec.kind ?? "classic";
    const login = spec.login ?? "alice";
    if (!state.users.has(login)) addUser({ login });
    const token = mintToken(kind);
    state.tokens.set(token, {
      scopes: [],
      permissions: {},
      resourceOwner: login,
      repositories: "all",
      isPending: false,
      expiresAt: null,
      expiryFormat: tellsScopes(kind) ? "utc" : "offset",
      authorizedFor: [],
      trouble: null,
      ...spec,
      kind,
      login,
      token,
      isRevoked: false,
      requestsLeft: null,
    });
    return token;
  }

  const simulator = await startSimulator(async (request) => {
    const response = answer(request);
    return delayMs > 0 ? { ...response, delayMs: response.delayMs ?? delayMs } : response;
  }, options.port);

  return {
    ...simulator,
    ssoOrganisations: state.ssoOrganisations,
    addUser,
    addToken,
    revokeToken(token) {
      const known = state.tokens.get(token);
      if (known) known.isRevoked = true;
    },
    unknownToken: (kind = "classic") => mintToken(kind),
    addOrganization(login, policy = {}) {
      addUser({ login, type: "Organization" });
      state.policies.set(login, policy);
    },
    addRepository(spec) {
      const [owner = "", name = ""] = spec.fullName.split("/");
      if (!state.users.has(owner)) addUser({ login: owner });
      const { isPrivate = true, isArchived = false, isEmpty = false, roles = {}, formerNames = [] } = spec;
      state.repositories.push({ id: nextId++, owner, name, isPrivate, isArchived, isEmpty, roles, formerNames });
    },
    sshKeys: () => state.keys.map((row) => ({ ...row, fingerprint: fingerprintOf(row.key) })),
    respondNextWith(response) {
      canned = response;
    },
    delay(ms) {
      delayMs = ms;
    },
  };
}

/** What the contract suite needs of a simulated GitHub. Only an Enterprise Server has a version to tell. */
export const githubContract: ContractSubject = contractFor({ flavour: "ghes" });

export function contractFor(options: GithubSimulatorOptions): ContractSubject {
  return {
    adapter: github,
    // An Enterprise Server has no API for it; github.com does it a moment later.
    revocable: {
      baseUrl: "https://github.com",
      start: () => start({ flavour: "github.com", requestsUntilDead: 2 }),
    },
    start: () => start(options),
  };

  async function start(options: GithubSimulatorOptions): Promise<ContractHost> {
    const simulator = await startGithubSimulator(options);
    simulator.addUser({ login: "alice", name: "Alice" });
    simulator.addRepository({ fullName: "octo-org/website", roles: { alice: "write" } });
    const inAMonth = new Date(Date.now() + 30 * 86_400_000);
    const expired = simulator.addToken({ expiresAt: new Date(Date.now() - 1000) });
    const scopes = ["repo", "read:org", "user:email", "workflow"];
    return {
      baseUrl: simulator.url,
      requests: simulator.requests,
      close: simulator.close,
      respondNextWith: simulator.respondNextWith,
      revoke: simulator.revokeToken,
      repository: "octo-org/website",
      tokens: {
        good: simulator.addToken({ scopes, expiresAt: inAMonth }),
        another: simulator.addToken({ scopes, expiresAt: inAMonth }),
        lacking: simulator.addToken({ scopes: ["public_repo"] }),
        // GitHub says the same of what it never knew and of what has ended.
        rejected: expired,
        expired,
        rateLimited: simulator.addToken({ scopes: ["repo"], trouble: "secondary-limit-silent" }),
        scopeless: simulator.addToken({ kind: "fine-grained", isPending: true }),
      },
    };
  }
}
