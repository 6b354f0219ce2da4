import type { Guide, GuideRequest, GuideStep, GuideVersion } from "../adapter";
import { trimSlash } from "./base-url";

/**
 * How to make each type of token on Bitbucket Data Center and Server. Its pages take nothing from the link. Offline, in
 * the browser too. Names of pages from the HTTP access tokens and Personal access tokens pages of its documentation.
 */
export const bitbucketDataCenterGuideVersions: readonly GuideVersion[] = [
  { id: "http-access-tokens", name: "HTTP access tokens: Data Center, newer Server" },
  { id: "personal-access-tokens", name: "Personal access tokens: Server 5.5 to 7.x" },
];

export function guideBitbucketDataCenter(request: GuideRequest): Guide {
  const base = trimSlash(request.baseUrl);
  switch (request.type) {
    case "project-token":
    case "repository-token": {
      const owner = request.type === "project-token" ? "project" : "repository";
      const removal = `Open the settings of the ${owner} on Bitbucket, then HTTP access tokens, and revoke it there.`;
      return { steps: ownedSteps(request, owner), tokenPage: null, managePage: `${base}/projects`, removal };
    }
    case "password":
      return {
        steps: passwordSteps,
        tokenPage: null,
        managePage: `${base}/account`,
        removal: "Change the password in your account's settings on Bitbucket, or where your company keeps it.",
      };
    default: {
      const page = `${base}/plugins/servlet/access-tokens/manage`;
      const removal = `Open ${pageName(request)} in your account's settings on Bitbucket, and revoke the token there.`;
      return { steps: personalSteps(request), tokenPage: { url: page, prefilled: [] }, managePage: page, removal };
    }
  }
}

function pageName({ version }: GuideRequest): string {
  return version === "personal-access-tokens" ? "Personal access tokens" : "HTTP access tokens";
}

function personalSteps(request: GuideRequest): GuideStep[] {
  const isOld = request.version === "personal-access-tokens";
  const where = isOld
    ? "Your picture, then Manage account, then Personal access tokens, leads there too. Choose Create a token."
    : "Your picture, then Manage account, then HTTP access tokens, leads there too. Choose Create token.";
  return [
    { part: "open", text: "Open the token page" },
    { part: "text", text: `${where} Name it ${request.tokenName}.` },
    { part: "scopes", text: "Choose these permissions:", ticks: ticksFor(request.scopes) },
    { part: "text", text: expiryText(request, isOld) },
    { part: "text", text: "Create the token and copy it. Bitbucket shows it only once." },
    { part: "paste", text: "Paste it here." },
  ];
}

function ownedSteps(request: GuideRequest, owner: "project" | "repository"): GuideStep[] {
  const isOld = request.version === "personal-access-tokens";
  const families = owner === "repository" ? ["REPO"] : ["PROJECT", "REPO"];
  const availability = isOld
    ? ` Releases that say Personal access tokens may not have tokens of a ${owner}: make a personal one then.`
    : "";
  return [
    {
      part: "text",
      text: `Open the ${owner} on Bitbucket. You have to be its admin, and the site needs a Data Center license.${availability}`,
    },
    { part: "open", text: "Go to its settings, then HTTP access tokens, and choose Create token." },
    { part: "text", text: `Name it ${request.tokenName}.` },
    { part: "scopes", text: "Choose these permissions:", ticks: ticksFor(request.scopes, families) },
    { part: "text", text: expiryText(request, isOld) },
    { part: "text", text: "Create the token and copy it. Bitbucket shows it only once." },
    { part: "paste", text: "Paste it here." },
  ];
}

const passwordSteps: readonly GuideStep[] = [
  {
    part: "text",
    text: "Prefer an HTTP access token: it can be kept to what your tools need. Sites with single sign-on mostly take no passwords.",
  },
  { part: "scopes", text: "Your account needs these permissions, as a password has none of its own:" },
  { part: "text", text: "Sign in to Bitbucket in a browser first, so that you know that the password works." },
  { part: "paste", text: "Give your user name, and your password here." },
];

/** Releases that know no end of a token show no field for it. */
function expiryText({ expiresInDays }: GuideRequest, isOld: boolean): string {
  const days = expiresInDays === 1 ? "1 day" : `${expiresInDays} days`;
  return isOld
    ? `If it asks for an expiry, let the token end after ${days}. It cannot be changed later.`
    : `Let it expire automatically, after ${days}. That cannot be changed later.`;
}

const families = { PROJECT: "Project permissions", REPO: "Repository permissions" } as const;
const levels = ["READ", "WRITE", "ADMIN"];

/** One level is chosen of each family: the highest that is needed, and on repositories no less than on projects. */
function ticksFor(scopes: readonly string[], shown: readonly string[] = ["PROJECT", "REPO"]): string[] {
  const rank = (family: string) =>
    Math.max(-1, ...levels.map((level, index) => (scopes.includes(`${family}_${level}`) ? index : -1)));
  const project = rank("PROJECT");
  const chosen = { PROJECT: project, REPO: Math.max(rank("REPO"), project, 0) };
  return (["PROJECT", "REPO"] as const).flatMap((family) => {
    const level = ["Read", "Write", "Admin"][chosen[family]];
    return shown.includes(family) && level ? [`${families[family]}: ${level}`] : [];
  });
}
