import type { Secret } from "../secret";
import type { Transport } from "./http";

/**
 * What every kind of code host implements. An adapter is a pure client: it knows no database, decides no policy, and
 * sends every byte through the Transport that it is given. It never logs or returns a token.
 */
export interface Adapter {
  /** Registry key: github, gitlab, azure-devops. */
  readonly kind: string;
  /** What people read: GitHub. */
  readonly name: string;
  /** What may be stored here, and what each asks for; the screens are drawn from it. The first is what the guide proposes. */
  readonly credentialTypes: readonly CredentialType[];
  /** The host's own scope names. Unknown ones that a token carries are kept and shown, and imply nothing. */
  readonly scopes: readonly Scope[];
  /**
   * What an admin typed or pasted (web address, API address, without a scheme) → the base URL that is stored, or a
   * sentence saying what is wrong with it. Only what is particular to the kind; lib/code-hosts does the common part.
   */
  normaliseBaseUrl(url: URL): URL | string;
  /** The origins that requests for this base URL may go to (github.com → https://api.github.com). */
  origins(baseUrl: string): readonly string[];
  /** Releases whose screens differ, newest first; empty when the steps are the same everywhere. */
  readonly guideVersions: readonly GuideVersion[];
  /** Numbered steps in our own words, and the token page, prefilled where the host allows. Offline, like `recognise`. */
  guide(request: GuideRequest): Guide;
  /** Offline. Must not throw on any string. In the browser too: lib/hosts/offline.ts. */
  recognise(token: string): Recognition | null;
  /** What answers at this address, without a credential where the host tells. */
  identify(host: Connection): Promise<Identification>;
  /** Who is it, what may it do, until when. At most a few read-only calls, side by side; `report` as they answer. */
  verify(host: Connection, entered: Entered, report: (step: VerifyStep) => void): Promise<Verdict>;
  /** How a repository is named to `probe`: owner/name, PROJECT/repo. */
  readonly repositoryExample: string;
  /** Read-only: what can it do to one repository? Null: no way to ask on this kind of host. */
  readonly probe: ((host: Connection, entered: Entered, repository: string) => Promise<Probe>) | null;
  /** Username and password for git over HTTPS to this repository's address. */
  gitCredential(entered: Entered, account: Account | null, remote: URL): GitCredential;
  /** Git over SSH, and the keys that the host keeps for it. */
  readonly ssh: SshSupport;
  /** How hard the host may be asked by checks that nobody waits for. */
  readonly pace: Pace;
  /** Kill a credential at the host. Null: the host's API cannot; `guide().managePage` is where it is done by hand. */
  readonly revoke: RevokeSupport | null;
  /** Make the successor of a credential with the credential itself. Null: the host's API cannot. */
  readonly rotate: RotateSupport | null;
  /** What the host is about to retire, or has retired. */
  readonly sunsets: readonly Sunset[];
}

/** One code host as an adapter sees it. */
export interface Connection {
  baseUrl: string;
  transport: Transport;
}

/** What an owner entered, as its type asks for it. */
export interface Entered {
  /** Id of a credential type of the adapter. */
  type: string;
  /** The secret itself: a token, a password, a secret access key. */
  token: Secret;
  /** By field id; what is optional and was left empty is absent. */
  fields: Readonly<Record<string, string>>;
  /** The fields that are secret too (a session token), by field id. */
  secrets: Readonly<Record<string, Secret>>;
}

export interface CredentialType {
  /** Stored with the credential: classic, fine-grained, … */
  id: string;
  /** "Personal access token (classic)" */
  name: string;
  /** Label of the field: "Personal access token" */
  label: string;
  /** What it asks for besides the secret, in this order; absent: nothing. */
  fields?: readonly CredentialField[];
  /** Password: a person or the server chose it, so it has no form to recognise and may hold spaces. Default: token. */
  secretForm?: "token" | "password";
  /** Does the host tell what a token of this type may do? Partly: some of it is proven or ruled out, the rest is open. */
  scopesTold: "exactly" | "partly" | "never";
  /** Does the host tell when it ends? Partly: some versions, or only when it has ended. */
  expiryTold: "exactly" | "partly" | "never";
  /** How to know one: "Begins with ghp_ and has 40 characters." */
  looksLike: string;
  /** How long it may live: "One year at most." */
  lifetime: string;
  /** May it be stored? Otherwise why not, and what to make instead. */
  refusal: string | null;
}

export interface CredentialField {
  /** Key in Entered.fields, or in Entered.secrets when secret. */
  id: string;
  /** "Access key ID" */
  label: string;
  /** One sentence below the field, or null. */
  hint: string | null;
  placeholder: string;
  secret: boolean;
  optional: boolean;
  /** A sentence saying what is wrong with a trimmed, non-empty value and what to do, or null. In the browser too. */
  check(value: string): string | null;
}

export interface Scope {
  id: string;
  /** "Read and write all your repositories" */
  meaning: string;
  risk: "read" | "write" | "admin";
  /** What having more than needed of this would let a thief do; for write and admin. */
  danger?: string;
  /** Another vocabulary's name for what it implies: not too much where a part is needed that no implied alias has. */
  isAlias?: boolean;
  /** Direct implications; closed transitively by lib/hosts/scopes.ts. `unconfirmedFor`: types for which it cannot be told. */
  implies: readonly { scope: string; unconfirmedFor?: readonly string[] }[];
}

export interface GuideRequest {
  baseUrl: string;
  type: string;
  /** Required scopes, in the kind's (classic) names. */
  scopes: readonly string[];
  /** Proposed token name. */
  tokenName: string;
  expiresInDays: number;
  /** Id of one of `guideVersions`; the first when absent. */
  version?: string;
}

export interface GuideVersion {
  id: string;
  /** "TFS 2017 and 2018" */
  name: string;
}

export interface Guide {
  steps: readonly GuideStep[];
  tokenPage: { url: string; prefilled: readonly ("name" | "scopes" | "expiry")[] } | null;
  /** Where tokens are managed at the host, to remove one later. */
  managePage: string;
  /** How to remove one there: one or two sentences. */
  removal: string;
}

export interface GuideStep {
  text: string;
  /** What kind of step: the page renders the token page's button in `open`, the scope list in `scopes`, the field in `paste`. */
  part: "open" | "scopes" | "paste" | "text";
  /** The host's names of what to tick, when they differ from the required scopes (fine-grained permissions). */
  ticks?: readonly string[];
}

export interface Recognition {
  /** Id of a credential type of this adapter. */
  type: string;
  /** certain: prefix is the host's own; likely: only the shape fits. */
  confidence: "certain" | "likely";
  /** Other types whose tokens look the same: what the owner chose among them stands. */
  mayBe?: readonly string[];
  /** The literal prefix, shown with the last four characters; "" when none. */
  prefix: string;
  /** bad: mistyped or cut off, probably. A warning, never a refusal. */
  checksum: "good" | "bad" | "none";
}

export interface Account {
  /** The host's stable id; logins can be renamed. */
  id: string;
  /** Without the @. */
  login: string;
  name: string | null;
  /** https link to the profile, on the host's own origin; else null. */
  url: string | null;
  /** A bot user, as of project and group tokens. */
  isBot: boolean;
}

export type RefusalReason =
  | "rejected"
  | "expired"
  | "revoked"
  | "sso-required"
  | "blocked"
  | "insufficient-scope"
  | "rate-limited"
  | "unreachable"
  | "redirected"
  | "unexpected";

export interface Refusal {
  ok: false;
  reason: RefusalReason;
  /** One sentence of ours: what it means and what to do. */
  message: string;
  /** The host's own words, shortened to 300 characters, or null. Shown as a quotation, as text. */
  hostSaid: string | null;
  /** Where it can be put right (SSO authorisation, token settings): https, the host's own origin. */
  url: string | null;
  /** When a rate limit ends. */
  retryAt: Date | null;
}

export interface Accepted {
  ok: true;
  /** Null: the token works but may not read who it is. */
  account: Account | null;
  /** What it surely may do. Null: the host does not tell. */
  scopes: readonly string[] | null;
  /** Given: `scopes` is not all of it. These it surely lacks, and of every other one nothing is known. */
  absent?: readonly string[];
  expiry: Expiry;
  /** The type as the host showed it, when it corrects what the prefix said (classic without a prefix, project token). */
  type: string;
  /** Observations for the owner: partial SSO access, DPoP, a blocked sign-in. Sentences. */
  notes: readonly string[];
  /** When it was last used, before this check, as the host says; null: never. Absent: the host does not tell. */
  lastUsedAt?: Date | null;
}

/** For each code host of the kind, over all credentials on it. */
export interface Pace {
  /** Verifications at the same time. */
  concurrent: number;
  /** At least so many milliseconds between the beginnings of two. */
  everyMs: number;
}

export interface RevokeSupport extends MayNeedPassword {
  /** A sentence saying why this one cannot be revoked through the API of this host, or null. Offline. */
  refusal(baseUrl: string, entered: Pick<Entered, "type" | "fields">): string | null;
  /** Asked once, never twice by itself. A token that was dead already is not an error: `hostSaid` tells. */
  revoke(
    host: Connection,
    entered: Entered,
    account: Account | null,
    given: { password: Secret | null },
  ): Promise<Revoked | (Refusal & NeedsPassword)>;
}

/** Whether the account's password is asked for: by every server of the kind, or by some. Absent: never. */
export interface MayNeedPassword {
  password?: "always" | "sometimes";
}

/**
 * Some hosts take a token's end or its successor only from the account's password: ask the person for it, for this once,
 * and try again with it. It is never stored.
 */
export interface NeedsPassword {
  needsPassword?: true;
}

export interface Revoked {
  ok: true;
  /** HTTP status of the host's answer. */
  status: number;
  hostSaid: string | null;
  /** The host said that it will, not that it has: it is dead a little later. */
  isLater: boolean;
}

export interface RotateSupport extends MayNeedPassword {
  /** true: both work until the old one is revoked (`Adapter.revoke`). false: making the successor kills the old one. */
  overlaps: boolean;
  /** A sentence saying why this one cannot be rotated here (its type, its scopes), or null. Offline. */
  refusal(
    baseUrl: string,
    credential: Pick<Entered, "type" | "fields"> & { scopes: readonly string[] | null },
  ): string | null;
  /** One shot: never repeated after an answer was lost. `expiresAt`: when the successor is to end; null: the host's longest. */
  successor(
    host: Connection,
    entered: Entered,
    account: Account | null,
    wanted: { expiresAt: Date | null; password: Secret | null },
  ): Promise<Successor | FailedRotation>;
  /**
   * After a lost answer, with the old one: what has become of it? Takes away at the host what was made and nobody knows.
   * `since`: when the successor was asked for.
   */
  settle(host: Connection, entered: Entered, account: Account | null, since: Date): Promise<Settled>;
}

export type Successor = { ok: true; entered: Entered; prefix: string; expiry: Expiry };

/** `isUnchanged`: the host has surely made nothing. Otherwise nobody knows what it did: settle first. */
export type FailedRotation = Refusal & NeedsPassword & { isUnchanged: boolean };

/** unchanged: the old one works and is the only one. lost: the old one is dead, its successor unknown. unclear: ask again later. */
export type Settled = { state: "unchanged" | "lost" | "unclear"; message: string; hostSaid: string | null };

/** A dated rule of a code host that ends a kind of credential. Offline, over what is known of a stored one. */
export interface Sunset {
  /** classic-unused, app-passwords */
  id: string;
  /** "GitHub removes classic tokens that were not used for a year." */
  rule: string;
  /** What to do instead: one sentence. */
  instead: string;
  /** Where the host says so: https. */
  source: string;
  /** When the rule was read there: 2026-11-22. */
  readOn: string;
  /** When it takes effect for this credential, or null when it does not concern it. */
  endsAt(credential: SunsetFacts): Date | null;
  /** May concern it, and the host does not tell whether it does. */
  isUncertain?: boolean;
}

export interface SunsetFacts {
  baseUrl: string;
  type: string;
  prefix: string;
  fields: Readonly<Record<string, string>>;
  notes: readonly string[];
  enteredAt: Date;
  /** The latest that is known of its use, ours or the host's; null: none known. */
  lastUsedAt: Date | null;
}

/** `at` null with `known`: never ends. */
export type Expiry = { known: true; at: Date | null } | { known: false };

export type Verdict = Accepted | Refusal;

/** In the order in which they are answered. */
export type VerifyStep =
  | { step: "reachable"; version: string | null; elapsedMs: number }
  | { step: "account"; account: Account | null }
  | { step: "scopes"; scopes: readonly string[] | null }
  | { step: "expiry"; expiry: Expiry };

export type Identification = { ok: true; product: string; version: string | null; elapsedMs: number } | Refusal;

export type Probe =
  | {
      ok: true;
      repository: string;
      /** Each asked of the host read-only; unknown where it cannot be told without writing. */
      abilities: readonly { ability: "read" | "push" | "status"; answer: "yes" | "no" | "unknown"; why: string }[];
    }
  | Refusal;

export interface GitCredential {
  /** As secret as the password: with temporary keys of AWS it holds the session token. */
  username: string;
  password: Secret;
  /** When the password ends before the credential does, as one that is signed for a moment. */
  expiresAt: Date | null;
}

/** What a key pair is for: git over SSH, or signatures on commits. */
export type SshUse = "git" | "signing";

export interface SshSupport {
  /** What is made for this host: Ed25519, or RSA with 4096 bits where it takes nothing newer. */
  algorithm: "ed25519" | "rsa";
  /** Where its SSH server is, as far as the base URL tells; an admin may say otherwise. */
  endpoint(baseUrl: string): SshEndpoint;
  /** SHA256 fingerprints that the host publishes ("SHA256:…"), by host name; with the source. */
  published: Readonly<Record<string, readonly string[]>>;
  /** How to add a public key by hand: steps in our own words, and the page. */
  guide(request: SshGuideRequest): { steps: readonly string[]; page: string };
  /** The host's API for keys. Null: it has none. */
  keys: SshKeyApi | null;
  /** Where the host takes signing keys: in a list of their own, in the same list, or nowhere. */
  signing: "separate" | "same" | "none";
}

export interface SshEndpoint {
  /** Null: the host gives each key a user name of its own (AWS). */
  user: string | null;
  host: string;
  port: number;
}

export interface SshGuideRequest {
  baseUrl: string;
  use: SshUse;
  version?: string;
}

export interface SshKeyApi {
  /** Scopes, in the host's own names, of which the token needs one. Empty: the token cannot be told apart by scopes. */
  needs: readonly string[];
  /** The same for signing keys, where the host has other scopes for them. */
  needsForSigning?: readonly string[];
  /** Types of credential that can never do it (they have no user); the key is then added by hand. */
  notFor: readonly string[];
  list(host: Connection, entered: Entered, account: Account, use: SshUse): Promise<SshKeyList>;
  add(host: Connection, entered: Entered, account: Account, key: NewSshKey): Promise<AddedSshKey>;
  /** Ok too when it was gone already. */
  remove(
    host: Connection,
    entered: Entered,
    account: Account,
    id: string,
    use: SshUse,
  ): Promise<{ ok: true } | Refusal>;
}

export interface NewSshKey {
  /** One line: type, base64, comment. */
  publicKey: string;
  title: string;
  use: SshUse;
}

export type SshKeyList = { ok: true; keys: readonly HostSshKey[] } | Refusal;

export interface HostSshKey {
  /** The host's id of the key. */
  id: string;
  /** "SHA256:…", computed from the key where the host says it otherwise. */
  fingerprint: string;
  /** User name for SSH, where each key has its own; else null. */
  user: string | null;
}

/** Duplicate: the host knows this key already, for this account or another. */
export type AddedSshKey =
  | { ok: true; id: string; user: string | null }
  | { ok: false; reason: "duplicate"; message: string; hostSaid: string | null }
  | Refusal;
