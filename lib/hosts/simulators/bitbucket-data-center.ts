import { bitbucketDataCenter } from "../bitbucket-data-center/adapter";
import type { ContractHost, ContractSubject } from "../contract";
import { answerApi, answerBuildStatus } from "./bitbucket-data-center-api";
import { authenticate } from "./bitbucket-data-center-auth";
import { noSuchResource, xsrfFailed } from "./bitbucket-data-center-errors";
import { answerSsh } from "./bitbucket-data-center-ssh";
import type {
  Caller,
  DataCenterOptions,
  DataCenterProject,
  DataCenterRepository,
  DataCenterState,
  DataCenterToken,
  DataCenterUser,
} from "./bitbucket-data-center-state";
import { mintToken, mintTokenId } from "./bitbucket-data-center-tokens";
import { answerAccessTokens } from "./bitbucket-data-center-tokens-api";
import { answerGit, answerPage } from "./bitbucket-data-center-web";
import { type Simulator, type SimulatorRequest, type SimulatorResponse, startSimulator } from "./simulator";

/**
 * A Bitbucket Data Center (or Server) in memory, of any version and below any context path: users, HTTP access tokens,
 * projects, repositories and SSH keys, with the REST API's bodies, headers and refusals as the fact sheet gives them.
 */
export interface BitbucketDataCenterSimulator extends Simulator {
  /** With the context path. */
  baseUrl: string;
  addUser(spec?: Partial<DataCenterUser>): DataCenterUser;
  addToken(spec?: DataCenterTokenSpec): string;
  revokeToken(token: string): void;
  addProject(spec: Partial<DataCenterProject> & { key: string }): DataCenterProject;
  /** "PROJECT/slug"; the project is made when it is not there. */
  addRepository(path: string, spec?: Partial<Omit<DataCenterRepository, "project" | "slug">>): DataCenterRepository;
  /** The values of those that are active. */
  liveTokens(): string[];
  /** The next token that is made is made, and the answer lost. */
  loseNextToken(): void;
  /** Every answer from now on, until null. */
  respondNextWith(response: SimulatorResponse | null): void;
  /** The answer to one path below /rest, without the release (/api/repos), from now on, until null. */
  respondAt(path: string, response: SimulatorResponse | null): void;
}

export interface DataCenterTokenSpec extends Partial<Omit<DataCenterToken, "user" | "kind">> {
  /** Whose it is, when it is of a user: alice, unless told otherwise. */
  user?: Partial<DataCenterUser>;
  /** False: without BBDC-, as older releases made them. */
  isPrefixed?: boolean;
}

export async function startBitbucketDataCenterSimulator(
  options: DataCenterOptions = {},
): Promise<BitbucketDataCenterSimulator> {
  const state: DataCenterState = {
    options,
    users: [],
    tokens: [],
    projects: [],
    repositories: [],
    keys: [],
    statuses: [],
    nextKeyId: 1,
  };
  const overrides = new Map<string, SimulatorResponse>();
  const contextPath = options.contextPath ?? "";
  let override: SimulatorResponse | null = null;
  let asked = 0;
  let losesToken = false;

  const simulator = await startSimulator((request) => {
    const page = options.pages?.(request);
    if (page) return page;
    if (override) return override;
    if (!request.path.startsWith(`${contextPath}/`)) return { status: 404, headers: html, body: "<h1>Not Found</h1>" };
    return answer(request, request.path.slice(contextPath.length));
  }, options.port);

  const base = () => simulator.url + contextPath;

  function answer(request: SimulatorRequest, path: string): SimulatorResponse {
    const authentication = authenticate(state, request, base());
    if (path.startsWith("/scm/")) return answerGit(state, request, path, authentication);
    const [, family, route = ""] = /^\/rest\/([\w-]+)\/(?:1\.0|latest)(\/.*)?$/.exec(path) ?? [];
    if (!family) return answerPage(state, request, path, authentication, base());
    if ("refused" in authentication) return withHeaders(authentication.refused, null);
    const { caller } = authentication;
    const fixed = overrides.get(`/${family}${route}`);
    const answered = withHeaders(fixed ?? answerRest(request, family, route, caller), caller);
    if (!losesToken || family !== "access-tokens" || request.method !== "PUT") return answered;
    losesToken = false;
    throw new Error("the reply is lost");
  }

  function answerRest(request: SimulatorRequest, family: string, route: string, caller: Caller | null) {
    const isForm = /^(application\/x-www-form-urlencoded|multipart|text)/.test(request.headers["content-type"] ?? "");
    if (request.method !== "GET" && isForm && request.headers["x-atlassian-token"] !== "no-check") return xsrfFailed;
    switch (family) {
      case "api":
        return answerApi(state, request, route, caller, base());
      case "access-tokens":
        return answerAccessTokens(state, request, route, caller, base());
      case "ssh":
        return answerSsh(state, request, route, caller, base());
      case "build-status":
        return answerBuildStatus(state, request, route, caller);
      default:
        return noSuchResource;
    }
  }

  /** X-AUSERNAME is how Bitbucket says who asked, on every answer of the API. */
  function withHeaders(response: SimulatorResponse, caller: Caller | null): SimulatorResponse {
    const signed = caller && { "x-auserid": String(caller.user.id), "x-ausername": encodeName(caller.user.name) };
    return { ...response, headers: { "x-arequestid": `@1SIMULx${asked++}x0`, ...signed, ...response.headers } };
  }

  function addUser(spec: Partial<DataCenterUser> = {}): DataCenterUser {
    const name = spec.name ?? "alice";
    const known = state.users.find((row) => row.name === name);
    const user: DataCenterUser = Object.assign(
      known ?? {
        id: 101 + state.users.length,
        name,
        slug: name.toLowerCase().replace(/[^a-z0-9._-]/g, "_"),
        displayName: name.replace(/^./, (first) => first.toUpperCase()),
        password: null,
        type: "NORMAL" as const,
        failures: 0,
      },
      spec,
    );
    if (!known) state.users.push(user);
    return user;
  }

  return {
    ...simulator,
    baseUrl: base(),
    addUser,
    addToken({ user, isPrefixed = true, ...spec } = {}) {
      const id = spec.id ?? mintTokenId();
      const kind = spec.repository ? "repository" : spec.project ? "project" : "user";
      const permissions = spec.permissions ?? ["PROJECT_READ", kind === "repository" ? "REPO_READ" : "REPO_WRITE"];
      const service = { name: `access-token-user/${kind}/${id}`, slug: `access-token-user_${kind}_${id}` };
      const owner = addUser(
        kind === "user" ? user : { ...service, displayName: spec.name ?? "Forgepass", type: "SERVICE" },
      );
      const row: DataCenterToken = {
        name: "Forgepass",
        project: null,
        repository: null,
        expiryDays: null,
        createdAt: Date.now() - 30 * 86_400_000,
        lastAuthenticatedAt: null,
        state: "active",
        ...spec,
        id,
        value: spec.value ?? mintToken(id, isPrefixed),
        kind,
        user: owner,
        permissions: kind === "repository" ? permissions.filter((one) => one.startsWith("REPO_")) : permissions,
      };
      state.tokens.push(row);
      // What the token may do is what its user has there.
      const place =
        kind === "project"
          ? state.projects.find(({ key }) => key === row.project)
          : state.repositories.find(({ project, slug }) => project.key === row.project && slug === row.repository);
      if (kind !== "user" && place) place.access[owner.name] = 3;
      return row.value;
    },
    revokeToken(token) {
      for (const row of state.tokens) if (row.value === token) row.state = "revoked";
    },
    addProject,
    addRepository(path, spec = {}) {
      const [key = "", slug = ""] = path.split("/");
      const project = state.projects.find((row) => row.key === key) ?? addProject({ key });
      const id = 500 + state.repositories.length;
      const repository = { id, public: false, archived: false, access: {}, ...spec, project, slug };
      state.repositories.push(repository);
      return repository;
    },
    liveTokens: () => state.tokens.filter((row) => row.state === "active").map(({ value }) => value),
    loseNextToken() {
      losesToken = true;
    },
    respondNextWith(response) {
      override = response;
    },
    respondAt(path, response) {
      if (response) overrides.set(path, response);
      else overrides.delete(path);
    },
  };

  function addProject(spec: Partial<DataCenterProject> & { key: string }): DataCenterProject {
    const project = { id: 50 + state.projects.length, name: spec.key, public: false, access: {}, ...spec };
    state.projects.push(project);
    return project;
  }
}

const html = { "content-type": "text/html;charset=UTF-8" };

/** As a form would: a space is a plus. */
function encodeName(name: string): string {
  return encodeURIComponent(name).replaceAll("%20", "+");
}

/** The simulator as the adapter contract's suite wants it. */
export const bitbucketDataCenterContract: ContractSubject = contractFor({ contextPath: "/bitbucket" });

/** The contract on a Bitbucket that is set up otherwise, or with passwords for tokens. */
export function contractFor(options: DataCenterOptions, form: "token" | "password" = "token"): ContractSubject {
  return {
    adapter: bitbucketDataCenter,
    exampleBaseUrl: "https://git.example.com/bitbucket",
    // A password is no token that could be revoked.
    ...(form === "password" && {
      revocable: { start: () => contractFor(options).start() },
      rotatable: { start: () => contractFor(options).start() },
    }),
    async start() {
      const host = await startBitbucketDataCenterSimulator({ rateLimitHeaders: { "retry-after": "30" }, ...options });
      host.addProject({ key: "ACME", access: { alice: 2, bob: 1 } });
      host.addRepository("ACME/app");
      return {
        baseUrl: host.baseUrl,
        requests: host.requests,
        close: host.close,
        tokens: form === "token" ? tokensOf(host) : passwordsOf(host),
        repository: "ACME/app",
        respondNextWith: host.respondNextWith,
        ...(form === "token" && { password: "alice's pass word" }),
        revoke: form === "token" ? host.revokeToken : () => host.addUser({ name: "alice", password: "chosen anew" }),
      };
    },
  };
}

function tokensOf(host: BitbucketDataCenterSimulator): ContractHost["tokens"] {
  // In Bitbucket's format, and known to none.
  const unknown = mintToken("000000000042", true, Buffer.alloc(20, 7));
  host.addUser({ name: "alice", password: "alice's pass word" });
  return {
    good: host.addToken({ permissions: ["PROJECT_WRITE", "REPO_WRITE"], expiryDays: 90 }),
    another: host.addToken({ permissions: ["PROJECT_WRITE", "REPO_WRITE"], expiryDays: 90 }),
    lacking: host.addToken({ permissions: ["REPO_READ"] }),
    rejected: unknown,
    expired: unknown,
    rateLimited: host.addToken({ state: "rate-limited" }),
    scopeless: host.addToken({ permissions: ["REPO_READ"], user: { name: "carol" } }),
  };
}

function passwordsOf(host: BitbucketDataCenterSimulator): ContractHost["tokens"] {
  const of = (username: string) => {
    host.addUser({ name: username, password: `${username}'s pass word` });
    return { token: `${username}'s pass word`, type: "password", fields: { username } };
  };
  const unknown = { token: "nobody's pass word", type: "password", fields: { username: "nobody" } };
  const good = of("alice");
  // A person has one password, and may have tokens beside it.
  const another = host.addToken({ user: { name: "alice" } });
  return { good, another, lacking: of("bob"), rejected: unknown, expired: unknown, scopeless: of("carol") };
}
