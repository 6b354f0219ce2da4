import type { Actor } from "../authz";
import { change } from "../db";
import type { SshUse } from "../hosts/adapter";
import { ok, type Result } from "../result";
import { type Found, findCredential, findKey, keyDetails, keyTarget, twinOf } from "./find";
import type { SshKeyPoint, SshKeyRow } from "./ssh-key";
import { type TakenOff, takeOffHost } from "./take-off";

/** Removes one key pair: off the host as far as that can be done, and here for good. */
export async function removeSshKey(actor: Actor, point: SshKeyPoint): Promise<Result<TakenOff>> {
  const found = await findKey(actor, point);
  if (!found.ok) return found;
  const { permit, host, key } = found.value;
  const taken = await takeOffUnlessShared(found.value, key);
  await change(permit, async (tx) => {
    const { count } = await tx.sshKey.deleteMany({ where: { id: key.id, version: key.version } });
    const details = { ...keyDetails(found.value, key), atHost: taken.outcome };
    const audit = { action: "ssh-key.remove", target: keyTarget(host, key.id), outcome: "ok" as const, details };
    return { value: null, audit: count === 1 ? audit : null };
  });
  return ok(taken);
}

/** In a list that holds a key for both uses, the entry is the other's too. */
async function takeOffUnlessShared(found: Found, key: SshKeyRow): Promise<TakenOff> {
  const { adapter, host } = found;
  const twin = twinOf(found, key);
  if (adapter.ssh.signing !== "same" || !twin) return await takeOffHost(found, key);
  const purpose = twin.use === "git" ? "git" : "signatures";
  const message = `The public key stays at ${host.name}, because it is used for ${purpose} too.`;
  return { use: key.use as SshUse, fingerprint: key.fingerprint, outcome: "left", message, page: null };
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
