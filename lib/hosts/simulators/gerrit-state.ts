import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/** What the simulated Gerrit knows: accounts, their passwords, tokens and keys, projects with rules, and its set-up. */
export interface GerritAccount {
  id: number;
  username: string;
  name: string;
  active: boolean;
  isServiceUser: boolean;
  /** As the map of /capabilities: true, or a range. */
  capabilities: Record<string, unknown>;
  /** UUIDs of groups, besides those that everybody is in. */
  groups: string[];
  httpPassword: string | null;
  tokens: { id: string; value: string; expiration: Date | null }[];
  sshKeys: GerritSshKey[];
  /** A quota plugin refuses it. */
  isThrottled: boolean;
}

export interface GerritSshKey {
  seq: number;
  publicKey: string;
  valid: boolean;
}

export interface GerritRule {
  action: "ALLOW" | "DENY" | "BLOCK";
  min?: number;
  max?: number;
}

/** By reference pattern, by permission, by group. */
export type GerritSections = Record<string, Record<string, { exclusive?: true; rules: Record<string, GerritRule> }>>;

export interface GerritProject {
  name: string;
  parent: string | null;
  sections: GerritSections;
  /** What a push is refused with though the rules allow it: contributor agreements and the like. */
  uploadRefusal: string | null;
}

export interface GerritOptions {
  port?: number;
  /** Default 3.13.1. Before 3.13: one HTTP password. Before 2.14: Digest. */
  version?: string;
  /** As /r: everything lives below it. */
  subPath?: string;
  /** Digest although the version would take Basic; before 2.14 by default. */
  digestEra?: boolean;
  /** What a sign-in proxy does with requests below /a/. */
  proxy?: "405" | "page" | "redirect" | "own-basic" | "drops-authorization";
  /** Default OPENID. */
  authType?: string;
  /** auth.gitBasicAuthPolicy; told for directories and OAuth. */
  basicPolicy?: "HTTP" | "LDAP" | "HTTP_LDAP" | "OAUTH";
  /** Minutes, told by /config/server/info. */
  maxTokenLifetime?: number;
  /** Early 3.13 shows ids alone. Default: expiration. */
  tokenRows?: "expiration" | "ids";
  /** What a stranger's request for an account says; which of them is unconfirmed. */
  strangersStatus?: 403 | 404;
  /** The source says 201, the documentation 200. */
  addKeyStatus?: 200 | 201;
  /** A server that keeps its rights elsewhere has no capabilities. */
  hasCapabilities?: boolean;
  /** False: the settings of Git over HTTP are off, and its addresses are not there. */
  gitOverHttp?: boolean;
  /** sshd.listenAddress; null: off. */
  sshPort?: number | null;
  /** Asked before anything else: the web pages that the demo adds. Null: not one of them. */
  pages?: (request: SimulatorRequest) => SimulatorResponse | null;
}

export interface GerritState {
  options: GerritOptions;
  accounts: GerritAccount[];
  projects: GerritProject[];
}

export const registeredUsers = "global:Registered-Users";
export const anonymousUsers = "global:Anonymous-Users";
export const serviceUsers = "6a1e70e1a88782771a91808c8af9bbb7a9871389";

export function groupsOf(account: GerritAccount): string[] {
  return [anonymousUsers, registeredUsers, ...(account.isServiceUser ? [serviceUsers] : []), ...account.groups];
}

/** The project's sections and its parents'. */
export function chainOf(state: GerritState, project: GerritProject): GerritProject[] {
  const parent = state.projects.find(({ name }) => name === project.parent);
  return parent ? [project, ...chainOf(state, parent)] : [project];
}

/** Is it allowed on any reference? Enough for what the simulator decides. */
export function isAllowed(
  state: GerritState,
  { account, project, permission }: { account: GerritAccount; project: GerritProject; permission: string },
): boolean {
  const groups = groupsOf(account);
  const rules = chainOf(state, project).flatMap(({ sections }) =>
    Object.values(sections).flatMap((section) => Object.entries(section[permission]?.rules ?? {})),
  );
  const own = rules.filter(([group]) => groups.includes(group)).map(([, { action }]) => action);
  return own.includes("ALLOW") && !own.includes("BLOCK");
}

export function isOlder(version: string, major: number, minor: number): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split(".").map(Number);
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}

export function versionOf({ options }: GerritState): string {
  return options.version ?? "3.13.1";
}

export const hasTokens = (state: GerritState) => !isOlder(versionOf(state), 3, 13);
