import { createHash, randomBytes } from "node:crypto";

/** 256 bits that nobody can guess, for cookies and one-time links; the database keeps only their SHA-256. */
export function mintToken(): { token: string; tokenHash: string } {
  const token = randomBytes(32).toString("base64url");
  return { token, tokenHash: hashToken(token) };
}

/** Hex. A plain hash is enough for what has 256 bits of its own. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
