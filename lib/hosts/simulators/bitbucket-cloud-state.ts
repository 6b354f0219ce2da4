import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/** What the simulated Bitbucket Cloud knows: users, their SSH keys, tokens of each kind, repositories. */
export interface BitbucketUser {
  username: string;
  email: string;
  displayName: string;
  /** With its braces. */
  uuid: string;
  accountId: string;
  sshKeys: BitbucketSshKey[];
}

export interface BitbucketSshKey {
  uuid: string;
  /** Type and base64, without the comment. */
  key: string;
  comment: string;
  label: string;
}

export type BitbucketTokenKind =
  | "api-token"
  /** An Atlassian API token without scopes: Bitbucket does not take it. */
  | "unscoped-api-token"
  | "repository"
  | "project"
  | "workspace"
  | "app-password"
  /** An API key of an organization's administrator: looks like an access token, and is not for Bitbucket. */
  | "organization";

export interface BitbucketToken {
  value: string;
  kind: BitbucketTokenKind;
  /** New names for API tokens, old ones for all others. */
  scopes: string[];
  /** Null for access tokens. */
  user: BitbucketUser | null;
  /** Of access tokens: acme/app, acme/WEB, acme. */
  where: string;
  state: "active" | "dead" | "rate-limited" | "barred";
}

export interface BitbucketRepository {
  workspace: string;
  slug: string;
  projectKey: string;
  uuid: string;
  isPrivate: boolean;
  members: Record<string, "read" | "write" | "admin">;
}

export interface BitbucketCloudOptions {
  port?: number;
  /** How the missing scopes are told: a list, one string, or the whole detail as a string. */
  scopeDetail?: "list" | "string" | "text";
  /** What GET /user answers to access tokens, who have no user. Which of them is unconfirmed. */
  userForAccessTokens?: "scope" | "mechanism" | "unsupported" | "account";
  /** Whether answers name the kind of credential and its scopes. */
  credentialHeaders?: boolean;
  /** What an app password gets, as in the two versions of Atlassian's notice. */
  appPasswordStatus?: 401 | 410;
  /** What removed endpoints answer. */
  removedStatus?: 404 | 410;
  realm?: string;
  /** Asked before anything else: the web pages that the demo adds. Null: not one of them. */
  pages?: (request: SimulatorRequest) => SimulatorResponse | null;
}

export interface TokenSpec extends Partial<Omit<BitbucketToken, "user">> {
  user?: Partial<BitbucketUser>;
}

export interface BitbucketState {
  options: BitbucketCloudOptions;
  users: BitbucketUser[];
  tokens: BitbucketToken[];
  repositories: BitbucketRepository[];
  /** Where it listens, for the links in its answers. */
  url: string;
}

export function isAccessToken({ kind }: BitbucketToken): boolean {
  return kind === "repository" || kind === "project" || kind === "workspace";
}

/** The level that a token has in a repository, before its scopes are looked at; null: it does not see it. */
export function accessLevel(repository: BitbucketRepository, token: BitbucketToken | null): string | null {
  const path = `${repository.workspace}/${repository.slug}`;
  const places = [path, `${repository.workspace}/${repository.projectKey}`, repository.workspace];
  if (token && isAccessToken(token) && places.includes(token.where)) return "admin";
  const level = token?.user ? repository.members[token.user.username] : undefined;
  return level ?? (repository.isPrivate ? null : "read");
}
