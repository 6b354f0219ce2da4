import type { Page } from "@playwright/test";
import {
  addToken,
  choose,
  expect,
  expectState,
  githubScopes,
  mark,
  openRow,
  removeToken,
  rowOf,
  test,
  tokenField,
} from "./own-hosts";

// The other specs run beside these on the same consumers: what is asked for here, each of their tokens has.
const scope = "repo:status";

test("a disabled consumer is asked for no more, and an enabled one again", async ({ adminPage, userPage, hub }) => {
  const name = "Git Integration for Jira";
  const row = await openRow(userPage, hub.codeHost);
  await expect(row.getByTitle(new RegExp(name))).toHaveText("repo");
  const enabled = adminPage.getByRole("switch", { name: `${name} is enabled` });
  await adminPage.goto("/admin/consumers");
  await expect(enabled).toBeChecked();
  await enabled.click();
  await expect(adminPage.getByText(`${name} is disabled`)).toBeVisible();
  await adminPage.reload();
  await expect(enabled).not.toBeChecked();
  await userPage.reload();
  await expect(row.getByText("repo", { exact: true })).toBeVisible();
  await expect(row.getByTitle(new RegExp(name))).toHaveCount(0);
  await enabled.click();
  await expect(adminPage.getByText(`${name} is enabled`)).toBeVisible();
  await userPage.reload();
  await expect(row.getByTitle(new RegExp(name))).toHaveText("repo");
});

test("a consumer of one's own says what rows lack, while it is enabled and until it is removed", async ({
  adminPage,
  userPage,
  hub,
}) => {
  const name = await addConsumer(adminPage);
  const added = rowOf(adminPage, name, "Consumers");
  await expect(added).toContainText(scope);

  const row = await openRow(userPage, hub.codeHost);
  await expect(row.getByTitle(new RegExp(`${name}: to set statuses`))).toHaveText(scope);
  await row.getByRole("button", { name: /^Add/ }).click();
  const dialog = userPage.getByRole("dialog");
  await expect(dialog.getByRole("definition").filter({ hasText: name })).toContainText(`for ${name} to set statuses`);
  await tokenField(dialog).fill(hub.addToken({ scopes: ["read:org"] }));
  await dialog.getByRole("button", { name: "Check and add" }).click();
  await dialog.getByRole("button", { name: "Store anyway" }).click();
  await expect(row).toContainText(new RegExp(`${scope} is needed by .*${name} to set statuses`));

  const enabled = adminPage.getByRole("switch", { name: `${name} is enabled` });
  await enabled.click();
  await expect(enabled).not.toBeChecked();
  await expect(adminPage.getByText(`${name} is disabled`)).toBeVisible();
  await userPage.reload();
  await expect(row).toContainText("Batch Changes");
  await expect(row).not.toContainText(name);
  await enabled.click();
  await expect(adminPage.getByText(`${name} is enabled`)).toBeVisible();
  await userPage.reload();
  await expect(row).toContainText(name);

  await choose(adminPage, added, "Remove");
  await adminPage.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await expect(added).toHaveCount(0);
  await userPage.reload();
  await expect(row).toContainText("Batch Changes");
  await expect(row).not.toContainText(name);
});

test("one token suffices for the consumers whose scopes it has, one by one", async ({ adminPage, userPage, hub }) => {
  const name = await addConsumer(adminPage);
  const row = await openRow(userPage, hub.codeHost);
  await row.getByRole("button", { name: /^Add/ }).click();
  const dialog = userPage.getByRole("dialog");
  await tokenField(dialog).fill(hub.addToken({ scopes: [scope] }));
  await dialog.getByRole("button", { name: "Check and add" }).click();
  await expect(dialog).toContainText(new RegExp(`It will work for (.* and )?${name}`));
  await dialog.getByRole("button", { name: "Store anyway" }).click();
  await expect(row).toContainText(new RegExp(`It works for .*${name}.* only`));
  await choose(userPage, row, "Remove");
  await removeToken(userPage);
  await expectState(row, "no credential");
  // What implies the scope does as well.
  await addToken(userPage, row, hub.addToken({ scopes: githubScopes }));
  await expectState(row, "works");
  await removeConsumer(adminPage, name);
});

test("a scope that the host does not have is refused, with the one that was meant", async ({ adminPage }) => {
  await adminPage.goto("/admin/consumers");
  await adminPage.getByRole("button", { name: "Add consumer" }).click();
  const dialog = adminPage.getByRole("dialog");
  const name = `Tool ${mark()}`;
  await dialog.getByRole("button", { name: "Add a GitHub scope" }).click();
  const field = dialog.getByLabel("Scope on GitHub");
  await expect(field).toBeFocused();
  await field.fill("read:orgs");
  await dialog.getByLabel("Why read:orgs is needed").fill("to see teams");
  await dialog.getByRole("button", { name: "Add consumer" }).click();
  await expect(dialog.getByLabel("Name", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  await dialog.getByRole("button", { name: "Add consumer" }).click();
  await expect(dialog).toContainText(/GitHub has no scope read:orgs\. Did you mean read:org/);
  await dialog.getByRole("button", { name: "Drop read:orgs" }).click();
  await expect(field).toHaveCount(0);
  await dialog.getByRole("button", { name: "Add consumer" }).click();
  await expect(rowOf(adminPage, name, "Consumers")).toContainText("Needs no scopes yet.");
  await removeConsumer(adminPage, name);
});

test("a built-in consumer is edited, and reset to what its documentation asks for", async ({
  adminPage,
  userPage,
  hub,
}) => {
  await adminPage.goto("/admin/consumers");
  const row = rowOf(adminPage, "Atlantis", "Consumers");
  await choose(adminPage, row, "Edit");
  const dialog = adminPage.getByRole("dialog", { name: "Edit Atlantis" });
  await dialog.getByRole("button", { name: "Add a GitHub scope" }).click();
  await dialog.getByLabel("Scope on GitHub").last().fill(scope);
  await dialog.getByLabel(`Why ${scope} is needed`).fill("to set statuses");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(row).toContainText("Scopes changed here");
  const own = await openRow(userPage, hub.codeHost);
  await expect(own.getByTitle(/Atlantis: to set statuses/)).toHaveText(scope);
  await choose(adminPage, row, "Reset scopes");
  await adminPage.getByRole("alertdialog").getByRole("button", { name: "Reset" }).click();
  await expect(row).not.toContainText("Scopes changed here");
  await userPage.reload();
  await expect(own.getByText("repo", { exact: true })).toBeVisible();
  await expect(own.getByTitle(/Atlantis: to set statuses/)).toHaveCount(0);
});

/** Adds one that needs to set statuses on GitHub, and gives its name. */
async function addConsumer(page: Page): Promise<string> {
  const name = `Tool ${mark()}`;
  await page.goto("/admin/consumers");
  await page.getByRole("button", { name: "Add consumer" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  await dialog.getByRole("button", { name: "Add a GitHub scope" }).click();
  await dialog.getByLabel("Scope on GitHub").fill(scope);
  await dialog.getByLabel(`Why ${scope} is needed`).fill("to set statuses");
  await dialog.getByRole("button", { name: "Add consumer" }).click();
  await expect(dialog).toBeHidden();
  await expect(rowOf(page, name, "Consumers")).toBeVisible();
  return name;
}

async function removeConsumer(page: Page, name: string): Promise<void> {
  const row = rowOf(page, name, "Consumers");
  await choose(page, row, "Remove");
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await expect(row).toHaveCount(0);
}
