import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import {
  addToken,
  choose,
  expect,
  expectState,
  githubScopes,
  openRow,
  removeToken,
  test,
  tokenField,
} from "./own-hosts";

test("what is done with a credential is in the log, newest first, and without the token", async ({
  adminPage,
  userPage,
  user,
  hub,
}) => {
  const token = hub.addToken({ scopes: githubScopes });
  const row = await openRow(userPage, hub.codeHost);
  await row.getByRole("button", { name: /^Add/ }).click();
  const dialog = userPage.getByRole("dialog");
  await tokenField(dialog).fill(hub.unknownToken());
  await dialog.getByRole("button", { name: "Check and add" }).click();
  await expect(dialog).toContainText("“Bad credentials”");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await addToken(userPage, row, token);
  await row.getByRole("button", { name: /^Check/ }).click();
  await expect(userPage.getByText(`${hub.codeHost.name} accepted the token`)).toBeVisible();
  await choose(userPage, row, "Remove");
  await removeToken(userPage, { alone: true });
  await expectState(row, "no credential");

  await adminPage.goto("/admin/audit");
  await filter(adminPage, { Who: user.email, What: hub.codeHost.name });
  const entries = entriesOf(adminPage);
  await expect(entries).toHaveText([
    new RegExp(`${user.email} removed the credential for ${hub.codeHost.name}\\.`),
    new RegExp(`${user.email} checked the credential for ${hub.codeHost.name}\\.`),
    new RegExp(`${user.email} added a credential for ${hub.codeHost.name}\\.`),
    new RegExp(`${user.email} could not add a credential for ${hub.codeHost.name} \\(rejected\\)\\.`),
  ]);
  await expect(entries.last().getByRole("img", { name: "Failed" })).toBeVisible();
  await entries.nth(2).getByText("added a credential").click();
  await expect(entries.nth(2)).toContainText("credential.add");
  await expect(entries.nth(2)).toContainText(token.slice(-4));
  expect(await adminPage.content()).not.toContain(token.slice(4, -4));
});

test("what was denied is in the log, and found by its outcome", async ({ adminPage, userPage, user, hub }) => {
  await userPage.goto("/settings/credentials");
  await userPage.evaluate(
    async (body) => {
      await fetch("/api/credentials", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    },
    { owner: "site", codeHostId: hub.codeHost.id, token: hub.unknownToken() },
  );
  await adminPage.goto("/admin/audit");
  await filter(adminPage, { Who: user.email });
  await adminPage.getByLabel("Outcome").selectOption("Denied");
  await adminPage.getByRole("button", { name: "Filter" }).click();
  const entries = entriesOf(adminPage);
  await expect(entries).toHaveText([/was not allowed to manage a credential that is not theirs\./]);
  await expect(entries.getByRole("img", { name: "Denied" })).toBeVisible();
  await adminPage.getByRole("link", { name: "Clear" }).click();
  await expect(adminPage.getByLabel("Who", { exact: true })).toHaveValue("");
  await expect(adminPage.getByLabel("Outcome")).toHaveValue("");
});

test("signing in is in the log, with the right password and with a wrong one", async ({ page, adminPage, user }) => {
  await page.goto("/sign-in");
  for (const password of ["not the password", user.password]) {
    await page.getByLabel("E-mail").fill(user.email);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByText(/do not match/).or(page.getByRole("heading", { name: "Home" }))).toBeVisible();
  }
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
  await adminPage.goto("/admin/audit");
  await filter(adminPage, { What: user.email });
  await expect(entriesOf(adminPage)).toHaveText([
    new RegExp(`^${user.email} signed in\\.`),
    new RegExp(`failed to sign in as ${user.email} \\(wrong password\\)`),
  ]);
  await adminPage.getByLabel("Action").selectOption("credential: all");
  await adminPage.getByRole("button", { name: "Filter" }).click();
  await expect(adminPage.getByText("No entry found")).toBeVisible();
});

test("the log is exported under the filter as JSON lines, oldest first, chained, and that is logged too", async ({
  adminPage,
  admin,
  userPage,
  user,
  hub,
}) => {
  const token = hub.addToken({ scopes: githubScopes });
  const row = await openRow(userPage, hub.codeHost);
  await addToken(userPage, row, token);
  await choose(userPage, row, "Remove");
  await removeToken(userPage, { alone: true });
  await expectState(row, "no credential");
  await adminPage.goto("/admin/audit");
  await filter(adminPage, { What: hub.codeHost.name });
  const [download] = await Promise.all([
    adminPage.waitForEvent("download"),
    adminPage.getByRole("link", { name: "Export these" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^forgepass-audit-\d{4}-\d\d-\d\d\.jsonl$/);
  const text = await readFile(await download.path(), "utf8");
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ action, actorLabel }) => [action, actorLabel])).toEqual([
    ["credential.add", user.email],
    ["credential.remove", user.email],
  ]);
  for (const line of lines) {
    expect(line).toMatchObject({
      outcome: "ok",
      targetLabel: hub.codeHost.name,
      mac: expect.stringMatching(/^\S{20,}$/),
    });
  }
  expect(Number(lines[1].seq)).toBeGreaterThan(Number(lines[0].seq));
  expect(text).not.toContain(token.slice(4, -4));
  await adminPage.goto("/admin/audit");
  await filter(adminPage, { Who: admin.email });
  await expect(entriesOf(adminPage).first()).toContainText("exported the audit log");
});

test("a long log is paged through, forth and back", async ({ adminPage, userPage, user }) => {
  await userPage.goto("/settings/credentials");
  // Each refused call is an entry.
  await userPage.evaluate(async () => {
    for (let calls = 0; calls < 105; calls++) {
      await fetch("/api/credentials", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ owner: "site", codeHostId: crypto.randomUUID(), token: "x".repeat(40) }),
      });
    }
  });
  await adminPage.goto("/admin/audit");
  await filter(adminPage, { Who: user.email });
  const entries = entriesOf(adminPage);
  const pages = adminPage.getByRole("navigation", { name: "Pages" });
  await expect(pages.getByRole("link", { name: "Previous" })).toHaveCount(0);
  await expect(entries).toHaveCount(100);
  await pages.getByRole("link", { name: "Next" }).click();
  await expect(pages.getByRole("link", { name: "Previous" })).toBeVisible();
  await expect(entries).toHaveCount(5);
  await pages.getByRole("link", { name: "Previous" }).click();
  await expect(entries).toHaveCount(100);
});

test("to whoever is no admin there is no log", async ({ userPage }) => {
  expect((await userPage.goto("/admin/audit"))?.status()).toBe(404);
  expect((await userPage.request.get("/admin/audit/export")).status()).toBe(404);
});

function entriesOf(page: Page): Locator {
  return page.getByRole("list", { name: "Audit log" }).getByRole("listitem");
}

async function filter(page: Page, values: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value);
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page.getByRole("link", { name: "Clear" })).toBeVisible();
}
