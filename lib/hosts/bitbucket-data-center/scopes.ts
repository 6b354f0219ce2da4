import type { Scope } from "../adapter";

/**
 * The permissions of HTTP access tokens in our words. A token has one of each family at most, and its level on
 * repositories is never below its level on projects (HTTP access tokens, Bitbucket Data Center documentation).
 */
export const bitbucketDataCenterScopes: readonly Scope[] = [
  {
    id: "PROJECT_READ",
    meaning: "See the projects that you can see, and clone their repositories",
    risk: "read",
    implies: [{ scope: "REPO_READ" }],
  },
  {
    id: "PROJECT_WRITE",
    meaning: "Push to the repositories of your projects, and act on their pull requests",
    risk: "write",
    danger: "Change code in every project that you can write to.",
    implies: [{ scope: "PROJECT_READ" }, { scope: "REPO_WRITE" }],
  },
  {
    id: "PROJECT_ADMIN",
    meaning: "Change the settings and permissions of your projects, and make and delete repositories",
    risk: "admin",
    danger: "Delete repositories and give others access to every project that you administer.",
    implies: [{ scope: "PROJECT_WRITE" }, { scope: "REPO_ADMIN" }],
  },
  { id: "REPO_READ", meaning: "Clone your repositories and read their pull requests", risk: "read", implies: [] },
  {
    id: "REPO_WRITE",
    meaning: "Push to your repositories, and act on their pull requests",
    risk: "write",
    danger: "Change code in every repository that you can write to.",
    implies: [{ scope: "REPO_READ" }],
  },
  {
    id: "REPO_ADMIN",
    meaning: "Change the settings and permissions of your repositories",
    risk: "admin",
    danger: "Delete your repositories, switch off their checks and give others access.",
    implies: [{ scope: "REPO_WRITE" }],
  },
];
