import type { Guide, GuideRequest, GuideStep, GuideVersion } from "../adapter";
import { organizationOf, trimSlash } from "./base-url";
import { labels, tfsLabels } from "./scopes";

/**
 * How to make a personal access token on Azure DevOps Services and on each release of the server. No token page takes
 * anything from its link. Where it is on Server 2020 and 2022 is unconfirmed, so its steps name the way there too.
 */
export const serverGuideVersions: readonly GuideVersion[] = [
  { id: "2020-2022", name: "Azure DevOps Server 2020 and 2022" },
  { id: "2019", name: "Azure DevOps Server 2019" },
  { id: "tfs", name: "TFS 2017 and 2018" },
];

const end = Date.UTC(2026, 11, 1);

export function guideServices(request: GuideRequest): Guide {
  const page = `${trimSlash(request.baseUrl)}/_usersSettings/tokens`;
  const organization = organizationOf(request.baseUrl);
  const verb = Date.now() < end ? "stop" : "stopped";
  return {
    steps: [
      { part: "open", text: "Open the token page and choose New Token." },
      {
        part: "text",
        text: `Name it ${request.tokenName}. Under Organization choose ${organization}, not all accessible organizations: tokens for all of them ${verb} working on 1 December 2026.`,
      },
      expiryStep(request, "Under Expiration choose Custom defined and"),
      scopeStep(request, labels, "Under Scopes choose Custom defined, show all scopes, and tick these:"),
      ...closing,
    ],
    tokenPage: { url: page, prefilled: [] },
    managePage: page,
    removal: "Choose the token in the list, then Revoke. Tools that use it stop working at once.",
  };
}

export function guideServer(request: GuideRequest): Guide {
  const base = trimSlash(request.baseUrl);
  const security = `${base}/_details/security/tokens`;
  const settings = `${base}/_usersSettings/tokens`;
  switch (request.version) {
    case "tfs":
      return {
        steps: [
          {
            part: "open",
            text: "Open the token page: your profile menu at the top right, Security, then Personal access tokens.",
          },
          { part: "text", text: `Choose Add, and write ${request.tokenName} under Description.` },
          { part: "text", text: `Under Expires In choose what comes next to ${days(request.expiresInDays)}.` },
          scopeStep(request, tfsLabels, "Under Authorized Scopes choose Selected scopes, and tick these:"),
          { part: "text", text: "Choose Create Token and copy it. It is shown only once." },
          { part: "paste", text: "Paste it here." },
        ],
        tokenPage: { url: security, prefilled: [] },
        managePage: security,
        removal: "Under Security, Personal access tokens, select the token and choose Revoke.",
      };
    case "2019":
      return {
        steps: [
          {
            part: "open",
            text: "Open the token page: your profile menu at the top right, Security, then Personal access tokens.",
          },
          { part: "text", text: `Choose New Token, or Add, and name it ${request.tokenName}.` },
          expiryStep(request, "Under Expiration"),
          scopeStep(request, labels, "Under Scopes choose Custom defined, show all scopes, and tick these:"),
          ...closing,
        ],
        tokenPage: { url: security, prefilled: [] },
        managePage: security,
        removal: "Under Security, Personal access tokens, select the token and choose Revoke.",
      };
    default:
      return {
        steps: [
          {
            part: "open",
            text: "Open the token page: your user settings at the top right, then Personal access tokens.",
          },
          { part: "text", text: `Choose New Token and name it ${request.tokenName}.` },
          expiryStep(request, "Under Expiration choose Custom defined and"),
          scopeStep(request, labels, "Under Scopes choose Custom defined, show all scopes, and tick these:"),
          ...closing,
        ],
        tokenPage: { url: settings, prefilled: [] },
        managePage: settings,
        removal: "Under Personal access tokens, select the token and choose Revoke.",
      };
  }
}

const closing: readonly GuideStep[] = [
  { part: "text", text: "Create the token and copy it. Azure DevOps shows it only once." },
  { part: "paste", text: "Paste it here." },
];

function expiryStep({ expiresInDays }: GuideRequest, where: string): GuideStep {
  return { part: "text", text: `${where} set a date ${days(expiresInDays)} from now. A year is the most.` };
}

/** What has no label there is shown by its own name. */
function scopeStep({ scopes }: GuideRequest, names: Readonly<Record<string, string>>, text: string): GuideStep {
  const ticks = scopes.map((scope) => names[scope] ?? scope);
  return { part: "scopes", text, ticks: [...new Set(ticks)] };
}

function days(count: number): string {
  return count === 1 ? "1 day" : `${count} days`;
}
