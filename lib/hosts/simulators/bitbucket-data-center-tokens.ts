import { randomBytes, randomInt } from "node:crypto";

/**
 * Mints HTTP access tokens in Bitbucket's format: base64 of twelve digits, a colon and twenty random bytes. Written on
 * its own, so that the adapter's reader is checked against a second implementation.
 */
export function mintToken(id: string, isPrefixed: boolean, random = randomBytes(20)): string {
  const body = Buffer.concat([Buffer.from(`${id}:`, "latin1"), random]).toString("base64");
  return (isPrefixed ? "BBDC-" : "") + body;
}

/** Leading zeros belong to it. */
export function mintTokenId(): string {
  return String(randomInt(1e12 - 1)).padStart(12, "0");
}
