import type { Actor } from "../authz";
import { knownHostKeys, sshEndpointOf, writeKnownHosts } from "../code-hosts/host-keys-known";
import { fail, ok, type Result } from "../result";
import type { Secret } from "../secret";
import { findKey } from "./find";
import { moved, unsealPrivateKey } from "./seal-key";
import type { SshKeyPoint } from "./ssh-key";
import { recordKey } from "./write-state";

/** Everything that git needs to use a key. */
export interface OpenedKey {
  privateKey: Secret;
  publicKey: string;
  /** For a key for git: where it signs in. Null for one for signatures. */
  endpoint: { user: string; host: string; port: number } | null;
  /** Lines for a known_hosts file; git must not connect to anything that they do not name. */
  knownHosts: string[];
}

/**
 * Opens the private part, for issuing it. That it is opened is in the audit log, committed, before it is; without the
 * entry nothing is opened. A key for git whose server's host keys nobody knows is not handed out.
 */
export async function openPrivateKey(actor: Actor, point: SshKeyPoint): Promise<Result<OpenedKey>> {
  const found = await findKey(actor, point);
  if (!found.ok) return found;
  const { permit, host, key } = found.value;
  if (key.sealedFor !== host.baseUrl) return moved(host);
  const place = point.use === "git" ? sshEndpointOf(host) : ok(null);
  if (!place.ok) return place;
  const user = key.sshUser ?? place.value?.user ?? null;
  if (place.value && user === null) {
    return fail(
      "conflict",
      `${host.name} gives each key a user name of its own. Enter the one that it shows for this key.`,
    );
  }
  const hostKeys = place.value ? await knownHostKeys(permit, host, place.value) : [];
  if (place.value && hostKeys.length === 0) {
    return fail("conflict", `The host keys of ${host.name} are not known yet. A site admin can confirm them.`);
  }
  await recordKey(found.value, key, { action: "ssh-key.open", outcome: "ok", details: { version: key.version } });
  const privateKey = await unsealPrivateKey(found.value, key);
  if (!privateKey.ok) return privateKey;
  const endpoint = place.value && user !== null ? { ...place.value, user } : null;
  const knownHosts = place.value ? writeKnownHosts(place.value, hostKeys) : [];
  return ok({ privateKey: privateKey.value, publicKey: key.publicKey, endpoint, knownHosts });
}
