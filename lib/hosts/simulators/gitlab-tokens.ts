import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

/**
 * Mints tokens in GitLab's formats for the simulator: legacy and routable bodies, prefixed or not. Written from the
 * format's description and on its own, so that the adapter's reader is checked against a second implementation.
 */
export type GitlabTokenKind = "personal" | "project" | "group" | "oauth" | "deploy" | "ci-job";

export type GitlabTokenFormat = "legacy" | "routable";

const OTHER_PREFIXES = { deploy: "gldt-", "ci-job": "glcbt-" } as const;

/** `personalPrefix` is the instance's setting; GitLab's default is glpat-, and it may be empty. */
export function mintToken(
  kind: GitlabTokenKind,
  format: GitlabTokenFormat,
  personalPrefix: string,
  userId: number,
): string {
  if (kind === "oauth") return randomBytes(32).toString("hex");
  const prefix = kind === "deploy" || kind === "ci-job" ? OTHER_PREFIXES[kind] : personalPrefix;
  if (format === "routable") return mintRoutable(prefix, { o: "1", u: userId.toString(36) });
  return prefix + randomBytes(15).toString("base64url");
}

/** prefix, base64url(16 random bytes, payload, payload's length), version, length, CRC-32 of all that precedes it. */
export function mintRoutable(prefix: string, routing: Record<string, string>, random = randomBytes(16)): string {
  const payload = Buffer.from(
    Object.entries(routing)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, value]) => `${key}:${value}`)
      .join("\n"),
  );
  const encoded = Buffer.concat([random, payload, Buffer.from([payload.length])]).toString("base64url");
  const checked = `${prefix}${encoded}.01.${encoded.length.toString(36).padStart(2, "0")}`;
  return checked + crc32(checked).toString(36).padStart(7, "0");
}
