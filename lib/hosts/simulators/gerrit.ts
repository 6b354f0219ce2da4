import type { ContractHost, ContractSubject } from "../contract";
import { gerrit } from "../gerrit/adapter";
import { digestChallenge, plain, unauthorized } from "./gerrit-answers";
import { answerApi } from "./gerrit-api";
import { answerGit } from "./gerrit-git";
import {
  type GerritAccount,
  type GerritOptions,
  type GerritProject,
  type GerritState,
  hasTokens,
  isOlder,
  registeredUsers,
  serviceUsers,
  versionOf,
} from "./gerrit-state";
import { type Simulator, type SimulatorRequest, type SimulatorResponse, startSimulator } from "./simulator";

/**
 * A Gerrit server in memory, of any version and below any path: accounts with passwords or tokens, groups, projects
 * with rules, SSH keys, with the bodies, headers and refusals that the fact sheet and Gerrit's source give. It promises
 * nothing about what the adapter expects.
 */
export interface GerritSimulator extends Simulator {
  /** With the sub-path. */
  baseUrl: string;
  state: GerritState;
  addUser(spec?: Partial<GerritAccount>): GerritAccount;
  /** A token, or before 3.13 the account's one password, which replaces the one it had. */
  addToken(spec?: { user?: Partial<GerritAccount>; value?: string; id?: string; expiration?: Date | null }): string;
  revokeToken(token: string): void;
  addProject(project: Partial<GerritProject> & { name: string }): GerritProject;
  /** Every answer from now on, until null. */
  respondNextWith(response: SimulatorResponse | null): void;
  /** The answer to one path below the base from now on, until null. */
  respondAt(path: string, response: SimulatorResponse | null): void;
}

export async function startGerritSimulator(options: GerritOptions = {}): Promise<GerritSimulator> {
  const state: GerritState = { options, accounts: [], projects: [allProjects()] };
  const overrides = new Map<string, SimulatorResponse>();
  let override: SimulatorResponse | null = null;

  const simulator = await startSimulator((request) => {
    const page = options.pages?.(request);
    if (page) return page;
    if (override) return override;
    const root = options.subPath ?? "";
    if (!request.path.startsWith(`${root}/`)) return { status: 404, headers: html, body: "<h1>404 Not Found</h1>" };
    const path = request.path.slice(root.length);
    return overrides.get(path) ?? answer(state, request, path, simulator.url + root);
  }, options.port);

  function userNamed(spec: Partial<GerritAccount>): GerritAccount {
    const username = spec.username ?? "alice";
    const known = state.accounts.find((row) => row.username === username);
    if (known) return Object.assign(known, spec);
    const account: GerritAccount = {
      id: 1_000_000 + state.accounts.length,
      username,
      name: username.replace(/^./, (first) => first.toUpperCase()),
      active: true,
      isServiceUser: false,
      capabilities: { emailReviewers: true, queryLimit: { min: 0, max: 500 } },
      groups: [],
      httpPassword: null,
      tokens: [],
      sshKeys: [],
      isThrottled: false,
      ...spec,
    };
    state.accounts.push(account);
    return account;
  }

  return {
    ...simulator,
    baseUrl: simulator.url + (options.subPath ?? ""),
    state,
    addUser: (spec = {}) => userNamed(spec),
    addToken({ user = {}, value, id, expiration = null } = {}) {
      const account = userNamed(user);
      const made = value ?? `ETxgpih8xrNs+${account.username}/${account.tokens.length}aB3dE5`;
      if (!hasTokens(state)) account.httpPassword = made;
      else account.tokens.push({ id: id ?? `token-${account.tokens.length + 1}`, value: made, expiration });
      return made;
    },
    revokeToken(token) {
      for (const account of state.accounts) {
        account.tokens = account.tokens.filter(({ value }) => value !== token);
        if (account.httpPassword === token) account.httpPassword = null;
      }
    },
    addProject(spec) {
      const project: GerritProject = { parent: "All-Projects", sections: {}, uploadRefusal: null, ...spec };
      state.projects.push(project);
      return project;
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
const page = '<!DOCTYPE html><title>Gerrit Code Review</title><div id="pg-app"></div>';

function answer(state: GerritState, request: SimulatorRequest, path: string, base: string): SimulatorResponse {
  const { options } = state;
  if (path === "/ssh_info") return answerSshInfo(state, request);
  if (!path.startsWith("/a/")) {
    return /^\/(accounts|access|config|projects)\//.test(path)
      ? answerApi(state, request, path, null)
      : { status: 200, headers: html, body: page };
  }
  const refusal = answerProxy(options, base);
  if (refusal) return refusal;
  if (options.digestEra ?? isOlder(versionOf(state), 2, 14)) return digestChallenge(base);
  const given = options.proxy === "drops-authorization" ? undefined : request.headers.authorization;
  const account = given === undefined ? null : signIn(state, given);
  if (account === "refused") return unauthorized;
  if (account?.isThrottled) {
    return { ...plain(429, "Quota exceeded"), headers: { "content-type": "text/plain", "retry-after": "60" } };
  }
  const rest = path.slice("/a".length);
  if (rest.endsWith("/info/refs")) return answerGit(state, request, { path: rest, account });
  return answerApi(state, request, rest, account);
}

function answerProxy({ proxy }: GerritOptions, base: string): SimulatorResponse | null {
  switch (proxy) {
    case "405":
      return { status: 405, headers: { ...html, allow: "GET" }, body: "<h1>405 Method Not Allowed</h1>" };
    case "page":
      return { status: 200, headers: html, body: "<!DOCTYPE html><title>Sign in</title><form></form>" };
    case "redirect":
      return { status: 302, headers: { location: `${base}/sso/login?to=%2Fa%2F` } };
    case "own-basic":
      return { status: 401, headers: { ...html, "www-authenticate": 'Basic realm="Intranet"' }, body: "<h1>401</h1>" };
    default:
      return null;
  }
}

/** A header of another scheme lets strangers through (ProjectBasicAuthFilter). */
function signIn({ accounts }: GerritState, authorization: string): GerritAccount | "refused" | null {
  const encoded = /^Basic (.*)$/.exec(authorization)?.[1];
  if (encoded === undefined) return null;
  const [username, ...rest] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  const password = rest.join(":");
  const account = accounts.find((row) => row.username === username && row.active);
  if (!account || password === "") return "refused";
  const alive = account.tokens.filter(({ expiration }) => expiration === null || expiration.getTime() > Date.now());
  return account.httpPassword === password || alive.some(({ value }) => value === password) ? account : "refused";
}

function answerSshInfo({ options }: GerritState, request: SimulatorRequest): SimulatorResponse {
  const { sshPort = 29418 } = options;
  const host = String(request.headers.host).replace(/:\d+$/, "");
  return plain(200, sshPort === null ? "NOT_AVAILABLE" : `${host} ${sshPort}`);
}

function allProjects(): GerritProject {
  const [members, bots] = [registeredUsers, serviceUsers];
  return {
    name: "All-Projects",
    parent: null,
    uploadRefusal: null,
    sections: {
      "refs/*": { read: { rules: { [members]: { action: "ALLOW" } } } },
      "refs/for/*": { push: { rules: { [members]: { action: "ALLOW" } } } },
      "refs/heads/*": {
        "label-Code-Review": { rules: { [members]: { action: "ALLOW", min: -1, max: 1 } } },
        "label-Verified": { rules: { [bots]: { action: "ALLOW", min: -1, max: 1 } } },
      },
    },
  };
}

/** The simulator as the adapter contract's suite wants it. */
export const gerritContract: ContractSubject = {
  adapter: gerrit,
  start: () => startFor({ subPath: "/r" }),
  // Which of an account's tokens one is, is not told; before them each account had one password.
  revocable: { start: () => startFor({ subPath: "/r", version: "3.12.2" }) },
};

async function startFor(options: GerritOptions): Promise<ContractHost> {
  const host = await startGerritSimulator(options);
  const type = hasTokens(host.state) ? "token" : "http-password";
  host.addProject({ name: "tools/build" });
  const of = (username: string, spec: Partial<GerritAccount> = {}, expiration: Date | null = null) => ({
    token: host.addToken({ user: { username, ...spec }, expiration }),
    type,
    fields: { username },
  });
  const capabilities = { createProject: true, emailReviewers: true };
  const alice = (name = "alice") => of(name, { capabilities }, new Date("2099-12-31"));
  const rejected = { token: "NobodyKnowsThisOne/12+ab", type, fields: { username: "alice" } };
  return {
    baseUrl: host.baseUrl,
    requests: host.requests,
    close: host.close,
    tokens: {
      good: alice(),
      another: alice(type === "token" ? "alice" : "anna"),
      lacking: of("bob"),
      rejected,
      // One that has ended is refused as one that never was.
      expired: rejected,
      rateLimited: of("dora", { isThrottled: true }),
      scopeless: of("carol", { capabilities: {} }),
    },
    repository: "tools/build",
    respondNextWith: host.respondNextWith,
    revoke: host.revokeToken,
  };
}
