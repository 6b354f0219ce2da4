import type { Actor } from "../authz";
import { change } from "../db";
import { ok, type Result } from "../result";
import { findCredential, findKey, keyDetails, keyTarget } from "./find";
import type { SshKeyPoint } from "./ssh-key";
import { type TakenOff, takeOffHost } from "./take-off";

/** Removes one key pair: off the host as far as that can be done, and here for good. */
export async function removeSshKey(actor: Actor, point: SshKeyPoint): Promise<Result<TakenOff>> {
  const found = await findKey(actor, point);
  if (!found.ok) return found;
  const { permit, host, key } = found.value;
  const taken = await takeOffHost(found.value, key);
  await change(permit, async (tx) => {
    const { count } = await tx.sshKey.deleteMany({ where: { id: key.id, version: key.version } });
    const details = { ...keyDetails(found.value, key), atHost: taken.outcome };
    const audit = { action: "ssh-key.remove", target: keyTarget(host, key.id), outcome: "ok" as const, details };
    return { value: null, audit: count === 1 ? audit : null };
  });
  return ok(taken);
}

/**
 * Before a credential is removed, and its keys with it: takes them off the host while there still is a token to ask
 * with. Ok with an empty list when it has none. What could not be taken off stands in its way as little as it can.
 */
export async function takeKeysOffHost(actor: Actor, point: Omit<SshKeyPoint, "use">): Promise<Result<TakenOff[]>> {
  const found = await findCredential(actor, point, { evenIfDisabled: true });
  if (!found.ok) return found;
  return ok(await Promise.all(found.value.keys.map((key) => takeOffHost(found.value, key))));
}
