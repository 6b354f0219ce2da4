import AxeBuilder from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { filled, fillIn, test } from "./any-host";
import { addToken, choose, expect, expectState, gitlabScopes, openRow } from "./own-hosts";
import { query } from "./people";

/** Opens the row's dialog for rotating. */
async function openRotation(page: Page, row: Locator): Promise<Locator> {
  await choose(page, row, "Rotate");
  return page.getByRole("dialog", { name: /^Rotate the token for / });
}

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}

test("a GitLab token is rotated now: the new one is in place and works, the old one is dead", async ({
  userPage,
  lab,
}) => {
  const token = lab.addToken({ scopes: gitlabScopes });
  const row = await openRow(userPage, lab.codeHost);
  await addToken(userPage, row, token);
  const dialog = await openRotation(userPage, row);
  await expect(dialog).toContainText("The present one is dead at the same moment.");
  await expectNoViolations(userPage);
  await userPage.emulateMedia({ colorScheme: "dark" });
  await expectNoViolations(userPage);
  await dialog.getByRole("button", { name: "Rotate now" }).click();
  await expect(dialog.getByRole("status")).toContainText("is in place");
  await expect(dialog.getByRole("button", { name: "Rotate now" })).toHaveCount(0);
  await expectNoViolations(userPage);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expectState(row, "works");
  await expect(row).not.toContainText(`…${token.slice(-4)}`);
  expect(lab.liveTokens()).toHaveLength(1);
  await expect(row).toContainText(`…${lab.liveTokens()[0]?.slice(-4)}`);
  await row.getByRole("button", { name: /^Check the token/ }).click();
  await expect(userPage.getByText(`${lab.codeHost.name} accepted the token`)).toBeVisible();
});

test("a schedule is set, seen in the row, refused where it makes no sense, and taken back", async ({
  userPage,
  lab,
}) => {
  const row = await openRow(userPage, lab.codeHost);
  await addToken(userPage, row, lab.addToken({ scopes: gitlabScopes }));
  let dialog = await openRotation(userPage, row);
  const save = () => dialog.getByRole("button", { name: "Save the schedule" });
  await expect(save()).toBeDisabled();
  await dialog.getByLabel("Rotate by itself").selectOption("14 days before its end");
  await save().click();
  await expect(userPage.getByText("The schedule is saved")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(row).toContainText("Rotates by itself 14 days before its end");
  await query(`UPDATE "Credential" SET "expiresAt" = now() + interval '20 days' WHERE "codeHostId" = $1`, [
    lab.codeHost.id,
  ]);
  await userPage.reload();
  dialog = await openRotation(userPage, row);
  await dialog.getByLabel("Rotate by itself").selectOption("30 days before its end");
  await save().click();
  await expect(dialog).toContainText("Choose 19 or fewer days before its end.");
  await dialog.getByLabel("Rotate by itself").selectOption("Never");
  await save().click();
  await expect(userPage.getByText("It does not rotate by itself any more")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(row).not.toContainText("by itself 14 days");
});

test("an answer that is lost is told as what it is, and the token has to be made by hand", async ({
  userPage,
  lab,
}) => {
  const row = await openRow(userPage, lab.codeHost);
  await addToken(userPage, row, lab.addToken({ scopes: gitlabScopes }));
  lab.onRotation((moment) => {
    if (moment === "made") throw new Error("lost on the way back");
  });
  const dialog = await openRotation(userPage, row);
  await dialog.getByRole("button", { name: "Rotate now" }).click();
  await expect(dialog.getByRole("alert")).toContainText("its answer was lost on the way, so nobody has it");
  await expectNoViolations(userPage);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expectState(row, "revoked");
  await expect(row).toContainText("Make a new token and replace this one.");
  await expect(row.getByRole("button", { name: /^Replace the token/ })).toBeVisible();
  await row.getByRole("button", { name: /^More for / }).click();
  await expect(userPage.getByRole("menuitem", { name: "Rotate" })).toHaveCount(0);
});

test("a second access key is not asked for while there are two, and a password only where it is needed", async ({
  userPage,
  startHost,
}) => {
  test.slow();
  const aws = await startHost("aws-codecommit");
  const add = async ({ adapter, host, codeHost }: typeof aws) => {
    const row = await openRow(userPage, codeHost);
    await row.getByRole("button", { name: /^Add a token for / }).click();
    const dialog = userPage.getByRole("dialog");
    await fillIn(dialog, filled(adapter, host.tokens.good));
    await dialog.getByRole("button", { name: "Check and add" }).click();
    const done = dialog.getByRole("button", { name: /^(Done|Store anyway)$/ });
    await done.click();
    if (await dialog.getByRole("button", { name: "Done" }).isVisible()) await done.click();
    await expect(dialog).toBeHidden();
    return row;
  };
  const dialog = await openRotation(userPage, await add(aws));
  await expect(dialog).toContainText("stays valid for 1 more day");
  await expect(dialog.getByLabel("Then end the old one")).toBeVisible();
  await dialog.getByRole("button", { name: "Rotate now" }).click();
  await expect(dialog.getByRole("alert")).toContainText("has two keys already, and AWS allows no third");
  await expectNoViolations(userPage);

  const bitbucket = await startHost("bitbucket-data-center");
  const other = await openRotation(userPage, await add(bitbucket));
  await other.getByLabel(/^Password of alice/).fill("not this one");
  await other.getByRole("button", { name: "Rotate with the password" }).click();
  await expect(other).toContainText("Bitbucket does not take this password.");
  await other.getByLabel(/^Password of alice/).fill(bitbucket.host.password ?? "");
  await other.getByRole("button", { name: "Rotate with the password" }).click();
  await expect(other).toContainText("is ended");
});

test("a link opens the dialog for replacing, once", async ({ userPage, lab }) => {
  const row = await openRow(userPage, lab.codeHost);
  await addToken(userPage, row, lab.addToken({ scopes: gitlabScopes }));
  const [credential] = await query<{ id: string }>(`SELECT id FROM "Credential" WHERE "codeHostId" = $1`, [
    lab.codeHost.id,
  ]);
  const search = encodeURIComponent(lab.codeHost.name);
  await userPage.goto(`/settings/credentials?q=${search}&replace=${credential?.id}`);
  const dialog = userPage.getByRole("dialog", { name: `Replace the token for ${lab.codeHost.name}` });
  await expect(dialog.getByRole("link", { name: /Open/ }).first()).toHaveAttribute("href", /scopes=/);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(userPage).not.toHaveURL(/replace=/);
  await userPage.reload();
  await expect(row).toBeVisible();
  await expect(dialog).toHaveCount(0);
});
