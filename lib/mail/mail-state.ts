import type { Actor } from "../authz";
import { authorise, database } from "../db";
import { env } from "../env";
import { ok, type Result } from "../result";

/** How sending goes, for site admins: what waits, what could not be sent in the last 30 days, and why. */
export interface MailState {
  /** Notifications that are still to be mailed. */
  waiting: number;
  /** Given up after three days. */
  failed: number;
  /** Nobody knows whether they went: the process or the connection ended in the middle. */
  unknown: number;
  /** The earliest of those two, and to how many people they were. */
  since: string | null;
  people: number;
  sentAt: string | null;
  trouble: string | null;
  retryAt: string | null;
  /** Where links in mails lead: the portal's own address, as the settings say it. */
  publicUrl: string;
}

interface Counts {
  waiting: bigint;
  failed: bigint;
  unknown: bigint;
  since: Date | null;
  people: bigint;
}

export async function readMailState(actor: Actor): Promise<Result<MailState>> {
  const permit = await authorise(actor, "site.manage", null, { type: "mail" });
  if (!permit.ok) return permit;
  const db = database(permit.value);
  const [[counts], settings] = await Promise.all([
    db.$queryRaw<Counts[]>`
      SELECT count(*) FILTER (WHERE mail IN ('now', 'digest', 'sending')) AS waiting,
        count(*) FILTER (WHERE mail = 'failed') AS failed,
        count(*) FILTER (WHERE mail = 'unknown') AS unknown,
        min("createdAt") FILTER (WHERE mail IN ('failed', 'unknown')) AS since,
        count(DISTINCT "userId") FILTER (WHERE mail IN ('failed', 'unknown')) AS people
      FROM "Notification"
      WHERE mail IN ('now', 'digest', 'sending', 'failed', 'unknown')
        AND "createdAt" > clock_timestamp() - interval '30 days'`,
    db.mailSettings.findUnique({ where: { id: 1 }, select: { sentAt: true, trouble: true, retryAt: true } }),
  ]);
  return ok({
    waiting: Number(counts?.waiting ?? 0),
    failed: Number(counts?.failed ?? 0),
    unknown: Number(counts?.unknown ?? 0),
    since: counts?.since?.toISOString() ?? null,
    people: Number(counts?.people ?? 0),
    sentAt: settings?.sentAt?.toISOString() ?? null,
    trouble: settings?.trouble ?? null,
    retryAt: settings?.retryAt?.toISOString() ?? null,
    publicUrl: env().publicUrl,
  });
}
