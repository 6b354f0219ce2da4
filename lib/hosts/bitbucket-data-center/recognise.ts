import type { Recognition } from "../adapter";

/**
 * Recognises Bitbucket Data Center's HTTP access tokens offline, in the browser too: base64 of twelve digits (the
 * token's id), a colon and twenty bytes, in newer releases after BBDC-. There is no checksum. Which of a person, a
 * project or a repository has it cannot be seen.
 */
const prefix = "BBDC-";
const mayBe = ["project-token", "repository-token"];

export function recogniseBitbucketDataCenter(token: string): Recognition | null {
  const hasPrefix = token.startsWith(prefix);
  const id = readTokenId(token);
  if (!hasPrefix && id === null) return null;
  return {
    type: "http-access-token",
    confidence: hasPrefix ? "certain" : "likely",
    mayBe,
    prefix: hasPrefix ? prefix : "",
    // A prefix with another body: cut off, or a form of a later release. Both are only said to be so.
    checksum: hasPrefix && id === null ? "bad" : "none",
  };
}

/** Twelve digits, leading zeros included, by which the API knows the token; null when the token holds none. */
export function readTokenId(token: string): string | null {
  const body = token.startsWith(prefix) ? token.slice(prefix.length) : token;
  if (!/^[A-Za-z0-9+/]{44}$/.test(body)) return null;
  return /^(\d{12}):/.exec(atob(body))?.[1] ?? null;
}
