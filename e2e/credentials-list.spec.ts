import type { Page } from "@playwright/test";
import {
  addToken,
  choose,
  expect,
  expectState,
  githubScopes,
  mark,
  openRow,
  rowOf,
  test,
  tokenField,
} from "./own-hosts";
import { createCodeHost, query } from "./people";

test("code hosts are listed once each, by name, with their address", async ({ userPage, hub, lab }) => {
  await userPage.goto("/settings/credentials?q=127.0.0.1");
  const rows = userPage.getByRole("list", { name: "Code hosts" }).getByRole("listitem");
  await expect(rowOf(userPage, hub.codeHost.name)).toHaveCount(1);
  await expect(rowOf(userPage, lab.codeHost.name)).toHaveCount(1);
  await expect(rowOf(userPage, lab.codeHost.name)).toContainText(new URL(lab.baseUrl).host);
  const texts = await rows.allInnerTexts();
  const at = (name: string) => texts.findIndex((text) => text.startsWith(name));
  expect(at(hub.codeHost.name)).toBeLessThan(at(lab.codeHost.name));
});

test("the list narrows as words are typed, and the words are kept over a reload", async ({ userPage, hub, lab }) => {
  await userPage.goto("/settings/credentials");
  const search = userPage.getByRole("searchbox", { name: "Find a code host" });
  await search.fill(lab.codeHost.name.toUpperCase());
  await expect(rowOf(userPage, hub.codeHost.name)).toHaveCount(0);
  await expect(rowOf(userPage, lab.codeHost.name)).toBeVisible();
  await expect(search).toBeFocused();
  await userPage.reload();
  await expect(search).toHaveValue(lab.codeHost.name.toUpperCase());
  await expect(rowOf(userPage, hub.codeHost.name)).toHaveCount(0);
  await search.fill(new URL(hub.url).host);
  await expect(rowOf(userPage, hub.codeHost.name)).toBeVisible();
  await search.fill(`nothing-${mark()}`);
  await expect(userPage.getByText("Nothing found")).toBeVisible();
  await userPage.getByRole("link", { name: "Show all" }).click();
  await expect(search).toHaveValue("");
  await expect(userPage.getByRole("list", { name: "Code hosts" })).toBeVisible();
});

test("the filter by state counts and shows what works, needs somebody, is unclear or missing", async ({
  userPage,
  hub,
  lab,
}) => {
  const row = await openRow(userPage, hub.codeHost);
  const token = hub.addToken({ scopes: githubScopes });
  await addToken(userPage, row, token);
  await userPage.goto("/settings/credentials?q=127.0.0.1");
  const filters = userPage.getByRole("navigation", { name: "By state" });
  await filters.getByRole("link", { name: "Works 1" }).click();
  await expect(rowOf(userPage, lab.codeHost.name)).toHaveCount(0);
  await expect(rowOf(userPage, hub.codeHost.name)).toBeVisible();
  await filters.getByRole("link", { name: /^Missing/ }).click();
  await expect(rowOf(userPage, lab.codeHost.name)).toBeVisible();
  await expect(rowOf(userPage, hub.codeHost.name)).toHaveCount(0);
  await filters.getByRole("link", { name: /^All/ }).click();
  hub.revokeToken(token);
  await rowOf(userPage, hub.codeHost.name)
    .getByRole("button", { name: /^Check/ })
    .click();
  const menu = userPage.getByRole("navigation", { name: "Main" });
  await expect(menu.getByRole("link", { name: /^Credentials.*1 needs you$/ })).toBeVisible();
  await filters.getByRole("link", { name: "Needs you 1" }).click();
  await expectState(rowOf(userPage, hub.codeHost.name), "rejected");
  await expect(rowOf(userPage, lab.codeHost.name)).toHaveCount(0);
});

test("with many code hosts a part is shown, and more on request", async ({ userPage }) => {
  const group = `many-${mark()}`;
  const names = Array.from({ length: 60 }, (_, at) => `${group} ${String(at).padStart(2, "0")}`);
  for (const name of names) await createCodeHost("gitlab", name, `https://${name.replace(" ", "-")}.example.com`);
  await userPage.goto(`/settings/credentials?q=${group}`);
  const rows = userPage.getByRole("list", { name: "Code hosts" }).getByRole("listitem");
  await expect(rows).toHaveCount(25);
  await expect(userPage.getByText("25 of 60 code hosts")).toBeVisible();
  await userPage.getByRole("link", { name: "Show 25 more" }).click();
  await expect(rows).toHaveCount(50);
  await userPage.getByRole("link", { name: "Show 10 more" }).click();
  await expect(rows).toHaveCount(60);
  await expect(rows.last()).toContainText(`${group} 59`);
  await expect(userPage.getByText(/of 60 code hosts/)).toHaveCount(0);
  await query(`DELETE FROM "CodeHost" WHERE name LIKE $1`, [`${group} %`]);
});

test("a token is added with the keyboard alone, and Esc gives the focus back", async ({ userPage, hub }) => {
  const row = await openRow(userPage, hub.codeHost);
  const add = row.getByRole("button", { name: `Add a token for ${hub.codeHost.name}` });
  await tabTo(userPage, add);
  await userPage.keyboard.press("Enter");
  const dialog = userPage.getByRole("dialog");
  await expect(tokenField(dialog)).toBeFocused();
  await userPage.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(add).toBeFocused();

  await userPage.keyboard.press("Space");
  await expect(tokenField(dialog)).toBeFocused();
  await userPage.keyboard.insertText(hub.addToken({ scopes: githubScopes }));
  await userPage.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expectState(row, "works");
  await expect(row.getByRole("button", { name: /^Check the token/ })).toBeFocused();

  await userPage.keyboard.press("Tab");
  await userPage.keyboard.press("Enter");
  await expect(userPage.getByRole("menuitem", { name: "Replace" })).toBeFocused();
  await userPage.keyboard.press("End");
  await expect(userPage.getByRole("menuitem", { name: "Remove" })).toBeFocused();
  await userPage.keyboard.press("Enter");
  const question = userPage.getByRole("alertdialog");
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await userPage.keyboard.press("Tab");
  await userPage.keyboard.press("Enter");
  const receipt = userPage.getByRole("dialog", { name: /is removed$/ });
  await expect(receipt.getByRole("button", { name: "Done" })).toBeFocused();
  await userPage.keyboard.press("Enter");
  await expectState(row, "no credential");
  await expect(add).toBeFocused();
});

test("the focus stays inside the dialog", async ({ userPage, hub }) => {
  const row = await openRow(userPage, hub.codeHost);
  await row.getByRole("button", { name: /^Add/ }).click();
  const dialog = userPage.getByRole("dialog");
  await expect(tokenField(dialog)).toBeFocused();
  const isAstray = () =>
    userPage.evaluate(() => {
      const at = document.activeElement;
      return at !== null && at !== document.body && at.closest("dialog[open]") === null;
    });
  for (let presses = 0; presses < 20; presses++) {
    await userPage.keyboard.press("Tab");
    expect(await isAstray()).toBe(false);
  }
});

test.describe("on a phone", () => {
  test("a token is added, and no page is wider than the window", async ({ userPage, hub }) => {
    await userPage.setViewportSize({ width: 390, height: 844 });
    const row = await openRow(userPage, hub.codeHost);
    await expectFit(userPage);
    await row.getByRole("button", { name: /^Add/ }).click();
    const dialog = userPage.getByRole("dialog");
    await expect.poll(() => dialog.boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 });
    await expect(dialog.getByRole("button", { name: "Check and add" })).toBeInViewport();
    await tokenField(dialog).fill(hub.addToken({ scopes: ["admin:org", "delete_repo", ...githubScopes] }));
    await dialog.getByRole("button", { name: "Check and add" }).click();
    await dialog.getByRole("button", { name: "Done" }).click();
    await expectState(row, "works");
    await expectFit(userPage);
    await choose(userPage, row, "Remove");
    await expect(userPage.getByRole("alertdialog").getByRole("button", { name: "Remove token" })).toBeInViewport();
    await userPage.getByRole("alertdialog").getByRole("button", { name: "Cancel" }).click();
    await userPage.getByRole("button", { name: "Open the menu" }).click();
    await userPage.getByRole("dialog", { name: "Menu" }).getByRole("link", { name: "Sessions" }).click();
    await expect(userPage.getByRole("heading", { level: 1, name: "Sessions" })).toBeVisible();
    await expectFit(userPage);
  });

  test("none of the admins' pages is wider than the window", async ({ adminPage }) => {
    await adminPage.setViewportSize({ width: 390, height: 844 });
    for (const path of ["credentials", "code-hosts", "consumers", "users", "audit"]) {
      await adminPage.goto(`/admin/${path}`);
      await expect(adminPage.getByRole("heading", { level: 1 })).toBeVisible();
      await expectFit(adminPage);
    }
  });
});

async function expectFit(page: Page): Promise<void> {
  await expect
    .poll(() => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), {
      message: page.url(),
    })
    .toBeLessThanOrEqual(0);
}

/** Presses Tab until the focus is there, as somebody without a mouse does. */
async function tabTo(page: Page, target: ReturnType<Page["getByRole"]>): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  await expect(target).toBeFocused();
}
