import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/** What the simulated Azure DevOps knows: users, tokens, repositories, and how the service or server is set up. */
export type AzureDevopsProduct =
  | "services"
  | "server-2022.1"
  | "server-2022"
  | "server-2020"
  | "server-2019.1"
  | "server-2019"
  | "tfs-2018.2"
  | "tfs-2018"
  | "tfs-2017.2"
  | "tfs-2017.1"
  | "tfs-2017"
  | "tfs-2015";

/** Highest api-version, and the highest that is not a preview. */
export const ceilings: Readonly<Record<AzureDevopsProduct, { max: string; released: string }>> = {
  services: { max: "7.2", released: "7.1" },
  "server-2022.1": { max: "7.1", released: "7.1" },
  "server-2022": { max: "7.0", released: "7.0" },
  "server-2020": { max: "6.0", released: "6.0" },
  "server-2019.1": { max: "5.1", released: "5.0" },
  "server-2019": { max: "5.0", released: "5.0" },
  "tfs-2018.2": { max: "4.1", released: "4.1" },
  "tfs-2018": { max: "4.0", released: "4.0" },
  "tfs-2017.2": { max: "3.2", released: "3.1" },
  "tfs-2017.1": { max: "3.1", released: "3.0" },
  "tfs-2017": { max: "3.0", released: "3.0" },
  "tfs-2015": { max: "2.2", released: "2.0" },
};

export interface AzureDevopsUser {
  id: string;
  /** An e-mail address on Services, a Windows account name on a server. */
  account: string;
  name: string;
  /** As of the accounts that pipelines run under. */
  isService: boolean;
}

export interface AzureDevopsToken {
  value: string;
  user: AzureDevopsUser;
  /** In the names of the API: vso.code_write; app_token is full access. */
  scopes: string[];
  /** Services: made for "All accessible organizations". */
  allOrganizations: boolean;
  /** Slowed: answered, but late and with Retry-After. Stranger: TF400813, as of a user who is not in the organization. */
  state: "active" | "revoked" | "expired" | "rate-limited" | "slowed" | "stranger" | "anonymous";
}

export interface AzureDevopsRepository {
  id: string;
  name: string;
  project: { id: string; name: string };
  /** Account to permission bits: 2 read, 4 contribute, 16 create branch, 16384 contribute to pull requests. */
  permissions: Record<string, number>;
}

/** How a token that is not good is turned away. Each was recorded on the real service. */
export type TurnedAway = "sign-in-page" | "redirect" | "empty-401" | "list-401" | "tf400813" | "iis-page";

export interface AzureDevopsOptions {
  port?: number;
  /** Default services. */
  product?: AzureDevopsProduct;
  /** Services: the organization. Default acme. */
  organization?: string;
  /** Services: as {org}.visualstudio.com, where the organization is not in the path. */
  legacyAddress?: boolean;
  /** Servers: where IIS mounts it. Default "" and, for TFS, "/tfs". */
  virtualDirectory?: string;
  /** Servers: default DefaultCollection. */
  collection?: string;
  /** Default sign-in-page on Services, iis-page on servers. */
  turnedAway?: TurnedAway;
  /** How a good token that lacks the scope is turned away. Default empty-401. */
  lackingScope?: "empty-401" | "list-401";
  /** Servers: IIS offers Negotiate and NTLM only, and never lets a token through. */
  windowsOnly?: boolean;
  /** Servers: Basic Authentication is on in IIS, which takes the header for a Windows password. */
  iisBasic?: boolean;
  /** Services: an organization with public projects answers strangers as an anonymous user. */
  publicProjects?: boolean;
  /** Unconfirmed: connectionData, too, wants a scope. */
  connectionDataNeedsScope?: boolean;
  /** Unconfirmed: only full access may ask for permissions. */
  permissionsNeedFull?: boolean;
  /** Unconfirmed: the repository is looked up before the scope is looked at. */
  looksUpFirst?: boolean;
  /** Unconfirmed: whether the account may push is looked at with the push itself, and not before. */
  pushCheckedLate?: boolean;
  /** Unconfirmed: whether the token has vso.code_write is looked at with the push itself, and not before. */
  scopeCheckedLate?: boolean;
  /** Where ResourceAreas says that everything is. Default: the address itself on Services, null on servers. */
  areasAt?: string;
  /** Asked before anything else: the web pages that the demo adds. Null: not one of them. */
  pages?: (request: SimulatorRequest) => SimulatorResponse | null;
}

export interface AzureDevopsState {
  options: AzureDevopsOptions;
  product: AzureDevopsProduct;
  tokens: AzureDevopsToken[];
  repositories: AzureDevopsRepository[];
}

const inherited: Readonly<Record<string, readonly string[]>> = {
  "vso.code_full": ["vso.code_manage"],
  "vso.code_manage": ["vso.code_write"],
  "vso.code_write": ["vso.code"],
  "vso.code": ["vso.hooks_write"],
  "vso.hooks_write": ["vso.hooks"],
  "vso.hooks": ["vso.profile"],
  "vso.project_manage": ["vso.project_write"],
  "vso.project_write": ["vso.project"],
};

/** Does the token have one of these? Full access has all. */
export function hasScope(token: AzureDevopsToken, anyOf: readonly string[]): boolean {
  const held = new Set(token.scopes);
  for (const scope of held) for (const more of inherited[scope] ?? []) held.add(more);
  return held.has("app_token") || anyOf.some((scope) => held.has(scope));
}

export function hasPermission(repository: AzureDevopsRepository, user: AzureDevopsUser, bit: number): boolean {
  return ((repository.permissions[user.account] ?? 0) & bit) === bit;
}
