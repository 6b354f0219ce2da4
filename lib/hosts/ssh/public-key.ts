import { createHash } from "node:crypto";
import ssh2 from "ssh2";
import type { SshAddress } from "./address";

/**
 * Public keys as OpenSSH writes them: one line of type, base64 and comment. What is read here holds the key that its
 * type names, in the one base64 spelling, and nothing behind it.
 */
export interface PublicKey {
  /** ssh-ed25519, ssh-rsa, ecdsa-sha2-nistp256 */
  type: string;
  /** Base64 of the key's blob. */
  blob: string;
  comment: string;
  /** SHA256:… as ssh-keygen -l prints it. */
  fingerprint: string;
}

/** Null for what is no public key: several lines, options in front, a private key. */
export function parsePublicKey(line: string): PublicKey | null {
  const [type, blob, comment = ""] = /^(\S+)[ \t]+(\S+)(?:[ \t]+(.*))?$/.exec(line.trim())?.slice(1) ?? [];
  if (type === undefined || blob === undefined || blob.length > 16_000) return null;
  const bytes = Buffer.from(blob, "base64");
  if (bytes.toString("base64") !== blob || readType(bytes) !== type) return null;
  // Everything else about the key: ssh2 returns what it cannot read as an Error.
  const parsed = ssh2.utils.parseKey(`${type} ${blob}`);
  if (parsed instanceof Error || parsed.type !== type || !parsed.getPublicSSH().equals(bytes)) return null;
  return { type, blob, comment: comment.trim(), fingerprint: fingerprint(blob) };
}

/** "SHA256:…" of a key's blob, in bytes or base64. */
export function fingerprint(blob: string | Buffer): string {
  const bytes = typeof blob === "string" ? Buffer.from(blob, "base64") : blob;
  return `SHA256:${createHash("sha256").update(bytes).digest("base64").replace(/=+$/, "")}`;
}

/** The type that a key's blob begins with, or null. */
export function readType(blob: Buffer): string | null {
  const length = blob.length > 4 ? blob.readUInt32BE(0) : 0;
  const text = blob.subarray(4, 4 + length).toString("latin1");
  return length > 0 && length <= 64 && text.length === length && /^[a-z0-9@.-]+$/.test(text) ? text : null;
}

/** One line of a known_hosts file: ssh brackets the host only where the port is not 22. */
export function knownHostsLine({ host, port }: SshAddress, key: Pick<PublicKey, "type" | "blob">): string {
  return `${port === 22 ? host : `[${host}]:${port}`} ${key.type} ${key.blob}`;
}
