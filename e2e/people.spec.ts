/** What an admin does about people, and what people see of it, beside what users.spec.ts walks through. */
import type { Page } from "@playwright/test";
import { addToken, choose, expect, githubScopes, mark, openRow, rowOf, storedOn, test } from "./own-hosts";
import type { Person } from "./people";

test("a revoked invitation does not work", async ({ adminPage, openBrowser }) => {
  const email = `dave-${mark()}@example.com`;
  const link = await invite(adminPage, email, "Site admin");
  const row = rowOf(adminPage, email, "Pending invitations");
  await expect(row).toContainText("as site admin");
  await row.getByRole("button", { name: "Revoke" }).click();
  await adminPage.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await expect(row).toHaveCount(0);
  const page = await openBrowser();
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "This invitation does not work any more" })).toBeVisible();
});

test("the only thing that an admin cannot do to themselves is disable and delete", async ({ adminPage, admin }) => {
  const row = await findUser(adminPage, admin);
  await row.getByRole("button", { name: /^More for/ }).click();
  await expect(adminPage.getByRole("menuitem")).toHaveText(["Credentials", "Make a user"]);
});

test("a disabled user is signed out at once and cannot sign in until enabled again", async ({
  adminPage,
  userPage,
  user,
}) => {
  await userPage.goto("/settings/profile");
  const row = await findUser(adminPage, user);
  await choose(adminPage, row, "Disable");
  await adminPage.getByRole("alertdialog").getByRole("button", { name: "Disable" }).click();
  await expect(row).toContainText("disabled");
  await userPage.reload();
  await expect(userPage).toHaveURL(/\/sign-in/);
  await signIn(userPage, user);
  await expect(userPage.getByRole("main").getByRole("alert")).toHaveText(/do not match/);

  await choose(adminPage, row, "Enable");
  await adminPage.getByRole("alertdialog").getByRole("button", { name: "Enable" }).click();
  await expect(row).not.toContainText("disabled");
  await signIn(userPage, user);
  await expect(userPage.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
});

test("deleting a user says how many credentials go, wants the address typed, and deletes them", async ({
  adminPage,
  userPage,
  user,
  hub,
}) => {
  await addToken(userPage, await openRow(userPage, hub.codeHost), hub.addToken({ scopes: githubScopes }));
  const row = await findUser(adminPage, user);
  await expect(row.getByRole("link", { name: "1 credential" })).toBeVisible();
  await choose(adminPage, row, /^Delete/);
  const dialog = adminPage.getByRole("alertdialog");
  await expect(dialog).toContainText("Their account and 1 credential go for good");
  await dialog.getByRole("textbox").fill("somebody@example.com");
  await dialog.getByRole("button", { name: "Delete user" }).click();
  await expect(dialog.getByRole("textbox")).toHaveAttribute("aria-invalid", "true");
  expect(await storedOn(hub.codeHost)).toHaveLength(1);
  await dialog.getByRole("textbox").fill(user.email);
  await dialog.getByRole("button", { name: "Delete user" }).click();
  await expect(row).toHaveCount(0);
  expect(await storedOn(hub.codeHost)).toEqual([]);
  await userPage.reload();
  await expect(userPage).toHaveURL(/\/sign-in/);
});

test("a new password ends the other sessions and is the one that works", async ({ userPage, user, openBrowser }) => {
  const elsewhere = await signInByForm(await openBrowser(), user);
  await userPage.goto("/settings/profile");
  await userPage.getByLabel("Current password").fill(user.password);
  await userPage.getByLabel("New password").fill("another rather long phrase");
  await userPage.getByRole("button", { name: "Change password" }).click();
  await expect(userPage.getByText("Your password is changed and one other session ended")).toBeVisible();
  await elsewhere.reload();
  await expect(elsewhere).toHaveURL(/\/sign-in/);
  await signIn(elsewhere, user);
  await expect(elsewhere.getByRole("main").getByRole("alert")).toHaveText(/do not match/);
  await signIn(elsewhere, { ...user, password: "another rather long phrase" });
  await expect(elsewhere.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
  await userPage.reload();
  await expect(userPage.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
});

test("people see their sessions and end another", async ({ userPage, user, openBrowser }) => {
  const elsewhere = await signInByForm(await openBrowser(), user);
  await userPage.goto("/settings/sessions");
  const sessions = userPage.getByRole("list", { name: "Sessions" }).getByRole("listitem");
  await expect(sessions).toHaveCount(2);
  await expect(sessions.first()).toContainText("this one");
  await expect(sessions.first().getByRole("button")).toHaveCount(0);
  await expect(sessions.last()).toContainText("Chrome on Windows");
  await sessions.last().getByRole("button", { name: "End the session of Chrome on Windows" }).click();
  await expect(sessions).toHaveCount(1);
  await elsewhere.reload();
  await expect(elsewhere).toHaveURL(/\/sign-in/);
});

async function invite(page: Page, email: string, role: string): Promise<string> {
  await page.goto("/admin/users");
  await page.getByRole("button", { name: "Invite a user" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("E-mail").fill(email);
  await dialog.getByLabel("Role").selectOption(role);
  await dialog.getByRole("button", { name: "Make the link" }).click();
  const link = await dialog.getByLabel("Invitation link").inputValue();
  await dialog.getByRole("button", { name: "Done" }).click();
  return link;
}

async function findUser(page: Page, { email, name }: Person) {
  await page.goto(`/admin/users?q=${encodeURIComponent(email)}`);
  return rowOf(page, name, "Users");
}

async function signIn(page: Page, { email, password }: Person): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function signInByForm(page: Page, person: Person): Promise<Page> {
  await page.goto("/sign-in");
  await signIn(page, person);
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
  return page;
}
