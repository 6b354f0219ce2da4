import { env } from "../env";
import type { LifecycleEvent } from "../notifications/event";
import type { Prisma } from "../prisma-client/client";

/**
 * What a receiver gets, in the form of Standard Webhooks: type, timestamp, data. `text` beside them is what Slack and
 * its like show. No secret is in it.
 */
export function payloadOf(
  { event, credential, title, body, data }: LifecycleEvent,
  ownerLabel: string,
  at: Date,
): Prisma.InputJsonObject {
  const { id, codeHostId, hostName, kind, ownerId, teamId, accountLogin, tokenLabel } = credential;
  const type = ownerId !== null ? "user" : teamId !== null ? "team" : "site";
  const link = `${env().publicUrl}${screenOf(credential)}`;
  return {
    type: event,
    timestamp: at.toISOString(),
    text: `${title}. ${ownerLabel}: ${body} ${link}`,
    data: {
      ...{ title, body, link },
      credential: {
        id,
        host: { id: codeHostId, name: hostName, kind },
        owner: { type, id: ownerId ?? teamId, name: ownerLabel },
        account: accountLogin,
        token: tokenLabel,
      },
      ...data,
    },
  };
}

export function testPayload(name: string, at: Date): Prisma.InputJsonObject {
  const title = `This is a test of the webhook ${name}`;
  const body = "Nothing has happened. When this arrives, and its signature fits, the webhook works.";
  const link = `${env().publicUrl}/admin/webhooks`;
  return {
    type: "webhook.test",
    timestamp: at.toISOString(),
    text: `${title}. ${body} ${link}`,
    data: { title, body, link },
  };
}

/** Where site admins see it: they chose the receiver. */
function screenOf({ ownerId, teamId, hostName, codeHostId }: LifecycleEvent["credential"]): string {
  const screen = ownerId !== null ? `/admin/users/${ownerId}` : teamId !== null ? `/teams/${teamId}` : "/admin";
  return `${screen}/credentials?q=${encodeURIComponent(hostName.slice(0, 100))}#host-${codeHostId}`;
}
