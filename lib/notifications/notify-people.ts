import type { Tx } from "../prisma";
import type { LifecycleEvent } from "./event";

/** Tells whom it concerns: the owner, the team's maintainers, or the site admins for a global one; each once. */
export async function notifyPeople(_tx: Tx, _event: LifecycleEvent): Promise<void> {}
