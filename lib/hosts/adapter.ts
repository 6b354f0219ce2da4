import type { Secret } from "../secret";
import type { Transport } from "./http";

/**
 * What every kind of code host implements. An adapter is a pure client: it knows no database, decides no policy, and
 * sends every byte through the Transport that it is given. It never logs or returns a token.
 */
export interface Adapter {
  /** Registry key: github, gitlab. */
  readonly kind: string;
  /** What people read: GitHub. */
  readonly name: string;
  /** What may be stored here; the screens are drawn from it. The first is what the guide proposes. */
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
  /** Numbered steps in our own words, and the token page, prefilled where the host allows. Offline, like `recognise`. */
  guide(request: GuideRequest): Guide;
  /** Offline. Must not throw on any string. In the browser too: lib/hosts/offline.ts. */
  recognise(token: string): Recognition | null;
  /** What answers at this address, without a credential where the host tells. */
  identify(host: Connection): Promise<Identification>;
  /** Who is the token, what may it do, until when. At most a few read-only calls, side by side; `report` as they answer. */
  verify(host: Connection, token: Secret, type: string, report: (step: VerifyStep) => void): Promise<Verdict>;
  /** Read-only: what can this token do to one repository ("owner/name")? Null: no way to ask on this kind of host. */
  readonly probe: ((host: Connection, token: Secret, type: string, repository: string) => Promise<Probe>) | null;
  /** Username and password for git over HTTPS. */
  gitCredential(token: Secret, type: string, account: Account | null): { username: string; password: Secret };
}

/** One code host as an adapter sees it. */
export interface Connection {
  baseUrl: string;
  transport: Transport;
}

export interface CredentialType {
  /** Stored with the credential: classic, fine-grained, … */
  id: string;
  /** "Personal access token (classic)" */
  name: string;
  /** Label of the field: "Personal access token" */
  label: string;
  /** Does the host tell what a token of this type may do? */
  scopesTold: "exactly" | "never";
  /** May it be stored? Otherwise why not, and what to make instead. */
  refusal: string | null;
}

export interface Scope {
  id: string;
  /** "Read and write all your repositories" */
  meaning: string;
  risk: "read" | "write" | "admin";
  /** What having more than needed of this would let a thief do; for write and admin. */
  danger?: string;
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
}

export interface Guide {
  steps: readonly GuideStep[];
  tokenPage: { url: string; prefilled: readonly ("name" | "scopes" | "expiry")[] } | null;
  /** Where tokens are managed at the host, to remove one later. */
  managePage: string;
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
  /** Null: the host does not tell. */
  scopes: readonly string[] | null;
  expiry: Expiry;
  /** The type as the host showed it, when it corrects what the prefix said (classic without a prefix, project token). */
  type: string;
  /** Observations for the owner: partial SSO access, DPoP, a blocked sign-in. Sentences. */
  notes: readonly string[];
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
