import type { Sunset } from "../adapter";
import { deploymentOf } from "./addresses";

/**
 * GitHub does not tell when a token was last used, and whether a check of ours counts as use is not confirmed: so this
 * may concern a token and need not. Enterprise Server has no such rule.
 */
export const githubSunsets: readonly Sunset[] = [
  {
    id: "unused-for-a-year",
    rule: "GitHub removes personal access tokens and OAuth tokens that were not used for a year. Forgepass's own checks may count as use.",
    instead: "Remove it if nothing needs it, or make a new one that ends on a date.",
    source:
      "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/token-expiration-and-revocation",
    readOn: "2026-11-22",
    isUncertain: true,
    endsAt({ baseUrl, type, lastUsedAt, enteredAt }) {
      if (deploymentOf(baseUrl) === "server" || !["classic", "fine-grained", "oauth"].includes(type)) return null;
      const at = new Date(lastUsedAt ?? enteredAt);
      at.setUTCFullYear(at.getUTCFullYear() + 1);
      return at;
    },
  },
];
