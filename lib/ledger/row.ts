import { type Assessment, assess, type Outcome } from "../credentials/assessment";
import { expiryOf } from "../credentials/summary";
import { adapterFor } from "../hosts/registry";
import type { RequiredScope } from "../hosts/scopes";
import { daysLeft, type EndState, endState } from "./time-left";

/**
 * One line of a ledger: what ends, whose it is, and whom it serves. Never the sealed text and never the token. A
 * consumer counts as served only where it is proven that the credential suffices; what cannot be told stands apart. Of
 * one that has ended it is what it served until then.
 */
export interface LedgerRow {
  id: string;
  version: number;
  host: { id: string; kind: string; name: string; baseUrl: string };
  owner:
    | { type: "user"; id: string; name: string; email: string }
    | { type: "team"; id: string; name: string }
    | { type: "site" };
  /** "Personal access token (classic)" */
  typeName: string;
  /** "ghp_…cdef"; "" for a password. */
  tokenLabel: string;
  login: string | null;
  /** `at` null: never. Not known: its host does not tell, or it was not checked yet. */
  end: { known: true; at: string | null } | { known: false };
  /** Days of the calendar in UTC; null where there is no end. */
  daysLeft: number | null;
  state: EndState;
  /** As of the last check, apart from its end. */
  health: Pick<Assessment, "state" | "word">;
  serves: Named[];
  mayServe: Named[];
  lastUsed: { at: string; by: Named | null } | null;
  enteredAt: string;
  checkedAt: string | null;
}

export interface Named {
  id: string;
  name: string;
}

export interface LedgerRecord {
  id: string;
  version: number;
  codeHostId: string;
  kind: string;
  hostName: string;
  baseUrl: string;
  ownerId: string | null;
  teamId: string | null;
  userName: string | null;
  userEmail: string | null;
  teamName: string | null;
  type: string;
  prefix: string;
  lastFour: string;
  accountLogin: string | null;
  scopes: string[];
  scopesKnown: boolean;
  scopesPartial: boolean;
  scopesAbsent: string[];
  outcome: string;
  sealedFor: string;
  expiresAt: Date | null;
  expiryKnown: boolean;
  enteredAt: Date;
  checkedAt: Date | null;
  lastUsedAt: Date | null;
  lastUsedById: string | null;
  lastUsedBy: string | null;
}

export function makeRow(
  record: LedgerRecord,
  needs: ReadonlyMap<string, readonly RequiredScope[]>,
  now: Date,
): LedgerRow {
  const adapter = adapterFor(record.kind);
  const state = endState(record, now);
  const required = needs.get(record.kind) ?? [];
  const health = adapter ? assess(adapter, checkedOf(record), required, now) : null;
  const inItsTime = state === "ended" && adapter ? assess(adapter, beforeItsEnd(record), required, now) : health;
  const suffices = (how: string) =>
    (inItsTime?.consumers ?? []).filter((one) => one.suffices === how).map(({ id, name }) => ({ id, name }));
  const { expiresAt, expiryKnown, lastUsedAt, lastUsedById, lastUsedBy } = record;
  return {
    id: record.id,
    version: record.version,
    host: { id: record.codeHostId, kind: record.kind, name: record.hostName, baseUrl: record.baseUrl },
    owner: ownerOfRecord(record),
    typeName: adapter?.credentialTypes.find(({ id }) => id === record.type)?.name ?? "Token",
    tokenLabel: record.prefix || record.lastFour ? `${record.prefix}…${record.lastFour}` : "",
    login: record.accountLogin,
    end: expiryKnown ? { known: true, at: expiresAt?.toISOString() ?? null } : { known: false },
    daysLeft: expiryKnown && expiresAt ? daysLeft(expiresAt, now) : null,
    state,
    health: { state: health?.state ?? "off", word: health?.word ?? "not checked yet" },
    serves: suffices("yes"),
    mayServe: suffices("unknown"),
    lastUsed: lastUsedAt && {
      at: lastUsedAt.toISOString(),
      by: lastUsedById === null || lastUsedBy === null ? null : { id: lastUsedById, name: lastUsedBy },
    },
    enteredAt: record.enteredAt.toISOString(),
    checkedAt: record.checkedAt?.toISOString() ?? null,
  };
}

function checkedOf(record: LedgerRecord): Parameters<typeof assess>[1] {
  return {
    outcome: record.outcome as Outcome,
    type: record.type,
    scopes: record.scopesKnown ? record.scopes : null,
    absent: record.scopesPartial ? record.scopesAbsent : null,
    expiry: expiryOf(record),
    isMoved: record.sealedFor !== record.baseUrl,
  };
}

/** Its end, and the host's word that it is over, left away. */
function beforeItsEnd(record: LedgerRecord): Parameters<typeof assess>[1] {
  const checked = checkedOf(record);
  const outcome = checked.outcome === "expired" || checked.outcome === "rejected" ? "valid" : checked.outcome;
  return { ...checked, outcome, expiry: { known: false } };
}

function ownerOfRecord({ ownerId, teamId, userName, userEmail, teamName }: LedgerRecord): LedgerRow["owner"] {
  if (ownerId !== null) return { type: "user", id: ownerId, name: userName ?? "", email: userEmail ?? "" };
  return teamId === null ? { type: "site" } : { type: "team", id: teamId, name: teamName ?? "" };
}

/** "Alice", "Team Platform", "This site" */
export function ownerLabel(owner: LedgerRow["owner"]): string {
  if (owner.type === "site") return "This site";
  return owner.type === "team" ? `Team ${owner.name}` : owner.name;
}
