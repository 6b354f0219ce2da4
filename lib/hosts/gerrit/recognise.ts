import type { CredentialField, CredentialType, Recognition } from "../adapter";

/**
 * What may be stored of Gerrit. Its passwords and tokens are random texts without a prefix, a length or a checksum, so
 * none is ever recognised. Runs in the browser too.
 */
const username: CredentialField = {
  id: "username",
  label: "Username",
  hint: "It stands above the tokens on Gerrit's settings page. It is not your e-mail address.",
  placeholder: "alice",
  secret: false,
  optional: false,
  // A colon would end the name in Basic authentication. Gerrit's own names have ASCII only (ExternalId.USER_NAME_PATTERN).
  check: (value) =>
    /^[\x21-\x39\x3b-\x7e]{1,255}$/.test(value)
      ? null
      : "A Gerrit username holds no spaces and no colons. Copy it again.",
};

/** Tokens replaced the one HTTP password in 3.13 (release notes), which still takes passwords made before. */
export const gerritCredentialTypes: readonly CredentialType[] = [
  {
    id: "token",
    name: "Authentication token",
    label: "Authentication token",
    fields: [username],
    secretForm: "password",
    scopesTold: "exactly",
    expiryTold: "partly",
    looksLike: "A random text without a fixed beginning, shown once beside the ID that you gave it.",
    lifetime: "As long as was asked for when it was made, or as the server allows.",
    refusal: null,
  },
  {
    id: "http-password",
    name: "HTTP password",
    label: "HTTP password",
    fields: [username],
    secretForm: "password",
    scopesTold: "exactly",
    expiryTold: "partly",
    looksLike: "A random text without a fixed beginning. Each account has one.",
    lifetime: "Until a new one is generated or it is deleted.",
    refusal: null,
  },
];

/** Always null: nothing in such a text says that it is Gerrit's. */
export function recogniseGerrit(_token: string): Recognition | null {
  return null;
}
