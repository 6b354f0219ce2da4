/**
 * The consumers that a fresh portal knows, with what their own documentation asks for. Sources: Sourcegraph's
 * "Configuring credentials" (with `workflow` and the hosts that today's version adds), Atlantis' "Git host access
 * credentials", Git Integration for Jira's "Creating personal access tokens". Where their words are out of date or name
 * what a host does not have, these are the host's own scopes for the same calls.
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
      { kind: "bitbucket-cloud", scope: "read:user:bitbucket", why: "to know whose pull requests it opens" },
      { kind: "bitbucket-cloud", scope: "read:repository:bitbucket", why: "to fetch the repositories that it changes" },
      { kind: "bitbucket-cloud", scope: "write:repository:bitbucket", why: "to push branches" },
      { kind: "bitbucket-cloud", scope: "read:pullrequest:bitbucket", why: "to follow its pull requests" },
      { kind: "bitbucket-cloud", scope: "write:pullrequest:bitbucket", why: "to open, update and close pull requests" },
      { kind: "bitbucket-cloud", scope: "read:pipeline:bitbucket", why: "to show how a change's builds went" },
      { kind: "bitbucket-data-center", scope: "PROJECT_WRITE", why: "to fork into projects and open pull requests" },
      {
        kind: "bitbucket-data-center",
        scope: "REPO_WRITE",
        why: "to push branches and to open and update pull requests",
      },
      ...["azure-devops", "azure-devops-server"].flatMap((kind) => [
        { kind, scope: "vso.code_write", why: "to push branches and to open and complete pull requests" },
        { kind, scope: "vso.code_status", why: "to show how a change's builds went" },
      ]),
    ],
  },
  {
    slug: "atlantis",
    name: "Atlantis",
    description: "Plans and applies Terraform from pull and merge requests.",
    requirements: [
      { kind: "github", scope: "repo", why: "to comment on pull requests and set commit statuses" },
      { kind: "gitlab", scope: "api", why: "to comment on merge requests and set commit statuses" },
      { kind: "bitbucket-cloud", scope: "read:repository:bitbucket", why: "to read changes and set build statuses" },
      { kind: "bitbucket-cloud", scope: "read:pullrequest:bitbucket", why: "to read pull requests and their comments" },
      {
        kind: "bitbucket-cloud",
        scope: "write:pullrequest:bitbucket",
        why: "to comment on pull requests and merge them",
      },
      { kind: "bitbucket-data-center", scope: "PROJECT_READ", why: "to see the projects that it works on" },
      {
        kind: "bitbucket-data-center",
        scope: "REPO_WRITE",
        why: "to comment on pull requests and set build statuses",
      },
      ...["azure-devops", "azure-devops-server"].flatMap((kind) => [
        { kind, scope: "vso.code_write", why: "to comment on pull requests and complete them" },
        { kind, scope: "vso.code_status", why: "to set the status of pull requests" },
      ]),
      ...["gitea", "forgejo"].flatMap((kind) => [
        { kind, scope: "write:issue", why: "to comment on pull requests" },
        { kind, scope: "write:repository", why: "to merge pull requests and set commit statuses" },
        { kind, scope: "read:user", why: "to know its own account" },
      ]),
    ],
  },
  {
    slug: "git-integration-for-jira",
    name: "Git Integration for Jira",
    description: "Shows branches and commits on Jira issues, and creates branches from them.",
    requirements: [
      { kind: "github", scope: "repo", why: "to read repositories and create branches and pull requests from issues" },
      { kind: "gitlab", scope: "api", why: "to read repositories and create branches and merge requests from issues" },
      ...["azure-devops", "azure-devops-server"].map((kind) => ({
        kind,
        scope: "vso.code_write",
        why: "to read repositories and create branches and pull requests from issues",
      })),
      { kind: "aws-codecommit", scope: "codecommit:GitPull", why: "to read commits" },
      { kind: "aws-codecommit", scope: "codecommit:ListRepositories", why: "to find the repositories" },
      { kind: "aws-codecommit", scope: "codecommit:CreateBranch", why: "to create branches from issues" },
      { kind: "aws-codecommit", scope: "codecommit:CreatePullRequest", why: "to create pull requests from issues" },
    ],
  },
];
