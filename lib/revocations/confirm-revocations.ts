import type { Actor } from "../authz";
import { ownerOf } from "../credentials/owner";
import { authorise, database, type Permit } from "../db";
import { adapterFor } from "../hosts/registry";
import type { Job } from "../jobs/job";
import { SealError } from "../seal";
import { COPY_COLUMNS, type CopyRow, checkCopy } from "./check-copy";
import { byHost, inPace } from "./in-pace";

/**
 * Finishes revocations that were begun, and checks that removed tokens are dead. Each receipt is claimed in the database
 * by pushing its next check away, so that two instances never take the same, and a killed one's is taken up again.
 */
const BATCH = 200;
const CLAIM_MINUTES = 10;
const SYSTEM: Actor = { type: "system", name: "revocations.confirm" };

export const confirmRevocations: Job = {
  name: "revocations.confirm",
  title: "Check that removed tokens are dead",
  every: "*/5 * * * *",
  timeoutSeconds: CLAIM_MINUTES * 60,
  run: async (signal) => {
    const states = await confirmDue(signal);
    const dead = states.filter((state) => state === "dead").length;
    return `Checked ${states.length} removed ${states.length === 1 ? "token" : "tokens"}, ${dead} dead.`;
  },
};

/** @returns the state of each afterwards */
async function confirmDue(signal: AbortSignal): Promise<string[]> {
  const permit = await authorise(SYSTEM, "credential.manage", { type: "site" });
  if (!permit.ok) throw new Error(permit.error.message);
  const rows = await claim(permit.value);
  const hosts = await Promise.all(byHost(rows).map((own) => confirmOnHost(own, signal)));
  return hosts.flat();
}

async function claim(permit: Permit<"credential.manage">): Promise<CopyRow[]> {
  const db = database(permit);
  const due = await db.$queryRaw<{ id: string }[]>`
    UPDATE "Revocation" SET "nextCheckAt" = clock_timestamp() + make_interval(mins => ${CLAIM_MINUTES}::int)
    WHERE id IN (
      SELECT id FROM "Revocation"
      WHERE state IN ('asking', 'asked', 'alive') AND "nextCheckAt" <= clock_timestamp()
      ORDER BY "nextCheckAt" LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
    ) RETURNING id`;
  return await db.revocation.findMany({ where: { id: { in: due.map(({ id }) => id) } }, select: COPY_COLUMNS });
}

/** When the host limits us, the rest of its own waits for another run. */
async function confirmOnHost(rows: readonly CopyRow[], signal: AbortSignal): Promise<string[]> {
  const pace = adapterFor(rows[0]?.kind ?? "")?.pace ?? { concurrent: 1, everyMs: 0 };
  let isLimited = false;
  const states = await inPace(rows, pace, async (row) => {
    if (isLimited || signal.aborted) return null;
    const permit = await authorise(SYSTEM, "credential.manage", ownerOf(row));
    if (!permit.ok) return null;
    try {
      const { state, nextCheckAt } = await checkCopy(permit.value, row);
      isLimited ||= state === "asking" && nextCheckAt !== null;
      return state;
    } catch (error) {
      // The keyring lacks a key: the next run may have it.
      if (error instanceof SealError) return row.state;
      throw error;
    }
  });
  return states.filter((state) => state !== null);
}
