import type { Scope } from "../adapter";

/**
 * CodeCommit's permissions are IAM actions, each by itself: none includes another (CodeCommit guide, permissions
 * reference). GitPull and GitPush are for git alone and say nothing of the API's actions, nor those of git.
 */
function row(action: string, meaning: string, risk: Scope["risk"], danger?: string): Scope {
  return { id: `codecommit:${action}`, meaning, risk, ...(danger && { danger }), implies: [] };
}

export const awsScopes: readonly Scope[] = [
  row("GitPull", "Clone and pull with Git", "read"),
  row("GitPush", "Push with Git", "write", "Change your code."),
  row("ListRepositories", "List the repositories of the account in this region", "read"),
  row("GetRepository", "Read what a repository is called and where it is", "read"),
  row("ListBranches", "List branches", "read"),
  row("GetBranch", "Read which commit a branch is at", "read"),
  row("CreateBranch", "Create branches", "write", "Add branches."),
  row("ListPullRequests", "List pull requests", "read"),
  row("GetPullRequest", "Read pull requests", "read"),
  row("CreatePullRequest", "Open pull requests", "write", "Open pull requests in your name."),
  row("UpdatePullRequestStatus", "Close pull requests", "write", "Close pull requests."),
  row("PostCommentForPullRequest", "Comment on pull requests", "write", "Write comments in your name."),
  row(
    "UpdatePullRequestApprovalState",
    "Approve pull requests, and take the approval back",
    "write",
    "Approve changes in your name.",
  ),
  row("MergePullRequestByFastForward", "Merge pull requests by fast-forward", "write", "Merge changes."),
  row("MergePullRequestBySquash", "Merge pull requests into one commit", "write", "Merge changes."),
  row("MergePullRequestByThreeWay", "Merge pull requests with a merge commit", "write", "Merge changes."),
  row("DeleteBranch", "Delete branches", "write", "Delete branches, and work that is only there."),
  row("DeleteRepository", "Delete repositories", "admin", "Delete whole repositories, for good."),
];

export const listRepositories = "codecommit:ListRepositories";

/** What is allowed for a repository, and can be simulated with a repository's ARN. */
export const repositoryActions: readonly string[] = awsScopes
  .map(({ id }) => id)
  .filter((id) => id !== listRepositories);
