import { createHash } from "node:crypto";

/**
 * The JSON that the GitHub simulator sends, whole as GitHub sends it. simulators/github.test.ts holds every one of
 * these against GitHub's published OpenAPI description.
 */

export interface SimulatedUser {
  id: number;
  login: string;
  name: string | null;
  type: "User" | "Bot" | "Organization";
  isSiteAdmin: boolean;
}

export type Role = "admin" | "maintain" | "write" | "triage" | "read";

export interface SimulatedRepository {
  id: number;
  owner: string;
  name: string;
  isPrivate: boolean;
  isArchived: boolean;
  isEmpty: boolean;
  roles: Readonly<Record<string, Role>>;
  formerNames: readonly string[];
}

/** Where the links point: web and API roots, without trailing slash. */
export interface Roots {
  web: string;
  api: string;
}

const when = "2024-05-06T07:08:09Z";
export const headSha = createHash("sha1").update("head").digest("hex");

export function simpleUser(roots: Roots, user: SimulatedUser): Record<string, unknown> {
  const url = `${roots.api}/users/${user.login}`;
  return {
    login: user.login,
    id: user.id,
    node_id: `U_${Buffer.from(String(user.id)).toString("base64url")}`,
    avatar_url: `${roots.web}/avatars/u/${user.id}?v=4`,
    gravatar_id: "",
    url,
    html_url: `${roots.web}/${user.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: user.type,
    site_admin: user.isSiteAdmin,
  };
}

/** The private half only with the user or read:user scope. */
export function fullUser(roots: Roots, user: SimulatedUser, withPrivateHalf: boolean): Record<string, unknown> {
  return {
    ...simpleUser(roots, user),
    name: user.name,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 2,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: when,
    updated_at: when,
    ...(withPrivateHalf && {
      private_gists: 0,
      total_private_repos: 1,
      owned_private_repos: 1,
      disk_usage: 100,
      collaborators: 0,
      two_factor_authentication: true,
    }),
  };
}

const repositoryLinks: Record<string, string> = {
  archive_url: "/{archive_format}{/ref}",
  assignees_url: "/assignees{/user}",
  blobs_url: "/git/blobs{/sha}",
  branches_url: "/branches{/branch}",
  collaborators_url: "/collaborators{/collaborator}",
  comments_url: "/comments{/number}",
  commits_url: "/commits{/sha}",
  compare_url: "/compare/{base}...{head}",
  contents_url: "/contents/{+path}",
  contributors_url: "/contributors",
  deployments_url: "/deployments",
  downloads_url: "/downloads",
  events_url: "/events",
  forks_url: "/forks",
  git_commits_url: "/git/commits{/sha}",
  git_refs_url: "/git/refs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  hooks_url: "/hooks",
  issue_comment_url: "/issues/comments{/number}",
  issue_events_url: "/issues/events{/number}",
  issues_url: "/issues{/number}",
  keys_url: "/keys{/key_id}",
  labels_url: "/labels{/name}",
  languages_url: "/languages",
  merges_url: "/merges",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  pulls_url: "/pulls{/number}",
  releases_url: "/releases{/id}",
  stargazers_url: "/stargazers",
  statuses_url: "/statuses/{sha}",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  tags_url: "/tags",
  teams_url: "/teams",
  trees_url: "/git/trees{/sha}",
};

/** `role` null: nobody is signed in, and the permissions are left out. */
export function fullRepository(
  roots: Roots,
  repository: SimulatedRepository,
  owner: SimulatedUser,
  role: Role | "none" | null,
): Record<string, unknown> {
  const fullName = `${repository.owner}/${repository.name}`;
  const url = `${roots.api}/repos/${fullName}`;
  const links = Object.fromEntries(Object.entries(repositoryLinks).map(([key, rest]) => [key, url + rest]));
  return {
    id: repository.id,
    node_id: `R_${Buffer.from(String(repository.id)).toString("base64url")}`,
    name: repository.name,
    full_name: fullName,
    private: repository.isPrivate,
    owner: simpleUser(roots, owner),
    html_url: `${roots.web}/${fullName}`,
    description: null,
    fork: false,
    url,
    ...links,
    clone_url: `${roots.web}/${fullName}.git`,
    git_url: `git://${new URL(roots.web).host}/${fullName}.git`,
    ssh_url: `git@${new URL(roots.web).hostname}:${fullName}.git`,
    svn_url: `${roots.web}/${fullName}`,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    forks: 0,
    forks_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    open_issues: 0,
    open_issues_count: 0,
    network_count: 0,
    subscribers_count: 0,
    size: repository.isEmpty ? 0 : 12,
    default_branch: "main",
    has_issues: true,
    has_projects: true,
    has_wiki: false,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: repository.isArchived,
    disabled: false,
    visibility: repository.isPrivate ? "private" : "public",
    pushed_at: when,
    created_at: when,
    updated_at: when,
    ...(role !== null && { permissions: permissionsOf(role, repository.isPrivate) }),
  };
}

function permissionsOf(role: Role | "none", isPrivate: boolean): Record<string, boolean> {
  const rank = ["none", "read", "triage", "write", "maintain", "admin"].indexOf(role);
  return { admin: rank >= 5, maintain: rank >= 4, push: rank >= 3, triage: rank >= 2, pull: rank >= 1 || !isPrivate };
}

export function commit(roots: Roots, fullName: string, author: SimulatedUser): Record<string, unknown> {
  const url = `${roots.api}/repos/${fullName}/commits/${headSha}`;
  const signature = { name: author.login, email: `${author.login}@example.com`, date: when };
  return {
    sha: headSha,
    node_id: "C_kwDOAAE",
    url,
    html_url: `${roots.web}/${fullName}/commit/${headSha}`,
    comments_url: `${url}/comments`,
    commit: {
      author: signature,
      committer: signature,
      message: "Begin",
      tree: { sha: headSha, url: `${roots.api}/repos/${fullName}/git/trees/${headSha}` },
      url: `${roots.api}/repos/${fullName}/git/commits/${headSha}`,
      comment_count: 0,
      verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null },
    },
    author: simpleUser(roots, author),
    committer: simpleUser(roots, author),
    parents: [],
  };
}

export function status(roots: Roots, fullName: string, creator: SimulatedUser): Record<string, unknown> {
  return {
    url: `${roots.api}/repos/${fullName}/statuses/${headSha}`,
    avatar_url: `${roots.web}/avatars/u/${creator.id}?v=4`,
    id: 1,
    node_id: "SC_1",
    state: "success",
    description: "Built",
    target_url: null,
    context: "ci/build",
    created_at: when,
    updated_at: when,
    creator: simpleUser(roots, creator),
  };
}

export function hook(roots: Roots, fullName: string): Record<string, unknown> {
  const url = `${roots.api}/repos/${fullName}/hooks/1`;
  return {
    type: "Repository",
    id: 1,
    name: "web",
    active: true,
    events: ["push"],
    config: { content_type: "json", insecure_ssl: "0", url: "https://ci.example.com/hook" },
    updated_at: when,
    created_at: when,
    url,
    test_url: `${url}/test`,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
    last_response: { code: null, status: "unused", message: null },
  };
}

/** installed_version is what tells a GitHub Enterprise Server from github.com. */
export function meta(installedVersion: string | null): Record<string, unknown> {
  if (installedVersion) return { verifiable_password_authentication: true, installed_version: installedVersion };
  return {
    verifiable_password_authentication: false,
    ssh_key_fingerprints: { SHA256_ED25519: "0000000000000000000000000000000000000000000" },
    hooks: ["192.0.2.0/24"],
    web: ["192.0.2.0/24"],
    api: ["192.0.2.0/24"],
    git: ["192.0.2.0/24"],
  };
}

export function rateLimit(limit: number, used: number, reset: number): Record<string, unknown> {
  const core = { limit, used, remaining: Math.max(0, limit - used), reset };
  const search = { limit: 30, used: 0, remaining: 30, reset };
  return { resources: { core, search }, rate: core };
}
