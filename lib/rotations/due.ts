import { database } from "../db";
import type { ManagePermit } from "./rotation";

/**
 * What its schedule says is due: so many days before the end, though not before half of its life has passed; without an
 * end, so many days after it was entered. Spread over some hours, after a failure not before a day, and not again while
 * the last successor is lost. A code host that is paused is left alone.
 */
export interface Due {
  id: string;
  codeHostId: string;
  kind: string;
}

const BATCH = 100;

export async function findDue(permit: ManagePermit): Promise<Due[]> {
  return await database(permit).$queryRaw<Due[]>`
    SELECT c.id, c."codeHostId", h.kind FROM "Credential" c
    JOIN "CodeHost" h ON h.id = c."codeHostId"
    LEFT JOIN "User" u ON u.id = c."ownerId"
    WHERE c."rotateDays" IS NOT NULL AND u."disabledAt" IS NULL
      AND (h."pausedUntil" IS NULL OR h."pausedUntil" <= clock_timestamp())
      AND c."enteredAt" < clock_timestamp() - interval '1 day'
      AND (c."expiresAt" IS NULL OR c."expiresAt" > clock_timestamp())
      AND CASE WHEN c."expiresAt" IS NULL THEN c."enteredAt" + c."rotateDays" * interval '1 day'
          ELSE greatest(c."expiresAt" - c."rotateDays" * interval '1 day',
            c."enteredAt" + (c."expiresAt" - c."enteredAt") / 2)
          END + abs(hashtext(c.id::text)::bigint) % ${SPREAD_SECONDS}::int * interval '1 second' <= clock_timestamp()
      AND NOT EXISTS (
        SELECT 1 FROM "Rotation" r WHERE r."credentialId" = c.id AND (
          r.state IN ('asking', 'answered', 'overlap')
          OR (r.state = 'failed' AND r.reason = 'schedule' AND r."startedAt" > clock_timestamp() - interval '1 day')
          OR (r.state = 'lost' AND r."fromVersion" = c.version)))
    ORDER BY c."expiresAt" NULLS LAST LIMIT ${BATCH}`;
}

/** The same for one credential at each run. */
const SPREAD_SECONDS = 6 * 60 * 60;

/** The same as the query says, without the spread: for the screens. */
export function nextRotation(
  { expiresAt, enteredAt }: { expiresAt: Date | null; enteredAt: Date },
  rotateDays: number,
): Date {
  const days = rotateDays * 86_400_000;
  if (expiresAt === null) return new Date(enteredAt.getTime() + days);
  const half = enteredAt.getTime() + (expiresAt.getTime() - enteredAt.getTime()) / 2;
  return new Date(Math.max(expiresAt.getTime() - days, half));
}
