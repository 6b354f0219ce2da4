import type { CredentialField, CredentialType, Recognition } from "../adapter";
import { readProject, readRepository, readWorkspace } from "./place";

/**
 * Recognises Atlassian's tokens offline and names what may be stored. Runs in the browser too. The three kinds of access
 * token look alike; which it is, the owner says and Bitbucket's answer settles.
 */
const tokenInstead = "Make an API token with scopes instead.";

const email: CredentialField = {
  id: "email",
  label: "Atlassian account e-mail",
  hint: "Bitbucket's API wants it with the token. Use the address that you sign in to Atlassian with.",
  placeholder: "you@example.com",
  secret: false,
  optional: false,
  check: (value) =>
    value.length <= 254 && /^[^\s@:]{1,64}@[^\s@:]+$/.test(value)
      ? null
      : "Enter an e-mail address, as in you@example.com. A Bitbucket user name does not work here.",
};

/** The same id for the three, so that what was entered stays when Bitbucket corrects the type. */
function where(label: string, placeholder: string, remedy: string, read: (text: string) => unknown): CredentialField {
  return {
    id: "where",
    label,
    hint: "Where the token was made. It works nowhere else.",
    placeholder,
    secret: false,
    optional: false,
    check: (value) => (read(value) ? null : remedy),
  };
}

/** The first is what the guide proposes. */
export const bitbucketCloudCredentialTypes: readonly CredentialType[] = [
  {
    id: "api-token",
    name: "API token",
    label: "API token with scopes",
    fields: [email],
    scopesTold: "exactly",
    expiryTold: "never",
    looksLike: "Begins with ATATT3x, is about 190 characters long and ends in = and eight digits or letters.",
    lifetime: "One year at most.",
    refusal: null,
  },
  {
    id: "repository-token",
    name: "Repository access token",
    label: "Repository access token",
    fields: [
      where("Repository", "workspace/repository", "Name the repository as in workspace/repository.", readRepository),
    ],
    scopesTold: "exactly",
    expiryTold: "never",
    looksLike: "Begins with ATCTT3x, is about 190 characters long and ends in = and eight digits or letters.",
    lifetime: "As long as its maker chose, also without an end where the workspace allows that.",
    refusal: null,
  },
  {
    id: "project-token",
    name: "Project access token",
    label: "Project access token",
    fields: [
      where(
        "Project",
        "workspace/KEY",
        "Name the project with its workspace and its key, as in workspace/KEY. A key is in capitals.",
        readProject,
      ),
    ],
    scopesTold: "exactly",
    expiryTold: "never",
    looksLike: "Looks like a repository access token: begins with ATCTT3x.",
    lifetime: "As long as its maker chose, also without an end where the workspace allows that.",
    refusal: null,
  },
  {
    id: "workspace-token",
    name: "Workspace access token",
    label: "Workspace access token",
    fields: [
      where("Workspace", "workspace", "Name the workspace as in its web address, after bitbucket.org/.", readWorkspace),
    ],
    scopesTold: "exactly",
    expiryTold: "never",
    looksLike: "Looks like a repository access token: begins with ATCTT3x.",
    lifetime: "As long as its maker chose, also without an end where the workspace allows that.",
    refusal: null,
  },
  {
    id: "app-password",
    name: "App password",
    label: "App password",
    scopesTold: "exactly",
    expiryTold: "never",
    looksLike: "Begins with ATBB and has 36 characters.",
    lifetime: "None works any more: Bitbucket switched them off in July 2026.",
    refusal: `Bitbucket switched app passwords off in July 2026. ${tokenInstead}`,
  },
];

const longest = 1024;

/**
 * Prefixes as Atlassian's staff confirmed them. API tokens of other Atlassian products, and API keys of organizations,
 * look the same: only Bitbucket can tell. The last eight characters look like a CRC-32 of all before them, which nobody
 * confirmed: a match is good news, and a mismatch says nothing. Only a missing end is called bad.
 */
export function recogniseBitbucketCloud(token: string): Recognition | null {
  if (token.length > longest) return null;
  if (token.startsWith("ATATT")) return recogniseLong(token, "api-token", "ATATT3x");
  if (token.startsWith("ATCTT")) {
    const recognition = recogniseLong(token, "repository-token", "ATCTT3x");
    return recognition && { ...recognition, mayBe: ["project-token", "workspace-token"] };
  }
  if (/^ATBB[A-Za-z0-9]{32}$/.test(token)) {
    return { type: "app-password", confidence: "certain", prefix: "ATBB", checksum: "none" };
  }
  if (/^ATBB[A-Za-z0-9_=.-]+$/.test(token)) {
    return { type: "app-password", confidence: "likely", prefix: "ATBB", checksum: "none" };
  }
  return null;
}

function recogniseLong(token: string, type: string, prefix: string): Recognition | null {
  if (!/^[A-Za-z0-9+/=_-]+$/.test(token)) return null;
  const isKnown = token.startsWith(prefix);
  return {
    type,
    confidence: isKnown ? "certain" : "likely",
    prefix: isKnown ? prefix : token.slice(0, 5),
    checksum: readChecksum(token),
  };
}

function readChecksum(token: string): Recognition["checksum"] {
  const parts = /^(.{20,}=)([A-Za-z0-9]{8})$/.exec(token);
  if (!parts) return "bad";
  const [, front = "", end = ""] = parts;
  return crc32(front).toString(16).toUpperCase().padStart(8, "0") === end ? "good" : "none";
}

function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let index = 0; index < text.length; index++) {
    crc ^= text.charCodeAt(index);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
