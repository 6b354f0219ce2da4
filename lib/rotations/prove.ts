import { setTimeout } from "node:timers/promises";
import { askHost, isInconclusive } from "../credentials/verify";
import type { Accepted, Connection, Entered, Refusal } from "../hosts/adapter";
import type { SuccessorFacts } from "./rotation";
import type { Subject } from "./subject";

/**
 * Is the successor what it was asked to be: accepted by its host, the same account, at least the same scopes? Where the
 * old one lives on, nothing less is put in place. Where it is dead already, the successor is all there is: it is put in
 * place with what is amiss said loudly, unless the host rejects it and still takes the old one.
 */
export type Proof =
  | { state: "proven"; verdict: Accepted; warning: string | null }
  /** In place without a proof: the host could not be asked, or rejects the only token that there is. */
  | { state: "unproven"; refusal: Refusal; warning: string }
  /** Not yet known everywhere at the host: ask again later. */
  | { state: "later"; refusal: Refusal }
  | { state: "unfit"; message: string; hostSaid: string | null };

/** A key may be unknown at first, for seconds and more: longer and longer pauses between the questions. */
export const patience = { overlapPausesMs: [1000, 2000, 3000, 5000, 8000, 12_000], pausesMs: [500, 1500, 3000] };

const GIVE_UP_MS = 30 * 60_000;

/** @param waitedMs since the host made it */
export async function prove(
  { adapter, host }: Pick<Subject, "adapter" | "host">,
  open: () => Connection,
  { old, successor, facts, waitedMs }: { old: Entered; successor: Entered; facts: SuccessorFacts; waitedMs: number },
): Promise<Proof> {
  const overlaps = adapter.rotate?.overlaps === true;
  const verdict = await askPatiently(
    () => askHost(adapter, open(), successor),
    overlaps ? patience.overlapPausesMs : patience.pausesMs,
  );
  if (verdict.ok) return compare(verdict, facts, overlaps, host.name);
  if (overlaps) {
    const isOver = waitedMs > GIVE_UP_MS && !isInconclusive(verdict);
    if (!isOver) return { state: "later", refusal: verdict };
    const message = `${host.name} did not come to know the new one.`;
    return { state: "unfit", message, hostSaid: verdict.hostSaid };
  }
  if (isInconclusive(verdict)) {
    const warning = `${host.name} could not be asked about the new token. It is checked again by itself.`;
    return { state: "unproven", refusal: verdict, warning };
  }
  const isOldAlive = (await askHost(adapter, open(), old)).ok;
  if (isOldAlive) {
    const message = `${host.name} does not accept the new token that it made, and still accepts the old one.`;
    return { state: "unfit", message, hostSaid: verdict.hostSaid };
  }
  const warning = `${host.name} has ended the old token and does not accept the new one. Make a token there and replace this one.`;
  return { state: "unproven", refusal: verdict, warning };
}

async function askPatiently<V extends { ok: boolean }>(ask: () => Promise<V>, pausesMs: readonly number[]): Promise<V> {
  let verdict = await ask();
  for (const pauseMs of pausesMs) {
    if (verdict.ok) break;
    await setTimeout(pauseMs);
    verdict = await ask();
  }
  return verdict;
}

function compare(verdict: Accepted, { before }: SuccessorFacts, overlaps: boolean, hostName: string): Proof {
  const isOther = before.accountId !== null && verdict.account !== null && verdict.account.id !== before.accountId;
  const granted = verdict.scopes;
  const lacking = granted === null ? [] : (before.scopes ?? []).filter((scope) => !granted.includes(scope));
  const amiss = isOther
    ? `The new token belongs to another account, ${verdict.account?.login ?? "which is not told"}.`
    : lacking.length > 0
      ? `The new token lacks what the old one had: ${lacking.join(", ")}.`
      : null;
  if (amiss === null) return { state: "proven", verdict, warning: null };
  if (overlaps) return { state: "unfit", message: amiss, hostSaid: null };
  const warning = `${amiss} ${hostName} has ended the old one, so this one is in place. Look at it, and replace it by hand.`;
  return { state: "proven", verdict, warning };
}
