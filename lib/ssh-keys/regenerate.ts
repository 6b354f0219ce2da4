import type { Actor } from "../authz";
import { change } from "../db";
import { fail, ok, type Result } from "../result";
import { findKey, keyDetails, keyTarget } from "./find";
import { digest, makePair, Outrun, outrun, refuseUse, refuseWhenMoved } from "./make";
import { KEY_COLUMNS, type SshKeyPoint, type SshKeyRow, type SshKeySummary, summariseKey } from "./ssh-key";
import { type TakenOff, takeOffHost } from "./take-off";

/**
 * A new pair in the place of the old one, whose private part is gone from then on. The old public key is taken off the
 * host afterwards, as far as that can be done; the new one still has to be put there.
 */
export async function regenerateSshKey(
  actor: Actor,
  point: SshKeyPoint,
): Promise<Result<{ key: SshKeySummary; old: TakenOff }>> {
  const found = await findKey(actor, point);
  if (!found.ok) return found;
  const { permit, host, key } = found.value;
  const refusal = refuseUse(found.value, point.use);
  if (refusal) return refusal;
  const fresh = await makePair(found.value, point.use, { id: key.id, version: key.version + 1 });
  let stored: SshKeyRow | null;
  try {
    stored = await change(permit, async (tx) => {
      await refuseWhenMoved(tx, host);
      // Only the version that was seen: of two at the same time, one wins and the other is told.
      const { count } = await tx.sshKey.updateMany({
        where: { id: key.id, version: key.version },
        data: { ...fresh, state: "new", stateDetail: null, checkedAt: null, hostKeyId: null, sshUser: null },
      });
      if (count !== 1) throw new Outrun();
      const value = await tx.sshKey.findUnique({ where: { id: key.id }, select: KEY_COLUMNS });
      const details = {
        ...keyDetails(found.value, { ...key, fingerprint: fresh.fingerprint }),
        before: key.fingerprint,
        version: fresh.version,
        sealDigest: digest(fresh.sealed),
      };
      return {
        value,
        audit: { action: "ssh-key.regenerate", target: keyTarget(host, key.id), outcome: "ok", details },
      };
    });
  } catch (error) {
    if (error instanceof Outrun) return outrun();
    throw error;
  }
  if (!stored) return fail("not-found", "The key was removed meanwhile; reload the page.");
  return ok({ key: summariseKey(stored, found.value), old: await takeOffHost(found.value, key) });
}
