import type { CredentialType, Recognition } from "../adapter";

/**
 * Recognises Azure DevOps' personal access tokens offline, in both of their forms, and names what may be stored. Runs
 * in the browser too. Sources: microsoft/security-utilities (SEC101/201 and IdentifiableMetadata).
 */
const personal: CredentialType = {
  id: "pat",
  name: "Personal access token",
  label: "Personal access token",
  scopesTold: "partly",
  expiryTold: "partly",
  looksLike: "Has 84 characters with AZDO near the end, or, if it is older, 52 lower-case letters and digits.",
  lifetime: "One year at most; the organization may allow less.",
  refusal: null,
};

export const servicesCredentialTypes: readonly CredentialType[] = [personal];

export const serverCredentialTypes: readonly CredentialType[] = [
  {
    ...personal,
    looksLike: "Has 52 lower-case letters and digits; the newest releases may make longer ones.",
    lifetime: "One year at most.",
  },
];

/** The last four characters of the long form are a checksum whose making is not published. */
const long = /^[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}$/;
const short = /^[a-z2-7]{52}$/;

export function recogniseServices(token: string): Recognition | null {
  if (long.test(token)) return { type: "pat", confidence: "certain", prefix: "", checksum: "none" };
  if (!short.test(token)) return null;
  const isGood = hasGoodChecksum(token);
  return { type: "pat", confidence: isGood ? "certain" : "likely", prefix: "", checksum: isGood ? "good" : "bad" };
}

/** Old servers may make tokens without a checksum, so that a wrong one proves nothing. */
export function recogniseServer(token: string): Recognition | null {
  const recognition = recogniseServices(token);
  return recognition?.checksum === "bad" ? { ...recognition, checksum: "none" } : recognition;
}

/** Year and month in which a token of the long form was made, as "2026-03"; null where it does not show. */
export function madeIn(token: string, now = new Date()): string | null {
  const letters = long.test(token) ? /^.{52}JQQJ9.([A-Z])([A-L])/.exec(token) : null;
  if (!letters) return null;
  const [year, month] = [letters[1], letters[2]].map((letter = "A") => letter.charCodeAt(0) - 65) as [number, number];
  const at = Date.UTC(2024 + year, month);
  return at > now.getTime() ? null : new Date(at).toISOString().slice(0, 7);
}

/** One for the tokens of people, one for those of applications. */
const seeds = [0xe0b9692d, 0x1019f92e];

/** 32 bytes in base 32, of which four hold the CRC-32 of most of the others, mixed with a seed. */
function hasGoodChecksum(token: string): boolean {
  const bytes = decodeBase32(token);
  const payload = [...bytes.slice(0, 2), ...bytes.slice(3, 7), ...bytes.slice(9, 22), ...bytes.slice(23)];
  const told = [2, 7, 8, 22].reduce((sum, index) => sum * 256 + (bytes[index] ?? 0), 0);
  const sum = crc32(payload);
  return seeds.some((seed) => (sum ^ seed) >>> 0 === told);
}

function decodeBase32(text: string): number[] {
  const bytes: number[] = [];
  let held = 0;
  let bits = 0;
  for (const letter of text) {
    held = ((held << 5) | "abcdefghijklmnopqrstuvwxyz234567".indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
  }
  return bytes;
}

function crc32(bytes: readonly number[]): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
