import type { ContractSubject } from "../contract";
import { gitlab } from "../gitlab/adapter";
import { startGitlabSimulator } from "./gitlab";

/** The simulator as the adapter contract's suite wants it. */
export const gitlabContract: ContractSubject = {
  adapter: gitlab,
  async start() {
    const host = await startGitlabSimulator();
    host.addProject({ path: "acme/app", members: { alice: 40 } });
    return {
      baseUrl: host.baseUrl,
      requests: host.requests,
      close: host.close,
      tokens: {
        good: host.addToken({ scopes: ["api"], format: "routable" }),
        lacking: host.addToken({ scopes: ["read_user", "read_repository"] }),
        rejected: "glpat-NobodyKnowsThisOne12",
        expired: host.addToken({ state: "expired", expiresAt: "2026-01-01" }),
        rateLimited: host.addToken({ state: "rate-limited" }),
        scopeless: host.addToken({ scopes: ["read_registry"] }),
      },
      repository: "acme/app",
      respondNextWith: host.respondNextWith,
    };
  },
};
