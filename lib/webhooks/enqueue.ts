import type { LifecycleEvent } from "../notifications/event";
import type { Tx } from "../prisma";

/** A delivery for each enabled webhook that wants this event. */
export async function enqueueDeliveries(_tx: Tx, _event: LifecycleEvent): Promise<void> {}
