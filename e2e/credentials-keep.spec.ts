import { limitExceeded, ssoRequired } from "../lib/hosts/simulators/github-refusals";
import {
  addToken,
  choose,
  expect,
  expectState,
  githubScopes,
  gitlabScopes,
  openRow,
  removeToken,
  storedOn,
  test,
  tokenField,
} from "./own-hosts";
import { query } from "./people";

test("a check after the token was revoked turns the row red with the host's words, and it stays so", async ({
  userPage,
  hub,
}) => {
  const token = hub.addToken({ scopes: githubScopes });
  const row = await openRow(userPage, hub.codeHost);
  await addToken(userPage, row, token);
  await expectState(row, "works");
  hub.revokeToken(token);
  await row.getByRole("button", { name: /^Check the token/ }).click();
  await expectState(row, "rejected");
  await expect(row).toContainText(`${hub.codeHost.name} said “Bad credentials”.`);
  await expect(row).toContainText("It last worked");
  await userPage.reload();
  await expectState(row, "rejected");
  await expect(row).toContainText("“Bad credentials”");
});

test("a check tells that GitLab revoked the token, and links to where a new one is made", async ({ userPage, lab }) => {
  const token = lab.addToken({ scopes: gitlabScopes });
  const row = await openRow(userPage, lab.codeHost);
  await addToken(userPage, row, token);
  lab.revokeToken(token);
  await row.getByRole("button", { name: /^Check the token/ }).click();
  await expectState(row, "revoked");
  await expect(row).toContainText("This token was revoked on GitLab.");
  await expect(row.getByRole("link", { name: /Put it right/ })).toHaveAttribute(
    "href",
    `${lab.baseUrl}/-/user_settings/personal_access_tokens`,
  );
});

test("replacing a rejected token clears the error, and the row keeps its one credential", async ({ userPage, hub }) => {
  const old = hub.addToken({ scopes: githubScopes });
  const row = await openRow(userPage, hub.codeHost);
  await addToken(userPage, row, old);
  hub.revokeToken(old);
  await row.getByRole("button", { name: /^Check the token/ }).click();
  await expectState(row, "rejected");
  const token = hub.addToken({ scopes: githubScopes });
  await row.getByRole("button", { name: /^Replace the token/ }).click();
  const dialog = userPage.getByRole("dialog", { name: `Replace the token for ${hub.codeHost.name}` });
  await tokenField(dialog).fill(token);
  await dialog.getByRole("button", { name: "Check and replace" }).click();
  await expectState(row, "works");
  await expect(row).not.toContainText("Bad credentials");
  await expect(row).toContainText(`ghp_…${token.slice(-4)}`);
  await expect(row.getByRole("button", { name: /^Check the token/ })).toBeFocused();
  expect(await storedOn(hub.codeHost)).toHaveLength(1);
});

test("a replacement that the host rejects leaves the old token in place", async ({ userPage, hub }) => {
  const old = hub.addToken({ scopes: githubScopes });
  const row = await openRow(userPage, hub.codeHost);
  await addToken(userPage, row, old);
  await choose(userPage, row, "Replace");
  const dialog = userPage.getByRole("dialog");
  await tokenField(dialog).fill(hub.unknownToken());
  await dialog.getByRole("button", { name: "Check and replace" }).click();
  await expect(dialog).toContainText("“Bad credentials”");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await userPage.reload();
  await expectState(row, "works");
  expect((await storedOn(hub.codeHost)).map(({ lastFour }) => lastFour)).toEqual([old.slice(-4)]);
});

test("a replacement of another account is called out, and done only when confirmed", async ({ userPage, hub }) => {
  const row = await openRow(userPage, hub.codeHost);
  await addToken(userPage, row, hub.addToken({ login: "alice", scopes: githubScopes }));
  await choose(userPage, row, "Replace");
  const dialog = userPage.getByRole("dialog");
  await tokenField(dialog).fill(hub.addToken({ login: "carol", scopes: githubScopes }));
  await dialog.getByRole("button", { name: "Check and replace" }).click();
  await expect(dialog.getByRole("status")).toContainText(
    "This token belongs to @carol; the one stored now is @alice's.",
  );
  await expect(row.getByText("@alice", { exact: true })).toHaveCount(1);
  await dialog.getByRole("button", { name: "Use @carol from now on" }).click();
  await expect(row.getByRole("link", { name: /@carol/ })).toBeVisible();
  await expect(row.getByText("@alice")).toHaveCount(0);
});

test("a check that meets single sign-on says so and links to the authorization", async ({ userPage, hub }) => {
  const row = await openRow(userPage, hub.codeHost);
  await addToken(userPage, row, hub.addToken({ scopes: githubScopes }));
  hub.respondNextWith(ssoRequired(hub.url, "octo-org"));
  await row.getByRole("button", { name: /^Check the token/ }).click();
  await expectState(row, "needs SSO authorisation");
  await expect(row.getByRole("link", { name: /Put it right/ })).toHaveAttribute(
    "href",
    `${hub.url}/orgs/octo-org/sso?authorization_request=AB3C4D`,
  );
});

test("a check that the host puts off says until when, and does not call the token bad", async ({ userPage, hub }) => {
  const row = await openRow(userPage, hub.codeHost);
  await addToken(userPage, row, hub.addToken({ scopes: githubScopes }));
  hub.respondNextWith(limitExceeded(403));
  await row.getByRole("button", { name: /^Check the token/ }).click();
  await expectState(row, "could not be checked");
  await expect(row).toContainText("GitHub takes no more requests from this account for now.");
  await expect(row).toContainText(/It may be asked again (in|just)/);
  hub.respondNextWith(null);
  await row.getByRole("button", { name: /^Check the token/ }).click();
  await expectState(row, "works");
});

test("a check of a host that is gone says that it cannot be reached", async ({ userPage, hub }) => {
  const row = await openRow(userPage, hub.codeHost);
  await addToken(userPage, row, hub.addToken({ scopes: githubScopes }));
  await hub.close();
  await row.getByRole("button", { name: /^Check the token/ }).click();
  await expectState(row, "could not be checked");
  await expect(row).toContainText(new URL(hub.url).host);
  await expect(row).toContainText("It last worked");
});

test("a token that has ended says so by itself", async ({ userPage, hub }) => {
  const row = await openRow(userPage, hub.codeHost);
  await addToken(
    userPage,
    row,
    hub.addToken({ scopes: githubScopes, expiresAt: new Date(Date.now() + 3_000_000_000) }),
  );
  await query(`UPDATE "Credential" SET "expiresAt" = now() - interval '2 days' WHERE "codeHostId" = $1`, [
    hub.codeHost.id,
  ]);
  await userPage.reload();
  await expectState(row, "expired");
  await expect(row).toContainText("Ended 2 days ago");
});

test("removing says what stops working; Cancel keeps, and confirming removes for good", async ({ userPage, hub }) => {
  const token = hub.addToken({ scopes: githubScopes });
  const row = await openRow(userPage, hub.codeHost);
  await addToken(userPage, row, token);
  await choose(userPage, row, "Remove");
  const dialog = userPage.getByRole("alertdialog", { name: `Remove the token for ${hub.codeHost.name}` });
  await expect(dialog).toContainText(`ghp_…${token.slice(-4)} of @alice is deleted here for good.`);
  await expect(dialog).toContainText(`will find no credential on ${hub.codeHost.name}.`);
  await expect(dialog).toContainText("On GitHub the token lives on.");
  await expect(dialog.getByRole("link", { name: /Delete it there too/ })).toHaveAttribute(
    "href",
    `${hub.url}/settings/tokens`,
  );
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await userPage.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(row.getByRole("button", { name: /^More for/ })).toBeFocused();
  await expectState(row, "works");
  await choose(userPage, row, "Remove");
  await removeToken(userPage);
  await expectState(row, "no credential");
  await expect(row.getByRole("button", { name: /^Add a token/ })).toBeFocused();
  expect(await storedOn(hub.codeHost)).toEqual([]);
  await userPage.reload();
  await expectState(row, "no credential");
});
