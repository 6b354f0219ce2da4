import type { Adapter, Expiry, RefusalReason } from "../hosts/adapter";
import { type ComparedScope, compareScopes, type ExcessScope, type RequiredScope } from "../hosts/scopes";

/**
 * What a credential is worth: its state, and for each enabled consumer whether it suffices. Never a green tick for
 * what was not proven: scopes that the host does not tell leave a working credential grey.
 */
export type State = "ok" | "warn" | "bad" | "off" | "none";

/** A credential ends soon when fewer days than this are left. */
export const ENDS_SOON_DAYS = 14;

export type Outcome = "valid" | "unchecked" | RefusalReason;

export interface Assessment {
  state: Exclude<State, "none">;
  /** The word beside the icon: "works", "lacks 2 scopes", "ends soon", "rejected". */
  word: string;
  satisfied: ComparedScope[];
  missing: ComparedScope[];
  unknown: ComparedScope[];
  excess: ExcessScope[];
  consumers: { id: string; name: string; suffices: "yes" | "no" | "unknown" }[];
  isExpired: boolean;
  endsSoon: boolean;
}

export interface Checked {
  outcome: Outcome;
  type: string;
  scopes: readonly string[] | null;
  /** Given: scopes may not be all of it; these it surely lacks. */
  absent?: readonly string[] | null;
  expiry: Expiry;
  /** The code host's address changed after sealing. */
  isMoved: boolean;
}

const DAY_MS = 86_400_000;

export function assess(adapter: Adapter, checked: Checked, required: readonly RequiredScope[], now: Date): Assessment {
  const compared = compareScopes({
    table: adapter.scopes,
    type: checked.type,
    required,
    granted: checked.scopes,
    absent: checked.absent ?? null,
  });
  const endsAt = checked.expiry.known ? checked.expiry.at : null;
  const isExpired = endsAt !== null && endsAt <= now;
  const endsSoon = endsAt !== null && !isExpired && endsAt.getTime() - now.getTime() < ENDS_SOON_DAYS * DAY_MS;
  const { state, word } = judge(checked, compared.missing.length, compared.unknown.length, isExpired, endsSoon);
  const proof = state === "bad" ? "no" : checked.outcome === "valid" ? "yes" : "unknown";
  return {
    state,
    word,
    ...compared,
    consumers: sufficiency(required, compared, proof),
    isExpired,
    endsSoon,
  };
}

function judge(checked: Checked, missing: number, unknown: number, isExpired: boolean, endsSoon: boolean) {
  const is = (state: Assessment["state"], word: string) => ({ state, word });
  if (checked.isMoved) return is("bad", "enter it again");
  if (checked.outcome !== "valid") return OUTCOMES[checked.outcome];
  if (isExpired) return is("bad", "expired");
  if (missing > 0) return is("warn", missing === 1 ? "lacks 1 scope" : `lacks ${missing} scopes`);
  if (endsSoon) return is("warn", "ends soon");
  if (unknown > 0) return is("off", "scopes cannot be told");
  return is("ok", "works");
}

const OUTCOMES: Record<Exclude<Outcome, "valid">, { state: Assessment["state"]; word: string }> = {
  rejected: { state: "bad", word: "rejected" },
  expired: { state: "bad", word: "expired" },
  revoked: { state: "bad", word: "revoked" },
  blocked: { state: "bad", word: "blocked" },
  "sso-required": { state: "warn", word: "needs SSO authorisation" },
  "insufficient-scope": { state: "warn", word: "may do too little" },
  "rate-limited": { state: "off", word: "could not be checked" },
  unreachable: { state: "off", word: "could not be checked" },
  redirected: { state: "off", word: "could not be checked" },
  unexpected: { state: "off", word: "could not be checked" },
  unchecked: { state: "off", word: "not checked yet" },
};

/**
 * Per consumer of the required scopes: no when one is missing or the token is dead, unknown when one cannot be told or
 * the host said nothing.
 */
function sufficiency(
  required: readonly RequiredScope[],
  compared: { missing: ComparedScope[]; unknown: ComparedScope[] },
  proof: "yes" | "no" | "unknown",
): Assessment["consumers"] {
  const consumers = new Map(required.map(({ consumer }) => [consumer.id, consumer]));
  const names = (list: ComparedScope[], id: string) =>
    list.some(({ neededBy }) => neededBy.some(({ consumer }) => consumer.id === id));
  return [...consumers.values()].map(({ id, name }) => ({
    id,
    name,
    suffices: names(compared.missing, id) ? "no" : proof === "yes" && names(compared.unknown, id) ? "unknown" : proof,
  }));
}
