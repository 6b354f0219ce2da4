import type { Refusal, Verdict } from "../hosts/adapter";
import type { Prisma } from "../prisma-client/client";
import { CONFIRM_AFTER_MS, isRejection, isUnclear, nextCheck } from "./schedule";
import type { CredentialRow } from "./summary";
import { acceptedColumns, hostUseColumns, refusedColumns } from "./verify";

/**
 * What a check of a stored credential changes. Pure. A host's no is not believed at once: the first one raises a doubt,
 * one that comes at least about two minutes later confirms it, and only then is anybody told. A yes clears both; no
 * answer changes neither. A person who checks sees at once what the host said.
 */
export interface Known extends CredentialRow {
  doubtedAt: Date | null;
  rejectedAt: Date | null;
}

export interface CheckResult {
  columns: Prisma.CredentialUpdateManyMutationInput & { nextCheckAt: Date };
  /** The host's no is confirmed by this check. */
  isConfirmed: boolean;
  /** Outcome, scopes or end are others than before. */
  isNews: boolean;
  /** Anything but the times of the check is another than before. */
  isChanged: boolean;
}

/** Two clocks and the time a check takes lie between. */
const CONFIRM_TOLERANCE_MS = 30_000;

export function judgeCheck(
  known: Known,
  verdict: Verdict,
  { now, everyHours, by }: { now: Date; everyHours: number; by: "person" | "schedule" },
): CheckResult {
  const { columns, isConfirmed = false } = judge(known, verdict, now, everyHours, by);
  const after = { ...known, ...columns } as Known;
  const nextCheckAt = nextCheck(after, now, everyHours, !verdict.ok && isUnclear(verdict.reason));
  const differs = (name: string) =>
    JSON.stringify(known[name as keyof Known]) !== JSON.stringify(after[name as keyof Known]);
  return {
    columns: { ...columns, nextCheckAt },
    isConfirmed,
    isNews: NEWS.some(differs),
    isChanged: Object.keys(columns).some((name) => !TIMES.includes(name) && differs(name)),
  };
}

const NEWS = ["outcome", "scopes", "scopesKnown", "scopesAbsent", "expiresAt", "expiryKnown"];
const TIMES = ["checkedAt", "validAt"];

interface Judged {
  columns: Prisma.CredentialUpdateManyMutationInput;
  isConfirmed?: boolean;
}

function judge(known: Known, verdict: Verdict, now: Date, everyHours: number, by: "person" | "schedule"): Judged {
  if (verdict.ok) {
    const isFirst = known.validAt === null;
    return { columns: { ...acceptedColumns(verdict, known.type, now), ...(isFirst && hostUseColumns(verdict)) } };
  }
  const refused = refusedColumns(verdict, now);
  if (isRejection(verdict.reason)) return judgeRejection(known, verdict, now, by);
  if (!isUnclear(verdict.reason)) return { columns: { ...refused, doubtedAt: null, rejectedAt: null } };
  return { columns: by === "schedule" && stillHolds(known, now, everyHours) ? { retryAt: verdict.retryAt } : refused };
}

function judgeRejection(known: Known, refusal: Refusal, now: Date, by: "person" | "schedule"): Judged {
  const { doubtedAt, rejectedAt } = known;
  const refused = refusedColumns(refusal, now);
  if (rejectedAt) return { columns: refused };
  // What has ended as everybody knew needs no confirmation, and of its end people are told anyway.
  if (hasEnded(known, now)) return { columns: { ...refused, doubtedAt: doubtedAt ?? now, rejectedAt: now } };
  const isSecond = doubtedAt !== null && now.getTime() - doubtedAt.getTime() >= CONFIRM_AFTER_MS - CONFIRM_TOLERANCE_MS;
  if (isSecond) return { columns: { ...refused, rejectedAt: now }, isConfirmed: true };
  return { columns: { ...(by === "person" && refused), doubtedAt: doubtedAt ?? now } };
}

function hasEnded({ expiryKnown, expiresAt }: Known, now: Date): boolean {
  return expiryKnown && expiresAt !== null && expiresAt <= now;
}

/** What the host last said of it stands for a while when it says nothing. */
function stillHolds({ outcome, checkedAt }: Known, now: Date, everyHours: number): boolean {
  if (outcome === "unchecked" || isUnclear(outcome) || checkedAt === null) return false;
  return now.getTime() - checkedAt.getTime() < 2 * everyHours * 3_600_000;
}
