import { addCodeHost } from "../../lib/code-hosts/add-code-host";
import { confirmHostKeys, scanHostKeys } from "../../lib/code-hosts/host-keys";
import { listCodeHosts } from "../../lib/code-hosts/list-code-hosts";
import { removeCodeHost } from "../../lib/code-hosts/remove-code-host";
import {
  type GithubSimulator,
  type GithubSimulatorOptions,
  startGithubSimulator,
} from "../../lib/hosts/simulators/github";
import { type GitlabSimulator, startGitlabSimulator } from "../../lib/hosts/simulators/gitlab";
import type { GitlabOptions } from "../../lib/hosts/simulators/gitlab-state";
import { awsCodecommit, azureDevops, bitbucketCloud, bitbucketDataCenter, gerrit, gitea } from "./makers";
import type { Person } from "./people";
import { onFixedPort } from "./ports";
import { startSshServer } from "./ssh-server";
import { succeed } from "./succeed";
import { githubPages, gitlabPages } from "./token-pages";

/**
 * The code hosts of the demo: simulators on loopback, one address each, at least one of every kind. They keep nothing
 * when they stop.
 */
export type Simulated = Awaited<ReturnType<typeof startHosts>>;
export type DemoHosts = { [Key in keyof Simulated]: Simulated[Key] & { id: string } };

export async function startHosts() {
  return {
    github: await github(0, "GitHub (simulated)"),
    sso: await github(1, "GitHub with single sign-on"),
    server: await github(2, "GitHub Enterprise Server 3.19", { flavour: "ghes", version: "3.19.1" }),
    oldServer: await github(3, "GitHub Enterprise Server 3.16", { flavour: "ghes", version: "3.16.4" }),
    slow: await github(4, "Overloaded GitHub", { flavour: "ghes" }),
    githubSandbox: await withSsh(18, await github(5, "Sandbox GitHub")),
    gitlab: await gitlab(6, "GitLab 18.4", { version: "18.4.1-ee" }),
    oldGitlab: await gitlab(7, "GitLab 17.11", { version: "17.11.7" }),
    subpath: await gitlab(8, "GitLab with a relative root", { relativeRoot: "/gitlab" }),
    gitlabSandbox: await gitlab(9, "Sandbox GitLab"),
    bitbucketCloud: await bitbucketCloud(10, "Bitbucket Cloud"),
    bitbucketDataCenter: await bitbucketDataCenter(11, "Bitbucket Data Center 9.4"),
    azure: await withSsh(19, await azureDevops(12, "Azure DevOps Services")),
    tfs: await azureDevops(13, "TFS 2018", { product: "tfs-2018.2" }),
    aws: await awsCodecommit(14, "AWS CodeCommit"),
    gitea: await gitea(15, "Gitea 1.27"),
    forgejo: await gitea(16, "Forgejo 15", "forgejo"),
    gerrit: await gerrit(17, "Gerrit 3.13"),
  };
}

async function github(index: number, name: string, options: GithubSimulatorOptions = {}) {
  const pages = githubPages(() => simulator);
  const simulator: GithubSimulator = await onFixedPort(index, (port) =>
    startGithubSimulator({ flavour: "github.com", ...options, port, pages }),
  );
  simulator.addUser({ login: "alice", name: "Alice Example" });
  simulator.addUser({ login: "bob", name: "Bob Example" });
  simulator.addUser({ login: "svc-batch", name: "Batch service account" });
  simulator.addRepository({
    fullName: "octo-org/website",
    roles: { alice: "write", bob: "read", "svc-batch": "write" },
  });
  return { ...simulator, kind: "github", name, baseUrl: simulator.url };
}

async function gitlab(index: number, name: string, options: GitlabOptions = {}) {
  const pages = gitlabPages(() => simulator);
  const simulator: GitlabSimulator = await onFixedPort(index, (port) =>
    startGitlabSimulator({ ...options, port, pages }),
  );
  simulator.addProject({ path: "acme/app", members: { alice: 40, bob: 20, "svc-batch": 30 } });
  return { ...simulator, kind: "gitlab", name };
}

/** With an SSH server of its own: it is set to Git over SSH. */
async function withSsh<T extends { sshKeys(): readonly { key: string }[]; close(): Promise<void> }>(
  index: number,
  host: T,
): Promise<T & { sshAddress: string }> {
  const server = await startSshServer(index, () => host.sshKeys().map(({ key }) => key));
  const close = async () => void (await Promise.all([host.close(), server.close()]));
  return { ...host, sshAddress: server.sshAddress, close };
}

/** Makes them the portal's code hosts, and the only ones: github.com and gitlab.com are out of reach of the demo. */
export async function addDemoHosts(simulated: Simulated, admin: Person): Promise<DemoHosts> {
  const { codeHosts } = await succeed(listCodeHosts(admin));
  for (const { id } of codeHosts) await succeed(removeCodeHost(admin, { id }));
  const added: Record<string, unknown> = {};
  for (const [key, host] of Object.entries(simulated)) {
    const { kind, name, baseUrl } = host;
    const ssh = "sshAddress" in host ? { gitOverSsh: true, sshAddress: host.sshAddress } : { gitOverSsh: false };
    const { id } = await succeed(addCodeHost(admin, { kind, name, baseUrl, caCertificate: null, ...ssh }));
    added[key] = { ...host, id };
  }
  const hosts = added as DemoHosts;
  // Those of the other one are left for the admin to confirm.
  const { seen } = await succeed(scanHostKeys(admin, hosts.azure.id));
  const fingerprints = seen.map(({ fingerprint }) => fingerprint);
  await succeed(confirmHostKeys(admin, { codeHostId: hosts.azure.id, fingerprints }));
  return hosts;
}
