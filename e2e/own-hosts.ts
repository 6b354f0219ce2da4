/**
 * For the credentials' journeys: a GitHub and a GitLab of the test's own, so that it may break them and read their logs,
 * and the words for finding their row on the screen.
 */
import { randomBytes } from "node:crypto";
import type { BrowserContext, Locator, Page } from "@playwright/test";
import { type GithubSimulator, startGithubSimulator } from "../lib/hosts/simulators/github";
import { type GitlabSimulator, startGitlabSimulator } from "../lib/hosts/simulators/gitlab";
import { test as base, expect, type Host } from "./fixtures";
import { type CodeHost, createCodeHost, type Person, query } from "./people";

interface Fixtures {
  hub: Host<GithubSimulator>;
  lab: Host<GitlabSimulator>;
  /** A browser of its own: signed in as somebody, or as nobody. */
  openBrowser: (person?: Person) => Promise<Page>;
}

export const test = base.extend<Fixtures>({
  hub: async ({ databaseConnection: _ }, use) => {
    const simulator = await startGithubSimulator({ flavour: "ghes" });
    const codeHost = await createCodeHost("github", `Hub ${mark()}`, simulator.url);
    await use(Object.assign(simulator, { codeHost }));
    await forget(codeHost);
    await simulator.close();
  },
  lab: async ({ databaseConnection: _ }, use) => {
    const simulator = await startGitlabSimulator();
    const codeHost = await createCodeHost("gitlab", `Lab ${mark()}`, simulator.baseUrl);
    await use(Object.assign(simulator, { codeHost }));
    await forget(codeHost);
    await simulator.close();
  },
  openBrowser: async ({ browser }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (person) => {
      const context = await browser.newContext(person && { storageState: person.storageState });
      contexts.push(context);
      return await context.newPage();
    });
    for (const context of contexts) await context.close();
  },
});

export { expect };

/** What the consumers that are enabled from the start ask of GitHub, and what GitLab's `api` needs beside it. */
export const githubScopes = ["repo", "read:org", "user:email", "read:discussion", "workflow"];
export const gitlabScopes = ["api", "read_repository", "write_repository"];

export function mark(): string {
  return randomBytes(4).toString("hex");
}

export async function forget({ id }: CodeHost): Promise<void> {
  await query(`DELETE FROM "CodeHost" WHERE id = $1`, [id]);
}

/** Opens a credentials screen with that code host alone on it, and gives its row. */
export async function openRow(page: Page, host: CodeHost, path = "/settings/credentials"): Promise<Locator> {
  await page.goto(`${path}?q=${encodeURIComponent(host.name)}`);
  return rowOf(page, host.name);
}

export function rowOf(page: Page, name: string, list = "Code hosts"): Locator {
  const rows = page.getByRole("list", { name: list, exact: true }).getByRole("listitem");
  return rows.filter({ has: page.getByText(name, { exact: true }) });
}

/** The word of the icon at the row's beginning. */
export async function expectState(row: Locator, word: string): Promise<void> {
  await expect(row.getByRole("img", { name: word, exact: true })).toBeVisible();
}

/** Chooses from the row's menu. */
export async function choose(page: Page, row: Locator, item: string | RegExp): Promise<void> {
  await row.getByRole("button", { name: /^More for / }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

/** Adds a token that everything is right with, as somebody does who pastes it. */
export async function addToken(page: Page, row: Locator, token: string): Promise<void> {
  await row.getByRole("button", { name: /^Add a token for / }).click();
  const dialog = page.getByRole("dialog");
  await tokenField(dialog).fill(token);
  await dialog.getByRole("button", { name: "Check and add" }).click();
  await expect(dialog).toBeHidden();
}

/**
 * Confirms the open dialog for removing, and closes what it tells afterwards. `alone`: with nothing asked of the code host
 * and no copy kept.
 */
export async function removeToken(page: Page, { alone = false } = {}): Promise<void> {
  const dialog = page.getByRole("alertdialog");
  if (alone) await dialog.getByRole("checkbox").uncheck();
  await dialog.getByRole("button", { name: "Remove token" }).click();
  if (!alone)
    await page
      .getByRole("dialog", { name: /is removed$/ })
      .getByRole("button", { name: "Done" })
      .click();
  await expect(dialog).toBeHidden();
}

export function tokenField(dialog: Locator): Locator {
  return dialog.getByLabel(/(personal access|fine-grained) token$/i);
}

/** The credentials that are stored for a code host: whose, and the token's end. */
export async function storedOn(host: CodeHost): Promise<{ ownerId: string | null; lastFour: string }[]> {
  return await query(`SELECT "ownerId", "lastFour" FROM "Credential" WHERE "codeHostId" = $1`, [host.id]);
}

/** What was asked of a simulator with a token: nothing of it may be sent before Add is pressed. */
export function askedWithToken({ requests }: GithubSimulator | GitlabSimulator): number {
  return requests.filter(({ headers }) => headers.authorization !== undefined || headers["private-token"] !== undefined)
    .length;
}
