import type { CredentialType, Recognition } from "../adapter";

/**
 * Recognises GitLab's tokens offline, by prefix and checksum, and names what may be stored. Runs in the browser too.
 * It never refuses a token for its format: administrators choose prefixes, and GitLab has changed bodies before.
 */
const scopesDiffer = "Make a personal, project or group access token instead.";

/** doc/user/profile/personal_access_tokens.md: 365 days, 400 by a setting of 17.6, none at all by one for service accounts. */
const ofTheFamily = {
  looksLike:
    "Begins with glpat- and has 26 characters or more. An administrator may have chosen other letters for glpat-.",
  lifetime:
    "365 days at most. An administrator may have set less, or 400 days. Before GitLab 16 a token could have no end.",
};

const storable: readonly CredentialType[] = [
  {
    id: "personal",
    name: "Personal access token",
    label: "Personal access token",
    scopesTold: "exactly",
    expiryTold: "exactly",
    ...ofTheFamily,
    refusal: null,
  },
  {
    id: "project",
    name: "Project access token",
    label: "Project access token",
    scopesTold: "exactly",
    expiryTold: "exactly",
    ...ofTheFamily,
    refusal: null,
  },
  {
    id: "group",
    name: "Group access token",
    label: "Group access token",
    scopesTold: "exactly",
    expiryTold: "exactly",
    ...ofTheFamily,
    refusal: null,
  },
  {
    id: "fine-grained",
    name: "Fine-grained personal access token",
    label: "Fine-grained token",
    scopesTold: "never",
    expiryTold: "exactly",
    ...ofTheFamily,
    refusal: null,
  },
  {
    id: "oauth",
    name: "OAuth access token",
    label: "OAuth access token",
    scopesTold: "exactly",
    expiryTold: "exactly",
    looksLike: "Has 64 of the characters 0-9 and a-f, and nothing before them.",
    lifetime: "Two hours.",
    refusal: null,
  },
];

/** Prefix, type, name, and why it may not be stored. Longer prefixes before their beginnings. */
const refused: readonly [prefix: string, id: string, name: string, why: string][] = [
  ["gldt-", "deploy", "Deploy token", "A deploy token works only for Git and registries, not for GitLab's API."],
  ["glcbt-", "ci-job", "CI/CD job token", "A job token dies with its job."],
  ["glrtr-", "runner", "Runner authentication token", "A runner token only lets a runner fetch jobs."],
  ["glrt-", "runner", "Runner authentication token", "A runner token only lets a runner fetch jobs."],
  ["GR1348941", "runner-registration", "Runner registration token", "A registration token only registers runners."],
  ["glptt-", "trigger", "Pipeline trigger token", "A trigger token only starts pipelines of one project."],
  ["gloas-", "oauth-secret", "OAuth application secret", "An application's secret is not a token for the API."],
  ["glsoat-", "scim", "SCIM token", "A SCIM token only synchronises users."],
  ["glft-", "feed", "Feed token", "A feed token only reads feeds and calendars."],
  ["glimt-", "incoming-mail", "Incoming mail token", "An incoming mail token only files issues by e-mail."],
  ["glagent-", "agent", "Agent token for Kubernetes", "An agent token only connects a cluster."],
  ["glwt-", "workspace", "Workspace token", "A workspace token only connects a workspace."],
  ["glffct-", "feature-flags", "Feature flags client token", "A client token only reads feature flags."],
  ["_gitlab_session=", "session", "Session cookie", "A session cookie signs in as you, and ends when you sign out."],
];

/** The first is what the guide proposes. */
export const gitlabCredentialTypes: readonly CredentialType[] = [
  ...storable,
  ...refused
    .filter(([, id], index) => refused.findIndex((row) => row[1] === id) === index)
    .map(
      ([prefix, id, name, why]): CredentialType => ({
        id,
        name,
        label: name,
        scopesTold: "never",
        expiryTold: "never",
        looksLike: `Begins with ${prefix}.`,
        lifetime: "It depends on what made it.",
        refusal: `${why} ${scopesDiffer}`,
      }),
    ),
];

const personalPrefix = "glpat-";

/** The same letters and body as a personal token. */
const alike = ["project", "group", "fine-grained"];

/**
 * Prefixes and bodies from GitLab's token overview; the routable body from lib/authn/token_field/generator. Personal,
 * project and group tokens look alike and are told apart by verify. A fine-grained token has no prefix of its own.
 */
export function recogniseGitlab(token: string): Recognition | null {
  if (token.length > 512) return null;
  if (token.startsWith(personalPrefix)) return recognisePersonal(token);
  for (const [prefix, type] of refused) {
    if (!token.startsWith(prefix)) continue;
    return { type, confidence: "certain", prefix, checksum: readRoutable(token)?.checksum ?? "none" };
  }
  return recogniseCustomPrefix(token) ?? recogniseBare(token);
}

function recognisePersonal(token: string): Recognition {
  const routable = readRoutable(token);
  const isLegacy = legacyBody.test(token.slice(personalPrefix.length));
  const checksum = routable?.prefix === personalPrefix ? routable.checksum : isLegacy ? "none" : "bad";
  return { type: "personal", mayBe: alike, confidence: "certain", prefix: personalPrefix, checksum };
}

const legacyBody = /^[A-Za-z0-9_-]{20}$/;

/** `acme-gldt-…` as of custom_prefix_for_all_token_types; `acme-…` as of personal_access_token_prefix. */
function recogniseCustomPrefix(token: string): Recognition | null {
  const routable = readRoutable(token);
  for (const [known, type] of refused) {
    if (!known.endsWith("-")) continue;
    const at = token.indexOf(`-${known}`);
    if (at < 1 || at > 30) continue;
    const prefix = token.slice(0, at + 1 + known.length);
    return { type, confidence: "likely", prefix, checksum: routable?.checksum ?? "none" };
  }
  if (routable?.checksum === "good" && routable.prefix.length <= 32) {
    return { type: "personal", mayBe: alike, confidence: "likely", prefix: routable.prefix, checksum: "good" };
  }
  const prefix = /^([A-Za-z][A-Za-z0-9]{1,15}-)[A-Za-z0-9_-]{20}$/.exec(token)?.[1];
  return prefix ? { type: "personal", mayBe: alike, confidence: "likely", prefix, checksum: "none" } : null;
}

function recogniseBare(token: string): Recognition | null {
  if (/^[0-9a-f]{64}$/.test(token)) return { type: "oauth", confidence: "likely", prefix: "", checksum: "none" };
  return legacyBody.test(token)
    ? { type: "personal", mayBe: alike, confidence: "likely", prefix: "", checksum: "none" }
    : null;
}

/**
 * `<prefix><base64url>.<version, 2><length of the base64url, 2><CRC-32 of all before it, 7>`, all in base 36. An earlier
 * variant had no version part, and whether its checksum is made alike is unconfirmed: it is never called bad.
 */
function readRoutable(token: string): { prefix: string; checksum: Recognition["checksum"] } | null {
  const parts = /^([A-Za-z0-9_-]+)(\.[0-9a-z]{2})?\.([0-9a-z]{2})([0-9a-z]{7})$/.exec(token);
  if (!parts) return null;
  const [, front = "", version, length = "", crc = ""] = parts;
  const prefix = front.slice(0, Math.max(0, front.length - Number.parseInt(length, 36)));
  const isGood =
    crc32(token.slice(0, -7)) === Number.parseInt(crc, 36) && front.length > Number.parseInt(length, 36) - 1;
  return { prefix, checksum: isGood ? "good" : version ? "bad" : "none" };
}

function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let index = 0; index < text.length; index++) {
    crc ^= text.charCodeAt(index);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
