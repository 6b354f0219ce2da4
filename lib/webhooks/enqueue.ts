import { databaseNow } from "../credentials/clock";
import type { LifecycleEvent } from "../notifications/event";
import type { Tx } from "../prisma";
import { payloadOf } from "./payload";

/**
 * A delivery for each enabled webhook that wants this event, in one statement, within the transaction of what it tells.
 * Its id (a UUID of version 8) is made of the webhook and of what makes the event the same: told twice, it is delivered
 * once.
 */
export async function enqueueDeliveries(tx: Tx, told: LifecycleEvent): Promise<void> {
  const { event, credential, once } = told;
  const wanting = await tx.webhook.count({
    where: { enabled: true, OR: [{ events: { isEmpty: true } }, { events: { has: event } }] },
  });
  if (wanting === 0) return;
  const payload = payloadOf(told, await nameOwner(tx, credential), await databaseNow(tx));
  const same = `${event} ${credential.id} ${once}`;
  await tx.$executeRaw`
    INSERT INTO "WebhookDelivery" (id, "webhookId", event, payload)
    SELECT overlay(overlay(digest.hex placing '8' from 13) placing '8' from 17)::uuid, w.id, ${event},
      ${JSON.stringify(payload)}::jsonb
    FROM "Webhook" w CROSS JOIN LATERAL (
      SELECT encode(substr(sha256(convert_to(w.id || ' ' || ${same}, 'UTF8')), 1, 16), 'hex') AS hex
    ) digest
    WHERE w.enabled AND (w.events = '{}' OR ${event} = ANY(w.events))
    ON CONFLICT (id) DO NOTHING`;
}

async function nameOwner(tx: Tx, { ownerId, teamId }: LifecycleEvent["credential"]): Promise<string> {
  if (ownerId !== null) {
    const user = await tx.user.findUnique({ where: { id: ownerId }, select: { name: true, email: true } });
    return user ? `${user.name} (${user.email})` : "somebody who has left";
  }
  if (teamId === null) return "this site (global)";
  const team = await tx.team.findUnique({ where: { id: teamId }, select: { name: true } });
  return team ? `the team ${team.name}` : "a team that is gone";
}
