/**
 * The site's policy: what admins set, whom it stops and with which words. On a portal of its own, since its rules would
 * stop the other specs' people too.
 */
import { randomUUID } from "node:crypto";
import AxeBuilder from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import pg from "pg";
import { startTemporaryPostgres } from "../bin/postgres.mjs";
import { type GithubSimulator, startGithubSimulator } from "../lib/hosts/simulators/github";
import { type GitlabSimulator, startGitlabSimulator } from "../lib/hosts/simulators/gitlab";
import { test as base } from "./fixtures";
import {
  addToken,
  askedWithToken,
  expect,
  expectState,
  githubScopes,
  gitlabScopes,
  openRow,
  tokenField,
} from "./own-hosts";
import { type CodeHost, createPerson, type Person, query } from "./people";
import { type Portal, startPortal } from "./portal";

const test = base.extend<{ open: (person: Person) => Promise<Page> }>({
  open: async ({ browser }, use) => {
    const contexts: Awaited<ReturnType<typeof browser.newContext>>[] = [];
    await use(async ({ storageState }) => {
      const context = await browser.newContext({ storageState, baseURL: portal.url });
      contexts.push(context);
      return await context.newPage();
    });
    for (const context of contexts) await context.close();
  },
});
test.describe.configure({ mode: "serial", timeout: 90_000 });

let postgres: Awaited<ReturnType<typeof startTemporaryPostgres>>;
let portal: Portal;
let database: pg.Client;
let hub: GithubSimulator & { codeHost: CodeHost };
let lab: GitlabSimulator & { codeHost: CodeHost };
let admin: Person;
let alice: Person;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  postgres = await startTemporaryPostgres();
  portal = await startPortal(postgres.url);
  database = new pg.Client({ connectionString: postgres.url });
  await database.connect();
  [admin, alice] = [await settle("ADMIN", "Bob"), await settle("USER", "Alice")];
  const [github, gitlab] = await Promise.all([startGithubSimulator({ flavour: "ghes" }), startGitlabSimulator()]);
  hub = Object.assign(github, { codeHost: await addHost("github", "Hub", github.url) });
  lab = Object.assign(gitlab, { codeHost: await addHost("gitlab", "Lab", gitlab.url) });
});

test.afterAll(async () => {
  await Promise.all([hub?.close(), lab?.close(), database?.end()]);
  await portal?.stop();
  await postgres?.stop();
});

test("a rule is previewed, saved, marks what is stored, and stops what is added with what to do", async ({ open }) => {
  const [asAdmin, asAlice] = [await open(admin), await open(alice)];
  const labRow = await openRow(asAlice, lab.codeHost);
  await addToken(asAlice, labRow, lab.addToken({ scopes: gitlabScopes, expiresAt: dateIn(200) }));
  await expectState(labRow, "works");

  await asAdmin.goto("/admin/policy");
  await expect(asAdmin.getByText("No stored credential breaks it.")).toBeVisible();
  const save = asAdmin.getByRole("button", { name: "Save policy" });
  await expect(save).toBeDisabled();
  await asAdmin.getByLabel("Tokens live at most", { exact: true }).check();
  const days = asAdmin.getByLabel("Tokens live at most, in days");
  await days.fill("0");
  await save.click();
  await expect(asAdmin.getByText("Enter a whole number of days from 1 to 3650.")).toBeVisible();
  await expect(days).toBeFocused();
  await days.fill("60");
  await asAdmin.getByRole("button", { name: "Preview" }).click();
  const would = asAdmin.getByRole("region", { name: "What would break the policy" });
  await expect(would).toContainText("1 credential: 1 lives too long. Nothing is removed or disabled.");
  await expect(would.getByRole("link", { name: alice.name })).toBeVisible();
  // It was looked at only.
  await asAlice.reload();
  await expectState(labRow, "works");
  await save.click();
  await expect(asAdmin.getByText("The policy is saved")).toBeVisible();
  const now = asAdmin.getByRole("region", { name: "What breaks the policy now" });
  await now.getByRole("link", { name: alice.name }).click();
  await asAdmin.waitForURL(/\/admin\/users\/.*#host-/);

  await asAlice.reload();
  await expectState(labRow, "breaks the policy");
  const sentence = /Tokens may live 60 days here, from when they are entered; this one lives (199|200) days\./;
  await expect(labRow).toContainText(sentence);
  await labRow.getByRole("button", { name: /^Replace the token/ }).click();
  const dialog = asAlice.getByRole("dialog");
  await expect(dialog).toContainText("Set the expiry date to 60 days from now.");
  await dialog.getByRole("button", { name: "Cancel" }).click();

  const hubRow = await openRow(asAlice, hub.codeHost);
  await hubRow.getByRole("button", { name: /^Add/ }).click();
  await tokenField(dialog).fill(hub.addToken({ scopes: githubScopes }));
  await dialog.getByRole("button", { name: "Check and add" }).click();
  const refused = dialog.getByRole("alert");
  await expect(refused).toContainText("This site's policy does not allow it");
  await expect(refused).toContainText(`this one never ends. Make one that ends by ${dateIn(60)}.`);
  await expect(dialog.getByRole("link", { name: /Make a new token/ })).toHaveAttribute(
    "href",
    /\/settings\/tokens\/new/,
  );
  await expectNoViolations(asAlice);
  await tokenField(dialog).fill(hub.addToken({ scopes: githubScopes, expiresAt: inDays(30) }));
  await dialog.getByRole("button", { name: "Check and add" }).click();
  await expectState(hubRow, "works");

  await asAdmin.goto("/admin/audit?action=policy.change");
  await expect(asAdmin.getByText("changed the policy")).toBeVisible();
});

test("a kind of token that is not allowed is not offered, and nothing of it is sent", async ({ open }) => {
  await database.query(`DELETE FROM "Credential"`);
  const [asAdmin, asAlice] = [await open(admin), await open(alice)];
  const rules = await openRules(asAdmin, "Hub");
  await rules.getByLabel("Personal access token (classic)").check();
  await save(asAdmin);
  await expect(rules).toContainText("Not allowed: Personal access token (classic)");

  const row = await openRow(asAlice, hub.codeHost);
  await row.getByRole("button", { name: /^Add/ }).click();
  const dialog = asAlice.getByRole("dialog");
  const kinds = await dialog.getByLabel("Kind of token").getByRole("option").allTextContents();
  expect(kinds.length).toBeGreaterThan(0);
  expect(kinds).not.toContain("Personal access token (classic)");
  const sent = askedWithToken(hub);
  await tokenField(dialog).fill(hub.addToken({ scopes: githubScopes, expiresAt: inDays(30) }));
  await dialog.getByRole("button", { name: "Check and add" }).click();
  await expect(dialog.getByRole("alert")).toContainText(
    "Personal access token (classic): not allowed for Hub on this site. Use Fine-grained personal access token",
  );
  expect(askedWithToken(hub)).toBe(sent);
});

test("where everybody must use the global credential nobody adds one; where people must not, everybody does", async ({
  open,
}) => {
  const [asAdmin, asAlice] = [await open(admin), await open(alice)];
  const rules = await openRules(asAdmin, "Lab");
  const use = rules.getByLabel("Global credential of Lab");
  await use.selectOption({ label: "Everybody must use the global credential" });
  await expect(rules).toContainText("There is no global credential for Lab yet.");
  await save(asAdmin);
  const row = await openRow(asAlice, lab.codeHost);
  await expect(row).toContainText("On Lab everybody uses the global credential, so nobody adds one of their own.");
  await expect(row.getByRole("button")).toHaveCount(0);
  const global = await openRow(asAdmin, lab.codeHost, "/admin/credentials");
  await addToken(asAdmin, global, lab.addToken({ scopes: gitlabScopes, expiresAt: dateIn(30) }));
  await asAlice.reload();
  await expectState(row, "global one");
  await expect(row).toContainText("global one is used");

  await openRules(asAdmin, "Lab");
  await use.selectOption({ label: "People must not use the global credential" });
  await save(asAdmin);
  await asAlice.reload();
  await expectState(row, "no credential");
  await expect(row).toContainText("You need one of your own here: the global credential is not used for people.");
  await expect(row.getByRole("button", { name: /^Add a token/ })).toBeVisible();
});

test("the page reads well to everybody, and is for site admins", async ({ open }) => {
  const [asAdmin, asAlice] = [await open(admin), await open(alice)];
  for (const colorScheme of ["light", "dark"] as const) {
    await asAdmin.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await openRules(asAdmin, "Hub");
    await expect(asAdmin.getByRole("region", { name: /^What breaks/ })).toBeVisible();
    await expectNoViolations(asAdmin);
  }
  await asAdmin.setViewportSize({ width: 390, height: 800 });
  const overflow = await asAdmin.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  expect((await asAlice.goto("/admin/policy"))?.status()).toBe(404);
});

/** The page with one code host's rules unfolded. */
async function openRules(page: Page, name: string): Promise<Locator> {
  await page.goto("/admin/policy");
  const rules = page.getByRole("group").filter({ has: page.getByText(name, { exact: true }) });
  await rules.getByText(name, { exact: true }).click();
  return rules;
}

async function save(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Save policy" }).click();
  await expect(page.getByText("The policy is saved")).toBeVisible();
}

/** Somebody of that role with a session, moved from the run's portal into this one. */
async function settle(role: "ADMIN" | "USER", name: string): Promise<Person> {
  const person = await createPerson(role, name);
  for (const [table, column] of [
    ["User", "id"],
    ["Session", "userId"],
  ] as const) {
    const rows = await query(`SELECT row_to_json(t) AS row FROM "${table}" t WHERE "${column}" = $1`, [person.id]);
    for (const { row } of rows) {
      await database.query(`INSERT INTO "${table}" SELECT * FROM json_populate_record(null::"${table}", $1)`, [row]);
    }
  }
  return person;
}

async function addHost(kind: string, name: string, baseUrl: string): Promise<CodeHost> {
  const host = { id: randomUUID(), kind, name, baseUrl };
  await database.query(
    `INSERT INTO "CodeHost" (id, kind, name, "baseUrl", "updatedAt") VALUES ($1, $2, $3, $4, now())`,
    [host.id, kind, name, baseUrl],
  );
  return host;
}

function inDays(days: number): Date {
  return new Date(Date.now() + days * 86_400_000);
}

function dateIn(days: number): string {
  return inDays(days).toISOString().slice(0, 10);
}

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  expect(told, page.url()).toEqual([]);
}
