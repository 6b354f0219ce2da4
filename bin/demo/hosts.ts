import { addCodeHost } from "../../lib/code-hosts/add-code-host";
import { listCodeHosts } from "../../lib/code-hosts/list-code-hosts";
import { removeCodeHost } from "../../lib/code-hosts/remove-code-host";
import {
  type GithubSimulator,
  type GithubSimulatorOptions,
  startGithubSimulator,
} from "../../lib/hosts/simulators/github";
import { type GitlabSimulator, startGitlabSimulator } from "../../lib/hosts/simulators/gitlab";
import type { GitlabOptions } from "../../lib/hosts/simulators/gitlab-state";
import type { Person } from "./people";
import { succeed } from "./succeed";
import { githubPages, gitlabPages } from "./token-pages";

/**
 * The code hosts of the demo: simulators on loopback, one address each, on the same ports at each start unless another
 * program has them. They keep nothing when they stop.
 */
const firstPort = 4610;

export type Simulated = Awaited<ReturnType<typeof startHosts>>;
export type DemoHosts = { [Key in keyof Simulated]: Simulated[Key] & { id: string } };

export async function startHosts() {
  return {
    github: await github(0, "GitHub (simulated)"),
    open: await github(1, "GitHub for open source"),
    sso: await github(2, "GitHub with single sign-on"),
    tenant: await github(3, "GitHub Enterprise Cloud", { flavour: "ghe.com" }),
    server: await github(4, "GitHub Enterprise Server 3.19", { flavour: "ghes", version: "3.19.1" }),
    oldServer: await github(5, "GitHub Enterprise Server 3.16", { flavour: "ghes", version: "3.16.4" }),
    otherServer: await github(12, "GitHub Enterprise Server 3.17", { flavour: "ghes", version: "3.17.6" }),
    slow: await github(6, "Overloaded GitHub", { flavour: "ghes" }),
    githubSandbox: await github(7, "Sandbox GitHub"),
    gitlab: await gitlab(8, "GitLab 18.4", { version: "18.4.1-ee" }),
    oldGitlab: await gitlab(9, "GitLab 17.11", { version: "17.11.7" }),
    subpath: await gitlab(10, "GitLab with a relative root", { relativeRoot: "/gitlab" }),
    gitlabSandbox: await gitlab(11, "Sandbox GitLab"),
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

async function onFixedPort<T>(index: number, start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(firstPort + index);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return await start(0);
  }
}

/** Makes them the portal's code hosts, and the only ones: github.com and gitlab.com are out of reach of the demo. */
export async function addDemoHosts(simulated: Simulated, admin: Person): Promise<DemoHosts> {
  const { codeHosts } = await succeed(listCodeHosts(admin));
  for (const { id } of codeHosts) await succeed(removeCodeHost(admin, { id }));
  const added: Record<string, unknown> = {};
  for (const [key, host] of Object.entries(simulated)) {
    const { kind, name, baseUrl } = host;
    const { id } = await succeed(addCodeHost(admin, { kind, name, baseUrl, caCertificate: null, gitOverSsh: false }));
    added[key] = { ...host, id };
  }
  return added as DemoHosts;
}
