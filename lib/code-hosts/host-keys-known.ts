import { authorise, change, database, type Permit } from "../db";
import { env } from "../env";
import type { SshEndpoint } from "../hosts/adapter";
import { adapterFor } from "../hosts/registry";
import { checkEndpoint, formatAddress, parseSshAddress } from "../hosts/ssh/address";
import { knownHostsLine } from "../hosts/ssh/public-key";
import { type HostKey, readHostKeys } from "../hosts/ssh/read-host-keys";
import type { CodeHost, HostKey as HostKeyRow } from "../prisma-client/client";
import { fail, ok, type Result } from "../result";

/**
 * Where a code host's SSH server is, and by which keys it is known there. Known is only what the host publishes or an
 * admin confirmed; what a server merely shows is never trusted for that.
 */
type Place = Pick<CodeHost, "id" | "kind" | "name" | "baseUrl" | "sshAddress">;

/** What an admin said of it, else what the adapter makes of the base URL. */
export function sshEndpointOf(host: Omit<Place, "id">): Result<SshEndpoint> {
  const adapter = adapterFor(host.kind);
  if (!adapter) return fail("unavailable", `This portal no longer knows code hosts of the kind ${host.kind}.`);
  const own = checkEndpoint(adapter.ssh.endpoint(host.baseUrl));
  if (host.sshAddress === null) {
    const message = `Forgepass cannot tell where the SSH server of ${host.name} is. A site admin can enter its address.`;
    return own ? ok(own) : fail("unavailable", message);
  }
  const said = parseSshAddress(host.sshAddress);
  if (typeof said === "string") return fail("unavailable", `The SSH address of ${host.name} cannot be read. ${said}`);
  return ok({ ...said, user: said.user ?? own?.user ?? null });
}

/** SHA256 fingerprints that the kind's documentation gives for this SSH server; empty when it gives none. */
export function publishedFingerprints(host: Omit<Place, "id">, endpoint: SshEndpoint): readonly string[] {
  const published = adapterFor(host.kind)?.ssh.published ?? {};
  return Object.hasOwn(published, endpoint.host) ? (published[endpoint.host] ?? []) : [];
}

/**
 * confirmed: a key is kept for where the SSH server is now. published: none is yet, but the host's documentation names
 * some, and those are kept once they are seen. to-confirm: an admin has to. address-unknown: an admin has to say where
 * the server is.
 */
export type HostKeysState = "confirmed" | "published" | "to-confirm" | "address-unknown";

/** Asks nobody: `kept` is what the database has for the code host, at any address. */
export function hostKeysState(host: Omit<Place, "id">, kept: readonly { address: string }[]): HostKeysState {
  const endpoint = sshEndpointOf(host);
  if (!endpoint.ok) return "address-unknown";
  const address = formatAddress(endpoint.value);
  if (kept.some((key) => key.address === address)) return "confirmed";
  return publishedFingerprints(host, endpoint.value).length > 0 ? "published" : "to-confirm";
}

/** Ed25519 first. */
export async function keptHostKeys(permit: Permit, host: Place, endpoint: SshEndpoint): Promise<HostKeyRow[]> {
  const rows = await database(permit).hostKey.findMany({
    where: { codeHostId: host.id, address: formatAddress(endpoint) },
  });
  return rows.sort((one, other) => rank(one) - rank(other));
}

function rank({ algorithm }: HostKeyRow): number {
  return ["ssh-ed25519", "ecdsa", "ssh-rsa"].findIndex((kind) => algorithm.startsWith(kind));
}

/**
 * The keys to hold a connection against. Where none is kept and the host publishes fingerprints, the server is asked
 * once, and those of its keys that are published are kept. Empty: nobody has confirmed one yet.
 */
export async function knownHostKeys(permit: Permit, host: Place, endpoint: SshEndpoint): Promise<readonly HostKey[]> {
  const kept = await keptHostKeys(permit, host, endpoint);
  const published = publishedFingerprints(host, endpoint);
  if (kept.length > 0 || published.length === 0) return kept;
  const read = await readHostKeys(endpoint, { allowedNetworks: env().allowedNetworks });
  const keys = read.ok ? read.keys.filter(({ fingerprint }) => published.includes(fingerprint)) : [];
  if (keys.length === 0) return [];
  const system = await authorise({ type: "system", name: "host keys" }, "code-host.manage", null);
  if (!system.ok) return [];
  await keepPublished(system.value, host, endpoint, keys);
  return keys;
}

/** Only where nothing is kept for the algorithm: a kept key is never replaced by this. */
export async function keepPublished(
  permit: Permit<"code-host.manage">,
  host: Place,
  endpoint: SshEndpoint,
  keys: readonly HostKey[],
): Promise<void> {
  const address = formatAddress(endpoint);
  await change(permit, async (tx) => {
    const { count } = await tx.hostKey.createMany({
      data: keys.map((key) => ({ codeHostId: host.id, address, ...pick(key), source: "published" })),
      skipDuplicates: true,
    });
    const target = { type: "code-host", id: host.id, label: host.name };
    const details = { address, source: "published", fingerprints: keys.map(({ fingerprint }) => fingerprint) };
    const audit = { action: "code-host.keep-host-keys", target, outcome: "ok" as const, details };
    return { value: null, audit: count > 0 ? audit : null };
  });
}

export function pick({ algorithm, publicKey, fingerprint }: HostKey): HostKey {
  return { algorithm, publicKey, fingerprint };
}

/** For a known_hosts file of git's own: empty when no key is known, and then git must not connect. */
export async function knownHostsLines(permit: Permit, host: Place): Promise<string[]> {
  const endpoint = sshEndpointOf(host);
  if (!endpoint.ok) return [];
  const keys = await knownHostKeys(permit, host, endpoint.value);
  return writeKnownHosts(endpoint.value, keys);
}

export function writeKnownHosts(endpoint: SshEndpoint, keys: readonly HostKey[]): string[] {
  return keys.map(({ algorithm, publicKey }) => knownHostsLine(endpoint, { type: algorithm, blob: publicKey }));
}
