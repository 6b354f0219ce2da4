import type { Assessment, State } from "../credentials/assessment";
import { ownerOf } from "../credentials/owner";
import { type CredentialRow, expiryOf } from "../credentials/summary";
import { adapterFor } from "../hosts/registry";
import { type Judgement, judgeOffline, judgePolicy, type Policy } from "./judge";

/** Which of the site's rules a stored credential breaks, from what the last good check told. */
export function judgeRow(
  policy: Policy,
  host: { kind: string; name: string },
  row: Pick<CredentialRow, "ownerId" | "teamId" | "type" | "expiresAt" | "expiryKnown" | "enteredAt" | "validAt">,
  { excess }: Pick<Assessment, "excess">,
  now: Date,
): Judgement {
  const types = adapterFor(host.kind)?.credentialTypes ?? [];
  const place = { owner: ownerOf(row).type, host, types };
  const { type, enteredAt } = row;
  // Of what no check ever found valid nothing but its type is known.
  if (row.validAt === null) return { broken: judgeOffline(policy, place, type), untold: [] };
  return judgePolicy(policy, place, { type, expiry: expiryOf(row), enteredAt, now, excess });
}

export const UNJUDGED: Judgement = { broken: [], untold: [] };

/** What works, but breaks a rule of the site, needs its owner. */
export function rowState(assessment: Pick<Assessment, "state"> | null, { broken }: Judgement): State {
  const state = assessment?.state ?? "none";
  return broken.length > 0 && (state === "ok" || state === "off") ? "warn" : state;
}
