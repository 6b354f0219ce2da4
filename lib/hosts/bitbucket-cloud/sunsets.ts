import type { Sunset } from "../adapter";

/** App passwords were one password with chosen scopes; Bitbucket takes none of them any more, and neither do we. */
export const bitbucketCloudSunsets: readonly Sunset[] = [
  {
    id: "app-passwords",
    rule: "Bitbucket Cloud has taken no app passwords since 28 July 2026.",
    instead: "Make an API token with scopes and replace it.",
    source:
      "https://community.atlassian.com/forums/Bitbucket-articles/Deprecation-notice-Bitbucket-Cloud-app-password-brownout/ba-p/3237429",
    readOn: "2026-11-22",
    endsAt: ({ type, prefix }) =>
      type === "app-password" || prefix === "ATBB" ? new Date("2026-07-28T00:00:00Z") : null,
  },
];
