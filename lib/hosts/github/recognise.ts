import type { CredentialType, Recognition } from "../adapter";

/**
 * Which kind of GitHub token a string is, offline and in the browser too. Formats change at the host, so a shape that
 * does not fit is called damaged, never refused; and a shape without a prefix is only likely.
 */

/** Kinds as in GitHub's "About authentication"; the ones that live an hour or are no token for the API are refused. */
export const githubCredentialTypes: readonly CredentialType[] = [
  {
    id: "classic",
    name: "Personal access token (classic)",
    label: "Personal access token",
    scopesTold: "exactly",
    expiryTold: "exactly",
    looksLike: "Begins with ghp_ and has 40 characters. From a server before 3.2: 40 of the characters 0-9 and a-f.",
    lifetime:
      "As long as you choose, or without an end where your organization allows it. GitHub.com revokes one that was not used for a year.",
    refusal: null,
  },
  {
    id: "fine-grained",
    name: "Fine-grained personal access token",
    label: "Fine-grained personal access token",
    scopesTold: "never",
    expiryTold: "exactly",
    looksLike: "Begins with github_pat_ and has 93 characters.",
    lifetime: "Up to 366 days, or without an end where your organization allows it.",
    refusal: null,
  },
  {
    id: "oauth",
    name: "OAuth app token",
    label: "OAuth access token",
    scopesTold: "exactly",
    expiryTold: "exactly",
    looksLike: "Begins with gho_ and has 40 characters.",
    lifetime:
      "Until you or the app revoke it, or the app has made ten newer ones. GitHub.com revokes one that was not used for a year.",
    refusal: null,
  },
  {
    id: "app-user",
    name: "GitHub App user token",
    label: "GitHub App user access token",
    scopesTold: "never",
    expiryTold: "partly",
    looksLike: "Begins with ghu_ and has 40 characters or more.",
    lifetime: "Eight hours, unless the app lets its tokens live on.",
    refusal: null,
  },
  {
    id: "installation",
    name: "GitHub App installation token",
    label: "Installation access token",
    scopesTold: "never",
    expiryTold: "never",
    looksLike: "Begins with ghs_.",
    lifetime: "One hour.",
    refusal:
      "This is an installation token of a GitHub App. It ends an hour after it was made, so it is not worth storing. Make a personal access token instead.",
  },
  {
    id: "refresh",
    name: "GitHub App refresh token",
    label: "Refresh token",
    scopesTold: "never",
    expiryTold: "never",
    looksLike: "Begins with ghr_ and has 80 characters.",
    lifetime: "Six months.",
    refusal:
      "This is a refresh token. It can only be traded for another token and opens nothing itself. Make a personal access token instead.",
  },
];

const fortyCharacterKinds: Record<string, string> = {
  ghp_: "classic",
  gho_: "oauth",
  ghu_: "app-user",
  ghs_: "installation",
};

/** @see https://docs.github.com/en/authentication (table of prefixes); lengths and checksum as measured on samples. */
export function recogniseGithub(token: string): Recognition | null {
  if (token.startsWith("github_pat_")) {
    const fits = /^github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}$/.test(token);
    // Longer may be a newer format; shorter was cut off.
    const checksum = fits || (token.length > 93 && /^\w+$/.test(token)) ? "none" : "bad";
    return { type: "fine-grained", confidence: "certain", prefix: "github_pat_", checksum };
  }
  const prefix = token.slice(0, 4);
  if (prefix === "ghr_") {
    // Whether refresh tokens carry the checksum was not seen, so only the shape is looked at.
    const checksum = /^ghr_[A-Za-z0-9]{76}$/.test(token) ? "none" : "bad";
    return { type: "refresh", confidence: "certain", prefix, checksum };
  }
  const type = Object.hasOwn(fortyCharacterKinds, prefix) ? fortyCharacterKinds[prefix] : undefined;
  if (type) return { type, confidence: "certain", prefix, checksum: checksumOfKind(token, prefix) };
  if (/^[0-9a-f]{40}$/.test(token)) {
    return { type: "classic", mayBe: ["oauth", "app-user"], confidence: "likely", prefix: "", checksum: "none" };
  }
  if (/^v1\.[0-9a-f]{40}$/.test(token)) {
    return { type: "installation", confidence: "certain", prefix: "v1.", checksum: "none" };
  }
  return null;
}

function checksumOfKind(token: string, prefix: string): Recognition["checksum"] {
  if (/^gh[pous]_[A-Za-z0-9]{36}$/.test(token)) return checksumOf(token);
  // The stateless format of 2026: about 520 characters, ghs_ first, ghu_ announced; no checksum is known.
  const mayBeStateless = (prefix === "ghs_" || prefix === "ghu_") && token.length > 40;
  return mayBeStateless && /^gh[us]_[A-Za-z0-9._-]+$/.test(token) ? "none" : "bad";
}

/** The last six characters are the CRC-32 of what lies between prefix and checksum, in base 62. */
function checksumOf(token: string): "good" | "bad" {
  return token.slice(-6) === base62(crc32(token.slice(4, -6))) ? "good" : "bad";
}

function base62(value: number): string {
  const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  let text = "";
  for (let rest = value; text.length < 6; rest = Math.floor(rest / 62)) text = digits.charAt(rest % 62) + text;
  return text;
}

/** CRC-32 (IEEE) bit by bit: node:zlib is not in the browser, and a table is not worth 30 characters. */
function crc32(ascii: string): number {
  let crc = 0xffffffff;
  for (let at = 0; at < ascii.length; at++) {
    crc ^= ascii.charCodeAt(at);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
