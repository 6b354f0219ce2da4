import type { Scope } from "../adapter";

/**
 * Azure DevOps' scopes in our words, by the names of its API; the token page has labels of its own, kept in `labels`.
 * From Microsoft's list of scopes and the published API descriptions. "Implies" holds for who asks for the implied
 * scope: statuses and comments take code_write as well as the narrow scopes that are made for them.
 */
export const azureDevopsScopes: readonly Scope[] = [
  {
    id: "vso.code",
    meaning: "Read repositories, commits and pull requests",
    risk: "read",
    implies: [{ scope: "vso.hooks_write" }],
  },
  {
    id: "vso.code_write",
    meaning: "Read repositories, push to them, and open and update pull requests",
    risk: "write",
    danger: "Read your code and push changes to it.",
    implies: [{ scope: "vso.code" }, { scope: "vso.code_status" }, { scope: "vso.threads_full" }],
  },
  {
    id: "vso.code_manage",
    meaning: "Read, write, create and delete repositories",
    risk: "admin",
    danger: "Read and change your code, and delete repositories.",
    implies: [{ scope: "vso.code_write" }],
  },
  {
    id: "vso.code_full",
    meaning: "Everything with code, version control policies included",
    risk: "admin",
    danger: "Read and change your code, delete repositories, and switch off their protection.",
    implies: [{ scope: "vso.code_manage" }],
  },
  {
    id: "vso.code_status",
    meaning: "Read and set the status of commits and pull requests",
    risk: "write",
    danger: "Mark changes as checked that are not.",
    implies: [],
  },
  {
    id: "vso.threads_full",
    meaning: "Read and write comments on pull requests",
    risk: "write",
    danger: "Comment in your name.",
    implies: [],
  },
  { id: "vso.hooks", meaning: "Read service hooks", risk: "read", implies: [{ scope: "vso.profile" }] },
  {
    id: "vso.hooks_write",
    meaning: "Read and change service hooks",
    risk: "write",
    danger: "Have events of your projects sent elsewhere.",
    implies: [{ scope: "vso.hooks" }],
  },
  { id: "vso.profile", meaning: "Read your profile and list projects", risk: "read", implies: [] },
  { id: "vso.project", meaning: "Read projects and teams", risk: "read", implies: [] },
  {
    id: "vso.project_write",
    meaning: "Read and change projects and teams",
    risk: "write",
    danger: "Change projects and who is in their teams.",
    implies: [{ scope: "vso.project" }],
  },
  {
    id: "vso.project_manage",
    meaning: "Create, change and delete projects and teams",
    risk: "admin",
    danger: "Delete whole projects.",
    implies: [{ scope: "vso.project_write" }],
  },
  {
    id: "vso.memberentitlementmanagement",
    meaning: "Read users, their licences and what they may use",
    risk: "read",
    implies: [],
  },
  { id: "vso.work", meaning: "Read work items, queries and boards", risk: "read", implies: [] },
  {
    id: "app_token",
    meaning: "Full access: everything that you may do",
    risk: "admin",
    danger: "Do everything that you can: code, pipelines and their secrets, projects and settings.",
    implies: [
      { scope: "vso.code_full" },
      { scope: "vso.project_manage" },
      { scope: "vso.memberentitlementmanagement" },
      { scope: "vso.work" },
    ],
  },
];

/** As the token page names them, since Azure DevOps Server 2019. */
export const labels: Readonly<Record<string, string>> = {
  "vso.code": "Code: Read",
  "vso.code_write": "Code: Read & write",
  "vso.code_manage": "Code: Read, write & manage",
  "vso.code_full": "Code: Full",
  "vso.code_status": "Code: Status",
  "vso.threads_full": "Pull Request Threads: Read & write",
  "vso.profile": "User Profile: Read",
  "vso.project": "Project and Team: Read",
  "vso.project_write": "Project and Team: Read & write",
  "vso.project_manage": "Project and Team: Read, write & manage",
  "vso.memberentitlementmanagement": "Member Entitlement Management: Read",
  "vso.work": "Work Items: Read",
  app_token: "Full access",
};

/** As TFS 2017 and 2018 name them. */
export const tfsLabels: Readonly<Record<string, string>> = {
  "vso.code": "Code (read)",
  "vso.code_write": "Code (read and write)",
  "vso.code_manage": "Code (read, write, and manage)",
  "vso.code_status": "Code (status)",
  "vso.profile": "User profile (read)",
  "vso.project": "Project and team (read)",
  "vso.project_write": "Project and team (read and write)",
  "vso.project_manage": "Project and team (read, write and manage)",
  "vso.work": "Work items (read)",
  app_token: "All scopes",
};
