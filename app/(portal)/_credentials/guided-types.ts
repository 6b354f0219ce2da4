import type { CredentialType, Guide, GuideVersion } from "@/lib/hosts/adapter";
import { offlineKind } from "@/lib/hosts/offline";
import { allowedTypes } from "@/lib/policy/judge";
import type { RowData } from "./row-data";

/** How to make each type of token that may be stored here, by the host and by the site's policy. Worked out where it is shown: it needs nothing but the row. */
export interface GuidedType
  extends Pick<CredentialType, "id" | "name" | "label" | "scopesTold" | "fields" | "secretForm"> {
  guide: Guide;
}

/** Proposed where the site sets no shorter life. */
const EXPIRES_IN_DAYS = 90;

/** @param version one of the kind's guide versions; "" for the first */
export function guidedTypes({ owner, host, required, policy }: RowData, version = ""): GuidedType[] {
  const kind = offlineKind(host.kind);
  if (!kind) return [];
  const scopes = required.map(({ scope }) => scope);
  const tokenName = owner === "site" ? "Forgepass (global)" : "Forgepass";
  const expiresInDays = Math.min(EXPIRES_IN_DAYS, policy.maxLifetimeDays ?? EXPIRES_IN_DAYS);
  return allowedTypes(policy, kind.credentialTypes).map((type) => {
    const request = { baseUrl: host.baseUrl, type: type.id, scopes, tokenName, expiresInDays };
    return { ...type, guide: kind.guide(version ? { ...request, version } : request) };
  });
}

/** Where tokens like the stored one are managed at the host. */
export function managePage(data: RowData): string {
  // What is stored may be of a type that is forbidden by now.
  const types = guidedTypes({ ...data, policy: { ...data.policy, forbiddenTypes: [] } });
  const type = types.find(({ id }) => id === data.credential?.type) ?? types[0];
  return type?.guide.managePage ?? data.host.baseUrl;
}

/** Releases of the kind whose token pages differ. */
export function guideVersions({ host }: RowData): readonly GuideVersion[] {
  return offlineKind(host.kind)?.guideVersions ?? [];
}

/** How a repository is named there: owner/name. */
export function repositoryExample({ host }: RowData): string {
  return offlineKind(host.kind)?.repositoryExample ?? "owner/name";
}

/** "GitHub" */
export function kindName({ host }: RowData): string {
  return offlineKind(host.kind)?.name ?? host.kind;
}

/** Without the scheme. */
export function addressOf({ host: { baseUrl } }: RowData): string {
  const { host, pathname } = new URL(baseUrl);
  return `${host}${pathname.replace(/\/$/, "")}`;
}
