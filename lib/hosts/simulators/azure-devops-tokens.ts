import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

/**
 * Mints personal access tokens in both of Azure DevOps' forms. Written from the forms' description and on its own, so
 * that the adapter's reader is checked against a second implementation.
 */
const base32 = "abcdefghijklmnopqrstuvwxyz234567";
const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const checksumBytes = [22, 8, 7, 2];
const userSeed = 0xe0b9692d;

/** 52 characters: 32 bytes of which four are a CRC-32 of the others, in base 32. */
export function mintShort(bytes = randomBytes(32), seed = userSeed): string {
  const kept = [...bytes.keys()].filter((index) => !checksumBytes.includes(index));
  const sum = (crc32(Buffer.from(kept.map((index) => bytes[index] ?? 0))) ^ seed) >>> 0;
  checksumBytes.forEach((index, byte) => {
    bytes[index] = (sum >>> (8 * byte)) & 0xff;
  });
  const bits = [...bytes]
    .map((byte) => byte.toString(2).padStart(8, "0"))
    .join("")
    .padEnd(260, "0");
  return Array.from({ length: 52 }, (_, at) => base32[Number.parseInt(bits.slice(at * 5, at * 5 + 5), 2)]).join("");
}

/** 84 characters, with the month in which it was made. Its last four are a checksum that nobody outside knows to make. */
export function mintLong(madeAt = new Date()): string {
  const year = alphanumeric[madeAt.getUTCFullYear() - 2024];
  const month = alphanumeric[madeAt.getUTCMonth()];
  return `${random(52)}JQQJ99${year}${month}${random(12)}AAAAAZDO${random(4)}`;
}

function random(length: number): string {
  return [...randomBytes(length)].map((byte) => alphanumeric[byte % alphanumeric.length]).join("");
}
