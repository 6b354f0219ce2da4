import type { Sunset, SunsetFacts } from "../adapter";

const stop = new Date("2026-12-01T00:00:00Z");

/**
 * Of tokens for all of a person's organizations. One organization does not tell whether a token is for others too; but
 * one that was entered or used since the day is not.
 */
export const azureDevopsSunsets: readonly Sunset[] = [
  {
    id: "all-organizations",
    rule: "Personal access tokens for all accessible organizations stop working on 1 December 2026. One organization does not tell whether this is such a token.",
    instead: "If it was made for all accessible organizations, make one for this organization alone and replace it.",
    source: "https://devblogs.microsoft.com/devops/retirement-of-global-personal-access-tokens-in-azure-devops/",
    readOn: "2026-11-22",
    isUncertain: true,
    endsAt: (credential) => (credential.type === "pat" && !isSeenSince(credential) ? stop : null),
  },
];

function isSeenSince({ enteredAt, lastUsedAt }: SunsetFacts): boolean {
  return enteredAt >= stop || (lastUsedAt !== null && lastUsedAt >= stop);
}
