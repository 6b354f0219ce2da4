import type { Rotation } from "../prisma-client/client";
import type { RotationOutcome } from "./rotation";

/** Where a rotation stands, for whoever finds it further than they thought. */
export function asItIs({ state, detail, hostSaid, retireAt }: Rotation): RotationOutcome {
  const message = detail ?? "Somebody else goes on with it. Reload the page.";
  return { state: state as RotationOutcome["state"], message, hostSaid, retireAt: retireAt?.toISOString() ?? null };
}

export function gone(): RotationOutcome {
  return { state: "failed", message: "The credential was removed meanwhile.", hostSaid: null, retireAt: null };
}
