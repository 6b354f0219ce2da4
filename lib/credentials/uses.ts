import type { Owner } from "../authz";
import type { Permit } from "../db";
import {
  type Candidate,
  type Chosen,
  findCandidates,
  findSiteCandidates,
  type ResolutionHost,
  resolve,
} from "./resolve";

/**
 * What a credentials list says beside each row: which credential tools use on the host, and which they would use without
 * the one that the row is about. As many queries for a page of hosts as for one.
 */
export interface Uses {
  /** What tools get for the person whose list it is; null: nothing, or it is a team's or the site's list. */
  used: Chosen | null;
  /** What they would get without this one: for the person, or for a team's members who have none of their own. */
  fallback: Chosen | null;
}

export const NO_USES: Uses = { used: null, fallback: null };

export async function findUses(
  permit: Permit<"credential.list">,
  owner: Owner,
  hosts: readonly ResolutionHost[],
  now: Date,
): Promise<ReadonlyMap<string, Uses>> {
  if (owner.type === "site" || hosts.length === 0) return new Map();
  const ids = hosts.map(({ id }) => id);
  const { person, candidates } =
    owner.type === "user"
      ? await findCandidates(permit, owner.id, ids)
      : { person: null, candidates: await findSiteCandidates(permit, ids) };
  const on = (id: string) => candidates.filter(({ codeHostId }) => codeHostId === id);
  return new Map(hosts.map((host) => [host.id, usesOn(host, person, on(host.id), now)]));
}

function usesOn(host: ResolutionHost, person: Person, candidates: readonly Candidate[], now: Date): Uses {
  const others = candidates.filter(({ ownerId }) => ownerId === null);
  return {
    used: person && resolve(person, host, candidates, now).chosen,
    fallback: resolve(person ?? ANY_MEMBER, host, others, now).chosen,
  };
}

type Person = Awaited<ReturnType<typeof findCandidates>>["person"];

/** Somebody of a team, who has nothing of their own. */
const ANY_MEMBER = { name: "A member", isDisabled: false, teamCount: 1 };
