/** People, from the admin's side and their own: invite, accept, change role, disable, delete; profile and password. */
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./fixtures";

const row = (page: Page, email: string): Locator => page.getByRole("listitem").filter({ hasText: email });

async function find(page: Page, text: string): Promise<void> {
  await page.goto(`/admin/users?q=${encodeURIComponent(text)}`);
}

async function choose(page: Page, email: string, item: string, confirm: string): Promise<void> {
  await row(page, email)
    .getByRole("button", { name: /^More for/ })
    .click();
  await page.getByRole("menuitem", { name: item }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: confirm }).click();
  await expect(page.getByRole("alertdialog")).toBeHidden();
}

test("an invitation's link makes the account, once", async ({ adminPage, admin, browser }) => {
  const email = `carol-${Date.now()}@example.com`;
  await find(adminPage, admin.email);
  await adminPage.getByRole("button", { name: "Invite a user" }).click();
  await adminPage.getByLabel("E-mail").fill(email);
  await adminPage.getByRole("button", { name: "Make the link" }).click();
  const link = await adminPage.getByLabel("Invitation link").inputValue();
  await adminPage.getByRole("button", { name: "Done" }).click();
  await expect(adminPage.getByRole("button", { name: "Invite a user" })).toBeFocused();
  await expect(adminPage.getByRole("button", { name: `Revoke the invitation of ${email}` })).toBeVisible();

  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(link);
  await page.getByLabel("Your name").fill("Carol");
  await page.getByLabel("Password", { exact: true }).fill("password1234");
  await page.getByRole("button", { name: "Make account" }).click();
  await expect(page.getByText(/among the first that attackers try/)).toBeVisible();
  await expect(page.getByLabel("Your name")).toHaveValue("Carol");
  await page.getByLabel("Password", { exact: true }).fill("a quiet canal at noon");
  await page.getByRole("button", { name: "Make account" }).click();
  await page.waitForURL("/");
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "This invitation does not work any more" })).toBeVisible();
  await context.close();

  await find(adminPage, email);
  await expect(row(adminPage, email)).toContainText("user");
});

test("a role that is given or taken counts with the next click", async ({ adminPage, userPage, user }) => {
  await userPage.goto("/admin/users");
  await expect(userPage.getByRole("heading", { name: "There is nothing here for you" })).toBeVisible();
  await find(adminPage, user.email);
  await choose(adminPage, user.email, "Make a site admin", "Make admin");
  await expect(row(adminPage, user.email)).toContainText("site admin");
  await userPage.goto("/admin/users");
  await userPage.getByRole("button", { name: "Invite a user" }).click();
  await userPage.getByLabel("E-mail").fill("eve@example.com");
  await choose(adminPage, user.email, "Make a user", "Make user");
  await userPage.getByRole("button", { name: "Make the link" }).click();
  await expect(userPage.getByRole("heading", { name: "There is nothing here for you" })).toBeVisible();
  expect((await userPage.request.get("/admin/users")).status()).toBe(404);
  await find(adminPage, "eve@example.com");
  await expect(adminPage.getByText("eve@example.com", { exact: true })).toBeHidden();
});

test("a disabled user is out at once, and gone when deleted", async ({ adminPage, userPage, user }) => {
  await userPage.goto("/settings/profile");
  await find(adminPage, user.email);
  await choose(adminPage, user.email, "Disable", "Disable");
  await expect(row(adminPage, user.email)).toContainText("disabled");
  await userPage.getByRole("textbox", { name: "Your name" }).fill("Still here");
  await userPage.getByRole("button", { name: "Change name" }).click();
  await expect(userPage.getByRole("heading", { name: "Sign in" })).toBeVisible();

  await row(adminPage, user.email)
    .getByRole("button", { name: /^More for/ })
    .click();
  await adminPage.getByRole("menuitem", { name: "Delete…" }).click();
  const dialog = adminPage.getByRole("alertdialog");
  await dialog.getByRole("button", { name: "Delete user" }).click();
  await expect(dialog.getByText("Type the user's e-mail address to confirm.")).toBeVisible();
  await dialog.getByRole("textbox").fill(user.email);
  await dialog.getByRole("button", { name: "Delete user" }).click();
  await expect(adminPage.getByText("Nobody found")).toBeVisible();
});

test("people change their name, e-mail address and password", async ({ userPage: page, user, browser }) => {
  await page.goto("/settings/profile");
  await page.getByRole("textbox", { name: "Your name" }).fill("Alice the Second");
  await page.getByRole("button", { name: "Change name" }).click();
  await expect(page.getByRole("button", { name: "Alice the Second" })).toBeVisible();

  const email = `new-${user.email}`;
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Your password").fill("not the right one");
  await page.getByRole("button", { name: "Change e-mail" }).click();
  await expect(page.getByText("That is not your current password.")).toBeVisible();
  await expect(page.getByLabel("E-mail address")).toHaveValue(email);
  await page.getByLabel("Your password").fill(user.password);
  await page.getByRole("button", { name: "Change e-mail" }).click();
  await expect(page.getByText("Your e-mail address is changed")).toBeVisible();

  await page.getByLabel("Current password").fill(user.password);
  await page.getByLabel("New password").fill("a loud harbour at dawn");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Your password is changed")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();

  const context = await browser.newContext();
  const elsewhere = await context.newPage();
  await elsewhere.goto("/sign-in");
  await elsewhere.getByLabel("E-mail").fill(email);
  await elsewhere.getByLabel("Password", { exact: true }).fill("a loud harbour at dawn");
  await elsewhere.getByRole("button", { name: "Sign in" }).click();
  await elsewhere.waitForURL("/");
  await context.close();
});
