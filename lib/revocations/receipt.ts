import type { Revocation } from "../prisma-client/client";

/**
 * What is shown of a revocation: the receipt of a credential that was taken away at its code host, or has still to be.
 * The sealed copy is not part of it, and no query for receipts selects it.
 */
export type RevocationState = "asking" | "asked" | "alive" | "dead" | "unknown";

export interface Receipt {
  id: string;
  hostName: string;
  kind: string;
  /** As the screens name an owner: "site", "team:ID", or a person's id. */
  owner: string;
  ownerLabel: string;
  /** "ghp_…cdef"; "" for a password. */
  tokenLabel: string;
  login: string | null;
  /**
   * asking: the host is being asked, or is asked again by itself; asked: it said that it does it; alive: it still works, as
   * far as is known; dead: the host refuses it; unknown: nobody could say before the copy was erased.
   */
  state: RevocationState;
  /** HTTP status of the host's answer; null: it was not asked, or did not answer. */
  hostStatus: number | null;
  hostSaid: string | null;
  detail: string | null;
  /** Where to do it by hand. */
  page: string | null;
  /** A sealed copy is kept, so it can be checked. */
  canCheck: boolean;
  requestedAt: string;
  checkedAt: string | null;
  nextCheckAt: string | null;
  deadAt: string | null;
}

export const RECEIPT_COLUMNS = {
  id: true,
  credentialId: true,
  hostName: true,
  kind: true,
  ownerId: true,
  teamId: true,
  ownerLabel: true,
  tokenLabel: true,
  accountLogin: true,
  state: true,
  hostStatus: true,
  hostSaid: true,
  detail: true,
  page: true,
  kid: true,
  requestedAt: true,
  checkedAt: true,
  nextCheckAt: true,
  deadAt: true,
} as const;

export type ReceiptRow = Pick<Revocation, keyof typeof RECEIPT_COLUMNS>;

export function receiptOf(row: ReceiptRow): Receipt {
  const time = (value: Date | null) => value?.toISOString() ?? null;
  return {
    id: row.id,
    hostName: row.hostName,
    kind: row.kind,
    owner: row.ownerId ?? (row.teamId === null ? "site" : `team:${row.teamId}`),
    ownerLabel: row.ownerLabel,
    tokenLabel: row.tokenLabel,
    login: row.accountLogin,
    state: row.state as RevocationState,
    hostStatus: row.hostStatus,
    hostSaid: row.hostSaid,
    detail: row.detail,
    page: row.page,
    canCheck: row.kid !== null,
    requestedAt: row.requestedAt.toISOString(),
    checkedAt: time(row.checkedAt),
    nextCheckAt: time(row.nextCheckAt),
    deadAt: time(row.deadAt),
  };
}
