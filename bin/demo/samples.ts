import { dateIn, githubScopes, gitlabScopes, inDays } from "./credentials";
import type { DemoHosts } from "./hosts";

/** Tokens to paste, new at each start, grouped by the code host that they are for. */
export interface SampleGroup {
  title: string;
  samples: { about: string; token: string }[];
}

export function mintSamples({ githubSandbox: hub, gitlabSandbox: lab, sso, slow }: DemoHosts): SampleGroup[] {
  const good = hub.addToken({ scopes: githubScopes, expiresAt: inDays(90) });
  const damaged = hub.unknownToken();
  return [
    {
      title: `Sandbox GitHub (${hub.baseUrl}, repository octo-org/website)`,
      samples: [
        { about: "good", token: good },
        { about: "good, but of another account", token: hub.addToken({ login: "alice-work", scopes: githubScopes }) },
        {
          about: "lacks scopes",
          token: hub.addToken({ scopes: ["public_repo", "user:email"], expiresAt: inDays(30) }),
        },
        { about: "more than needed", token: hub.addToken({ scopes: [...githubScopes, "admin:org", "delete_repo"] }) },
        {
          about: "fine-grained",
          token: hub.addToken({
            kind: "fine-grained",
            resourceOwner: "octo-org",
            repositories: "all",
            permissions: { metadata: "read", contents: "write", pull_requests: "write" },
            expiresAt: inDays(60),
          }),
        },
        { about: "rejected", token: hub.unknownToken() },
        { about: "rate limited", token: hub.addToken({ scopes: githubScopes, trouble: "primary-limit" }) },
        { about: "damaged: a character is wrong", token: damage(damaged) },
        { about: "of the other kind of host", token: lab.addToken({ scopes: gitlabScopes, format: "routable" }) },
      ],
    },
    {
      title: `Sandbox GitLab (${lab.baseUrl}, project acme/app)`,
      samples: [
        { about: "good", token: lab.addToken({ scopes: gitlabScopes, expiresAt: dateIn(90), format: "routable" }) },
        { about: "lacks scopes", token: lab.addToken({ scopes: ["read_user"], expiresAt: dateIn(90) }) },
        { about: "expired", token: lab.addToken({ scopes: gitlabScopes, state: "expired", expiresAt: dateIn(-3) }) },
        { about: "revoked", token: lab.addToken({ scopes: gitlabScopes, state: "revoked" }) },
        { about: "of the other kind of host", token: good },
      ],
    },
    {
      title: `${sso.name} (${sso.baseUrl}): refuses until its link was opened`,
      samples: [{ about: "good once authorised", token: sso.addToken({ scopes: githubScopes }) }],
    },
    {
      title: `${slow.name} (${slow.baseUrl}): answers too late`,
      samples: [{ about: "not checked, after 10 s", token: slow.addToken({ scopes: githubScopes }) }],
    },
  ];
}

/** As when a character was mistyped: the checksum no longer fits. */
function damage(token: string): string {
  return token.slice(0, 10) + (token[10] === "x" ? "y" : "x") + token.slice(11);
}
