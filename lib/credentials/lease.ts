import type { Tx } from "../prisma";

/**
 * Which credentials are due, and whose turn it is to check them. A claim is a lease: it moves the next check ahead, so
 * what a killed process had claimed comes again by itself. Those of disabled people, and those whose code host has moved
 * since they were entered, are left alone.
 */
export const LEASE_MINUTES = 10;

/** Ids of the code hosts with something due, paused ones aside. */
export async function findDueHosts(db: Tx, kinds: readonly string[]): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT h.id FROM "CodeHost" h
    WHERE h.kind = ANY(${[...kinds]}) AND (h."pausedUntil" IS NULL OR h."pausedUntil" <= clock_timestamp())
      AND EXISTS (
        SELECT 1 FROM "Credential" c LEFT JOIN "User" u ON u.id = c."ownerId"
        WHERE c."codeHostId" = h.id AND c."nextCheckAt" <= clock_timestamp() AND c."sealedFor" = h."baseUrl"
          AND u."disabledAt" IS NULL)
    ORDER BY h.id`;
  return rows.map(({ id }) => id);
}

/** Claims up to so many of one code host's, the longest due first. */
export async function claimDue(db: Tx, host: { id: string; baseUrl: string }, count: number): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    UPDATE "Credential" SET "nextCheckAt" = clock_timestamp() + make_interval(mins => ${LEASE_MINUTES}) WHERE id IN (
      SELECT c.id FROM "Credential" c LEFT JOIN "User" u ON u.id = c."ownerId"
      WHERE c."codeHostId" = ${host.id}::uuid AND c."nextCheckAt" <= clock_timestamp()
        AND c."sealedFor" = ${host.baseUrl} AND u."disabledAt" IS NULL
      ORDER BY c."nextCheckAt" LIMIT ${count} FOR UPDATE OF c SKIP LOCKED
    ) RETURNING id`;
  return rows.map(({ id }) => id);
}

/** What was claimed and not checked after all is due again. */
export async function giveBack(db: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.$executeRaw`
    UPDATE "Credential" SET "nextCheckAt" = clock_timestamp()
    WHERE id = ANY(${[...ids]}::uuid[]) AND "nextCheckAt" > clock_timestamp()`;
}
