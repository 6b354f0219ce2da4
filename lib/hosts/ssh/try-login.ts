import ssh2 from "ssh2";
import type { Secret } from "../../secret";
import type { DialOptions } from "../dial";
import { formatAddress, type SshAddress } from "./address";
import { type SshRefusal, shakeHands } from "./handshake";
import { fingerprint, readType } from "./public-key";
import { type HostKey, hostKeyAlgorithms } from "./read-host-keys";

/**
 * Does a code host take a key over SSH? It signs in and leaves: no command, no channel. A server that shows another
 * host key than the known ones learns neither the user name nor the public key.
 */
export type Login =
  /** known: the key was accepted. unknown: the server refused it. */
  { ok: true; state: "known" | "unknown" } | SshRefusal | HostKeyRefusal;

export interface HostKeyRefusal {
  ok: false;
  /** changed: another key of a kind that is known; unknown: of a kind that is not, or nothing is known. */
  reason: "host-key-changed" | "host-key-unknown";
  message: string;
  /** What the server showed, without proof that it is its own; null: nothing was asked. */
  shown: HostKey | null;
}

const DEADLINE_MS = 10_000;

export async function tryLogin(
  address: SshAddress,
  user: string,
  privateKey: Secret,
  knownHostKeys: readonly HostKey[],
  options: DialOptions & { deadlineMs?: number },
): Promise<Login> {
  const where = formatAddress(address);
  if (knownHostKeys.length === 0) {
    const message = `The host keys of ${where} are not known yet. A site admin can confirm them on the code host's page.`;
    return { ok: false, reason: "host-key-unknown", message, shown: null };
  }
  if (ssh2.utils.parseKey(privateKey.reveal()) instanceof Error) {
    return { ok: false, reason: "unexpected", message: "The stored private key cannot be read. Make a new pair." };
  }
  const known = new Set(knownHostKeys.map(({ algorithm }) => algorithm));
  const outcome = await shakeHands<Login>(
    address,
    {
      // Known kinds first, as a server shows the first that it has; the others so that what it shows can be told.
      hostKeyAlgorithms: [...hostKeyAlgorithms.flat()].sort(
        (one, other) => Number(known.has(keyType(other))) - Number(known.has(keyType(one))),
      ),
      judgeHostKey: (blob) => judge(blob, knownHostKeys, where),
      onProven: () => null,
      signIn: {
        user,
        privateKey: privateKey.reveal(),
        onAccepted: () => ({ ok: true, state: "known" }),
        onRefused(methods, isPartial) {
          if (isPartial) return { ok: true, state: "known" };
          if (methods?.includes("publickey")) return { ok: true, state: "unknown" };
          return { ok: false, reason: "unexpected", message: `${where} takes no SSH keys like this one.` };
        },
      },
      onNoHostKey: null,
    },
    { ...options, deadline: AbortSignal.timeout(options.deadlineMs ?? DEADLINE_MS) },
  );
  return outcome.ok ? outcome.answer : outcome;
}

function judge(blob: Buffer, knownHostKeys: readonly HostKey[], where: string): HostKeyRefusal | null {
  const publicKey = blob.toString("base64");
  if (knownHostKeys.some((key) => key.publicKey === publicKey)) return null;
  const algorithm = readType(blob) ?? "unknown";
  const shown = { algorithm, publicKey, fingerprint: fingerprint(blob) };
  if (knownHostKeys.some((key) => key.algorithm === algorithm)) {
    const message = `The host key of ${where} has changed: somebody may be in between. Nothing was sent. Tell a site admin.`;
    return { ok: false, reason: "host-key-changed", message, shown };
  }
  const message = `${where} shows a host key that nobody has confirmed. Nothing was sent. Tell a site admin.`;
  return { ok: false, reason: "host-key-unknown", message, shown };
}

/** The type of the key behind a signature algorithm. */
function keyType(algorithm: string): string {
  return algorithm.startsWith("rsa-sha2-") ? "ssh-rsa" : algorithm;
}
