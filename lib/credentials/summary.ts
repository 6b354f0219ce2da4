import type { Account, Adapter, Expiry, Probe } from "../hosts/adapter";
import type { Credential } from "../prisma-client/client";
import type { Outcome } from "./assessment";

/**
 * What leaves the domain of a stored credential: who, what, until when, how the last check went. Never the sealed text
 * and never the token; the columns below are the only ones that list queries select.
 */
export interface CredentialSummary {
  id: string;
  type: string;
  /** "Personal access token (classic)" */
  typeName: string;
  prefix: string;
  lastFour: string;
  /** What its type asked for besides the secret and is none: an access key's id, a user name. */
  fields: { id: string; label: string; value: string }[];
  account: Account | null;
  /** Null: the host does not tell. */
  scopes: string[] | null;
  /** These scopes are only what was proven; it may have others. */
  scopesPartial: boolean;
  expiry: { known: boolean; at: string | null };
  outcome: Outcome;
  outcomeDetail: string | null;
  hostSaid: string | null;
  outcomeUrl: string | null;
  retryAt: string | null;
  notes: string[];
  probe: StoredProbe | null;
  checkedAt: string | null;
  validAt: string | null;
  lastUsedAt: string | null;
  createdAt: string;
  /** The code host's address changed since it was entered: unusable until entered again. */
  isMoved: boolean;
}

export type StoredProbe = Omit<Extract<Probe, { ok: true }>, "ok"> & { at: string };

export const SUMMARY_COLUMNS = {
  id: true,
  codeHostId: true,
  ownerId: true,
  teamId: true,
  type: true,
  fields: true,
  sealedFor: true,
  version: true,
  prefix: true,
  lastFour: true,
  accountId: true,
  accountLogin: true,
  accountName: true,
  accountUrl: true,
  accountIsBot: true,
  scopes: true,
  scopesKnown: true,
  scopesPartial: true,
  scopesAbsent: true,
  expiresAt: true,
  expiryKnown: true,
  outcome: true,
  outcomeDetail: true,
  hostSaid: true,
  outcomeUrl: true,
  retryAt: true,
  notes: true,
  probes: true,
  checkedAt: true,
  validAt: true,
  lastUsedAt: true,
  enteredAt: true,
  createdAt: true,
} as const;

export type CredentialRow = Pick<Credential, keyof typeof SUMMARY_COLUMNS>;

export function summarise(row: CredentialRow, adapter: Adapter, baseUrl: string): CredentialSummary {
  const time = (value: Date | null) => value?.toISOString() ?? null;
  const type = adapter.credentialTypes.find(({ id }) => id === row.type);
  const entered = row.fields as Record<string, string>;
  return {
    id: row.id,
    type: row.type,
    typeName: type?.name ?? "Token",
    prefix: row.prefix,
    lastFour: row.lastFour,
    fields: (type?.fields ?? []).flatMap(({ id, label }) => {
      const value = entered[id];
      return value === undefined ? [] : [{ id, label, value }];
    }),
    account: accountOf(row),
    scopes: row.scopesKnown ? row.scopes : null,
    scopesPartial: row.scopesPartial,
    expiry: { known: row.expiryKnown, at: time(row.expiresAt) },
    outcome: row.outcome as Outcome,
    outcomeDetail: row.outcomeDetail,
    hostSaid: row.hostSaid,
    outcomeUrl: row.outcomeUrl,
    retryAt: time(row.retryAt),
    notes: row.notes,
    probe: (row.probes as unknown as StoredProbe[])[0] ?? null,
    checkedAt: time(row.checkedAt),
    validAt: time(row.validAt),
    lastUsedAt: time(row.lastUsedAt),
    createdAt: row.createdAt.toISOString(),
    isMoved: row.sealedFor !== baseUrl,
  };
}

export function accountOf(row: CredentialRow): Account | null {
  if (row.accountLogin === null) return null;
  return {
    id: row.accountId ?? "",
    login: row.accountLogin,
    name: row.accountName,
    url: row.accountUrl,
    isBot: row.accountIsBot,
  };
}

export function expiryOf(row: Pick<CredentialRow, "expiresAt" | "expiryKnown">): Expiry {
  return row.expiryKnown ? { known: true, at: row.expiresAt } : { known: false };
}
