import type { Scope } from "../adapter";

/**
 * The scopes of classic and OAuth tokens and what each implies, as GitHub's "Scopes for OAuth apps" tables them.
 * Fine-grained permissions are not scopes: lib/hosts/github/permissions.ts maps to them.
 */

/** Types whose scopes GitHub tells; an implication that no source confirms cannot be told for them. */
const told = ["classic", "oauth"];

export const githubScopes: readonly Scope[] = [
  scope("repo", "Read and write all your repositories, private ones too", "write", {
    danger: "Read and change the code of every repository that you can reach, private ones too.",
    // Hooks are part of repo in effect, though GitHub lists admin:repo_hook apart.
    implies: ["repo:status", "repo_deployment", "public_repo", "repo:invite", "security_events", "admin:repo_hook"],
  }),
  scope("repo:status", "Read and set commit statuses", "write", { danger: "Mark a failing commit as passed." }),
  scope("repo_deployment", "Read and set deployment statuses", "write", { danger: "Misreport what is deployed." }),
  scope("public_repo", "Read and write your public repositories", "write", {
    danger: "Change the code of every public repository that you can write to.",
  }),
  scope("repo:invite", "Accept and decline invitations to repositories", "write", {
    danger: "Accept an invitation in your name.",
  }),
  scope("security_events", "Read and change code scanning alerts", "write", {
    danger: "Read unfixed weaknesses and dismiss their alerts.",
  }),
  scope("admin:repo_hook", "Read, change, test and delete repository webhooks", "admin", {
    danger: "Send every event of a repository to another server.",
    implies: ["write:repo_hook"],
  }),
  scope("write:repo_hook", "Read, change and test repository webhooks", "write", {
    danger: "Send every event of a repository to another server.",
    implies: ["read:repo_hook"],
  }),
  scope("read:repo_hook", "Read repository webhooks", "read"),
  scope("admin:org", "Manage organizations, teams and their members", "admin", {
    danger: "Add members to your organizations and take over their teams.",
    implies: ["write:org", "manage_runners:org"],
  }),
  scope("write:org", "Read and change organization membership and projects", "write", {
    danger: "Change who belongs to your organizations.",
    implies: ["read:org"],
  }),
  scope("read:org", "Read organization membership, teams and projects", "read"),
  scope("manage_runners:org", "Manage an organization's self-hosted runners", "admin", {
    danger: "Add a runner that receives the secrets of your workflows.",
  }),
  scope("admin:public_key", "Add and delete your SSH keys", "admin", {
    danger: "Add an SSH key that outlives this token.",
    implies: ["write:public_key"],
  }),
  scope("write:public_key", "Add SSH keys to your account", "write", {
    danger: "Add an SSH key that outlives this token.",
    implies: ["read:public_key"],
  }),
  scope("read:public_key", "List your SSH keys", "read"),
  scope("admin:gpg_key", "Add and delete your GPG keys", "admin", {
    danger: "Sign commits in your name.",
    implies: ["write:gpg_key"],
  }),
  scope("write:gpg_key", "Add GPG keys to your account", "write", {
    danger: "Sign commits in your name.",
    implies: ["read:gpg_key"],
  }),
  scope("read:gpg_key", "List your GPG keys", "read"),
  scope("admin:ssh_signing_key", "Add and delete your SSH signing keys", "admin", {
    danger: "Sign commits in your name.",
    implies: ["write:ssh_signing_key"],
  }),
  scope("write:ssh_signing_key", "Add SSH signing keys to your account", "write", {
    danger: "Sign commits in your name.",
    implies: ["read:ssh_signing_key"],
  }),
  scope("read:ssh_signing_key", "List your SSH signing keys", "read"),
  scope("workflow", "Add and change GitHub Actions workflow files", "write", {
    danger: "Run code in your workflows, with their secrets.",
  }),
  scope("user", "Read and change your profile", "write", {
    danger: "Change your profile and e-mail addresses.",
    implies: ["read:user", "user:email", "user:follow"],
  }),
  scope("read:user", "Read your profile, the private parts too", "read"),
  scope("user:email", "Read your e-mail addresses", "read"),
  scope("user:follow", "Follow and unfollow people", "write", { danger: "Follow people in your name." }),
  scope("write:discussion", "Read and write team discussions", "write", {
    danger: "Write to your teams in your name.",
    implies: ["read:discussion"],
  }),
  scope("read:discussion", "Read team discussions", "read"),
  scope("write:packages", "Publish packages", "write", {
    danger: "Publish a package that others will install.",
    implies: ["read:packages"],
  }),
  scope("read:packages", "Download packages", "read"),
  scope("delete:packages", "Delete packages", "admin", { danger: "Delete packages that others depend on." }),
  scope("gist", "Write gists", "write", { danger: "Change your gists and publish new ones." }),
  scope("notifications", "Read notifications, mark them as read, watch repositories", "write", {
    danger: "Read and hide your notifications.",
  }),
  scope("project", "Read and write projects", "write", {
    danger: "Change your projects and your organizations'.",
    implies: ["read:project"],
  }),
  scope("read:project", "Read projects", "read"),
  scope("codespace", "Create and manage codespaces", "write", {
    danger: "Start machines that can read your repositories.",
    implies: ["codespace:secrets"],
  }),
  scope("codespace:secrets", "Change codespace secrets", "write", {
    danger: "Replace the secrets of your codespaces.",
  }),
  scope("copilot", "Manage Copilot seats and settings", "write", {
    danger: "Change who has a Copilot seat.",
    implies: ["manage_billing:copilot"],
  }),
  scope("manage_billing:copilot", "Manage Copilot billing", "write", { danger: "Change what you pay for Copilot." }),
  scope("delete_repo", "Delete repositories", "admin", {
    danger: "Delete every repository that you administer.",
  }),
  scope("admin:org_hook", "Manage organization webhooks", "admin", {
    danger: "Send every event of an organization to another server.",
  }),
  scope("audit_log", "Read and stream the audit log", "admin", {
    danger: "Read who did what in your enterprise.",
    implies: ["read:audit_log"],
  }),
  scope("read:audit_log", "Read the audit log", "read"),
  scope("admin:enterprise", "Manage enterprises", "admin", {
    danger: "Take over the enterprise and everything in it.",
    implies: ["manage_runners:enterprise", "manage_billing:enterprise", "read:enterprise"],
    unconfirmed: ["scim:enterprise"],
  }),
  scope("manage_runners:enterprise", "Manage an enterprise's runners", "admin", {
    danger: "Add a runner that receives the secrets of workflows.",
  }),
  scope("manage_billing:enterprise", "Manage an enterprise's billing", "admin", {
    danger: "Change what the enterprise pays.",
    implies: ["read:enterprise"],
  }),
  scope("read:enterprise", "Read an enterprise's profile", "read"),
  scope("scim:enterprise", "Provision an enterprise's users", "admin", {
    danger: "Add and remove the enterprise's users.",
  }),
  scope("write:network_configurations", "Manage hosted runners' networks", "write", {
    danger: "Join runners to your private networks.",
    unconfirmed: ["read:network_configurations"],
  }),
  scope("read:network_configurations", "Read hosted runners' networks", "read"),
  scope("site_admin", "Administer the whole GitHub Enterprise Server", "admin", {
    danger: "Act as any user and take over the server.",
  }),
];

function scope(
  id: string,
  meaning: string,
  risk: Scope["risk"],
  more: { danger?: string; implies?: readonly string[]; unconfirmed?: readonly string[] } = {},
): Scope {
  return {
    id,
    meaning,
    risk,
    ...(more.danger && { danger: more.danger }),
    implies: [
      ...(more.implies ?? []).map((implied) => ({ scope: implied })),
      ...(more.unconfirmed ?? []).map((implied) => ({ scope: implied, unconfirmedFor: told })),
    ],
  };
}
