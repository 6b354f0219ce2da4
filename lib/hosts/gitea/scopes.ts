import type { Scope } from "../adapter";

/**
 * The scopes of Gitea and Forgejo in our words (models/auth/access_token_scope.go): nine categories to read or write,
 * `all`, the limit `public-only`, and the names of 1.19, which say in which categories of today they would suffice.
 */
interface Category {
  id: string;
  read: string;
  write: string;
  danger?: string;
  risk?: "admin";
}

const categories: readonly Category[] = [
  {
    id: "repository",
    read: "Read your repositories, their files, pull requests and releases, and pull from them",
    write: "Change your repositories, push to them, set commit statuses, and create and delete repositories",
    danger: "Read and change your code, and delete your repositories.",
  },
  {
    id: "issue",
    read: "Read issues, labels, milestones and comments, also those of pull requests",
    write: "Write issues, labels, milestones and comments, also those of pull requests",
    danger: "Write issues and comments in your name.",
  },
  {
    id: "user",
    read: "Read your profile, settings, e-mail addresses and keys",
    write: "Change your settings, e-mail addresses and keys",
    danger: "Add an SSH key of their own to your account.",
    risk: "admin",
  },
  {
    id: "organization",
    read: "Read organizations and teams",
    write: "Change organizations, teams and who is in them",
    danger: "Change who is in your organizations.",
    risk: "admin",
  },
  {
    id: "package",
    read: "Download packages",
    write: "Publish and delete packages",
    danger: "Replace packages that others use.",
  },
  {
    id: "notification",
    read: "Read your notifications",
    write: "Mark your notifications as read",
    danger: "Hide notifications from you.",
  },
  {
    id: "admin",
    read: "Read all users, organizations and settings of the server, if you administer it",
    write: "Administer the server, if you administer it",
    danger: "Administer the whole server.",
    risk: "admin",
  },
  {
    id: "activitypub",
    read: "Read over ActivityPub",
    write: "Act over ActivityPub",
    danger: "Act towards other servers in your name.",
  },
  {
    id: "misc",
    read: "Read templates and other things of the server",
    write: "Render Markdown and use other small functions of the server",
  },
];

export const categoryIds: readonly string[] = categories.map(({ id }) => id);

/** Names of 1.19 (partly unconfirmed), and what of them includes what. */
const first: readonly Scope[] = [
  {
    id: "repo",
    meaning: "Read and change everything in your repositories (Gitea 1.19)",
    risk: "write",
    danger: "Read and change your code, issues and pull requests.",
    isAlias: true,
    implies: over("write:repository", "write:issue"),
  },
  { id: "repo:status", meaning: "Set commit statuses (Gitea 1.19)", risk: "write", implies: [] },
  { id: "public_repo", meaning: "Change your public repositories (Gitea 1.19)", risk: "write", implies: [] },
  {
    id: "delete_repo",
    meaning: "Delete your repositories (Gitea 1.19)",
    risk: "admin",
    danger: "Delete your repositories.",
    implies: [],
  },
  ...ladder("repo_hook", "the webhooks of your repositories", "Have your code's changes sent elsewhere."),
  ...ladder("org", "organizations and teams", "Change who is in your organizations.", "organization"),
  ...ladder("public_key", "your SSH keys", "Add an SSH key of their own to your account."),
  ...ladder("gpg_key", "your GPG keys", "Add a GPG key of their own to your account."),
  ...ladder("application", "your OAuth applications", "Change the applications that act for you."),
  {
    id: "admin:org_hook",
    meaning: "Change the webhooks of your organizations (Gitea 1.19)",
    risk: "admin",
    danger: "Have your organizations' changes sent elsewhere.",
    implies: [],
  },
  {
    id: "notification",
    meaning: "Read and mark your notifications (Gitea 1.19)",
    risk: "write",
    isAlias: true,
    implies: over("write:notification"),
  },
  {
    id: "user",
    meaning: "Read and change your profile (Gitea 1.19)",
    risk: "write",
    danger: "Change your profile and e-mail addresses.",
    implies: over("read:user", "user:email", "user:follow"),
  },
  { id: "user:email", meaning: "Read your e-mail addresses (Gitea 1.19)", risk: "read", implies: [] },
  { id: "user:follow", meaning: "Follow and unfollow people (Gitea 1.19)", risk: "write", implies: [] },
  {
    id: "package",
    meaning: "Publish and delete packages (Gitea 1.19)",
    risk: "write",
    danger: "Replace packages that others use.",
    implies: over("write:package", "delete:package"),
  },
  {
    id: "delete:package",
    meaning: "Delete packages (Gitea 1.19)",
    risk: "write",
    danger: "Delete packages.",
    implies: [],
  },
  {
    id: "sudo",
    meaning: "Act as any other account, if you administer the server (Gitea 1.19)",
    risk: "admin",
    danger: "Act as anybody on the server.",
    implies: over("write:admin"),
  },
];

export const giteaScopes: readonly Scope[] = [
  {
    id: "all",
    meaning: "Do everything that the account may do",
    risk: "admin",
    danger: "Do everything that you can: read and change code, settings, keys and organizations.",
    implies: [...categories.map(({ id }) => ({ scope: `write:${id}` })), ...first.map(({ id }) => ({ scope: id }))],
  },
  ...categories.flatMap(({ id, read, write, danger, risk }): Scope[] => [
    {
      id: `write:${id}`,
      meaning: write,
      risk: risk ?? "write",
      ...(danger !== undefined && { danger }),
      implies: over(`read:${id}`, ...(id === "repository" ? ["repo:status", "public_repo"] : [])),
    },
    { id: `read:${id}`, meaning: read, risk: "read", implies: [] },
  ]),
  {
    id: "public-only",
    meaning: "Limits the token to public repositories and organizations, and grants nothing",
    risk: "read",
    implies: [],
  },
  ...first,
];

function over(...scopes: string[]): Scope["implies"] {
  return scopes.map((scope) => ({ scope }));
}

/** admin:x includes write:x, which includes read:x. */
function ladder(id: string, what: string, danger: string, category?: string): Scope[] {
  const today = (level: string) => (category ? [`${level}:${category}`] : []);
  return [
    {
      id: `admin:${id}`,
      meaning: `Read, change and delete ${what} (Gitea 1.19)`,
      risk: "admin",
      danger,
      implies: over(`write:${id}`, ...today("write")),
    },
    {
      id: `write:${id}`,
      meaning: `Read and change ${what} (Gitea 1.19)`,
      risk: "write",
      danger,
      implies: over(`read:${id}`),
    },
    { id: `read:${id}`, meaning: `Read ${what} (Gitea 1.19)`, risk: "read", implies: over(...today("read")) },
  ];
}
