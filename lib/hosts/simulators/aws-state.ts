import { randomInt } from "node:crypto";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/** What the simulated AWS account knows: IAM users, their keys and policies, repositories, and its clock. */
export interface AwsStatement {
  effect: "Allow" | "Deny";
  /** With * and ?: codecommit:Git*. */
  actions: string[];
  /** ARNs with * and ?. */
  resources: string[];
}

export interface AwsUser {
  name: string;
  /** Begins and ends with a slash. */
  path: string;
  /** AIDA… */
  id: string;
  statements: AwsStatement[];
  sshKeys: AwsSshKey[];
}

export interface AwsSshKey {
  id: string;
  /** As uploaded. */
  body: string;
  status: "Active" | "Inactive";
  uploadedAt: Date;
}

export interface AwsKey {
  id: string;
  secret: string;
  user: AwsUser;
  /** Whom it stands for: the user, the account itself, or a role that the user took on. */
  principal: "user" | "root" | { role: string; session: string };
  status: "Active" | "Inactive";
  createdAt: Date;
  lastUsed: { at: Date; service: string; region: string } | null;
  /** Temporary keys only. */
  session: { token: string; expiresAt: Date } | null;
  /** Until then it is unknown: IAM is eventually consistent. */
  knownFrom: Date;
  isThrottled: boolean;
}

export interface AwsRepository {
  name: string;
  id: string;
}

export interface AwsOptions {
  port?: number;
  /** Default us-east-1. */
  region?: string;
  accountId?: string;
  /** What the account's clock is ahead of ours. */
  clockAheadMs?: number;
  /** How long a new key is unknown. Default 3 000. */
  propagationMs?: number;
  /** How long a key's right secret is refused after a wrong one. Default 5 000. */
  grudgeMs?: number;
  /** Asked before anything else: the console's pages that the demo adds. Null: not one of them. */
  pages?: (request: SimulatorRequest) => SimulatorResponse | null;
}

export interface AwsState {
  options: AwsOptions;
  region: string;
  accountId: string;
  partition: string;
  users: AwsUser[];
  keys: AwsKey[];
  repositories: AwsRepository[];
  /** Key id → when a wrong secret was last used with it. */
  grudges: Map<string, number>;
  /** The next answer to this operation is carried out, and lost on its way. */
  losesReplyTo: string | null;
}

/** Everything that CodeCommit has, and what a user may ask IAM about itself. */
export const fullAccess: readonly AwsStatement[] = [
  { effect: "Allow", actions: ["codecommit:*"], resources: ["*"] },
  {
    effect: "Allow",
    actions: ["iam:*AccessKey*", "iam:SimulatePrincipalPolicy", "iam:*SSHPublicKey*", "iam:GetUser"],
    resources: ["*"],
  },
];

export function userArn(state: AwsState, user: AwsUser): string {
  return `arn:${state.partition}:iam::${state.accountId}:user${user.path}${user.name}`;
}

export function callerArn(state: AwsState, key: AwsKey): string {
  const { partition, accountId } = state;
  if (key.principal === "root") return `arn:${partition}:iam::${accountId}:root`;
  if (key.principal === "user") return userArn(state, key.user);
  return `arn:${partition}:sts::${accountId}:assumed-role/${key.principal.role}/${key.principal.session}`;
}

export function repositoryArn(state: AwsState, name: string): string {
  return `arn:${state.partition}:codecommit:${state.region}:${state.accountId}:${name}`;
}

export type Decision = "allowed" | "explicitDeny" | "implicitDeny";

export function decide(statements: readonly AwsStatement[], action: string, resource: string): Decision {
  const matching = statements.filter(
    ({ actions, resources }) =>
      actions.some((pattern) => fits(pattern.toLowerCase(), action.toLowerCase())) &&
      resources.some((pattern) => fits(pattern, resource)),
  );
  if (matching.some(({ effect }) => effect === "Deny")) return "explicitDeny";
  return matching.length > 0 ? "allowed" : "implicitDeny";
}

export function mayDo(key: AwsKey, action: string, resource: string): boolean {
  return key.principal === "root" || decide(key.user.statements, action, resource) === "allowed";
}

/** The sentence of every refusal for lack of permission. */
export function notAuthorised(state: AwsState, key: AwsKey, action: string, resource: string): string {
  const why =
    decide(key.user.statements, action, resource) === "explicitDeny"
      ? "with an explicit deny in an identity-based policy"
      : `because no identity-based policy allows the ${action} action`;
  return `User: ${callerArn(state, key)} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
}

export function now(state: AwsState): Date {
  return new Date(Date.now() + (state.options.clockAheadMs ?? 0));
}

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** As AWS makes ids: the account is in the first ten characters after the prefix. */
export function mintId(prefix: "AKIA" | "ASIA" | "AIDA" | "APKA" | "AROA", accountId: string): string {
  let bits = (BigInt(accountId) << 7n) | (1n << 47n);
  bits <<= 2n;
  let front = "";
  for (let at = 0; at < 10; at++) {
    front = base32.charAt(Number(bits & 31n)) + front;
    bits >>= 5n;
  }
  return prefix + front + draw(base32, 6);
}

export function mintSecret(length = 40): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  // Both cases, as every secret that chance makes has.
  return `aZ${draw(letters, length - 2)}`;
}

function draw(letters: string, length: number): string {
  return Array.from({ length }, () => letters.charAt(randomInt(letters.length))).join("");
}

function fits(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(text);
}
