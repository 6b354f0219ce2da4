import type { GitlabKey } from "./gitlab-keys";
import type { GitlabTokenFormat, GitlabTokenKind } from "./gitlab-tokens";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/** What the simulated GitLab knows: users, tokens, projects, and how the instance is set up. */
export interface GitlabUser {
  id: number;
  username: string;
  name: string;
  state: "active" | "blocked" | "deactivated" | "terms";
  bot: boolean;
  isAdmin: boolean;
  /** Users who enforce DPoP: a bare token is refused. */
  requiresDpop: boolean;
}

export interface GitlabToken {
  id: number;
  value: string;
  kind: GitlabTokenKind;
  user: GitlabUser;
  name: string;
  scopes: string[];
  /** Present makes it a fine-grained token. */
  granularScopes: { access: string; permissions: string[]; project_id?: number }[] | null;
  /** YYYY-MM-DD. */
  expiresAt: string | null;
  lastUsedAt: string | null;
  /** Id of the first of those that were rotated out of each other; absent: its own. */
  family?: number;
  state: "active" | "revoked" | "expired" | "impersonation-disabled" | "rate-limited";
}

export interface GitlabProject {
  id: number;
  path: string;
  visibility: "private" | "public";
  /** Username to access level. */
  members: Record<string, number>;
  groupMembers: Record<string, number>;
  /** Access that `permissions` does not show: shared groups, inheritance. */
  hiddenMembers: Record<string, number>;
}

export interface GitlabOptions {
  port?: number;
  version?: string;
  /** As /gitlab: everything lives below it. */
  relativeRoot?: string;
  /** The instance's prefix of personal tokens; may be empty. */
  tokenPrefix?: string;
  /** False: the administrator switched Git over HTTPS off. */
  gitOverHttp?: boolean;
  /** What a server without /personal_access_tokens/self says there. Which of them is unconfirmed. */
  selfMissing?: 400 | 404 | 405;
  /** Personal: DELETE …/self takes no tokens of projects and groups. Which is so is unconfirmed. Default: it takes all. */
  selfRevoke?: "personal";
  /** A use is noted a moment after its answer, not before. Which is so is unconfirmed. */
  notesUseLater?: boolean;
  /** The longest lifetime that the instance lets a token have. Default 365 days. */
  maximumDays?: number;
  /** How a duplicate SSH key is refused: by the documented fields, or by the one seen live. */
  duplicateKeys?: "fields" | "sha256";
  /** Key types that the administrator does not allow: ssh-ed25519. */
  forbiddenKeyTypes?: readonly string[];
  /** Asked before anything else: the web pages that the demo adds. Null: not one of them. */
  pages?: (request: SimulatorRequest) => SimulatorResponse | null;
}

export interface TokenSpec extends Partial<Omit<GitlabToken, "id" | "user">> {
  user?: Partial<GitlabUser>;
  format?: GitlabTokenFormat;
}

export interface GitlabState {
  options: GitlabOptions;
  tokens: GitlabToken[];
  projects: GitlabProject[];
  keys: GitlabKey[];
  /** Ids are never given again. */
  keysMade: number;
}

export function accessLevel(project: GitlabProject, user: GitlabUser): number {
  const levels = [project.members, project.groupMembers, project.hiddenMembers].map((rows) => rows[user.username] ?? 0);
  return Math.max(...levels);
}
