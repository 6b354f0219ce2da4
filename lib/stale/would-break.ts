import { assessRow } from "../credentials/list";
import type { OwnerColumns } from "../credentials/owner";
import { type Candidate, type ResolutionHost, type ResolvedPerson, resolve } from "../credentials/resolve";
import type { CredentialRow } from "../credentials/summary";
import type { RequiredScope } from "../hosts/scopes";

/**
 * What would stop working without a credential: the enabled consumers that it suffices for and that would get none in its
 * place, or one that does not suffice. Pure; what cannot be told is told as that.
 */
export interface WouldBreak {
  /** Names of consumers. */
  breaks: string[];
  /** Those of which it cannot be told, whether they work now or afterwards. */
  perhaps: string[];
  /** Those that go on with another credential. */
  goesOn: string[];
  /** Which takes its place: "the team Platform's", "the global one"; null: none. */
  instead: string | null;
}

export type UsedRow = CredentialRow & Candidate;

export interface UsePlace {
  row: UsedRow;
  host: ResolutionHost & { kind: string };
  /** Null: a team's or the site's. */
  person: ResolvedPerson | null;
  /** The teams' and the site's credentials on this host that the owner would get, the row itself excepted. */
  others: readonly UsedRow[];
  required: readonly RequiredScope[];
}

const NOTHING: WouldBreak = { breaks: [], perhaps: [], goesOn: [], instead: null };
const SOMEBODY: ResolvedPerson = { name: "A member", isDisabled: false, teamCount: 1 };

export function wouldBreak({ row, host, person, others, required }: UsePlace, now: Date): WouldBreak {
  const who = person ?? SOMEBODY;
  if (resolve(who, host, [row, ...others], now).chosen?.id !== row.id) return NOTHING;
  const chosen = resolve(who, host, others, now).chosen;
  const successor = others.find(({ id }) => id === chosen?.id) ?? null;
  const before = assessRow(host, row, required, now)?.consumers ?? [];
  const after = successor ? (assessRow(host, successor, required, now)?.consumers ?? []) : [];
  const result: WouldBreak = { ...NOTHING, breaks: [], perhaps: [], goesOn: [], instead: nameOf(successor) };
  for (const { id, name, suffices } of before) {
    if (suffices === "no") continue;
    const then = after.find((one) => one.id === id)?.suffices ?? "no";
    if (then === "yes") result.goesOn.push(name);
    else if (suffices === "yes" && then === "no") result.breaks.push(name);
    else result.perhaps.push(name);
  }
  return result;
}

function nameOf(row: (OwnerColumns & { team: { name: string } | null }) | null): string | null {
  if (row === null) return null;
  return row.team ? `the team ${row.team.name}'s` : "the global one";
}
