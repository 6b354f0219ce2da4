import type { ContractSubject } from "../contract";
import { gitlab } from "../gitlab/adapter";
import { answerApi, withHeaders } from "./gitlab-api";
import { fingerprintOf, type GitlabKey } from "./gitlab-keys";
import { rotationRoute } from "./gitlab-rotate";
import type { GitlabOptions, GitlabProject, GitlabState, GitlabToken, GitlabUser, TokenSpec } from "./gitlab-state";
import { type GitlabTokenKind, mintToken } from "./gitlab-tokens";
import { answerWeb } from "./gitlab-web";
import { type Simulator, type SimulatorResponse, startSimulator } from "./simulator";

/**
 * A GitLab server in memory, of any version and under any relative root: users, tokens and projects, with the REST
 * API's bodies, headers and refusals as the fact sheet gives them. It promises nothing about what the adapter expects.
 */
export interface GitlabSimulator extends Simulator {
  /** With the relative root. */
  baseUrl: string;
  addToken(spec?: TokenSpec): string;
  revokeToken(token: string): void;
  /** The values of those that are active. */
  liveTokens(): string[];
  /** Changes every token, as its administrator might. */
  changeTokens(change: (token: GitlabToken) => Partial<GitlabToken>): void;
  addProject(project: Partial<GitlabProject> & { path: string }): GitlabProject;
  /** Every SSH key of every user; the fingerprint as ssh-keygen prints it. */
  sshKeys(): (GitlabKey & { fingerprint: string })[];
  addDeployKey(publicKey: string): void;
  /** Called when a token's successor is asked for, and when it is made; what it throws loses the answer. Until null. */
  onRotation(hook: RotationHook | null): void;
  /** Every answer from now on, until null. */
  respondNextWith(response: SimulatorResponse | null): void;
  /** The answer to one path below /api/v4 from now on, until null. */
  respondAt(path: string, response: SimulatorResponse | null): void;
}

export type RotationHook = (moment: "asked" | "made") => Promise<void> | void;

export async function startGitlabSimulator(options: GitlabOptions = {}): Promise<GitlabSimulator> {
  const state: GitlabState = { options, tokens: [], projects: [], keys: [], keysMade: 0 };
  const users = new Map<string, GitlabUser>();
  const overrides = new Map<string, SimulatorResponse>();
  const root = options.relativeRoot ?? "";
  let override: SimulatorResponse | null = null;
  let rotationHook: RotationHook | null = null;

  const simulator = await startSimulator(async (request) => {
    const page = options.pages?.(request);
    if (page) return page;
    if (override) return override;
    if (!request.path.startsWith(`${root}/`)) return { status: 404, headers: html, body: "<h1>404 Not Found</h1>" };
    const path = request.path.slice(root.length);
    if (!path.startsWith("/api/v4/")) return answerWeb(state, request, path);
    const route = path.slice("/api/v4".length);
    const isRotation = request.method === "POST" && rotationRoute.test(route);
    if (isRotation) await rotationHook?.("asked");
    const answer = withHeaders(overrides.get(route) ?? answerApi(state, request, route, base()));
    if (isRotation) await rotationHook?.("made");
    return answer;
  }, options.port);

  function base(): string {
    return simulator.url + root;
  }

  function userNamed(spec: Partial<GitlabUser>): GitlabUser {
    const username = spec.username ?? "alice";
    const known = users.get(username);
    const user: GitlabUser = Object.assign(
      known ?? {
        id: 40 + users.size,
        username,
        name: username.replace(/^./, (first) => first.toUpperCase()),
        state: "active",
        bot: /_bot_|_bot$/.test(username),
        isAdmin: false,
        requiresDpop: false,
      },
      spec,
    );
    users.set(username, user);
    return user;
  }

  return {
    ...simulator,
    baseUrl: base(),
    addToken({ user, format, ...spec } = {}) {
      const owner = userNamed(user ?? defaultOwner(spec.kind));
      const kind = spec.kind ?? "personal";
      const value = spec.value ?? mintToken(kind, format ?? "legacy", options.tokenPrefix ?? "glpat-", owner.id);
      state.tokens.push({
        id: 1000 + state.tokens.length,
        kind,
        name: "Forgepass",
        scopes: ["api"],
        granularScopes: null,
        expiresAt: "2099-12-31",
        lastUsedAt: null,
        state: "active",
        ...spec,
        value,
        user: owner,
      });
      return value;
    },
    revokeToken(token) {
      for (const row of state.tokens) if (row.value === token) row.state = "revoked";
    },
    liveTokens: () => state.tokens.filter((row) => row.state === "active").map(({ value }) => value),
    changeTokens(change) {
      for (const row of state.tokens) Object.assign(row, change(row));
    },
    addProject(spec) {
      const project: GitlabProject = {
        id: 500 + state.projects.length,
        visibility: "private",
        members: {},
        groupMembers: {},
        hiddenMembers: {},
        ...spec,
      };
      state.projects.push(project);
      return project;
    },
    sshKeys: () => state.keys.map((row) => ({ ...row, fingerprint: fingerprintOf(row.key) })),
    addDeployKey(publicKey) {
      const key = publicKey.split(" ").slice(0, 2).join(" ");
      const createdAt = "2026-01-01T00:00:00.000Z";
      state.keys.push({ id: 9001 + state.keysMade++, user: null, title: "Deploy", key, usageType: "auth", createdAt });
    },
    onRotation(hook) {
      rotationHook = hook;
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

function defaultOwner(kind: GitlabTokenKind | undefined): Partial<GitlabUser> {
  if (kind === "project") return { username: "project_500_bot_5f2d0a1c9b", name: "Forgepass" };
  if (kind === "group") return { username: "group_70_bot_0c4be1f7aa", name: "Forgepass" };
  return {};
}

/** The simulator as the adapter contract's suite wants it. */
export const gitlabContract: ContractSubject = {
  adapter: gitlab,
  async start() {
    const host = await startGitlabSimulator();
    host.addProject({ path: "acme/app", members: { alice: 40 } });
    return {
      baseUrl: host.baseUrl,
      requests: host.requests,
      close: host.close,
      tokens: {
        good: host.addToken({ scopes: ["api"], format: "routable" }),
        another: host.addToken({ scopes: ["api"], format: "routable" }),
        lacking: host.addToken({ scopes: ["read_user", "read_repository"] }),
        rejected: "glpat-NobodyKnowsThisOne12",
        expired: host.addToken({ state: "expired", expiresAt: "2026-01-01" }),
        rateLimited: host.addToken({ state: "rate-limited" }),
        scopeless: host.addToken({ scopes: ["read_registry"] }),
      },
      repository: "acme/app",
      respondNextWith: host.respondNextWith,
      revoke: host.revokeToken,
    };
  },
};
