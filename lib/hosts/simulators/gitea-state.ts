import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/** What the simulated Gitea or Forgejo knows: users, tokens, repositories, SSH keys, and how the server is set up. */
export interface GiteaUser {
  id: number;
  login: string;
  fullName: string;
  isAdmin: boolean;
  state: "active" | "inactive" | "prohibited" | "must-change-password";
  /** Null: signs in elsewhere. */
  password: string | null;
  hasSecondFactor: boolean;
}

export interface GiteaToken {
  id: number;
  value: string;
  kind: "personal" | "oauth" | "job";
  name: string;
  /** As stored: normalised names, and `all` for the nine writes. */
  scopes: string[];
  user: GiteaUser;
  createdAt: string;
  lastUsedAt: string;
  isRevoked: boolean;
  /** Forgejo 15 and later: the only repositories that it reaches. Null: no such limit. */
  repositories: string[] | null;
}

export interface GiteaRepository {
  id: number;
  /** owner/name */
  path: string;
  isPrivate: boolean;
  isArchived: boolean;
  members: Record<string, "admin" | "write" | "read">;
}

export interface GiteaKey {
  id: number;
  user: GiteaUser;
  title: string;
  /** Type and base64, without the comment. */
  key: string;
  readOnly: boolean;
  createdAt: string;
}

export interface GiteaOptions {
  product?: "gitea" | "forgejo";
  /** As /version says it. */
  version?: string;
  port?: number;
  /** As /git: everything lives below it. */
  relativeRoot?: string;
  /** REQUIRE_SIGNIN_VIEW: strangers may call nothing. */
  requiresSignIn?: boolean;
  /** GET /token. Which Forgejo release will have it is unknown; which Gitea release has it is unconfirmed. */
  hasTokenEndpoint?: boolean;
  /** What a refusal for lack of a scope tells: nothing, what was required, or the token's scopes too. */
  scopeRefusal?: "bare" | "required" | "list";
  /** What the server says to a token that it does not know. By version when absent. */
  unknownToken?: "anonymous" | "no-user" | "no-user-keyid" | "invalid";
  /** What a path says that the API does not have. */
  unknownPath?: "text" | "json" | "older-json";
  /** The administrator keeps people from managing their SSH keys. Which status is unconfirmed. */
  keysDisabled?: 403 | 404;
  /** False: the administrator switched Git over HTTPS off. */
  gitOverHttp?: boolean;
  /** A proxy in front that keeps the Authorization header to itself. */
  dropsAuthorization?: boolean;
  /** Rows of a page of a list at most. */
  maxResponseItems?: number;
  /** Old name to new name; the API redirects. */
  renamedUsers?: Record<string, string>;
  /** Asked before anything else: the web pages that the demo adds. Null: not one of them. */
  pages?: (request: SimulatorRequest) => SimulatorResponse | null;
}

export interface GiteaTokenSpec extends Partial<Omit<GiteaToken, "id" | "user">> {
  user?: Partial<GiteaUser>;
}

export interface GiteaState {
  options: GiteaOptions;
  version: string;
  users: Map<string, GiteaUser>;
  tokens: GiteaToken[];
  repositories: GiteaRepository[];
  keys: GiteaKey[];
}

export const defaultVersions = { gitea: "1.27.0", forgejo: "15.0.2+gitea-1.22.0" } as const;

/** Minor release of Gitea 1 that the code is of, or was forked from. */
export function minorOf({ version }: GiteaState): number {
  return Number(/\+gitea-1\.(\d+)/.exec(version)?.[1] ?? /^1\.(\d+)/.exec(version)?.[1] ?? 22);
}

export function isForgejo({ options }: GiteaState): boolean {
  return options.product === "forgejo";
}

/** The right of a user, whatever the token's scopes say; null: does not see it. */
export function accessOf(repository: GiteaRepository, user: GiteaUser | null): "admin" | "write" | "read" | null {
  const own = user ? (user.isAdmin ? "admin" : repository.members[user.login]) : undefined;
  return own ?? (repository.isPrivate ? null : "read");
}

export function findRepository(state: GiteaState, path: string): GiteaRepository | undefined {
  return state.repositories.find((row) => row.path.toLowerCase() === path.toLowerCase());
}

/** Seen through a token that is limited to other repositories, a repository does not exist. */
export function isWithinReach({ repositories }: GiteaToken, { path }: GiteaRepository): boolean {
  return repositories === null || repositories.includes(path);
}
