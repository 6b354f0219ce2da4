import type { CredentialType, Recognition } from "../adapter";

/**
 * Recognises an access token of Gitea or Forgejo offline by its form alone: there is no prefix and no checksum, and
 * commits and the tokens of other hosts look the same. Runs in the browser too.
 */
export const giteaCredentialTypes: readonly CredentialType[] = [
  {
    id: "token",
    name: "Access token",
    label: "Access token",
    scopesTold: "partly",
    expiryTold: "exactly",
    looksLike: "Has 40 characters, digits and the letters a to f.",
    lifetime: "Without end, until you delete it.",
    refusal: null,
  },
];

/** 20 random bytes in hexadecimal (models/auth/access_token.go). */
export function recogniseGitea(token: string): Recognition | null {
  if (!/^[0-9a-f]{40}$/.test(token)) return null;
  return { type: "token", confidence: "likely", prefix: "", checksum: "none" };
}
