import { githubScopes, gitlabScopes } from "./credentials";
import { dateIn, type Entry, inDays, labelled, type Wish } from "./entry";
import type { DemoHosts } from "./hosts";

/** Credentials to paste, new at each start, grouped by the code host that they are for. */
export interface SampleGroup {
  title: string;
  /** `fields`: what to type besides, by label. */
  samples: { about: string; fields?: readonly (readonly [label: string, value: string])[]; token: string }[];
}

export function mintSamples(hosts: DemoHosts): SampleGroup[] {
  const others = mintEntries(hosts).map(({ host, entries }) => ({
    title: `${host.name} (${host.baseUrl}, repository ${host.repository})`,
    samples: entries.map(([about, entry]) => ({
      about,
      fields: labelled(host.kind, entry).slice(0, -1),
      token: entry.token,
    })),
  }));
  return [...mintGithubGitlab(hosts), ...others];
}

type Host = Pick<DemoHosts["gerrit"], "id" | "kind" | "name" | "baseUrl" | "repository" | "make" | "forget">;
type Entries = { host: Host; entries: (readonly [about: string, entry: Entry])[] };

/** For the kinds besides GitHub and GitLab: a good one, one that may do too little, and one that was deleted since. */
export function mintEntries(hosts: DemoHosts): Entries[] {
  const { bitbucketCloud, bitbucketDataCenter, azure, tfs, aws, gitea, forgejo, gerrit } = hosts;
  const app = { ...bitbucketCloud.make({ login: "alice" }), token: bitbucketCloud.addToken({ kind: "app-password" }) };
  const actions = ["codecommit:GitPull", "codecommit:ListRepositories", "iam:SimulatePrincipalPolicy"];
  return [
    mintFor(bitbucketCloud, { scopes: ["read:user:bitbucket", "read:repository:bitbucket"] }, [
      ["no longer taken", app],
    ]),
    mintFor(bitbucketDataCenter, { scopes: ["REPO_READ"] }),
    mintFor(azure, { scopes: ["vso.code"] }),
    mintFor(tfs, { scopes: ["vso.code"] }),
    mintFor(aws, { about: "lacks permissions", login: "carol", scopes: actions }),
    mintFor(gitea, { scopes: ["read:user"] }),
    mintFor(forgejo, { scopes: ["write:issue", "read:user"] }),
    mintFor(gerrit, { about: "may not push there", login: "carol" }),
  ];
}

function mintFor(
  host: Host,
  { about = "lacks scopes", ...tooLittle }: Partial<Wish> & { about?: string },
  more: Entries["entries"] = [],
): Entries {
  const rejected = host.make({ login: "alice" });
  host.forget(rejected);
  return {
    host,
    entries: [
      ["good", host.make({ login: "alice" })],
      [about, host.make({ login: "alice", ...tooLittle })],
      ["rejected", rejected],
      ...more,
    ],
  };
}

function mintGithubGitlab({ githubSandbox: hub, gitlabSandbox: lab, sso, slow }: DemoHosts): SampleGroup[] {
  const good = hub.addToken({ scopes: githubScopes, expiresAt: inDays(90) });
  const damaged = hub.unknownToken();
  return [
    {
      title: `Sandbox GitHub (${hub.baseUrl}, repository octo-org/website)`,
      samples: [
        { about: "good", token: good },
        {
          about: "good, and may upload SSH keys",
          token: hub.addToken({ scopes: [...githubScopes, "admin:public_key"], expiresAt: inDays(90) }),
        },
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
