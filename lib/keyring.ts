import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from "node:fs";
import { z } from "zod";
import { ConfigurationError, env } from "./env";

/**
 * The keys that seal tokens, kept outside the database in a file that only its owner may read. One key is primary and
 * seals; all open. A key is found by its kid, never by trying. The kid is derived from the key, so that operators can
 * match keyrings to backups.
 */
export interface Keyring {
  primary: Key;
  /** By kid; the primary included. */
  keys: ReadonlyMap<string, Key>;
}

export interface Key {
  kid: string;
  /** 32 bytes. */
  bytes: Buffer;
}

const file = z.strictObject({
  version: z.literal(1),
  primary: z.string(),
  keys: z.array(z.strictObject({ kid: z.string(), key: z.base64() })).min(1),
});

/** Throws ConfigurationError when the file is missing, readable by others, damaged, or its kids are not its keys'. */
export function readKeyring(path: string): Keyring {
  let text: string;
  try {
    if (statSync(path).mode & 0o077) {
      throw new ConfigurationError("KEYRING_FILE", `${path} can be read by others; run chmod 600 on it`);
    }
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError("KEYRING_FILE", `${path} cannot be read; restore it from your backup`);
  }
  const parsed = file.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new ConfigurationError("KEYRING_FILE", `${path} is not a keyring; restore it from your backup`);
  }
  const keys = new Map<string, Key>();
  for (const { kid, key } of parsed.data.keys) {
    const bytes = Buffer.from(key, "base64");
    if (bytes.length !== 32 || keyId(bytes) !== kid) {
      throw new ConfigurationError("KEYRING_FILE", `key ${kid} in ${path} is damaged; restore it from your backup`);
    }
    keys.set(kid, { kid, bytes });
  }
  const primary = keys.get(parsed.data.primary);
  if (!primary) throw new ConfigurationError("KEYRING_FILE", `${path} names a primary key that it does not hold`);
  return { primary, keys };
}

/** Creates a keyring with one fresh key, mode 0600. Never overwrites: throws when the file exists. */
export function createKeyring(path: string): void {
  const key = newKey();
  write(path, { version: 1, primary: key.kid, keys: [{ kid: key.kid, key: key.bytes.toString("base64") }] }, "wx");
}

/**
 * Adds a fresh key and makes it primary: what is sealed from now on is sealed with it, what was sealed before still
 * opens. The file is replaced whole or not at all. Throws ConfigurationError as `readKeyring` does.
 * @returns the new key's kid
 */
export function addKey(path: string): string {
  const { keys } = readKeyring(path);
  const key = newKey();
  const all = [...keys.values(), key].map(({ kid, bytes }) => ({ kid, key: bytes.toString("base64") }));
  const next = `${path}.${process.pid}.new`;
  write(next, { version: 1, primary: key.kid, keys: all }, "wx");
  renameSync(next, path);
  return key.kid;
}

export function newKey(): Key {
  const bytes = randomBytes(32);
  return { kid: keyId(bytes), bytes };
}

function keyId(bytes: Buffer): string {
  return createHmac("sha256", bytes).update("kid").digest("base64url").slice(0, 12);
}

function write(path: string, content: z.infer<typeof file>, flag: "wx"): void {
  const handle = openSync(path, flag, 0o600);
  try {
    writeSync(handle, `${JSON.stringify(content, null, 2)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** 32 bytes for one purpose ("audit", "auth-secret"), from one key; never the key itself. */
export function deriveKey(key: Key, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", key.bytes, Buffer.alloc(0), `forgepass:${purpose}`, 32));
}

let current: Keyring | undefined;

/** The process's keyring, read once from env().keyringFile. */
export function keyring(): Keyring {
  current ??= readKeyring(env().keyringFile);
  return current;
}
