import type { Refusal } from "../hosts/adapter";
import type { LifecycleEvent } from "../notifications/event";
import type { Known } from "./check-result";

/** What people and webhooks are told when a host's no is confirmed. Each spell of being rejected once. */
export function describeRejection(
  row: Known,
  host: { id: string; name: string; kind: string },
  { reason, message }: Refusal,
  lastUsedBy: string | null,
): LifecycleEvent {
  const { id, ownerId, teamId, accountLogin, prefix, lastFour, version, doubtedAt, expiresAt } = row;
  const tokenLabel = lastFour === "" ? "" : `${prefix}…${lastFour}`;
  const which = ["the token", tokenLabel, accountLogin ? `of ${accountLogin}` : ""].filter(Boolean).join(" ");
  const body = [
    `${host.name} was asked twice about ${which}.`,
    message,
    lastUsedBy ? `${lastUsedBy} used it last and is refused now.` : "",
  ];
  return {
    event: "credential.rejected",
    credential: {
      ...{ id, ownerId, teamId, accountLogin, tokenLabel },
      ...{ codeHostId: host.id, hostName: host.name, kind: host.kind },
    },
    once: `v${version} ${doubtedAt?.toISOString() ?? ""}`,
    title: `${host.name} ${TITLES[reason] ?? "rejects a credential"}`,
    body: body.filter((sentence) => sentence !== "").join(" "),
    data: { reason, expiresAt: expiresAt?.toISOString() ?? null },
  };
}

const TITLES: Partial<Record<Refusal["reason"], string>> = {
  expired: "says that a credential has expired",
  revoked: "says that a credential was revoked",
  blocked: "has blocked a credential",
};
