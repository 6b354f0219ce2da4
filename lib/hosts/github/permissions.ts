/**
 * What a fine-grained token must be given to do what the required classic scopes are for: GitHub's parameter names
 * for the link, GitHub's words for the page. Scopes with no fine-grained counterpart are told, not dropped in silence.
 */
export interface Permission {
  /** Query parameter of the token page: pull_requests. */
  parameter: string;
  level: "read" | "write";
  /** As the page names it: Pull requests. */
  name: string;
  section: "Repository" | "Account" | "Organization";
}

const names: Record<string, [string, Permission["section"]]> = {
  metadata: ["Metadata", "Repository"],
  contents: ["Contents", "Repository"],
  pull_requests: ["Pull requests", "Repository"],
  statuses: ["Commit statuses", "Repository"],
  workflows: ["Workflows", "Repository"],
  repository_hooks: ["Webhooks", "Repository"],
  deployments: ["Deployments", "Repository"],
  security_events: ["Code scanning alerts", "Repository"],
  administration: ["Administration", "Repository"],
  discussions: ["Discussions", "Repository"],
  codespaces: ["Codespaces", "Repository"],
  emails: ["Email addresses", "Account"],
  profile: ["Profile", "Account"],
  followers: ["Followers", "Account"],
  keys: ["Git SSH keys", "Account"],
  gpg_keys: ["GPG keys", "Account"],
  git_signing_ssh_public_keys: ["SSH signing keys", "Account"],
  gists: ["Gists", "Account"],
  codespaces_user_secrets: ["Codespaces user secrets", "Account"],
  private_repository_invitations: ["Private repository invitations", "Account"],
  members: ["Members", "Organization"],
  organization_hooks: ["Webhooks", "Organization"],
  organization_projects: ["Projects", "Organization"],
  organization_self_hosted_runners: ["Self-hosted runners", "Organization"],
};

const code = ["contents:write", "pull_requests:write", "statuses:write"];

/** Classic scope → "parameter:level". An empty list: needs nothing that would have to be ticked. */
const byScope: Record<string, readonly string[]> = {
  repo: code,
  public_repo: code,
  "repo:status": ["statuses:write"],
  repo_deployment: ["deployments:write"],
  "repo:invite": ["private_repository_invitations:read"],
  security_events: ["security_events:write"],
  workflow: ["workflows:write"],
  delete_repo: ["administration:write"],
  "admin:repo_hook": ["repository_hooks:write"],
  "write:repo_hook": ["repository_hooks:write"],
  "read:repo_hook": ["repository_hooks:read"],
  "admin:org": ["members:write"],
  "write:org": ["members:write"],
  "read:org": ["members:read"],
  "manage_runners:org": ["organization_self_hosted_runners:write"],
  "admin:org_hook": ["organization_hooks:write"],
  user: ["profile:write", "emails:write", "followers:write"],
  "read:user": [],
  "user:email": ["emails:read"],
  "user:follow": ["followers:write"],
  "read:discussion": ["discussions:read"],
  "write:discussion": ["discussions:write"],
  gist: ["gists:write"],
  project: ["organization_projects:write"],
  "read:project": ["organization_projects:read"],
  codespace: ["codespaces:write"],
  "codespace:secrets": ["codespaces_user_secrets:write"],
  "admin:public_key": ["keys:write"],
  "write:public_key": ["keys:write"],
  "read:public_key": ["keys:read"],
  "admin:gpg_key": ["gpg_keys:write"],
  "write:gpg_key": ["gpg_keys:write"],
  "read:gpg_key": ["gpg_keys:read"],
  "admin:ssh_signing_key": ["git_signing_ssh_public_keys:write"],
  "write:ssh_signing_key": ["git_signing_ssh_public_keys:write"],
  "read:ssh_signing_key": ["git_signing_ssh_public_keys:read"],
};

/** Write swallows read; in the page's order of sections. `missing`: scopes that only a classic token can have. */
export function permissionsFor(scopes: readonly string[]): { permissions: Permission[]; missing: string[] } {
  const levels = new Map<string, "read" | "write">();
  const missing: string[] = [];
  for (const scope of scopes) {
    const needed = Object.hasOwn(byScope, scope) ? byScope[scope] : undefined;
    if (!needed) missing.push(scope);
    for (const entry of needed ?? []) {
      const [parameter = "", level] = entry.split(":");
      if (levels.get(parameter) !== "write") levels.set(parameter, level === "write" ? "write" : "read");
    }
  }
  const inRepositories = [...levels.keys()].some((parameter) => names[parameter]?.[1] === "Repository");
  // GitHub ticks it by itself with any repository permission; named so that nobody wonders.
  if (inRepositories) levels.set("metadata", "read");
  const permissions = Object.entries(names).flatMap(([parameter, [name, section]]): Permission[] => {
    const level = levels.get(parameter);
    return level ? [{ parameter, level, name, section }] : [];
  });
  return { permissions, missing };
}

/** "Contents: Read and write", as on the page; what is not of a repository says whose it is. */
export function tickOf({ name, level, section }: Permission): string {
  const owner = section === "Repository" ? "" : ` (${section.toLowerCase()})`;
  return `${name}${owner}: ${level === "read" ? "Read-only" : "Read and write"}`;
}
