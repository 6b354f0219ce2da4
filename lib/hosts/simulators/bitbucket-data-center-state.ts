import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/** What the simulated Bitbucket Data Center knows: users, tokens, projects, repositories, keys, and its settings. */
export type Level = 0 | 1 | 2 | 3;

export interface DataCenterUser {
  id: number;
  name: string;
  slug: string;
  displayName: string;
  password: string | null;
  /** SERVICE: who a project's or repository's token acts as. */
  type: "NORMAL" | "SERVICE";
  /** Wrong passwords in a row; five of them ask for a CAPTCHA. */
  failures: number;
}

export interface DataCenterToken {
  /** Twelve digits, the first ones of the decoded token. */
  id: string;
  value: string;
  name: string;
  kind: "user" | "project" | "repository";
  user: DataCenterUser;
  /** Key of its project, when it is of a project or repository. */
  project: string | null;
  repository: string | null;
  permissions: string[];
  expiryDays: number | null;
  /** Milliseconds since 1970. */
  createdAt: number;
  lastAuthenticatedAt: number | null;
  state: "active" | "revoked" | "rate-limited";
}

export interface DataCenterProject {
  id: number;
  key: string;
  name: string;
  public: boolean;
  /** User name to level. */
  access: Record<string, Level>;
}

export interface DataCenterRepository {
  id: number;
  project: DataCenterProject;
  slug: string;
  public: boolean;
  archived: boolean;
  access: Record<string, Level>;
}

export interface DataCenterKey {
  id: number;
  user: DataCenterUser;
  text: string;
  label: string;
}

export interface DataCenterOptions {
  port?: number;
  /** As /bitbucket: everything lives below it. */
  contextPath?: string;
  version?: string;
  /** What a credential that it does not know gets: a 401, or what anybody gets. Differs by version. */
  unknownGets?: "401" | "anonymous";
  /** May a token read its own record? Unconfirmed; the documents speak against it. */
  tokensReadThemselves?: boolean;
  /** May a token make and end tokens of its user? Unconfirmed for older releases; the documents speak against it. */
  tokensManageThemselves?: boolean;
  /** May a token add SSH keys to its user's account? Unconfirmed; the documents speak against it. */
  tokensAddKeys?: boolean;
  /** Does ?permission= ask for what the token may, or for what its user may? Unconfirmed. */
  filterSeesToken?: boolean;
  /** Is a project's token taken as the password of x-token-auth? Unconfirmed for older releases. */
  takesTokenUser?: boolean;
  /** How times are written: as milliseconds, as the server does, or as its description says. */
  dates?: "number" | "string";
  /** False: an administrator switched Git over HTTPS off. */
  gitOverHttp?: boolean;
  /** False: an administrator switched passwords off for the API. */
  passwords?: boolean;
  /** How many tokens each user may have. */
  maximumTokens?: number;
  /** Headers of a 429; newer releases have some. */
  rateLimitHeaders?: Record<string, string>;
  /** Asked before anything else: the web pages that the demo adds. Null: not one of them. */
  pages?: (request: SimulatorRequest) => SimulatorResponse | null;
}

export interface DataCenterState {
  options: DataCenterOptions;
  users: DataCenterUser[];
  tokens: DataCenterToken[];
  projects: DataCenterProject[];
  repositories: DataCenterRepository[];
  keys: DataCenterKey[];
  /** Build statuses, by commit. */
  statuses: { commit: string; key: string; state: string }[];
  nextKeyId: number;
}

/** Who asks: with a password, `token` is null. */
export interface Caller {
  user: DataCenterUser;
  token: DataCenterToken | null;
}

const levels = { READ: 1, WRITE: 2, ADMIN: 3 } as const;

/** "PROJECT_WRITE" → its family and level; null when it is no such name. */
export function parsePermission(name: string): { family: "PROJECT" | "REPO"; level: Level } | null {
  const [, family, verb] = /^(PROJECT|REPO)_(READ|WRITE|ADMIN)$/.exec(name) ?? [];
  return family && verb ? { family: family as "PROJECT" | "REPO", level: levels[verb as keyof typeof levels] } : null;
}

/** What the token leaves of its user's rights. A level on projects is one on repositories too. */
export function cap(token: DataCenterToken | null, family: "PROJECT" | "REPO"): Level {
  if (!token) return 3;
  const found = token.permissions.map(parsePermission).filter((row) => row?.family === family || family === "REPO");
  return Math.max(0, ...found.map((row) => row?.level ?? 0)) as Level;
}

export function projectLevel(project: DataCenterProject, user: DataCenterUser | null): Level {
  return (user ? project.access[user.name] : undefined) ?? 0;
}

export function repositoryLevel(repository: DataCenterRepository, user: DataCenterUser | null): Level {
  const own = (user ? repository.access[user.name] : undefined) ?? 0;
  return Math.max(own, projectLevel(repository.project, user)) as Level;
}

/** What the caller may do to a repository, its token considered. */
export function effectiveLevel(repository: DataCenterRepository, caller: Caller | null): Level {
  const level = repositoryLevel(repository, caller?.user ?? null);
  return Math.min(level, caller ? cap(caller.token, "REPO") : 0) as Level;
}

export function isExpired({ createdAt, expiryDays }: DataCenterToken): boolean {
  return expiryDays !== null && createdAt + expiryDays * 86_400_000 <= Date.now();
}

export function isAtLeast(version: string, ...lines: [major: number, minor: number, patch: number][]): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  const newest = lines.at(-1);
  if (newest && (major > newest[0] || (major === newest[0] && minor > newest[1]))) return true;
  return lines.some(([lineMajor, lineMinor, linePatch]) => {
    return major === lineMajor && minor === lineMinor && patch >= linePatch;
  });
}
