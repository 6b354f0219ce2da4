import type { Actor } from "../authz";
import { authorise, database } from "../db";
import { adapterFor } from "../hosts/registry";
import { ok, type Result } from "../result";
import type { GlobalUse } from "./judge";
import { HOST_POLICY_COLUMNS } from "./site-policy";
import { readSiteSettings, type SiteSettings } from "./site-settings";

/** The site's policy as the admins' page shows it. */
export interface PolicyView {
  settings: SiteSettings;
  hosts: HostPolicy[];
}

export interface HostPolicy {
  id: string;
  kind: string;
  name: string;
  /** Those that may be stored there at all. */
  types: { id: string; name: string; isEndTold: boolean; areScopesTold: boolean }[];
  forbiddenTypes: string[];
  globalUse: GlobalUse;
  /** There is a global credential. */
  hasGlobal: boolean;
}

export async function readPolicy(actor: Actor): Promise<Result<PolicyView>> {
  const permit = await authorise(actor, "site.manage", null, { type: "policy" });
  if (!permit.ok) return permit;
  const db = database(permit.value);
  const [settings, hosts] = await Promise.all([
    readSiteSettings(db),
    db.codeHost.findMany({
      orderBy: [{ name: "asc" }, { id: "asc" }],
      select: {
        ...{ id: true, kind: true, name: true, ...HOST_POLICY_COLUMNS },
        credentials: { where: { ownerId: null, teamId: null }, select: { id: true } },
      },
    }),
  ]);
  return ok({
    settings,
    hosts: hosts.map(({ id, kind, name, forbiddenTypes, globalUse, credentials }) => ({
      ...{ id, kind, name, forbiddenTypes },
      types: (adapterFor(kind)?.credentialTypes ?? [])
        .filter(({ refusal }) => refusal === null)
        .map((type) => ({
          id: type.id,
          name: type.name,
          isEndTold: type.expiryTold !== "never",
          areScopesTold: type.scopesTold !== "never",
        })),
      globalUse: globalUse as GlobalUse,
      hasGlobal: credentials.length > 0,
    })),
  });
}
