import type { SshUse } from "../hosts/adapter";
import { openKeyLine } from "./ask-host";
import type { Found } from "./find";
import { findKeyApi, type SshKeyRow } from "./ssh-key";
import { recordKey } from "./write-state";

/**
 * Takes a public key off the host's list, as far as that can be done. It never throws and never stops what it is part
 * of: whoever removes a key here is told what is left to do there.
 */
export interface TakenOff {
  use: SshUse;
  fingerprint: string;
  /** removed; absent: the host's list does not have it; left: it may still be there. */
  outcome: "removed" | "absent" | "left";
  /** What it means, and with `left` what to do. */
  message: string;
  /** With `left`: where keys are managed there. */
  page: string | null;
}

export async function takeOffHost(found: Found, key: SshKeyRow): Promise<TakenOff> {
  const taken = await attempt(found, key);
  const { outcome } = taken;
  const wasAsked = taken.reason !== "not-asked";
  if (wasAsked) {
    const details = { result: outcome, ...(taken.reason ? { reason: taken.reason } : {}) };
    await recordKey(found, key, { action: "ssh-key.take-off", outcome: outcome === "left" ? "failed" : "ok", details });
  }
  const { reason: _reason, ...told } = taken;
  return { use: key.use as SshUse, fingerprint: key.fingerprint, ...told };
}

type Attempt = Pick<TakenOff, "outcome" | "message" | "page"> & { reason: string | null };

async function attempt(found: Found, key: SshKeyRow): Promise<Attempt> {
  const { adapter, row, host } = found;
  const use = key.use as SshUse;
  const { page } = adapter.ssh.guide({ baseUrl: host.baseUrl, use });
  const left = (why: string, reason: string): Attempt => {
    return { outcome: "left", message: `${why} Remove it there by hand: ${key.fingerprint}.`, page, reason };
  };
  if (!findKeyApi(adapter, row, use, host.baseUrl).ok || key.sealedFor !== host.baseUrl) {
    // One that nobody has seen there and that the portal did not put there, was perhaps pasted all the same.
    const why =
      key.state === "new"
        ? `If the public key was added at ${host.name}, it still is there.`
        : `Forgepass cannot take the public key off ${host.name}.`;
    return left(why, "not-asked");
  }
  const line = await openKeyLine(found, use);
  if (!line.ok) return left(`The public key may still be at ${host.name}: the token cannot be used.`, line.error.code);
  const asked = key.hostKeyId === null ? await line.value.find(key) : null;
  if (asked && !asked.ok) return left(`The public key may still be at ${host.name}. ${asked.message}`, asked.reason);
  const id = key.hostKeyId ?? asked?.entry?.id ?? null;
  if (id === null) {
    return { outcome: "absent", message: `${host.name} does not have the public key.`, page: null, reason: null };
  }
  const removed = await line.value.remove(id);
  if (!removed.ok) return left(`The public key is still at ${host.name}. ${removed.message}`, removed.reason);
  return { outcome: "removed", message: `The public key was taken off ${host.name}.`, page: null, reason: null };
}
