import { createHash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import type { BitbucketTokenKind } from "./bitbucket-cloud-state";

/** Tokens in the forms in which Atlassian's look, never real ones. */
const prefixes: Record<BitbucketTokenKind, string> = {
  "api-token": "ATATT3xFfGF0",
  "unscoped-api-token": "ATATT3xFfGF0",
  repository: "ATCTT3xFfGN0",
  project: "ATCTT3xFfGN0",
  workspace: "ATCTT3xFfGN0",
  organization: "ATCTT3xFfGN0",
  "app-password": "ATBB",
};

/** 192 characters that end in `=` and eight hexadecimal digits; app passwords have 36. */
export function mintToken(kind: BitbucketTokenKind, random = randomBytes(128)): string {
  const prefix = prefixes[kind];
  if (kind === "app-password") return prefix + createHash("md5").update(random).digest("hex");
  const front = `${prefix}${random.toString("base64url").replaceAll("=", "")}`.slice(0, 183);
  const checked = `${front}=`;
  return checked + crc32(checked).toString(16).toUpperCase().padStart(8, "0");
}

export function mintUuid(): string {
  const hex = randomBytes(16).toString("hex");
  return `{${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-")}}`;
}
