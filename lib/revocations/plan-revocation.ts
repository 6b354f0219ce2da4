import type { Adapter } from "../hosts/adapter";
import { adapterFor } from "../hosts/registry";

/**
 * What can be done about a stored credential at its code host, worked out without asking it: whether its API takes the
 * token's end, else why not, and where and how it is done by hand.
 */
export interface RevocationPlan {
  byApi: boolean;
  /** Why it is not done through the API; null with `byApi`. */
  why: string | null;
  /** The host may take the end only with the account's password. */
  mayNeedPassword: boolean;
  /** Can a copy be checked until it is dead? Not where the token must not be sent any more. */
  canCheck: boolean;
  /** Where tokens are managed at the host. */
  page: string;
  /** How to remove it there: one or two sentences. */
  removal: string;
}

interface StoredCredential {
  type: string;
  /** As stored; none of it is secret. */
  fields: unknown;
  sealedFor: string;
}

export function planRevocation(
  host: { kind: string; name: string; baseUrl: string },
  credential: StoredCredential,
): RevocationPlan {
  const adapter = adapterFor(host.kind);
  if (!adapter) {
    const why = `This portal no longer knows code hosts of the kind ${host.kind}.`;
    return {
      byApi: false,
      why,
      mayNeedPassword: false,
      canCheck: false,
      page: host.baseUrl,
      removal: `Delete the token on ${host.name}.`,
    };
  }
  const { managePage, removal } = adapter.guide({
    baseUrl: host.baseUrl,
    type: credential.type,
    scopes: [],
    tokenName: "",
    expiresInDays: 90,
  });
  const why = findObstacle(adapter, host, credential);
  const byApi = why === null;
  return {
    ...{ byApi, why, page: managePage, removal },
    mayNeedPassword: byApi && adapter.revoke?.password !== undefined,
    canCheck: credential.sealedFor === host.baseUrl,
  };
}

function findObstacle(
  adapter: Adapter,
  host: { name: string; baseUrl: string },
  { type, fields, sealedFor }: StoredCredential,
): string | null {
  if (sealedFor !== host.baseUrl) {
    return `The address of ${host.name} has changed since the token was entered, so it is not sent there.`;
  }
  if (adapter.revoke === null) return `${adapter.name} has no API to revoke a token with.`;
  return adapter.revoke.refusal(host.baseUrl, { type, fields: fields as Record<string, string> });
}

/** For whoever does not have the account's password. */
export function withoutPassword(plan: RevocationPlan, host: { name: string }): RevocationPlan {
  return { ...plan, byApi: false, why: `${host.name} takes the end of this token only with the account's password.` };
}
