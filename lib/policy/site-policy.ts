import type { CodeHost } from "../prisma-client/client";
import type { GlobalUse, Policy } from "./judge";
import type { SiteSettings } from "./site-settings";

/** The columns of a code host that are policy. */
export const HOST_POLICY_COLUMNS = { forbiddenTypes: true, globalUse: true } as const;

/** The rules of the site and of one code host, together. */
export function policyFor(
  { maxLifetimeDays, requireExpiry, forbidExcess }: SiteSettings,
  { forbiddenTypes, globalUse }: Pick<CodeHost, keyof typeof HOST_POLICY_COLUMNS>,
): Policy {
  return { maxLifetimeDays, requireExpiry, forbidExcess, forbiddenTypes, globalUse: globalUse as GlobalUse };
}
