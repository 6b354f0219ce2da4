/**
 * The consumers that a fresh portal knows, with what their own documentation asks for. Sources: Sourcegraph's
 * "Configuring credentials" (with `workflow`, which today's version adds), Atlantis' "Git host access credentials",
 * Git Integration for Jira's "Creating personal access tokens".
 */
export interface BuiltInConsumer {
  slug: string;
  name: string;
  description: string;
  /** `why` reads after "is needed by Atlantis …". */
  requirements: readonly { kind: string; scope: string; why: string }[];
}

export const builtInConsumers: readonly BuiltInConsumer[] = [
  {
    slug: "batch-changes",
    name: "Batch Changes",
    description: "Sourcegraph's tool for one change across many repositories.",
    requirements: [
      { kind: "github", scope: "repo", why: "to push branches and to open and update pull requests" },
      { kind: "github", scope: "read:org", why: "to ask teams of an organization for reviews" },
      { kind: "github", scope: "user:email", why: "to write commits under your e-mail address" },
      { kind: "github", scope: "read:discussion", why: "to follow what is said in teams' discussions of a change" },
      { kind: "github", scope: "workflow", why: "to change files of GitHub Actions workflows" },
      { kind: "gitlab", scope: "api", why: "to open, update and close merge requests" },
      { kind: "gitlab", scope: "read_repository", why: "to fetch the repositories that it changes" },
      { kind: "gitlab", scope: "write_repository", why: "to push branches" },
    ],
  },
  {
    slug: "atlantis",
    name: "Atlantis",
    description: "Plans and applies Terraform from pull and merge requests.",
    requirements: [
      { kind: "github", scope: "repo", why: "to comment on pull requests and set commit statuses" },
      { kind: "gitlab", scope: "api", why: "to comment on merge requests and set commit statuses" },
    ],
  },
  {
    slug: "git-integration-for-jira",
    name: "Git Integration for Jira",
    description: "Shows branches and commits on Jira issues, and creates branches from them.",
    requirements: [
      { kind: "github", scope: "repo", why: "to read repositories and create branches and pull requests from issues" },
      { kind: "gitlab", scope: "api", why: "to read repositories and create branches and merge requests from issues" },
    ],
  },
];
