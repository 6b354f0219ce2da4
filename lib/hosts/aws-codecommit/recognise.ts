import type { CredentialField, CredentialType, Recognition } from "../adapter";

/**
 * What a pasted text is in AWS's terms, offline, by the published prefixes of its ids. A secret access key has no
 * prefix and no checksum, so its shape is only ever likely, and never claimed where it could as well be a digest.
 */
const accessKeyIdField: CredentialField = {
  id: "accessKeyId",
  label: "Access key ID",
  hint: "AWS shows it beside the secret access key.",
  placeholder: "AKIA…",
  secret: false,
  optional: false,
  check(value) {
    if (/^AKIA[A-Z0-9]{16}$/.test(value)) return null;
    if (/^ASIA[A-Z0-9]{16}$/.test(value)) {
      return "This is the ID of a temporary key. Choose the type Temporary access key.";
    }
    return describeOtherId(value) ?? "An access key ID begins with AKIA and has 20 capital letters and digits.";
  },
};

const temporaryKeyIdField: CredentialField = {
  ...accessKeyIdField,
  placeholder: "ASIA…",
  hint: "AWS shows it beside the secret access key and the session token.",
  check(value) {
    if (/^ASIA[A-Z0-9]{16}$/.test(value)) return null;
    if (/^AKIA[A-Z0-9]{16}$/.test(value)) {
      return "This is the ID of a key that does not end. Choose the type Access key.";
    }
    return (
      describeOtherId(value) ?? "The ID of a temporary key begins with ASIA and has 20 capital letters and digits."
    );
  },
};

const sessionTokenField: CredentialField = {
  id: "sessionToken",
  label: "Session token",
  hint: "The long text that belongs to a temporary key.",
  placeholder: "",
  secret: true,
  optional: false,
  check(value) {
    return value.length >= 16 && value.length <= 4096 && /^[A-Za-z0-9+/=]*$/.test(value)
      ? null
      : "A session token is one long line of letters, digits, +, / and =. Copy it again.";
  },
};

const secretForm = "40 letters, digits, + and /, without a prefix.";

/** The first is what the guide proposes. */
const storable: readonly CredentialType[] = [
  {
    id: "access-key",
    name: "Access key",
    label: "Secret access key",
    fields: [accessKeyIdField],
    scopesTold: "partly",
    expiryTold: "exactly",
    looksLike: `The secret has ${secretForm} Its ID begins with AKIA.`,
    lifetime: "Until it is deleted. AWS advises to replace it every 90 days.",
    refusal: null,
  },
  {
    id: "temporary-key",
    name: "Temporary access key",
    label: "Secret access key",
    fields: [temporaryKeyIdField, sessionTokenField],
    scopesTold: "partly",
    expiryTold: "partly",
    looksLike: `The secret has ${secretForm} Its ID begins with ASIA, and a session token belongs to it.`,
    lifetime: "Some hours, 36 at most.",
    refusal: null,
  },
];

const instead = "Make an access key instead, and paste its secret here.";

interface RefusedId {
  prefix: string;
  id: string;
  name: string;
  why: string;
}

/** Prefixes from IAM's reference of identifiers. */
const refusedIds: readonly RefusedId[] = [
  {
    prefix: "AKIA",
    id: "access-key-id",
    name: "Access key ID",
    why: "This is the ID of an access key, not its secret. Put it into the field Access key ID, and the secret access key here.",
  },
  {
    prefix: "ACCA",
    id: "git-credential",
    name: "HTTPS Git credential for CodeCommit",
    why: `AWS offers no way to check a Git user name and password, and they only work with Git. ${instead} Forgepass makes the password for Git from it.`,
  },
  {
    prefix: "APKA",
    id: "ssh-key-id",
    name: "SSH key ID",
    why: `This is the ID of a public SSH key, which is a user name for SSH and no secret. ${instead}`,
  },
  {
    prefix: "AIDA",
    id: "user-id",
    name: "User ID",
    why: `This is the ID of an IAM user, which is no secret. ${instead}`,
  },
  {
    prefix: "AROA",
    id: "role-id",
    name: "Role ID",
    why: `This is the ID of an IAM role, which is no secret. ${instead}`,
  },
  {
    prefix: "ASCA",
    id: "certificate-id",
    name: "Certificate ID",
    why: `This is the ID of a certificate, which CodeCommit does not take. ${instead}`,
  },
  {
    prefix: "ABIA",
    id: "bearer-token-id",
    name: "Bearer token ID",
    why: `This is the ID of a bearer token, which CodeCommit does not take. ${instead}`,
  },
];

export const awsCredentialTypes: readonly CredentialType[] = [
  ...storable,
  ...refusedIds.map(
    ({ prefix, id, name, why }): CredentialType => ({
      id,
      name,
      label: name,
      scopesTold: "never",
      expiryTold: "never",
      looksLike: id === "git-credential" ? "A user name with -at- and an account number." : `Begins with ${prefix}.`,
      lifetime: "Until it is deleted.",
      refusal: why,
    }),
  ),
];

export function recogniseAws(token: string): Recognition | null {
  if (token.length > 128) return null;
  const prefix = idPrefix(token);
  if (prefix !== null) {
    const known = prefix === "ASIA" ? "AKIA" : prefix;
    const row = refusedIds.find((one) => one.prefix === known);
    return row ? { type: row.id, confidence: "certain", prefix, checksum: "none" } : null;
  }
  if (/^[\w+=,.@-]{1,64}-at-\d{12}(\+\d)?$/.test(token)) {
    return { type: "git-credential", confidence: "likely", prefix: "", checksum: "none" };
  }
  if (!isLikelySecret(token)) return null;
  return { type: "access-key", confidence: "likely", mayBe: ["temporary-key"], prefix: "", checksum: "none" };
}

/** What an id that is no access key's is, in a sentence; null for anything else. */
function describeOtherId(value: string): string | null {
  const prefix = idPrefix(value);
  const row = refusedIds.find((one) => one.prefix === prefix);
  if (!row) return null;
  return `This is not an access key's ID: ${row.prefix} begins the ${row.name}. Copy the one that begins with AKIA or ASIA.`;
}

function idPrefix(text: string): string | null {
  return /^(A(?:KIA|SIA)(?=[A-Z0-9]{16}$)|A(?:CCA|PKA|IDA|ROA|SCA|BIA)(?=[A-Z0-9]{16,60}$))/.exec(text)?.[1] ?? null;
}

/** Both cases: chance leaves one out of a secret once in a billion, and digests and many other tokens have only one. */
function isLikelySecret(token: string): boolean {
  return /^[A-Za-z0-9+/]{40}$/.test(token) && /[A-Z]/.test(token) && /[a-z]/.test(token) && !/^[0-9a-f]*$/i.test(token);
}
