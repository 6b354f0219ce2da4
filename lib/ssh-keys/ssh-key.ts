import { z } from "zod";
import type { Owner } from "../authz";
import { sshEndpointOf } from "../code-hosts/host-keys-known";
import { accountOf, type CredentialRow } from "../credentials/summary";
import type { Adapter, SshKeyApi, SshUse } from "../hosts/adapter";
import { closure } from "../hosts/scopes";
import { formatEndpoint } from "../hosts/ssh/address";
import type { CodeHost, SshKey } from "../prisma-client/client";

/**
 * A key pair that goes with a credential, as it is shown: the public part, and whether the host knows it. Never the
 * private part: `sealed` is not among the columns below.
 */
export interface SshKeySummary {
  id: string;
  use: SshUse;
  algorithm: "ed25519" | "rsa";
  /** One line, as it is pasted at the host. */
  publicKey: string;
  /** "SHA256:…" */
  fingerprint: string;
  /** Does the host know it, at the last check? new: not checked yet. unclear: it could not be told. */
  state: SshKeyState;
  /** One sentence about the state, or null. */
  stateDetail: string | null;
  /** ISO, or null: never. */
  checkedAt: string | null;
  createdAt: string;
  /** The portal found it at the host, or put it there, and can take it off again. */
  isUploaded: boolean;
  /** The credential's other key is the same pair. */
  isShared: boolean;
  /** User name that the host gave this key (AWS); null: the code host's usual one. */
  sshUser: string | null;
  /** "git@git.example.com:22"; without a user name while that is not known; null: it cannot be told. For git only. */
  endpoint: string | null;
  /** The host gives each key a user name of its own, and this one's is not known: ask for it, `nameSshUser` keeps it. */
  needsSshUser: boolean;
  /** The code host's address changed since the pair was made: only a new pair is of use. */
  isMoved: boolean;
  upload: Uploading;
  /** How to add it by hand. */
  guide: { steps: readonly string[]; page: string };
}

export type SshKeyState = "new" | "known" | "unknown" | "unclear";

/** Can the portal put it there? Told offline; the host has the last word. */
export type Uploading = { can: true } | { can: false; why: string };

export const KEY_COLUMNS = {
  id: true,
  credentialId: true,
  use: true,
  algorithm: true,
  publicKey: true,
  fingerprint: true,
  version: true,
  sealedFor: true,
  hostKeyId: true,
  sshUser: true,
  state: true,
  stateDetail: true,
  checkedAt: true,
  createdAt: true,
} as const;

export type SshKeyRow = Pick<SshKey, keyof typeof KEY_COLUMNS>;

/** Which key: of whose credential, and for what. */
export interface SshKeyPoint {
  owner: Owner;
  credentialId: string;
  use: SshUse;
}

/** For the screens, beside the owner that `parsePoint` of lib/credentials/input.ts reads. */
export const useField = z.enum(["git", "signing"]);

export function summariseKey(
  key: SshKeyRow,
  { row, host, adapter, keys }: { row: CredentialRow; host: CodeHost; adapter: Adapter; keys: readonly SshKeyRow[] },
): SshKeySummary {
  const use = key.use as SshUse;
  const place = sshEndpointOf(host);
  const user = key.sshUser ?? (place.ok ? place.value.user : null);
  return {
    id: key.id,
    use,
    algorithm: key.algorithm === "rsa" ? "rsa" : "ed25519",
    publicKey: key.publicKey,
    fingerprint: key.fingerprint,
    state: key.state as SshKeyState,
    stateDetail: key.stateDetail,
    checkedAt: key.checkedAt?.toISOString() ?? null,
    createdAt: key.createdAt.toISOString(),
    isUploaded: key.hostKeyId !== null,
    isShared: keys.some(({ use, fingerprint }) => use !== key.use && fingerprint === key.fingerprint),
    sshUser: key.sshUser,
    endpoint: place.ok && use === "git" ? formatEndpoint({ ...place.value, user }) : null,
    needsSshUser: use === "git" && place.ok && user === null,
    isMoved: key.sealedFor !== host.baseUrl,
    upload: judgeUpload(adapter, row, use, host.baseUrl),
    guide: adapter.ssh.guide({ baseUrl: host.baseUrl, use }),
  };
}

/** What stands against asking the host's API with this credential. */
export function findKeyApi(
  adapter: Adapter,
  row: CredentialRow,
  use: SshUse,
  baseUrl: string,
): { ok: true; api: SshKeyApi } | { ok: false; why: string } {
  const { keys } = adapter.ssh;
  const no = (why: string) => ({ ok: false, why }) as const;
  if (use === "signing" && adapter.ssh.signing === "none") return no(`${adapter.name} keeps no keys for signatures.`);
  if (!keys) return no(`${adapter.name} has no way for Forgepass to add keys. Add it by hand.`);
  if (keys.notFor.includes(row.type)) {
    return no("This kind of token belongs to no user account, so it cannot add keys. Add it by hand.");
  }
  if (row.sealedFor !== baseUrl) return no("The address of the code host has changed. Replace the token first.");
  if (accountOf(row) === null) return no("It is not known whose account this is. Check the credential first.");
  return { ok: true, api: keys };
}

function judgeUpload(adapter: Adapter, row: CredentialRow, use: SshUse, baseUrl: string): Uploading {
  const found = findKeyApi(adapter, row, use, baseUrl);
  if (!found.ok) return { can: false, why: found.why };
  const { needs: forGit, needsForSigning = forGit } = found.api;
  const needs = use === "signing" ? needsForSigning : forGit;
  // What the host does not tell, or tells in part, is tried.
  if (needs.length === 0 || !row.scopesKnown || row.scopesPartial) return { can: true };
  const { possible } = closure(adapter.scopes, row.scopes, row.type);
  if (needs.some((scope) => possible.has(scope))) return { can: true };
  return {
    can: false,
    why: `The token lacks ${needs[0]}. Add the key by hand, or replace the token by one that has it.`,
  };
}
