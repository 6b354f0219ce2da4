import { setTimeout } from "node:timers/promises";
import { authorise, database } from "../db";
import { adapterFor } from "../hosts/registry";
import type { Job } from "../jobs/job";
import { describeError, log } from "../log";
import { type Due, findDue } from "./due";
import { finishRotation } from "./finish";
import { retireOld } from "./retire";
import { rotateSubject } from "./rotate";
import { CLAIM_MS, type ManagePermit, ROTATION_JOB, type RotationState } from "./rotation";
import { settleRotation } from "./settle";
import { findSubject } from "./subject";
import { takeUpJournals } from "./write-ahead";

/**
 * Goes on where a process was killed, ends old tokens whose quiet days are over, and rotates what is due: side by side
 * for the code hosts, and on each no faster than its kind allows. One that fails does not stop the others.
 */
export const rotationsJob: Job = {
  name: ROTATION_JOB,
  title: "Rotate tokens, and end the old ones",
  every: "*/5 * * * *",
  timeoutSeconds: 600,
  run: runRotations,
};

type Tally = Record<"rotated" | "retired" | "failed", number>;

export async function runRotations(signal: AbortSignal): Promise<string> {
  const permit = await authorise({ type: "system", name: ROTATION_JOB }, "credential.manage", { type: "site" });
  if (!permit.ok) throw new Error("the job may not manage credentials");
  const tally: Tally = { rotated: 0, retired: 0, failed: 0 };
  await takeUpJournals(permit.value);
  await goOn(permit.value, tally, signal);
  await startDue(permit.value, tally, signal);
  return sentence(tally);
}

async function goOn(permit: ManagePermit, tally: Tally, signal: AbortSignal): Promise<void> {
  for (const { id, state } of await claim(permit)) {
    if (signal.aborted) return;
    await counting(tally, async () => {
      if (state === "asking") return (await settleRotation(permit, id)).state;
      if (state === "answered") return (await finishRotation(permit, id)).state;
      return (await retireOld(permit, id)).state === "done" ? "retired" : null;
    });
  }
}

const BATCH = 20;

/** Those that nobody works on, each by one process: whoever was killed is past its time. */
async function claim(permit: ManagePermit): Promise<{ id: string; state: RotationState }[]> {
  return await database(permit).$queryRaw<{ id: string; state: RotationState }[]>`
    UPDATE "Rotation" SET "claimedUntil" = clock_timestamp() + ${CLAIM_MS}::int * interval '1 millisecond'
    WHERE id IN (
      SELECT id FROM "Rotation"
      WHERE (state IN ('asking', 'answered') OR (state = 'overlap' AND "retireAt" <= clock_timestamp()))
        AND ("claimedUntil" IS NULL OR "claimedUntil" <= clock_timestamp())
      ORDER BY "startedAt" LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
    ) RETURNING id, state`;
}

async function startDue(permit: ManagePermit, tally: Tally, signal: AbortSignal): Promise<void> {
  const byHost = new Map<string, Due[]>();
  for (const due of await findDue(permit)) {
    byHost.set(due.codeHostId, [...(byHost.get(due.codeHostId) ?? []), due]);
  }
  await Promise.all([...byHost.values()].map((rows) => startOnHost(permit, rows, tally, signal)));
}

async function startOnHost(permit: ManagePermit, rows: Due[], tally: Tally, signal: AbortSignal): Promise<void> {
  const { concurrent = 1, everyMs = 0 } = adapterFor(rows[0]?.kind ?? "")?.pace ?? {};
  const queue = [...rows];
  const work = async () => {
    for (let next = queue.shift(); next && !signal.aborted; next = queue.shift()) {
      const { id } = next;
      await counting(tally, () => startOne(permit, id));
      if (everyMs > 0) await setTimeout(everyMs * concurrent);
    }
  };
  await Promise.all(Array.from({ length: concurrent }, work));
}

async function startOne(permit: ManagePermit, id: string): Promise<RotationState | null> {
  const subject = await findSubject(permit, { id });
  if (!subject) return null;
  const rotated = await rotateSubject(permit, subject, { reason: "schedule", password: null });
  if (rotated.ok) return rotated.value.state;
  // Somebody else has begun meanwhile.
  return rotated.error.code === "conflict" ? null : "failed";
}

async function counting(tally: Tally, work: () => Promise<RotationState | "retired" | null>): Promise<void> {
  try {
    const became = await work();
    if (became === "retired") tally.retired += 1;
    else if (became === "done" || became === "overlap") tally.rotated += 1;
    else if (became === "failed" || became === "lost") tally.failed += 1;
  } catch (error) {
    tally.failed += 1;
    log().error(describeError(error), "a rotation could not go on");
  }
}

function sentence({ rotated, retired, failed }: Tally): string {
  const tokens = (count: number) => (count === 1 ? "1 token" : `${count} tokens`);
  const parts = [`Rotated ${tokens(rotated)}`];
  if (retired > 0) parts.push(`ended ${retired} old`);
  if (failed > 0) parts.push(`${failed} failed`);
  return `${parts.join(", ")}.`;
}
