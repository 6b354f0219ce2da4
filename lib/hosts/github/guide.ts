import type { Guide, GuideRequest, GuideStep, GuideVersion } from "../adapter";
import { deploymentOf, webOriginOf } from "./addresses";
import { permissionsFor, tickOf } from "./permissions";

/**
 * How to make each type of token, in our words, with the token page filled in as far as GitHub takes parameters. What
 * a link claims to fill in is always also written in the steps, because GitHub has broken these links before.
 */

export const githubGuideVersions: readonly GuideVersion[] = [
  { id: "3.10", name: "GitHub.com, GitHub Enterprise Cloud, and Enterprise Server 3.10 or newer" },
  { id: "3.9", name: "GitHub Enterprise Server 3.9 or older" },
];

/** Changelog 2025-08-26: classic takes description and scopes; fine-grained takes name, expires_in and permissions. */
export function guideGithub(request: GuideRequest): Guide {
  if (request.type === "fine-grained" && request.version !== "3.9") return guideFineGrained(request);
  if (request.type === "oauth" || request.type === "app-user") return guideAppToken(request);
  const guide = guideClassic(request);
  if (request.version !== "3.9") return guide;
  return {
    ...guide,
    steps: request.type === "fine-grained" ? [noFineGrained, ...guide.steps] : guide.steps,
    removal: "Open Personal access tokens in GitHub's developer settings and press Delete beside the token.",
  };
}

const noFineGrained: GuideStep = {
  part: "text",
  text: "This release has no fine-grained tokens: they came with Enterprise Server 3.10. Make a classic token.",
};

function guideClassic({ baseUrl, scopes, tokenName, expiresInDays }: GuideRequest): Guide {
  const web = webOriginOf(baseUrl);
  const isServer = deploymentOf(baseUrl) === "server";
  const page = new URL("/settings/tokens/new", web);
  page.searchParams.set("description", tokenName);
  if (scopes.length > 0) page.searchParams.set("scopes", scopes.join(","));
  // Only what the page's own menu offers; seen in one public project, so the step asks for it all the same.
  if ([7, 30, 60, 90].includes(expiresInDays)) page.searchParams.set("default_expires_at", String(expiresInDays));
  const term = `set Expiration to ${daysIn(expiresInDays)}.`;
  return {
    steps: [
      { part: "open", text: openText("a new classic token") },
      { part: "text", text: isServer ? `Name it ${tokenName} and ${term}` : sentence(term) },
      scopes.length > 0
        ? {
            part: "scopes",
            text: `${isServer ? "Tick these scopes" : "Check that these scopes are ticked"}, and no others:`,
          }
        : { part: "text", text: "Tick no scopes: nothing that is enabled here needs one." },
      { part: "text", text: "Press Generate token and copy it. GitHub shows it once." },
      ...(isServer ? [] : [ssoStep]),
      pasteStep,
    ],
    // On a server of your own the parameters work on some versions; they are sent, and not promised.
    tokenPage: { url: page.href, prefilled: isServer ? [] : scopes.length > 0 ? ["name", "scopes"] : ["name"] },
    managePage: `${web}/settings/tokens`,
    removal: "Open Tokens (classic) in GitHub's developer settings and press Delete beside the token.",
  };
}

function guideFineGrained({ baseUrl, scopes, tokenName, expiresInDays }: GuideRequest): Guide {
  const web = webOriginOf(baseUrl);
  const { permissions, missing } = permissionsFor(scopes);
  const page = new URL("/settings/personal-access-tokens/new", web);
  const takesParameters = deploymentOf(baseUrl) !== "server";
  if (takesParameters) {
    page.searchParams.set("name", tokenName.slice(0, 40));
    page.searchParams.set("expires_in", String(Math.min(366, Math.max(1, Math.round(expiresInDays)))));
    for (const { parameter, level } of permissions) page.searchParams.set(parameter, level);
  }
  const term = `set Expiration to ${daysIn(expiresInDays)}.`;
  const steps: GuideStep[] = [
    {
      part: "open",
      text: openText("a new fine-grained token"),
    },
    ...(takesParameters ? [] : [{ part: "text", text: `Name it ${tokenName} and ${term}` } as const]),
    {
      part: "text",
      text: "Under Resource owner choose who owns the repositories, and under Repository access which of them.",
    },
    permissions.length > 0
      ? {
          part: "scopes",
          text: `Under Permissions, ${takesParameters ? "check that these are set" : "set these"}, and no others:`,
          ticks: permissions.map(tickOf),
        }
      : { part: "text", text: "Set no permissions: nothing that is enabled here needs one." },
    { part: "text", text: "Press Generate token and copy it. GitHub shows it once." },
    { part: "text", text: "An organization may have to approve the token. Until then it reads public data only." },
    pasteStep,
  ];
  if (missing.length > 0) {
    steps.splice(steps.length - 3, 0, {
      part: "text",
      text: `A fine-grained token has nothing for ${missing.join(", ")}. If you need that, make a classic token.`,
    });
  }
  return {
    steps,
    tokenPage: { url: page.href, prefilled: takesParameters ? ["name", "scopes", "expiry"] : [] },
    managePage: `${web}/settings/personal-access-tokens`,
    removal: "Open Fine-grained tokens in GitHub's developer settings and press Delete beside the token.",
  };
}

function guideAppToken({ baseUrl, type, scopes }: GuideRequest): Guide {
  const web = webOriginOf(baseUrl);
  const isOAuth = type === "oauth";
  const needs: GuideStep = isOAuth
    ? { part: "scopes", text: "Let the OAuth app ask for these scopes when it signs you in:" }
    : {
        part: "scopes",
        text: "Give the GitHub App these permissions and sign in to it:",
        ticks: permissionsFor(scopes).permissions.map(tickOf),
      };
  const steps: GuideStep[] = [
    scopes.length > 0 ? needs : { part: "text", text: "Sign in to the app. Nothing that is enabled here needs more." },
    { ...pasteStep, text: "Copy the access token that the app received and paste it here." },
  ];
  if (!isOAuth) {
    steps.push({ part: "text", text: "Such a token ends after eight hours, unless the app was set up otherwise." });
  }
  return {
    steps,
    tokenPage: null,
    managePage: isOAuth ? `${web}/settings/applications` : `${web}/settings/apps/authorizations`,
    removal:
      "Open Applications in GitHub's settings and revoke the app's authorization. The tokens that it has from you end with it.",
  };
}

const ssoStep: GuideStep = {
  part: "text",
  text: "If your organization uses single sign-on, press Configure SSO beside the token and authorize the organization.",
};

const pasteStep: GuideStep = { part: "paste", text: "Paste the token here." };

function openText(page: string): string {
  return `Open GitHub's page for ${page}, signed in as the account that the token is for.`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function daysIn(days: number): string {
  return days === 1 ? "1 day" : `${days} days`;
}
