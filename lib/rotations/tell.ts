import type { CredentialRow } from "../credentials/summary";
import type { LifecycleEvent } from "../notifications/event";
import type { CodeHost } from "../prisma-client/client";

/** What people and webhooks are told of a rotation. */
export function eventOf(
  event: "credential.rotated" | "credential.rotation-failed",
  { row, host }: { row: CredentialRow; host: CodeHost },
  told: Pick<LifecycleEvent, "once" | "title" | "body" | "isToReplace" | "data">,
): LifecycleEvent {
  const { id, codeHostId, ownerId, teamId, accountLogin, prefix, lastFour } = row;
  const tokenLabel = prefix || lastFour ? `${prefix}…${lastFour}` : "";
  const credential = {
    id,
    codeHostId,
    hostName: host.name,
    kind: host.kind,
    ownerId,
    teamId,
    accountLogin,
    tokenLabel,
  };
  return { event, credential, ...told };
}
