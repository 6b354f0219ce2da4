import { z } from "zod";
import { record } from "../audit";
import type { Actor } from "../authz";
import { authorise, change, database, isConflict, type Permit } from "../db";
import { env } from "../env";
import type { SshEndpoint } from "../hosts/adapter";
import { formatAddress, formatEndpoint } from "../hosts/ssh/address";
import { type HostKey, readHostKeys } from "../hosts/ssh/read-host-keys";
import type { CodeHost } from "../prisma-client/client";
import { fail, ok, type Result } from "../result";
import { id } from "./code-host";
import { compareHostKeys, type SeenHostKey } from "./host-keys-compare";
import {
  keepPublished,
  keptHostKeys,
  pick,
  publishedFingerprints,
  sshEndpointOf,
  writeKnownHosts,
} from "./host-keys-known";
import { noSuchCodeHost } from "./list-code-hosts";

/**
 * The host keys of a code host's SSH server: what is kept, what the server shows now, and an admin's word for what
 * nobody publishes. A kept key is replaced only by an admin who was told that it has changed.
 */
export interface HostKeysSummary {
  /** "git@git.example.com:22" */
  endpoint: string;
  kept: {
    algorithm: string;
    fingerprint: string;
    source: "published" | "confirmed";
    /** ISO. */
    createdAt: string;
  }[];
  /** Does the host publish fingerprints for this server? */
  isPublished: boolean;
  /** Lines for a known_hosts file. */
  knownHosts: string[];
}

export interface HostKeyScan {
  endpoint: string;
  seen: SeenHostKey[];
  /** Kept, and not shown any more. */
  missing: { algorithm: string; fingerprint: string }[];
  /** Nothing is left to confirm. */
  isSettled: boolean;
  /** Loud: a kept key has changed. */
  hasChanged: boolean;
}

/** For everybody who is signed in: host keys are public. */
export async function showHostKeys(actor: Actor, codeHostId: string): Promise<Result<HostKeysSummary>> {
  const permit = await authorise(actor, "code-host.list", null, { type: "code-host", id: String(codeHostId) });
  if (!permit.ok) return permit;
  const place = await findPlace(permit.value, codeHostId);
  return place.ok ? ok(await summariseKept(permit.value, place.value)) : place;
}

/** Admins. Asks the server; keeps at once what is published and new. */
export async function scanHostKeys(actor: Actor, codeHostId: string): Promise<Result<HostKeyScan>> {
  const permit = await authorise(actor, "code-host.manage", null, { type: "code-host", id: String(codeHostId) });
  if (!permit.ok) return permit;
  const place = await findPlace(permit.value, codeHostId);
  if (!place.ok) return place;
  const { host, endpoint } = place.value;
  const scanned = await compare(permit.value, place.value);
  const seen = scanned.ok ? scanned.value.seen : [];
  const states = Object.fromEntries(seen.map(({ algorithm, state }) => [algorithm, state]));
  await record({
    actor,
    action: "code-host.scan-host-keys",
    target: { type: "code-host", id: host.id, label: host.name },
    outcome: scanned.ok ? "ok" : "failed",
    details: { address: formatAddress(endpoint), ...(scanned.ok ? { states } : { reason: scanned.error.code }) },
  });
  if (!scanned.ok) return scanned;
  const published = seen.filter(({ state }) => state === "published");
  if (published.length > 0) await keepPublished(permit.value, host, endpoint, published);
  return ok(scanned.value);
}

const confirmInput = z.strictObject({
  codeHostId: id,
  /** Exactly those that the admin was shown and confirms. */
  fingerprints: z
    .array(z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/))
    .min(1)
    .max(10),
  /** The admin was told that a kept key has changed, and wants the new one. */
  replace: z.boolean().default(false),
});

/** Admins. The server is asked again: what it does not show now cannot be confirmed. */
export async function confirmHostKeys(
  actor: Actor,
  input: z.input<typeof confirmInput>,
): Promise<Result<HostKeysSummary>> {
  const target = { type: "code-host", id: String(input?.codeHostId) };
  const permit = await authorise(actor, "code-host.manage", null, target);
  if (!permit.ok) return permit;
  const parsed = confirmInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input", "These host keys cannot be confirmed. Read them again.");
  const { codeHostId, fingerprints, replace } = parsed.data;
  const place = await findPlace(permit.value, codeHostId);
  if (!place.ok) return place;
  const scanned = await compare(permit.value, place.value);
  if (!scanned.ok) return scanned;
  const chosen = fingerprints.map((one) => scanned.value.seen.find(({ fingerprint }) => fingerprint === one));
  if (chosen.includes(undefined)) {
    return fail("conflict", "The server shows other host keys by now. Read them again and compare once more.");
  }
  const keys = chosen.filter((key) => key !== undefined && key.state !== "kept") as SeenHostKey[];
  const changed = keys.filter(({ state }) => state === "changed");
  if (changed.length > 0 && !replace) {
    const kinds = changed.map(({ algorithm }) => algorithm).join(", ");
    return fail(
      "needs-confirmation",
      `The ${kinds} host key is not the one that was kept. Replace it only when you know why.`,
    );
  }
  if (keys.length > 0 && !(await write(permit.value, place.value, keys, actor))) {
    return fail("conflict", "Somebody changed these host keys meanwhile. Read them again.");
  }
  return ok(await summariseKept(permit.value, place.value));
}

interface Found {
  host: CodeHost;
  endpoint: SshEndpoint;
}

async function findPlace(permit: Permit, codeHostId: string): Promise<Result<Found>> {
  const host = id.safeParse(codeHostId).success
    ? await database(permit).codeHost.findUnique({ where: { id: codeHostId } })
    : null;
  if (!host) return noSuchCodeHost();
  const endpoint = sshEndpointOf(host);
  return endpoint.ok ? ok({ host, endpoint: endpoint.value }) : endpoint;
}

async function compare(permit: Permit, { host, endpoint }: Found): Promise<Result<HostKeyScan>> {
  const read = await readHostKeys(endpoint, { allowedNetworks: env().allowedNetworks });
  if (!read.ok) return fail("unavailable", read.message);
  const kept = await keptHostKeys(permit, host, endpoint);
  const seen = compareHostKeys(read.keys, kept, publishedFingerprints(host, endpoint), host.name);
  const isShown = ({ algorithm }: HostKey) => read.keys.some((key) => key.algorithm === algorithm);
  return ok({
    endpoint: formatEndpoint(endpoint),
    seen,
    missing: kept.filter((key) => !isShown(key)).map(({ algorithm, fingerprint }) => ({ algorithm, fingerprint })),
    isSettled: seen.every(({ state }) => state === "kept" || state === "published"),
    hasChanged: seen.some(({ state }) => state === "changed"),
  });
}

/** False when what was kept is not any more what the admin was told. */
async function write(
  permit: Permit<"code-host.manage">,
  { host, endpoint }: Found,
  keys: readonly SeenHostKey[],
  actor: Actor,
): Promise<boolean> {
  const address = formatAddress(endpoint);
  const confirmedById = actor.type === "user" ? actor.id : null;
  try {
    await change(permit, async (tx) => {
      for (const key of keys) {
        const where = { codeHostId: host.id, address, algorithm: key.algorithm };
        if (key.keptFingerprint !== null) {
          const { count } = await tx.hostKey.deleteMany({ where: { ...where, fingerprint: key.keptFingerprint } });
          if (count !== 1) throw new Outrun();
        }
        await tx.hostKey.create({ data: { ...where, ...pick(key), source: "confirmed", confirmedById } });
      }
      const details = {
        address,
        fingerprints: keys.map(({ fingerprint }) => fingerprint),
        replaced: keys.flatMap(({ keptFingerprint }) => keptFingerprint ?? []),
      };
      const target = { type: "code-host", id: host.id, label: host.name };
      return { value: null, audit: { action: "code-host.confirm-host-keys", target, outcome: "ok", details } };
    });
    return true;
  } catch (error) {
    if (error instanceof Outrun || isConflict(error)) return false;
    throw error;
  }
}

class Outrun extends Error {}

async function summariseKept(permit: Permit, { host, endpoint }: Found): Promise<HostKeysSummary> {
  const kept = await keptHostKeys(permit, host, endpoint);
  return {
    endpoint: formatEndpoint(endpoint),
    kept: kept.map(({ algorithm, fingerprint, source, createdAt }) => ({
      algorithm,
      fingerprint,
      source: source === "published" ? "published" : "confirmed",
      createdAt: createdAt.toISOString(),
    })),
    isPublished: publishedFingerprints(host, endpoint).length > 0,
    knownHosts: writeKnownHosts(endpoint, kept),
  };
}
