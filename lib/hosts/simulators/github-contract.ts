import type { ContractSubject } from "../contract";
import { github } from "../github/adapter";
import { type GithubSimulatorOptions, startGithubSimulator } from "./github";

/** What the contract suite needs of a simulated GitHub. Only an Enterprise Server has a version to tell. */
export const githubContract = subjectOf({ flavour: "ghes" });
/** Headers in the other spellings, and an older server. */
export const githubOlderContract = subjectOf({ flavour: "ghes", version: "3.9.0", headerCase: "upper" });

function subjectOf(options: GithubSimulatorOptions): ContractSubject {
  return {
    adapter: github,
    async start() {
      const simulator = await startGithubSimulator(options);
      simulator.addUser({ login: "alice", name: "Alice" });
      simulator.addRepository({ fullName: "octo-org/website", roles: { alice: "write" } });
      const inAMonth = new Date(Date.now() + 30 * 86_400_000);
      const expired = simulator.addToken({ expiresAt: new Date(Date.now() - 1000) });
      return {
        baseUrl: simulator.url,
        requests: simulator.requests,
        close: simulator.close,
        respondNextWith: simulator.respondNextWith,
        repository: "octo-org/website",
        tokens: {
          good: simulator.addToken({ scopes: ["repo", "read:org", "user:email", "workflow"], expiresAt: inAMonth }),
          lacking: simulator.addToken({ scopes: ["public_repo"] }),
          // GitHub says the same of what it never knew and of what has ended.
          rejected: expired,
          expired,
          rateLimited: simulator.addToken({ scopes: ["repo"], trouble: "secondary-limit-silent" }),
          scopeless: simulator.addToken({ kind: "fine-grained", isPending: true }),
        },
      };
    },
  };
}
