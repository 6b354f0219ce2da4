import type { Tx } from "../prisma";

/** What site admins set for the whole site, or the defaults where they never did. */
export interface SiteSettings {
  /** Every credential is checked this often. */
  checkEveryHours: number;
  /** A credential that no consumer used for so long is stale; null: never for that. */
  staleAfterDays: number | null;
  /** The longest a token may live from when it is entered; null: any. */
  maxLifetimeDays: number | null;
  /** A token must have an end. */
  requireExpiry: boolean;
  /** No scopes beyond what the enabled consumers need. */
  forbidExcess: boolean;
}

export const defaultSiteSettings: SiteSettings = {
  checkEveryHours: 24,
  staleAfterDays: 90,
  maxLifetimeDays: null,
  requireExpiry: false,
  forbidExcess: false,
};

export async function readSiteSettings(db: Tx): Promise<SiteSettings> {
  const row = await db.siteSettings.findUnique({ where: { id: 1 } });
  if (!row) return defaultSiteSettings;
  const { checkEveryHours, staleAfterDays, maxLifetimeDays, requireExpiry, forbidExcess } = row;
  return { checkEveryHours, staleAfterDays, maxLifetimeDays, requireExpiry, forbidExcess };
}
