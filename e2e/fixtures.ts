/**
 * What every spec starts from: pages signed in as an admin and as a user of the test's own, and for each worker a GitHub
 * and a GitLab that obey the test, already known to the portal as code hosts.
 */
import { test as base, type Page } from "@playwright/test";
import { type GithubSimulator, startGithubSimulator } from "../lib/hosts/simulators/github";
import { type GitlabSimulator, startGitlabSimulator } from "../lib/hosts/simulators/gitlab";
import { type CodeHost, closeDatabase, createCodeHost, createPerson, type Person } from "./people";

/** A simulator's controls, and the code host that the portal knows it as. */
export type Host<S> = S & { codeHost: CodeHost };

interface TestFixtures {
  user: Person;
  admin: Person;
  /** Signed in as `user`. */
  userPage: Page;
  /** Signed in as `admin`. */
  adminPage: Page;
}

interface WorkerFixtures {
  github: Host<GithubSimulator>;
  gitlab: Host<GitlabSimulator>;
  /** Closed when the worker ends. */
  databaseConnection: undefined;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  user: async ({ browserName: _ }, use) => use(await createPerson("USER")),
  admin: async ({ browserName: _ }, use) => use(await createPerson("ADMIN", "Bob")),
  userPage: async ({ browser, user }, use) => {
    const context = await browser.newContext({ storageState: user.storageState });
    await use(await context.newPage());
    await context.close();
  },
  adminPage: async ({ browser, admin }, use) => {
    const context = await browser.newContext({ storageState: admin.storageState });
    await use(await context.newPage());
    await context.close();
  },
  github: [
    async ({ databaseConnection: _ }, use, { workerIndex }) => {
      const simulator = await startGithubSimulator({ flavour: "ghes" });
      const codeHost = await createCodeHost("github", `GitHub ${workerIndex}`, simulator.url);
      await use(Object.assign(simulator, { codeHost }));
      await simulator.close();
    },
    { scope: "worker" },
  ],
  gitlab: [
    async ({ databaseConnection: _ }, use, { workerIndex }) => {
      const simulator = await startGitlabSimulator();
      const codeHost = await createCodeHost("gitlab", `GitLab ${workerIndex}`, simulator.baseUrl);
      await use(Object.assign(simulator, { codeHost }));
      await simulator.close();
    },
    { scope: "worker" },
  ],
  databaseConnection: [
    async ({ browserName: _ }, use) => {
      await use(undefined);
      await closeDatabase();
    },
    { scope: "worker", auto: true },
  ],
});

export { expect } from "@playwright/test";
