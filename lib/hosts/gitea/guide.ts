import type { Guide, GuideRequest, GuideStep, GuideVersion } from "../adapter";
import { tokensPage } from "./base-url";
import { forgejoProduct, giteaProduct, type Product } from "./product";

/**
 * How to make an access token, by release: its scopes were chosen in a box of check marks in 1.19, in a list per category
 * since 1.20, and not at all before. The page takes nothing from the link (no parameter was found).
 */
export const giteaGuideVersions: readonly GuideVersion[] = [
  { id: "1.20", name: "Gitea 1.20 and later" },
  { id: "1.19", name: "Gitea 1.19" },
  { id: "1.18", name: "Gitea 1.18 and earlier" },
];

export const forgejoGuideVersions: readonly GuideVersion[] = [
  { id: "15", name: "Codeberg, and Forgejo 15 and later" },
  { id: "1.20", name: "Forgejo 1.20 to 14" },
  { id: "1.19", name: "Forgejo 1.19" },
  { id: "1.18", name: "Forgejo 1.18" },
];

export function guideGitea(request: GuideRequest): Guide {
  return guideTo(giteaProduct, request);
}

export function guideForgejo(request: GuideRequest): Guide {
  return guideTo(forgejoProduct, request);
}

function guideTo(product: Product, request: GuideRequest): Guide {
  const page = tokensPage(request.baseUrl);
  return {
    steps: [
      { part: "open", text: "Open the applications page" },
      {
        part: "text",
        text: `Enter ${request.tokenName} as the token's name. No other token of the account may have it.`,
      },
      ...scopeSteps(product, request),
      {
        part: "text",
        text: `Press Generate token and copy the token. ${product.name} shows it only once, at the top of the page.`,
      },
      { part: "paste", text: "Paste it here." },
    ],
    tokenPage: { url: page, prefilled: [] },
    managePage: page,
    removal: `Open Applications in ${product.name}'s user settings and press Delete beside the token.`,
  };
}

function scopeSteps(product: Product, { version, scopes }: GuideRequest): GuideStep[] {
  if (version === "1.18") {
    const text = `${product.name} of this age has no scopes: the token may do all that the account may. Use an account that may do no more than your tools need.`;
    return [{ part: "text", text }];
  }
  if (version === "1.19") {
    return [{ part: "scopes", text: "Open Select scopes and tick these:", ticks: ticksOfFirst(scopes) }];
  }
  const steps: GuideStep[] = [
    {
      part: "text",
      text: "Under Repository and Organization Access, choose All (public, private, and limited), or your tools will not see what is private.",
    },
    {
      part: "scopes",
      text: "Open Select permissions and choose these, each from its list. User is needed so that the token can be checked:",
      ticks: ticksByCategory(scopes),
    },
  ];
  if (product.kind !== "forgejo" || version === "1.20") return steps;
  const limit =
    "If you limit the token to some repositories, choose those that your tools work on. Forgejo does not tell us of the limit.";
  return [...steps, { part: "text", text: limit }];
}

/** "repository: Read and write", one row for each category that is needed, the higher level. */
function ticksByCategory(scopes: readonly string[]): string[] {
  const levels = new Map<string, "Read" | "Read and write">();
  for (const scope of [...scopes, "read:user"]) {
    const [, level, category = ""] = /^(read|write):(\w+)$/.exec(scope) ?? [];
    if (level === "write") levels.set(category, "Read and write");
    else if (level === "read" && !levels.has(category)) levels.set(category, "Read");
  }
  return [...levels].map(([category, level]) => `${category}: ${level}`);
}

const firstNames: Readonly<Record<string, string>> = {
  "read:repository": "repo",
  "write:repository": "repo",
  "read:issue": "repo",
  "write:issue": "repo",
  "read:organization": "read:org",
  "write:organization": "admin:org",
  "write:package": "package",
  "read:notification": "notification",
  "write:notification": "notification",
  "write:user": "user",
  "read:admin": "sudo",
  "write:admin": "sudo",
};

/** What 1.19 calls them. It has nothing for ActivityPub and for small functions. */
function ticksOfFirst(scopes: readonly string[]): string[] {
  const names = scopes.filter((scope) => !/:(activitypub|misc)$/.test(scope));
  return [...new Set([...names.map((scope) => firstNames[scope] ?? scope), "read:user"])];
}
