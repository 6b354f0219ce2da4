import type { Tx } from "../prisma";
import { Prisma } from "../prisma-client/client";
import type { Told } from "./compose";

/**
 * The notifications that are to be mailed, as rows. They are claimed before anything is sent, in a transaction of their
 * own, so two instances never send the same. What the server surely did not take goes back; what nobody can tell, because
 * the process or the connection ended in the middle, is not sent again and counted as unknown.
 */
export interface Claim {
  person: { id: string; email: string; name: string };
  told: readonly (Told & { id: string; was: "now" | "digest" })[];
  /** As it was before; the claim has moved it when it holds a digest. */
  digestedAt: Date | null;
}

/** After a refusal it is tried again after as long as it has waited already: some ten times in three days. */
const isDue = Prisma.sql`(n."mailedAt" IS NULL
  OR clock_timestamp() >= n."mailedAt" + greatest(interval '4 minutes', n."mailedAt" - n."createdAt"))`;

const mayDigest = Prisma.sql`(u."digestedAt" IS NULL OR u."digestedAt" < clock_timestamp() - interval '24 hours')`;

/** People with something to mail, who has waited longest first. What happens together is to come together: a digest waits ten minutes. */
export async function findDue(db: Tx, take: number): Promise<string[]> {
  const rows = await db.$queryRaw<{ userId: string }[]>`
    SELECT n."userId" FROM "Notification" n JOIN "User" u ON u.id = n."userId"
    WHERE n.mail IN ('now', 'digest') AND u."disabledAt" IS NULL AND ${isDue}
      AND (n.mail = 'now' OR (${mayDigest} AND n."createdAt" < clock_timestamp() - interval '10 minutes'))
    GROUP BY n."userId" ORDER BY min(n."createdAt") LIMIT ${take}`;
  return rows.map(({ userId }) => userId);
}

/** Null: another instance has it, or there is nothing any more. */
export async function claim(tx: Tx, userId: string): Promise<Claim | null> {
  const [person] = await tx.$queryRaw<{ id: string; email: string; name: string; digestedAt: Date | null }[]>`
    SELECT id, email, name, "digestedAt" FROM "User"
    WHERE id = ${userId}::uuid AND "disabledAt" IS NULL FOR NO KEY UPDATE SKIP LOCKED`;
  if (!person) return null;
  const told = await tx.$queryRaw<Claim["told"][number][]>`
    WITH due AS (
      SELECT n.id, n.mail FROM "Notification" n JOIN "User" u ON u.id = n."userId"
      WHERE n."userId" = ${userId}::uuid AND n.mail IN ('now', 'digest') AND ${isDue} AND (n.mail = 'now' OR ${mayDigest})
    )
    UPDATE "Notification" n SET mail = 'sending', "mailedAt" = clock_timestamp() FROM due WHERE n.id = due.id
    RETURNING n.id, n.event, n.title, n.body, n.href, due.mail AS was`;
  if (told.length === 0) return null;
  if (told.some(({ was }) => was === "digest")) {
    await tx.$executeRaw`UPDATE "User" SET "digestedAt" = clock_timestamp() WHERE id = ${userId}::uuid`;
  }
  const { id, email, name, digestedAt } = person;
  return { person: { id, email, name }, told, digestedAt };
}

export async function settle(tx: Tx, { told }: Claim, mail: "sent" | "unknown"): Promise<void> {
  await tx.notification.updateMany({ where: { id: { in: ids(told) }, mail: "sending" }, data: { mail } });
}

/** The server has surely not taken it. */
export async function release(tx: Tx, { person, told, digestedAt }: Claim): Promise<void> {
  for (const was of ["now", "digest"] as const) {
    const where = { id: { in: ids(told.filter((one) => one.was === was)) }, mail: "sending" };
    await tx.notification.updateMany({ where, data: { mail: was } });
  }
  await tx.user.updateMany({ where: { id: person.id }, data: { digestedAt } });
}

/** What has waited for three days is given up; what was claimed and never settled, nobody knows; a year is enough for all. */
export async function giveUp(tx: Tx, isSetUp: boolean): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Notification" SET mail = 'unknown'
    WHERE mail = 'sending' AND "mailedAt" < clock_timestamp() - interval '15 minutes'`;
  await tx.$executeRaw`
    UPDATE "Notification" n SET mail = CASE WHEN ${isSetUp}::boolean AND u."disabledAt" IS NULL THEN 'failed' ELSE 'no' END
    FROM "User" u WHERE u.id = n."userId" AND n.mail IN ('now', 'digest')
      AND n."createdAt" < clock_timestamp() - interval '3 days'`;
  await tx.$executeRaw`
    DELETE FROM "Notification" WHERE mail IN ('no', 'sent', 'failed', 'unknown')
      AND "createdAt" < clock_timestamp() - interval '1 year'`;
}

function ids(told: Claim["told"]): string[] {
  return told.map(({ id }) => id);
}
