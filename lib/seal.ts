import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from "jose";
import { type Keyring, keyring } from "./keyring";
import { Secret } from "./secret";

/**
 * Seals a token as JWE Compact (A256KW + A256GCM, a fresh content key each time) and authenticates with it which row,
 * field, code host and version it belongs to. A sealed token does not open for another row, another host's address, an
 * earlier version, another installation, or after any change to its text. Keys are chosen by kid, never tried.
 */
export interface SealContext {
  installationId: string;
  table: "Credential" | "SshKey" | "KeyCheck" | "Rotation" | "Revocation" | "MailSettings" | "Webhook";
  rowId: string;
  field: string;
  /** The code host's base URL; "" where there is none. */
  host: string;
  version: number;
}

export class SealError extends Error {
  /** missing-key: the keyring lacks the kid. integrity: not what was sealed for this place. */
  constructor(readonly reason: "missing-key" | "integrity") {
    super(reason === "missing-key" ? "the keyring does not hold the key that sealed this" : "the seal does not fit");
    this.name = "SealError";
  }
}

const TYPE = "forgepass+1";

export async function seal(
  secret: Secret,
  context: SealContext,
  keys: Keyring = keyring(),
): Promise<{ sealed: string; kid: string }> {
  const { kid, bytes } = keys.primary;
  const plaintext = Buffer.from(secret.reveal(), "utf8");
  try {
    const sealed = await new CompactEncrypt(plaintext)
      .setProtectedHeader({ ...header(kid), crit: ["ctx"], ctx: compact(context) })
      .encrypt(bytes, { crit: { ctx: true } });
    return { sealed, kid };
  } finally {
    plaintext.fill(0);
  }
}

/** Throws SealError. */
export async function open(sealed: string, context: SealContext, keys: Keyring = keyring()): Promise<Secret> {
  const kid = readKid(sealed);
  const key = kid === null ? undefined : keys.keys.get(kid);
  if (kid === null) throw new SealError("integrity");
  if (!key) throw new SealError("missing-key");
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, key.bytes, {
      keyManagementAlgorithms: ["A256KW"],
      contentEncryptionAlgorithms: ["A256GCM"],
      crit: { ctx: true },
    });
    const expected = JSON.stringify({ ...header(kid), crit: ["ctx"], ctx: compact(context) });
    if (JSON.stringify(protectedHeader) !== expected) throw new SealError("integrity");
    const token = Buffer.from(plaintext);
    const secret = new Secret(token.toString("utf8"));
    token.fill(0);
    plaintext.fill(0);
    return secret;
  } catch {
    throw new SealError("integrity");
  }
}

function header(kid: string) {
  return { alg: "A256KW", enc: "A256GCM", typ: TYPE, kid };
}

function compact({ installationId, table, rowId, field, host, version }: SealContext) {
  return { i: installationId, t: table, r: rowId, f: field, o: host, v: version };
}

/** Null when the text is not what `seal` wrote; base64url has spare bits, so each part must re-encode to itself. */
function readKid(sealed: string): string | null {
  const parts = sealed.split(".");
  const canonical = parts.every((part) => Buffer.from(part, "base64url").toString("base64url") === part);
  if (parts.length !== 5 || !canonical) return null;
  try {
    const { kid } = decodeProtectedHeader(sealed);
    return typeof kid === "string" ? kid : null;
  } catch {
    return null;
  }
}
