import type { CredentialType, Guide } from "@/lib/hosts/adapter";
import { offlineKind } from "@/lib/hosts/offline";
import type { RowData } from "./row-data";

/** How to make each type of token that may be stored here. Worked out where it is shown: it needs nothing but the row. */
export interface GuidedType extends Pick<CredentialType, "id" | "name" | "label" | "scopesTold"> {
  guide: Guide;
}

const EXPIRES_IN_DAYS = 90;

export function guidedTypes({ owner, host, required }: RowData): GuidedType[] {
  const kind = offlineKind(host.kind);
  if (!kind) return [];
  const scopes = required.map(({ scope }) => scope);
  const tokenName = owner === "site" ? "Forgepass (global)" : "Forgepass";
  return kind.credentialTypes
    .filter(({ refusal }) => refusal === null)
    .map(({ id, name, label, scopesTold }) => {
      const request = { baseUrl: host.baseUrl, type: id, scopes, tokenName, expiresInDays: EXPIRES_IN_DAYS };
      return { id, name, label, scopesTold, guide: kind.guide(request) };
    });
}

/** Where tokens like the stored one are managed at the host. */
export function managePage(data: RowData): string {
  const types = guidedTypes(data);
  const type = types.find(({ id }) => id === data.credential?.type) ?? types[0];
  return type?.guide.managePage ?? data.host.baseUrl;
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
