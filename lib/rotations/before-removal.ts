import { database } from "../db";
import { fail, ok, type Result } from "../result";
import type { Secret } from "../secret";
import { retireOld } from "./retire";
import { type ManagePermit, type RotationState, UNDER_WAY } from "./rotation";

/**
 * A credential goes with its rotation, and with that would go the only copy of what the host made or has still to end.
 * So it is not removed while its host is being asked, and where its token is revoked the old one is ended first.
 */
export async function endRotationBeforeRemoval(
  permit: ManagePermit,
  credentialId: string,
  { revokes, password }: { revokes: boolean; password: Secret | null },
): Promise<Result<null>> {
  const rotation = await database(permit).rotation.findFirst({
    where: { credentialId, state: { in: [...UNDER_WAY] } },
    select: { id: true, state: true },
  });
  if (!rotation) return ok(null);
  if ((rotation.state as RotationState) !== "overlap") {
    return fail("conflict", "This token is being rotated at the moment. Remove it when that is over, in some minutes.");
  }
  if (!revokes) return ok(null);
  const retired = await retireOld(permit, rotation.id, password);
  if (retired.state !== "overlap") return ok(null);
  const instead = "Try again later, or remove it here only and end both tokens by hand.";
  return fail("host-refused", `The old token of its last rotation could not be ended. ${retired.message} ${instead}`);
}
