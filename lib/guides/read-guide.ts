import type { Actor } from "../authz";
import { readRequirements } from "../consumers/list-consumers";
import { authorise, database } from "../db";
import type { CredentialType, Guide, SshUse } from "../hosts/adapter";
import { type OfflineKind, offlineKind, offlineKinds } from "../hosts/offline";
import { adapterFor } from "../hosts/registry";
import { type ComparedScope, groupByScope } from "../hosts/scopes";
import { readSiteSettings } from "../policy/site-settings";
import { fail, ok, type Result } from "../result";

/**
 * How to make each type of token on each kind of code host, with the scopes that this portal's enabled consumers need.
 * For everybody, signed in or not: it names no code host of this portal, no person and no credential.
 */
export interface GuideSummary {
  kind: string;
  name: string;
  /** Names of the types that may be stored. */
  types: string[];
}

export interface KindGuide {
  kind: string;
  name: string;
  /** Links to the example's pages lead somewhere. */
  isPublic: boolean;
  exampleUrl: string;
  types: TypeGuide[];
  required: ComparedScope[];
  ssh: { use: SshUse; algorithm: "ed25519" | "rsa"; steps: readonly string[]; page: string; canUpload: boolean }[];
}

export interface TypeGuide
  extends Pick<CredentialType, "id" | "name" | "looksLike" | "lifetime" | "scopesTold" | "expiryTold"> {
  /** Labels of what is asked for besides the secret. */
  fields: string[];
  /** One for each release whose screens differ; with one only, `version` is null. */
  guides: { version: string | null; guide: Guide }[];
}

/** Where the site sets no shorter life. */
const EXPIRES_IN_DAYS = 90;

export function listGuides(): GuideSummary[] {
  return Object.entries(offlineKinds).map(([kind, { name, credentialTypes }]) => ({
    kind,
    name,
    types: credentialTypes.filter(({ refusal }) => refusal === null).map((type) => type.name),
  }));
}

export async function readGuide(actor: Actor, kind: string): Promise<Result<KindGuide>> {
  const permit = await authorise(actor, "guide.read", null);
  if (!permit.ok) return permit;
  const offline = offlineKind(kind);
  const adapter = adapterFor(kind);
  if (!offline || !adapter) return fail("not-found", "There is no guide for this kind of code host.");
  const required = groupByScope((await readRequirements(permit.value)).get(kind) ?? []);
  const { maxLifetimeDays } = await readSiteSettings(database(permit.value));
  const expiresInDays = Math.min(EXPIRES_IN_DAYS, maxLifetimeDays ?? EXPIRES_IN_DAYS);
  const { ssh } = adapter;
  const uses: SshUse[] = ssh.signing === "none" ? ["git"] : ["git", "signing"];
  return ok({
    kind,
    name: offline.name,
    isPublic: offline.isPublic,
    exampleUrl: offline.exampleUrl,
    types: offline.credentialTypes
      .filter(({ refusal }) => refusal === null)
      .map((type) => guideType(offline, type, required, expiresInDays)),
    required,
    ssh: uses.map((use) => ({
      ...{ use, algorithm: ssh.algorithm, canUpload: ssh.keys !== null },
      ...ssh.guide({ baseUrl: offline.exampleUrl, use }),
    })),
  });
}

function guideType(
  offline: OfflineKind,
  type: CredentialType,
  required: readonly ComparedScope[],
  expiresInDays: number,
): TypeGuide {
  const { id, name, looksLike, lifetime, scopesTold, expiryTold, fields = [] } = type;
  const request = {
    baseUrl: offline.exampleUrl,
    type: id,
    scopes: required.map(({ scope }) => scope),
    tokenName: "Forgepass",
    expiresInDays,
  };
  const versions = offline.guideVersions.map((version) => ({
    version: version.name,
    guide: offline.guide({ ...request, version: version.id }),
  }));
  return {
    ...{ id, name, looksLike, lifetime, scopesTold, expiryTold },
    fields: fields.map(({ label }) => label),
    guides: versions.length > 0 ? mergeAlike(versions) : [{ version: null, guide: offline.guide(request) }],
  };
}

/** Releases of which the steps for this type are the same stand together. */
function mergeAlike(guides: { version: string; guide: Guide }[]): TypeGuide["guides"] {
  const merged = new Map<string, { versions: string[]; guide: Guide }>();
  for (const { version, guide } of guides) {
    const key = JSON.stringify(guide);
    const alike = merged.get(key);
    if (alike) alike.versions.push(version);
    else merged.set(key, { versions: [version], guide });
  }
  const all = [...merged.values()];
  return all.map(({ versions, guide }) => ({ version: all.length === 1 ? null : versions.join("; "), guide }));
}
