import type { Actor } from "../authz";
import { authorise, change } from "../db";
import type { Job } from "../jobs/job";
import type { Tx } from "../prisma";
import { announce } from "./event";
import { type Due, describeReminder } from "./reminder";

/**
 * Reminds of what ends: 30, 14, 7, 3 and 1 days before, on the day, and the day after; days are UTC's, time is the
 * database's. Each reminder is given out once per token and end: it is claimed on the credential's row in the transaction
 * that announces it. After a pause only the nearest one is given out, and none whose day was before the token was
 * entered. What is rejected already, or belongs to somebody disabled, is not reminded of.
 */
const SYSTEM: Actor = { type: "system", name: "expiry.remind" };
const BATCH = 50;

export const remindJob: Job = {
  name: "expiry.remind",
  title: "Remind people of what ends",
  every: "5 * * * *",
  timeoutSeconds: 900,
  run: async (signal) => {
    const count = await remind(signal);
    return count === 0 ? "Nothing to remind of." : `Gave out ${count} ${count === 1 ? "reminder" : "reminders"}.`;
  },
};

/** @returns how many reminders were given out */
export async function remind(signal?: AbortSignal): Promise<number> {
  const permit = await authorise(SYSTEM, "credential.manage", { type: "site" });
  if (!permit.ok) return 0;
  let total = 0;
  while (!signal?.aborted) {
    const count = await change(permit.value, async (tx) => {
      const due = await claimDue(tx);
      for (const one of due) await announce(tx, describeReminder(one));
      return { value: due.length, audit: null };
    });
    total += count;
    if (count < BATCH) break;
  }
  return total;
}

async function claimDue(tx: Tx): Promise<Due[]> {
  return await tx.$queryRaw<Due[]>`
    WITH due AS (
      SELECT c.id, reminder.days, 'v' || c.version || ' ' || ending.day || ' ' || reminder.step AS once
      FROM "Credential" c
      LEFT JOIN "User" owner ON owner.id = c."ownerId"
      CROSS JOIN LATERAL (SELECT (c."expiresAt" AT TIME ZONE 'UTC')::date AS day) ending
      CROSS JOIN LATERAL (
        SELECT min(step) AS step, ending.day - (clock_timestamp() AT TIME ZONE 'UTC')::date AS days
        FROM unnest(ARRAY[30, 14, 7, 3, 1, 0, -1]) step
        WHERE step >= greatest(-1, ending.day - (clock_timestamp() AT TIME ZONE 'UTC')::date)
      ) reminder
      WHERE c."expiresAt" BETWEEN clock_timestamp() - interval '30 days' AND clock_timestamp() + interval '31 days'
        AND c."rejectedAt" IS NULL AND owner."disabledAt" IS NULL
        AND ending.day - reminder.step > (c."enteredAt" AT TIME ZONE 'UTC')::date
        AND c."remindedAs" IS DISTINCT FROM 'v' || c.version || ' ' || ending.day || ' ' || reminder.step
      ORDER BY c."expiresAt", c.id LIMIT ${BATCH} FOR UPDATE OF c SKIP LOCKED
    )
    UPDATE "Credential" c SET "remindedAs" = due.once
    FROM due, "CodeHost" h WHERE c.id = due.id AND h.id = c."codeHostId"
    RETURNING c.id, c."codeHostId", h.name AS "hostName", h.kind, h."baseUrl", c."ownerId", c."teamId", c.type, c.fields,
      c.scopes, c."scopesKnown", c.prefix, c."lastFour", c."accountLogin", c."expiresAt", c."rotateDays",
      (SELECT name FROM "Consumer" WHERE id = c."lastUsedById") AS "lastUsedBy",
      due.days, due.once, c."expiresAt" <= clock_timestamp() AS "isOver"`;
}
