import type { Guide, GuideRequest, GuideStep } from "../adapter";
import { ticksFor } from "./access-token-scopes";
import { apiTokenPage, siteOrigin } from "./base-url";

/**
 * How to make each type of token for Bitbucket Cloud. None of its pages can be prefilled. API tokens are made in the
 * Atlassian account, access tokens in the repository, project or workspace, which we cannot link to.
 */
export function guideBitbucketCloud(request: GuideRequest): Guide {
  const { baseUrl, type } = request;
  if (type === "api-token") {
    const page = apiTokenPage(baseUrl);
    return {
      steps: apiTokenSteps(request),
      tokenPage: { url: page, prefilled: [] },
      managePage: page,
      removal: "Open the API tokens of your Atlassian account and choose Revoke beside the token.",
    };
  }
  const place = type === "project-token" ? "project" : type === "workspace-token" ? "workspace" : "repository";
  return {
    steps: accessTokenSteps(request, place),
    tokenPage: null,
    managePage: `${siteOrigin(baseUrl)}/`,
    removal: `Open the settings of the ${place}, go to Access tokens, and choose Revoke beside the token.`,
  };
}

const readUser = "read:user:bitbucket";

function apiTokenSteps({ tokenName, scopes, expiresInDays }: GuideRequest): GuideStep[] {
  // Only when they are not just what is needed, which is listed with why.
  const ticks = scopes.includes(readUser) ? {} : { ticks: [readUser, ...scopes] };
  return [
    { part: "open", text: "Open the API tokens of your Atlassian account. Choose Create API token with scopes." },
    {
      part: "text",
      text: `Name it ${tokenName} and set the expiry date to ${daysFromNow(expiresInDays)} from now. A year is the most. Keep a note of the date: Bitbucket tells it nobody later.`,
    },
    { part: "text", text: "Choose Bitbucket as the app. A token without scopes does not work on Bitbucket." },
    {
      part: "scopes",
      text: "Tick each of these scopes. None includes another, so writing needs reading too:",
      ...ticks,
    },
    { part: "text", text: "Create the token and copy it. Atlassian shows it only once." },
    { part: "paste", text: "Paste it here, with the e-mail address of your Atlassian account." },
  ];
}

function accessTokenSteps(request: GuideRequest, place: "repository" | "project" | "workspace"): GuideStep[] {
  const { ticks, beyond } = ticksFor(request.scopes, request.type);
  const premium = place === "repository" ? "" : " The workspace has to have the Premium plan.";
  const missing =
    beyond.length > 0
      ? ` Such a token cannot have ${beyond.join(", ")}: make an API token if a tool cannot do without.`
      : "";
  const paste = { repository: "workspace/repository", project: "workspace/KEY", workspace: "workspace" }[place];
  return [
    {
      part: "text",
      text: `Open the ${place} on Bitbucket. You have to be an administrator of it.${premium}`,
    },
    { part: "open", text: `Go to the settings of the ${place}, then Access tokens, and choose Create access token.` },
    {
      part: "text",
      text: `Name it ${request.tokenName} and set the expiry to ${daysFromNow(request.expiresInDays)} from now. Keep a note of the date: Bitbucket tells it nobody later.`,
    },
    {
      part: "scopes",
      text: `Tick these permissions.${missing}`,
      ticks: ticks.length > 0 ? ticks : ["Repositories: Read"],
    },
    { part: "text", text: "Create the token and copy it. Bitbucket shows it only once." },
    { part: "paste", text: `Paste it here, and say where you made it, as in ${paste}.` },
  ];
}

function daysFromNow(days: number): string {
  return days === 1 ? "1 day" : `${days} days`;
}
