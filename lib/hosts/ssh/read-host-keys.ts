import type { DialOptions } from "../dial";
import type { SshAddress } from "./address";
import { type SshRefusal, shakeHands } from "./handshake";
import { fingerprint, readType } from "./public-key";

/**
 * Which host keys an SSH server shows, one of each kind, each proven by the server's signature. Nobody signs in: the
 * connections end with the key exchange.
 */
export interface HostKey {
  /** Type of the key: ssh-ed25519, ecdsa-sha2-nistp256, ssh-rsa. */
  algorithm: string;
  /** Base64 of the key's blob. */
  publicKey: string;
  /** "SHA256:…" */
  fingerprint: string;
}

/** A connection each: a server shows one key per connection, that of the first algorithm which it has too. */
export const hostKeyAlgorithms: readonly (readonly string[])[] = [
  ["ssh-ed25519"],
  ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"],
  // By SHA-1 last, for servers that know nothing newer: what is asked for is the key, and it is the same.
  ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"],
];

const DEADLINE_MS = 10_000;

/** @returns the keys, Ed25519 first; a refusal when not one was shown */
export async function readHostKeys(
  address: SshAddress,
  options: DialOptions & { deadlineMs?: number },
): Promise<{ ok: true; keys: readonly HostKey[] } | SshRefusal> {
  const deadline = AbortSignal.timeout(options.deadlineMs ?? DEADLINE_MS);
  const answers = await Promise.all(
    hostKeyAlgorithms.map((kinds) => readOne(address, kinds, { ...options, deadline })),
  );
  const keys = answers.flatMap((one) => (one.ok && one.answer !== "none" ? [one.answer] : []));
  if (keys.length > 0) return { ok: true, keys };
  const refusal = answers.find((one) => !one.ok);
  if (refusal && !refusal.ok) return refusal;
  return {
    ok: false,
    reason: "unexpected",
    message: "This SSH server has no host key of a kind that Forgepass knows: Ed25519, ECDSA or RSA.",
  };
}

async function readOne(
  address: SshAddress,
  kinds: readonly string[],
  options: DialOptions & { deadline: AbortSignal },
): Promise<{ ok: true; answer: HostKey | "none" } | SshRefusal> {
  let seen: HostKey | null = null;
  return await shakeHands<HostKey | "none">(
    address,
    {
      hostKeyAlgorithms: kinds,
      judgeHostKey(blob) {
        const algorithm = readType(blob);
        if (algorithm !== null) {
          seen = { algorithm, publicKey: blob.toString("base64"), fingerprint: fingerprint(blob) };
        }
        return null;
      },
      onProven: () => seen ?? "none",
      signIn: null,
      onNoHostKey: "none",
    },
    options,
  );
}
