import type { Actor } from "../authz";
import { authorise, database } from "../db";
import { recheck } from "./check";
import { SEALED_COLUMNS } from "./open";
import { SUMMARY_COLUMNS } from "./summary";

/**
 * Asks again about what could not be checked: stored unchecked, or the host did not answer or limited us. Several
 * instances may run it at once; each credential is claimed by one of them, and again only after a while.
 */
const BATCH = 20;
const SYSTEM: Actor = { type: "system", name: "re-check" };

/** @returns how many were asked about */
export async function recheckUnchecked(): Promise<number> {
  const permit = await authorise(SYSTEM, "credential.manage", { type: "site" });
  if (!permit.ok) return 0;
  const db = database(permit.value);
  const due = await db.$queryRaw<{ id: string }[]>`
    UPDATE "Credential" SET "updatedAt" = clock_timestamp() WHERE id IN (
      SELECT c.id FROM "Credential" c LEFT JOIN "User" u ON u.id = c."ownerId"
      WHERE c.outcome IN ('unchecked', 'unreachable', 'rate-limited', 'redirected', 'unexpected')
        AND c."updatedAt" < clock_timestamp() - CASE WHEN c."checkedAt" IS NULL THEN interval '1 minute' ELSE interval '15 minutes' END
        AND (c."retryAt" IS NULL OR c."retryAt" < clock_timestamp())
        AND u."disabledAt" IS NULL
      ORDER BY c."checkedAt" NULLS FIRST LIMIT ${BATCH} FOR UPDATE OF c SKIP LOCKED
    ) RETURNING id`;
  const found = await db.credential.findMany({
    where: { id: { in: due.map(({ id }) => id) } },
    select: { ...SUMMARY_COLUMNS, ...SEALED_COLUMNS, codeHost: true },
  });
  await Promise.all(
    found.map(({ sealed, sealedFields, codeHost, ...row }) =>
      recheck(permit.value, { row, sealed: { sealed, sealedFields }, host: codeHost }),
    ),
  );
  return found.length;
}

const EVERY_MS = 60_000;

/** Runs `recheckUnchecked` every minute, one run at a time, until stopped. A run that fails is told and tried again. */
export function startRechecks(onError: (error: unknown) => void): { stop(): Promise<void> } {
  let run: Promise<unknown> = Promise.resolve();
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    run = recheckUnchecked()
      .catch(onError)
      .finally(() => {
        isRunning = false;
      });
  }, EVERY_MS);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await run;
    },
  };
}
