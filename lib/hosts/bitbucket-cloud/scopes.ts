import type { Scope } from "../adapter";

/**
 * Bitbucket Cloud's scopes in both of its vocabularies, in our words. API tokens carry the new names, which imply
 * nothing at all, not even reading by writing (support.atlassian.com, "API token permissions"). Access tokens carry the
 * old ones, which imply some of each other, and each stands for a set of new ones: so the two can be compared.
 */
interface Row {
  id: string;
  meaning: string;
  risk: Scope["risk"];
  danger?: string;
}

const code = "Push changes to your code.";
const requests = "Approve and merge pull requests.";
const gone = "Delete what is not kept elsewhere.";
const doors = "Give access to others and switch protections off.";
const jobs = "Run programs with your pipelines' secrets.";
const identity = "Add a key of theirs and act as you in Git.";

const newNames: readonly Row[] = [
  { id: "read:repository:bitbucket", meaning: "Read repositories and pull from them", risk: "read" },
  { id: "write:repository:bitbucket", meaning: "Push to repositories", risk: "write", danger: code },
  { id: "admin:repository:bitbucket", meaning: "Create and administer repositories", risk: "admin", danger: doors },
  { id: "delete:repository:bitbucket", meaning: "Delete repositories", risk: "admin", danger: gone },
  { id: "read:pullrequest:bitbucket", meaning: "Read pull requests", risk: "read" },
  {
    id: "write:pullrequest:bitbucket",
    meaning: "Open, comment on, approve and merge pull requests",
    risk: "write",
    danger: requests,
  },
  { id: "read:project:bitbucket", meaning: "Read projects", risk: "read" },
  { id: "admin:project:bitbucket", meaning: "Administer projects", risk: "admin", danger: doors },
  { id: "read:workspace:bitbucket", meaning: "See your workspaces and their members", risk: "read" },
  { id: "admin:workspace:bitbucket", meaning: "Administer workspaces", risk: "admin", danger: doors },
  { id: "read:user:bitbucket", meaning: "Read your profile", risk: "read" },
  { id: "read:pipeline:bitbucket", meaning: "See pipelines and their results", risk: "read" },
  { id: "write:pipeline:bitbucket", meaning: "Start and stop pipelines", risk: "write", danger: jobs },
  { id: "admin:pipeline:bitbucket", meaning: "Set pipelines' variables", risk: "admin", danger: jobs },
  { id: "read:runner:bitbucket", meaning: "See pipelines' runners", risk: "read" },
  {
    id: "write:runner:bitbucket",
    meaning: "Manage pipelines' runners",
    risk: "write",
    danger: "Attach a machine of theirs that your pipelines, and their secrets, are sent to.",
  },
  { id: "read:webhook:bitbucket", meaning: "See webhooks", risk: "read" },
  {
    id: "write:webhook:bitbucket",
    meaning: "Add and change webhooks",
    risk: "write",
    danger: "Have news of your repositories sent to them.",
  },
  { id: "delete:webhook:bitbucket", meaning: "Delete webhooks", risk: "write", danger: "Cut tools off." },
  { id: "read:issue:bitbucket", meaning: "Read issues", risk: "read" },
  { id: "write:issue:bitbucket", meaning: "Open and change issues", risk: "write" },
  { id: "delete:issue:bitbucket", meaning: "Delete issues", risk: "write", danger: gone },
  { id: "read:wiki:bitbucket", meaning: "Read wikis", risk: "read" },
  { id: "write:wiki:bitbucket", meaning: "Change wikis", risk: "write" },
  { id: "delete:wiki:bitbucket", meaning: "Delete wiki pages", risk: "write", danger: gone },
  { id: "read:snippet:bitbucket", meaning: "Read snippets", risk: "read" },
  { id: "write:snippet:bitbucket", meaning: "Write snippets", risk: "write" },
  { id: "delete:snippet:bitbucket", meaning: "Delete snippets", risk: "write", danger: gone },
  { id: "read:ssh-key:bitbucket", meaning: "See your SSH keys", risk: "read" },
  { id: "write:ssh-key:bitbucket", meaning: "Add SSH keys to your account", risk: "admin", danger: identity },
  {
    id: "delete:ssh-key:bitbucket",
    meaning: "Remove SSH keys from your account",
    risk: "write",
    danger: "Lock your machines out of Git.",
  },
  { id: "read:gpg-key:bitbucket", meaning: "See your GPG keys", risk: "read" },
  {
    id: "write:gpg-key:bitbucket",
    meaning: "Add GPG keys to your account",
    risk: "write",
    danger: "Sign commits as you.",
  },
  { id: "delete:gpg-key:bitbucket", meaning: "Remove GPG keys from your account", risk: "write" },
  { id: "read:permission:bitbucket", meaning: "See who may do what", risk: "read" },
  { id: "write:permission:bitbucket", meaning: "Give access to others", risk: "admin", danger: doors },
  { id: "delete:permission:bitbucket", meaning: "Take access from others", risk: "admin", danger: doors },
];

/** Old name, its meaning, what it implies among the old ones, and the new ones that it is worth besides. */
const oldNames: readonly (Row & { old: readonly string[]; worth: readonly string[] })[] = [
  {
    id: "account",
    meaning: "Read the account and its workspaces",
    risk: "read",
    old: [],
    worth: ["read:user", "read:workspace"],
  },
  {
    id: "account:write",
    meaning: "Change the account and its keys",
    risk: "admin",
    danger: identity,
    old: ["account"],
    worth: ["read:ssh-key", "write:ssh-key", "delete:ssh-key", "read:gpg-key", "write:gpg-key", "delete:gpg-key"],
  },
  { id: "email", meaning: "Read the account's e-mail address", risk: "read", old: [], worth: [] },
  { id: "team", meaning: "See workspaces and their members", risk: "read", old: [], worth: [] },
  { id: "team:write", meaning: "Administer workspaces", risk: "admin", danger: doors, old: [], worth: [] },
  {
    id: "project",
    meaning: "Read projects and their repositories",
    risk: "read",
    old: ["repository"],
    worth: ["read:project"],
  },
  { id: "project:write", meaning: "Change projects (an old name that has no use)", risk: "write", old: [], worth: [] },
  {
    id: "project:admin",
    meaning: "Administer projects",
    risk: "admin",
    danger: doors,
    old: [],
    worth: ["admin:project"],
  },
  {
    id: "repository",
    meaning: "Read repositories and pull from them",
    risk: "read",
    old: [],
    worth: ["read:repository"],
  },
  {
    id: "repository:write",
    meaning: "Pull from and push to repositories",
    risk: "write",
    danger: code,
    old: ["repository"],
    worth: ["write:repository"],
  },
  {
    id: "repository:admin",
    meaning: "Administer repositories, without reading or pushing",
    risk: "admin",
    danger: doors,
    old: [],
    worth: ["admin:repository"],
  },
  {
    id: "repository:delete",
    meaning: "Delete repositories",
    risk: "admin",
    danger: gone,
    old: [],
    worth: ["delete:repository"],
  },
  {
    id: "pullrequest",
    meaning: "Read repositories and pull requests",
    risk: "read",
    old: ["repository"],
    worth: ["read:pullrequest"],
  },
  {
    id: "pullrequest:write",
    meaning: "Push to repositories, and open, approve and merge pull requests",
    risk: "write",
    danger: "Push changes to your code, and approve and merge pull requests.",
    old: ["pullrequest", "repository:write"],
    worth: ["write:pullrequest"],
  },
  {
    id: "webhook",
    meaning: "Manage webhooks",
    risk: "write",
    danger: "Have news of your repositories sent to them.",
    old: [],
    worth: ["read:webhook", "write:webhook", "delete:webhook"],
  },
  { id: "pipeline", meaning: "See pipelines and their results", risk: "read", old: [], worth: ["read:pipeline"] },
  {
    id: "pipeline:write",
    meaning: "Start and stop pipelines",
    risk: "write",
    danger: jobs,
    old: ["pipeline"],
    worth: ["write:pipeline"],
  },
  {
    id: "pipeline:variable",
    meaning: "Set pipelines' variables",
    risk: "admin",
    danger: jobs,
    old: ["pipeline:write"],
    worth: ["admin:pipeline"],
  },
  { id: "runner", meaning: "See pipelines' runners", risk: "read", old: [], worth: ["read:runner"] },
  {
    id: "runner:write",
    meaning: "Manage pipelines' runners",
    risk: "write",
    danger: "Attach a machine of theirs that your pipelines, and their secrets, are sent to.",
    old: ["runner"],
    worth: ["write:runner"],
  },
  { id: "issue", meaning: "Read issues", risk: "read", old: [], worth: ["read:issue"] },
  { id: "issue:write", meaning: "Open and change issues", risk: "write", old: ["issue"], worth: ["write:issue"] },
  { id: "snippet", meaning: "Read snippets", risk: "read", old: [], worth: ["read:snippet"] },
  { id: "snippet:write", meaning: "Write snippets", risk: "write", old: ["snippet"], worth: ["write:snippet"] },
  { id: "wiki", meaning: "Read and change wikis", risk: "write", old: [], worth: ["read:wiki", "write:wiki"] },
];

export const bitbucketCloudScopes: readonly Scope[] = [
  ...newNames.map((row): Scope => ({ ...row, implies: [] })),
  ...oldNames.map(({ old, worth, ...row }): Scope => {
    const implied = [...old, ...worth.map((name) => `${name}:bitbucket`)];
    return { ...row, isAlias: worth.length > 0, implies: implied.map((scope) => ({ scope })) };
  }),
];
