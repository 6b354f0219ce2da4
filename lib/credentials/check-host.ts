import { setTimeout } from "node:timers/promises";
import { connect } from "../code-hosts/connect";
import { database, type Permit } from "../db";
import type { Adapter } from "../hosts/adapter";
import type { CodeHost } from "../prisma-client/client";
import { afterAnswer, TROUBLES } from "./breaker";
import { CHECK_COLUMNS } from "./check";
import { judgeCheck } from "./check-result";
import { claimDue, giveBack } from "./lease";
import { openStored } from "./open";
import { type Checked, recordCheck, refreshChecked } from "./record-check";
import { isUnclear, nextCheck } from "./schedule";
import { askHost } from "./verify";

/**
 * Checks what is due on one code host, within its pace: so many at the same time, their beginnings so far apart. A limit
 * or trouble pauses the host; the rest then waits for the end of the pause. Nothing here waits for another host.
 */
export interface CheckRun {
  permit: Permit<"credential.manage">;
  everyHours: number;
  /** The database's time. */
  clock(): Date;
  /** Aborted: what is under way is finished, nothing else begins. */
  signal: AbortSignal;
}

export interface Tally {
  checked: number;
  /** The host's no, confirmed now. */
  rejected: number;
  /** The host's no, to be confirmed. */
  doubted: number;
  /** No answer that says anything. */
  unclear: number;
}

/** Per lane, so that claiming costs little and a pause gives back little. */
const CLAIMS = 16;
const REFRESH_AT = 50;

type Claimed = Awaited<ReturnType<typeof readClaimed>>[number];

export async function checkHost(run: CheckRun, host: CodeHost, adapter: Adapter): Promise<Tally> {
  const { permit, signal, clock } = run;
  const db = database(permit);
  const tally: Tally = { checked: 0, rejected: 0, doubted: 0, unclear: 0 };
  const waiting: Claimed[] = [];
  const unchanged: Checked[] = [];
  let claiming: Promise<void> | null = null;
  let troubles = host.troubles;
  let isPaused = false;
  let beginsAt = performance.now();

  async function next(batch: number): Promise<Claimed | undefined> {
    if (isPaused || signal.aborted) return undefined;
    if (waiting.length === 0) {
      claiming ??= readClaimed(permit, host, batch).then((rows) => {
        waiting.push(...rows);
        claiming = null;
      });
      await claiming;
    }
    return isPaused || signal.aborted ? undefined : waiting.shift();
  }

  async function checkOne(row: Claimed): Promise<void> {
    const entered = await openStored(permit, row, host);
    if (!entered.ok) {
      // Written down where it failed; looked at again in the regular course.
      const nextCheckAt = nextCheck({ ...row, outcome: "valid" }, clock(), run.everyHours);
      await db.credential.updateMany({ where: { id: row.id, version: row.version }, data: { nextCheckAt } });
      return;
    }
    const verdict = await askHost(adapter, connect(adapter, host), entered.value);
    const now = clock();
    const result = judgeCheck(row, verdict, { now, everyHours: run.everyHours, by: "schedule" });
    tally.checked += 1;
    if (result.isConfirmed) tally.rejected += 1;
    else if (result.columns.doubtedAt && !row.doubtedAt) tally.doubted += 1;
    else if (!verdict.ok && isUnclear(verdict.reason)) tally.unclear += 1;
    const pause = isPaused ? null : afterAnswer({ troubles }, verdict, now);
    if (pause) {
      troubles = pause.troubles;
      isPaused = pause.pausedUntil !== null;
      await db.codeHost.updateMany({ where: { id: host.id }, data: pause });
    }
    const checked = { row, host, verdict, result };
    if (result.isChanged) await recordCheck(permit, checked, "news");
    else unchanged.push(checked);
    if (unchanged.length >= REFRESH_AT) await refreshChecked(db, unchanged.splice(0));
  }

  async function lane(batch: number, most = Number.POSITIVE_INFINITY): Promise<void> {
    for (let count = 0; count < most; count++) {
      const row = await next(batch);
      if (!row) return;
      const waitMs = beginsAt - performance.now();
      beginsAt = Math.max(beginsAt, performance.now()) + adapter.pace.everyMs;
      if (waitMs > 0) await setTimeout(waitMs);
      await checkOne(row);
    }
  }

  try {
    // After a pause for trouble, one tries for all.
    if (troubles >= TROUBLES) await lane(1, 1);
    const batch = adapter.pace.concurrent * CLAIMS;
    const lanes = Array.from({ length: adapter.pace.concurrent }, () => lane(batch));
    const broken = (await Promise.allSettled(lanes)).find((one) => one.status === "rejected");
    if (broken) throw broken.reason;
  } finally {
    await refreshChecked(db, unchanged);
    await giveBack(
      db,
      waiting.map(({ id }) => id),
    );
  }
  return tally;
}

async function readClaimed(permit: Permit<"credential.manage">, host: CodeHost, batch: number) {
  const db = database(permit);
  const ids = await claimDue(db, host, batch);
  if (ids.length === 0) return [];
  return await db.credential.findMany({ where: { id: { in: ids } }, select: CHECK_COLUMNS });
}
