import type { Scope } from "../adapter";

/**
 * GitLab's scopes in our words, from its access token scopes page and lib/gitlab/auth.rb. The server expands nothing:
 * an endpoint takes any one of its scopes, so "implies" here means that whoever asks for the implied scope is served.
 */

/** GitLab documents Git access through `api` for personal tokens only; the code is shared by all. */
const botTokens = ["project", "group"];

const anyToken = ["personal", "project", "group", "fine-grained", "oauth"];

export const gitlabScopes: readonly Scope[] = [
  {
    id: "api",
    meaning: "Read and change everything you can through the API, and push to your repositories",
    risk: "admin",
    danger: "Do almost anything that you can: read and change code, settings, members and CI/CD variables.",
    implies: [
      { scope: "read_api" },
      { scope: "read_user" },
      { scope: "read_repository", unconfirmedFor: botTokens },
      { scope: "write_repository", unconfirmedFor: botTokens },
      { scope: "read_registry" },
      { scope: "write_registry" },
      { scope: "create_runner" },
      { scope: "manage_runner" },
      { scope: "self_rotate" },
      { scope: "k8s_proxy", unconfirmedFor: anyToken },
    ],
  },
  {
    id: "read_api",
    meaning: "Read everything you can through the API",
    risk: "read",
    implies: [
      { scope: "read_user" },
      { scope: "read_repository", unconfirmedFor: botTokens },
      { scope: "read_registry" },
    ],
  },
  { id: "read_user", meaning: "Read your profile", risk: "read", implies: [] },
  { id: "read_repository", meaning: "Pull from your repositories and read their files", risk: "read", implies: [] },
  {
    id: "write_repository",
    meaning: "Pull from and push to your repositories with Git",
    risk: "write",
    danger: "Read your code and push changes to it.",
    implies: [{ scope: "read_repository" }],
  },
  { id: "read_registry", meaning: "Pull container images", risk: "read", implies: [] },
  {
    id: "write_registry",
    meaning: "Push container images",
    risk: "write",
    danger: "Replace images that others run.",
    implies: [],
  },
  { id: "read_virtual_registry", meaning: "Pull through the dependency proxy", risk: "read", implies: [] },
  {
    id: "write_virtual_registry",
    meaning: "Pull, push and delete in the dependency proxy",
    risk: "write",
    danger: "Replace packages that others install.",
    implies: [],
  },
  {
    id: "create_runner",
    meaning: "Create runners",
    risk: "admin",
    danger: "Attach a machine of theirs that your CI/CD jobs, and their secrets, are sent to.",
    implies: [],
  },
  {
    id: "manage_runner",
    meaning: "Manage runners",
    risk: "admin",
    danger: "Stop your runners or change what they run.",
    implies: [],
  },
  {
    id: "self_rotate",
    meaning: "Replace this token by a fresh one",
    risk: "write",
    danger: "Lock you out of the token and keep its successor.",
    implies: [],
  },
  {
    id: "ai_features",
    meaning: "Use GitLab Duo",
    risk: "write",
    danger: "Use up your Duo quota.",
    implies: [],
  },
  {
    id: "ai_workflows",
    meaning: "Run GitLab Duo workflows, which pull and push",
    risk: "write",
    danger: "Read your code and push changes to it.",
    implies: [],
  },
  {
    id: "k8s_proxy",
    meaning: "Reach Kubernetes clusters through GitLab's agent",
    risk: "admin",
    danger: "Act in every cluster that you can reach.",
    implies: [],
  },
  { id: "read_service_ping", meaning: "Read the site's usage report", risk: "read", implies: [] },
  {
    id: "sudo",
    meaning: "Act as any user of the site",
    risk: "admin",
    danger: "Act in the name of every user.",
    implies: [],
  },
  {
    id: "admin_mode",
    meaning: "Administer the whole site",
    risk: "admin",
    danger: "Administer the whole site.",
    implies: [],
  },
  { id: "read_observability", meaning: "Read observability data", risk: "read", implies: [] },
  {
    id: "write_observability",
    meaning: "Write observability data",
    risk: "write",
    danger: "Hide traces in your monitoring.",
    implies: [],
  },
  { id: "openid", meaning: "Sign you in elsewhere", risk: "read", implies: [] },
  { id: "profile", meaning: "Read your public profile", risk: "read", implies: [] },
  { id: "email", meaning: "Read your e-mail address", risk: "read", implies: [] },
];
