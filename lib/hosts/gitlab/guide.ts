import type { Guide, GuideRequest, GuideStep, GuideVersion } from "../adapter";
import { trimSlash } from "./base-url";

/**
 * How to make each type of token on GitLab. Its token page takes a name, a description and scopes from the link, and no
 * expiry: that is left to a step. Project and group tokens are made in the project or group, which we cannot link to.
 * During 16 the pages of user settings moved, and the old address of the token page leads nowhere since.
 */
export const gitlabGuideVersions: readonly GuideVersion[] = [
  { id: "17", name: "GitLab.com, and GitLab 17 or newer" },
  { id: "16", name: "GitLab 16 or older, CE and EE" },
];

/** The settings of a user were below /-/profile. */
export function isOlderRelease(version: string | undefined): boolean {
  return version === "16";
}

export function guideGitlab(request: GuideRequest): Guide {
  const base = trimSlash(request.baseUrl);
  const isOlder = isOlderRelease(request.version);
  const settings = `${base}/-/${isOlder ? "profile" : "user_settings"}`;
  const tokens = `${settings}/personal_access_tokens`;
  switch (request.type) {
    case "project":
      return {
        steps: botSteps(request, "project"),
        tokenPage: null,
        managePage: `${base}/dashboard/projects`,
        removal: botRemoval("project"),
      };
    case "group":
      return {
        steps: botSteps(request, "group"),
        tokenPage: null,
        managePage: `${base}/dashboard/groups`,
        removal: botRemoval("group"),
      };
    case "oauth":
      return {
        steps: oauthSteps,
        tokenPage: null,
        managePage: `${settings}/applications`,
        removal:
          "Open Applications in GitLab's user settings and press Revoke beside the application. The tokens that it has from you end with it.",
      };
    case "fine-grained":
      if (isOlder) return guidePersonal(request, tokens, [noFineGrained]);
      return {
        steps: fineGrainedSteps(request),
        tokenPage: { url: tokens, prefilled: [] },
        managePage: tokens,
        removal: personalRemoval,
      };
    default:
      return guidePersonal(request, tokens, []);
  }
}

function guidePersonal(request: GuideRequest, tokens: string, first: readonly GuideStep[]): Guide {
  const steps = isOlderRelease(request.version) ? olderPersonalSteps(request) : personalSteps(request);
  return {
    steps: [...first, ...steps],
    tokenPage: {
      url: `${tokens}?${prefill(request)}`,
      prefilled: request.scopes.length > 0 ? ["name", "scopes"] : ["name"],
    },
    managePage: tokens,
    removal: personalRemoval,
  };
}

const noFineGrained: GuideStep = {
  part: "text",
  text: "This release has no fine-grained tokens: they came with GitLab 18.10. Make a personal access token.",
};

const personalRemoval = "Open Access tokens in GitLab's user settings and press Revoke beside the token.";

function botRemoval(owner: "project" | "group"): string {
  return `Open the ${owner}, go to Settings, then Access tokens, and press Revoke beside the token.`;
}

/** Name, description and scopes are the documented parameters (doc/user/profile/personal_access_tokens.md, 19.x). */
function prefill({ tokenName, scopes }: GuideRequest): string {
  const fields = [
    `name=${encodeURIComponent(tokenName)}`,
    `description=${encodeURIComponent("Kept in Forgepass")}`,
    ...(scopes.length > 0 ? [`scopes=${scopes.map(encodeURIComponent).join(",")}`] : []),
  ];
  return fields.join("&");
}

function personalSteps(request: GuideRequest): GuideStep[] {
  return [
    { part: "open", text: "Open the token page." },
    { part: "scopes", text: "If GitLab asks for a kind of token, choose legacy. Check that these scopes are ticked:" },
    { part: "text", text: `Set the expiry date to ${daysFromNow(request.expiresInDays)} from now.` },
    { part: "text", text: "Create the token and copy it. GitLab shows it only once." },
    { part: "paste", text: "Paste it here." },
  ];
}

/** The button to add one came with 16. */
function olderPersonalSteps(request: GuideRequest): GuideStep[] {
  return [
    { part: "open", text: "Open the token page." },
    {
      part: "text",
      text: "If there is no such page, press your picture, then Edit profile or Preferences, then Access Tokens. Press Add new token where there is such a button.",
    },
    { part: "scopes", text: `Name it ${request.tokenName}. Check that these scopes are ticked:` },
    { part: "text", text: `Set the expiration date to ${daysFromNow(request.expiresInDays)} from now.` },
    { part: "text", text: "Press Create personal access token and copy it. GitLab shows it only once." },
    { part: "paste", text: "Paste it here." },
  ];
}

function fineGrainedSteps(request: GuideRequest): GuideStep[] {
  return [
    {
      part: "open",
      text: "Open the token page and choose to generate a fine-grained token. There are some since GitLab 18.10.",
    },
    { part: "text", text: `Name it ${request.tokenName} and choose the groups and projects that it is for.` },
    {
      part: "scopes",
      text: "Besides what your tools need, tick these, so that the token can be checked:",
      ticks: ["User: Read", "Personal Access Token: Read"],
    },
    { part: "text", text: `Set the expiry date to ${daysFromNow(request.expiresInDays)} from now.` },
    { part: "text", text: "Create the token and copy it. GitLab shows it only once." },
    { part: "paste", text: "Paste it here." },
  ];
}

function botSteps(request: GuideRequest, owner: "project" | "group"): GuideStep[] {
  const needed = owner === "project" ? "Maintainer or Owner of it" : "Owner of it";
  return [
    { part: "text", text: `Open the ${owner} on GitLab. You have to be a ${needed}.` },
    { part: "open", text: "Go to Settings, then Access tokens, and add a new token." },
    {
      part: "text",
      text: `Name it ${request.tokenName}. Choose the role Developer, or a higher one if a tool needs it.`,
    },
    { part: "scopes", text: "Tick these scopes:", ...botTicks(request.scopes) },
    { part: "text", text: `Set the expiry date to ${daysFromNow(request.expiresInDays)} from now.` },
    { part: "text", text: "Create the token and copy it. GitLab shows it only once." },
    { part: "paste", text: "Paste it here." },
  ];
}

/** Project and group tokens have no read_user; read_api includes it (doc/security/tokens/access_token_scopes.md). */
function botTicks(scopes: readonly string[]): { ticks?: readonly string[] } {
  if (!scopes.includes("read_user")) return {};
  const others = scopes.filter((scope) => scope !== "read_user");
  const isIncluded = others.some((scope) => scope === "api" || scope === "read_api");
  return { ticks: isIncluded ? others : ["read_api", ...others] };
}

const oauthSteps: readonly GuideStep[] = [
  { part: "text", text: "OAuth tokens are made by an application, and end after two hours. Prefer a personal token." },
  { part: "scopes", text: "Have the application ask for these scopes:" },
  { part: "paste", text: "Paste the access token here." },
];

function daysFromNow(days: number): string {
  return days === 1 ? "1 day" : `${days} days`;
}
