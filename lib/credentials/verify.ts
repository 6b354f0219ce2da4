import type { Accepted, Adapter, Connection, Entered, Probe, Refusal, Verdict, VerifyStep } from "../hosts/adapter";
import { echoes } from "../hosts/host-said";
import { asRefusal } from "../hosts/http";
import type { Prisma } from "../prisma-client/client";
import type { Outcome } from "./assessment";
import { isUnclear } from "./schedule";
import type { StoredProbe } from "./summary";

/**
 * Asks the code host, outside any transaction, and turns its verdict into columns. A refusal that says nothing about
 * the token (unreachable, rate limited, unexpected) leaves what was known of it in place. What a host says is stored
 * and shown, so an answer that hands the token back is not taken.
 */
export async function askHost(
  adapter: Adapter,
  connection: Connection,
  entered: Entered,
  report: (step: VerifyStep) => void = () => {},
): Promise<Verdict> {
  try {
    const verdict = await adapter.verify(connection, entered, (step) => {
      if (!handsBackAny(step, entered)) report(step);
    });
    return handsBackAny(verdict, entered) ? handsBack(connection) : verdict;
  } catch (error) {
    return asRefusal(error, new URL(connection.baseUrl).host);
  }
}

export async function askRepository(
  adapter: Adapter,
  connection: Connection,
  entered: Entered,
  repository: string,
): Promise<Probe | null> {
  try {
    const probe = (await adapter.probe?.(connection, entered, repository)) ?? null;
    return handsBackAny(probe, entered) ? handsBack(connection) : probe;
  } catch (error) {
    return asRefusal(error, new URL(connection.baseUrl).host);
  }
}

function handsBackAny(read: unknown, { token, secrets }: Entered): boolean {
  return [token, ...Object.values(secrets)].some((secret) => echoes(read, secret));
}

function handsBack({ baseUrl }: Connection): Refusal {
  const message = `${new URL(baseUrl).host} hands the token back in its answer, as no code host does. Check the address.`;
  return { ok: false, reason: "unexpected", message, hostSaid: null, url: null, retryAt: null };
}

/** Refusals that say nothing about the token itself. */
export function isInconclusive(refusal: Refusal): boolean {
  return isUnclear(refusal.reason);
}

/** Null: stored without a check. */
export function acceptedColumns(verdict: Accepted | null, type: string, now: Date) {
  if (verdict === null) return { ...UNKNOWN, ...NO_REFUSAL, type, outcome: "unchecked" satisfies Outcome };
  const { account, scopes, absent, expiry } = verdict;
  return {
    ...NO_REFUSAL,
    type: verdict.type,
    outcome: "valid" satisfies Outcome,
    accountId: account?.id ?? null,
    accountLogin: account?.login ?? null,
    accountName: account?.name ?? null,
    accountUrl: account?.url ?? null,
    accountIsBot: account?.isBot ?? false,
    scopes: [...(scopes ?? [])],
    scopesKnown: scopes !== null,
    scopesPartial: scopes !== null && absent !== undefined,
    scopesAbsent: [...(absent ?? [])],
    expiresAt: expiry.known ? expiry.at : null,
    expiryKnown: expiry.known,
    notes: [...verdict.notes],
    checkedAt: now,
    validAt: now,
  };
}

/** Who it was and what it could do stays as last seen. */
export function refusedColumns({ reason, message, hostSaid, url, retryAt }: Refusal, now: Date) {
  return {
    outcome: reason satisfies Outcome,
    outcomeDetail: message,
    hostSaid,
    outcomeUrl: url,
    retryAt,
    checkedAt: now,
  };
}

const UNKNOWN = {
  accountId: null,
  accountLogin: null,
  accountName: null,
  accountUrl: null,
  accountIsBot: false,
  scopes: [] as string[],
  scopesKnown: false,
  scopesPartial: false,
  scopesAbsent: [] as string[],
  expiresAt: null,
  expiryKnown: false,
  notes: [] as string[],
  checkedAt: null,
  validAt: null,
};

const NO_REFUSAL = {
  outcomeDetail: null,
  hostSaid: null,
  outcomeUrl: null,
  retryAt: null,
  doubtedAt: null,
  rejectedAt: null,
};

/** What the host says of its last use counts at a token's first check only: later ones are uses of our own. */
export function hostUseColumns(verdict: Accepted | null) {
  const told = verdict?.lastUsedAt;
  return { hostLastUsedAt: told ?? null, hostLastUsedKnown: told !== undefined };
}

export function probeColumn(probe: Probe | null, now: Date): { probes: Prisma.InputJsonValue } {
  if (!probe?.ok) return { probes: [] };
  const stored: StoredProbe = { repository: probe.repository, abilities: [...probe.abilities], at: now.toISOString() };
  return { probes: [stored] as unknown as Prisma.InputJsonValue };
}
