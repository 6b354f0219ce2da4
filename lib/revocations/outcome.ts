import type { Account, Adapter, Entered } from "../hosts/adapter";
import type { Secret } from "../secret";
import { askToRevoke, type HostAddress, type Proof, proveDead } from "./ask-host";

/**
 * What became of asking a host for a token's end, as columns of its receipt. Dead is only what the host itself refuses
 * afterwards; the copy of the token is erased with that, and kept for as long as anything else is the case.
 */
export interface RevocationOutcome {
  state: "asking" | "asked" | "alive" | "dead";
  /** Absent: as it was before. */
  hostStatus?: number | null;
  hostSaid?: string | null;
  detail: string;
  /** When a limit of the host ends; null: by our own intervals. */
  retryAt: Date | null;
  /** Is the outcome a check's word too? */
  wasChecked: boolean;
  /** For the audit log: dead, asked, or the refusal's reason. */
  result: string;
}

/** The host takes it only with the account's password. */
export interface PasswordNeeded {
  state: "needs-password";
  message: string;
}

export interface Question {
  adapter: Adapter;
  host: HostAddress & { name: string };
  entered: Entered;
  account: Account | null;
  password: Secret | null;
  /** Before each further check that it is dead. */
  waitsMs: readonly number[];
}

export async function revokeAndProve(question: Question): Promise<RevocationOutcome | PasswordNeeded> {
  const { adapter, host, entered, waitsMs } = question;
  const answer = await askToRevoke(adapter, host, entered, question);
  if (!answer.ok && answer.needsPassword) return { state: "needs-password", message: answer.message };
  if (!answer.ok && isPassing(answer.reason)) {
    const { message, hostSaid, retryAt, reason } = answer;
    const detail = `${message} Forgepass asks ${host.name} again by itself.`;
    return { state: "asking", hostStatus: null, hostSaid, detail, retryAt, wasChecked: false, result: reason };
  }
  const told = { hostStatus: answer.ok ? answer.status : null, hostSaid: answer.hostSaid };
  const proof = await proveDead(adapter, host, entered, answer.ok ? waitsMs : []);
  if (proof.is === "dead") return { ...dead(host, proof), ...told };
  const wasChecked = proof.is === "alive";
  const retryAt = proof.is === "unclear" ? proof.retryAt : null;
  if (!answer.ok) {
    const detail = `${answer.message} It still works there: delete it by hand.`;
    return { ...told, state: "alive", detail, retryAt, wasChecked, result: answer.reason };
  }
  const detail =
    proof.is === "unclear"
      ? `${host.name} said that it is done. Whether it is dead could not be checked: ${proof.message}`
      : `${host.name} said that it does it. It can take a little until the token is dead.`;
  return { ...told, state: "asked", detail, retryAt, wasChecked, result: "asked" };
}

export function dead(host: { name: string }, _proof: Proof & { is: "dead" }): RevocationOutcome {
  const detail = `${host.name} refuses the token.`;
  return { state: "dead", detail, retryAt: null, wasChecked: true, result: "dead" };
}

/** Not asked now, because the host did not answer for another one or limits us. */
export function postponed(host: { name: string }, until: Date): RevocationOutcome {
  const detail = `${host.name} takes no more requests now. Forgepass asks it later by itself.`;
  return { state: "asking", detail, retryAt: until, wasChecked: false, result: "postponed" };
}

/** Nothing was decided: the same may go well later. */
function isPassing(reason: string): boolean {
  return ["rate-limited", "unreachable"].includes(reason);
}

/** What is taken from a receipt when its token is no longer to be checked. */
export const ERASED = { sealed: null, sealedFields: null, fields: {}, kid: null, nextCheckAt: null } as const;

const FIRST_MS = 5 * 60_000;
const LONGEST_MS = 24 * 3_600_000;

/** Five minutes at first, then after as long again as it has been going on, a day at most; never before a limit ends. */
export function nextCheck(requestedAt: Date, now: Date, retryAt: Date | null): Date {
  const age = now.getTime() - requestedAt.getTime();
  const next = new Date(now.getTime() + Math.min(Math.max(age, FIRST_MS), LONGEST_MS));
  return retryAt && retryAt > next ? retryAt : next;
}
