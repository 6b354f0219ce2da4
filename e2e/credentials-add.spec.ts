import {
  addToken,
  askedWithToken,
  expect,
  expectState,
  githubScopes,
  gitlabScopes,
  openRow,
  storedOn,
  test,
  tokenField,
} from "./own-hosts";

const aDay = 86_400_000;

test("a code host without a credential says so, and which scopes will be asked for", async ({ userPage, hub }) => {
  const row = await openRow(userPage, hub.codeHost);
  await expectState(row, "no credential");
  await expect(row).toContainText("No credential. The tools ask for these scopes:");
  for (const scope of githubScopes) await expect(row.getByText(scope, { exact: true })).toBeVisible();
  await expect(row.getByText(new URL(hub.url).host)).toBeVisible();
  await expect(row.getByRole("button")).toHaveText(["Add token"]);
});

test("the dialog lists the scopes with why, leads to the token page, and masks the token", async ({
  userPage,
  hub,
}) => {
  const row = await openRow(userPage, hub.codeHost);
  await row.getByRole("button", { name: `Add a token for ${hub.codeHost.name}` }).click();
  const dialog = userPage.getByRole("dialog", { name: `Add your ${hub.codeHost.name} token` });
  for (const scope of githubScopes)
    await expect(dialog.getByRole("term").getByText(scope, { exact: true })).toBeVisible();
  await expect(dialog.getByRole("definition").first()).toContainText("for Batch Changes to push branches");
  const link = dialog.getByRole("link", { name: /token page|classic token/i });
  const href = new URL((await link.getAttribute("href")) ?? "");
  expect(href.origin).toBe(hub.url);
  expect(href.searchParams.get("scopes")?.split(",")).toEqual(expect.arrayContaining(githubScopes));
  const field = tokenField(dialog);
  await expect(field).toBeFocused();
  await expect(field).toHaveAttribute("type", "password");
  await expect(field).toHaveAttribute("autocomplete", "off");
  await expect(dialog.getByRole("button", { name: "Check and add" })).toBeDisabled();
  await field.fill("   ");
  await expect(dialog.getByRole("button", { name: "Check and add" })).toBeDisabled();
});

test("a good token turns the row green without a reload, and the focus is back on the row", async ({
  userPage,
  hub,
}) => {
  const token = hub.addToken({ login: "alice", scopes: githubScopes, expiresAt: new Date(Date.now() + 90 * aDay) });
  const row = await openRow(userPage, hub.codeHost);
  let loads = 0;
  userPage.on("load", () => {
    loads += 1;
  });
  await addToken(userPage, row, token);
  await expectState(row, "works");
  await expect(row).toContainText(/works for (\d+) of \1 tools/);
  await expect(row.getByRole("link", { name: /@alice/ })).toHaveAttribute("href", `${hub.url}/alice`);
  await expect(row).toContainText(`ghp_…${token.slice(-4)}`);
  await expect(row).toContainText("Personal access token (classic)");
  await expect(row.getByText("in 90 days")).toHaveAttribute("title", / UTC$/);
  await expect(row.getByRole("button", { name: "Check the token" })).toBeFocused();
  await expect(row.getByRole("button", { name: /^Add/ })).toHaveCount(0);
  expect(loads).toBe(0);
  await userPage.reload();
  await expectState(row, "works");
});

test("the checks are shown as they come, with what is more than needed and its risk", async ({ userPage, hub }) => {
  const token = hub.addToken({ scopes: ["delete_repo", ...githubScopes], expiresAt: new Date(Date.now() + 60 * aDay) });
  const row = await openRow(userPage, hub.codeHost);
  await row.getByRole("button", { name: /^Add/ }).click();
  const dialog = userPage.getByRole("dialog");
  await tokenField(dialog).fill(token);
  await dialog.getByRole("button", { name: "Check and add" }).click();
  const checks = dialog.getByRole("list", { name: "Checks" });
  await expect(checks).toContainText(`${hub.codeHost.name} answered`);
  await expect(checks).toContainText("The token belongs to @alice");
  for (const scope of githubScopes) await expect(checks).toContainText(scope);
  await expect(checks.getByRole("listitem").filter({ hasText: "delete_repo" })).toContainText("more than needed");
  await expect(checks).toContainText("can delete every repository that you administer.");
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toBeHidden();
  await expectState(row, "works");
  await expect(row).toContainText("delete_repo is more than the tools need");
});

test("a token of GitLab works as well, and tells what it may do", async ({ userPage, lab }) => {
  const token = lab.addToken({ user: { username: "carol" }, scopes: gitlabScopes, format: "routable" });
  const row = await openRow(userPage, lab.codeHost);
  await addToken(userPage, row, token);
  await expectState(row, "works");
  await expect(row.getByRole("link", { name: /@carol/ })).toBeVisible();
  for (const scope of gitlabScopes) await expect(row.getByText(`${scope} granted`)).toBeVisible();
});

test("what is visibly wrong is said on pasting, and nothing is sent", async ({ userPage, hub }) => {
  const row = await openRow(userPage, hub.codeHost);
  await row.getByRole("button", { name: /^Add/ }).click();
  const dialog = userPage.getByRole("dialog");
  const field = tokenField(dialog);
  const add = dialog.getByRole("button", { name: "Check and add" });
  const sent: string[] = [];
  userPage.on("request", (request) => sent.push(request.url()));

  await field.fill("glpat-Abcdefghij0123456789");
  await expect(dialog).toContainText("This looks like a GitLab token. This code host is GitHub.");
  await expect(add).toBeDisabled();
  await field.press("Enter");

  await field.fill(hub.unknownToken("installation"));
  await expect(dialog).toContainText("This is an installation token of a GitHub App.");
  await expect(add).toBeDisabled();

  await field.fill("ghp_two words");
  await expect(dialog).toContainText("A token has no spaces or line breaks inside.");
  await expect(add).toBeDisabled();

  const good = hub.unknownToken();
  await field.fill(`${good.slice(0, 10)}${good[10] === "x" ? "y" : "x"}${good.slice(11)}`);
  await expect(dialog).toContainText("a character is missing or wrong");
  await expect(dialog).toContainText("looks damaged");

  await field.fill(`  Bearer ${good}\t`);
  await expect(field).toHaveValue(good);
  await expect(dialog).toContainText("Left out spaces and line breaks, the header's words around the token.");
  await expect(dialog).toContainText("Personal access token (classic)");
  await expect(add).toBeEnabled();

  expect(sent).toEqual([]);
  expect(askedWithToken(hub)).toBe(0);
});

test("in GitLab's dialog a token that GitLab cannot use is refused on pasting", async ({ userPage, lab }) => {
  const row = await openRow(userPage, lab.codeHost);
  await row.getByRole("button", { name: /^Add/ }).click();
  const dialog = userPage.getByRole("dialog");
  await tokenField(dialog).fill("gldt-Abcdefghij0123456789");
  await expect(dialog).toContainText("A deploy token works only for Git and registries");
  await expect(dialog.getByRole("button", { name: "Check and add" })).toBeDisabled();
  expect(askedWithToken(lab)).toBe(0);
});

test("spaces around a token are taken off before it is sent", async ({ userPage, hub }) => {
  const token = hub.addToken({ scopes: githubScopes });
  const row = await openRow(userPage, hub.codeHost);
  await addToken(userPage, row, ` ${token} `);
  await expectState(row, "works");
  expect(hub.requests.map(({ headers }) => headers.authorization).filter(Boolean)).not.toContain(` ${token}`);
  expect(hub.requests.some(({ headers }) => headers.authorization?.endsWith(` ${token}`))).toBe(true);
});

test("a token that the host rejects is not stored, and the host's words are shown", async ({ userPage, hub }) => {
  const row = await openRow(userPage, hub.codeHost);
  await row.getByRole("button", { name: /^Add/ }).click();
  const dialog = userPage.getByRole("dialog");
  await tokenField(dialog).fill(hub.unknownToken());
  await dialog.getByRole("button", { name: "Check and add" }).click();
  await expect(dialog.getByRole("list", { name: "Checks" })).toContainText(
    `GitHub does not know this token: it is mistyped, revoked or expired. Make a new one. ${hub.codeHost.name} said “Bad credentials”.`,
  );
  await expect(dialog.getByRole("button", { name: /store/i })).toHaveCount(0);
  expect(await storedOn(hub.codeHost)).toEqual([]);
  await userPage.reload();
  await expectState(row, "no credential");
});

test("a token that lacks scopes is stored only when that is confirmed, and stays amber", async ({ userPage, hub }) => {
  const row = await openRow(userPage, hub.codeHost);
  await row.getByRole("button", { name: /^Add/ }).click();
  const dialog = userPage.getByRole("dialog");
  await tokenField(dialog).fill(hub.addToken({ scopes: ["repo", "read:org", "user:email"] }));
  await dialog.getByRole("button", { name: "Check and add" }).click();
  const checks = dialog.getByRole("list", { name: "Checks" });
  for (const scope of ["read:discussion", "workflow"]) {
    const line = checks.getByRole("listitem").filter({ hasText: `${scope} missing` });
    await expect(line).toContainText("needed by Batch Changes");
  }
  await expect(dialog).toContainText(/It will work for .*Atlantis.* only\./);
  await expect(dialog.getByRole("link", { name: /Make a new token/ })).toBeVisible();
  expect(await storedOn(hub.codeHost)).toEqual([]);
  await dialog.getByRole("button", { name: "Store anyway" }).click();
  await expectState(row, "lacks 2 scopes");
  await expect(row).toContainText("workflow is needed by Batch Changes to change files of GitHub Actions workflows.");
  await expect(row).toContainText(/It works for .*Atlantis.* only\./);
  await expect(row.getByRole("button", { name: /^Replace the token/ })).toBeVisible();
  await userPage.reload();
  await expectState(row, "lacks 2 scopes");
});

test("cancelling the confirmation stores nothing", async ({ userPage, hub }) => {
  const row = await openRow(userPage, hub.codeHost);
  await row.getByRole("button", { name: /^Add/ }).click();
  const dialog = userPage.getByRole("dialog");
  await tokenField(dialog).fill(hub.addToken({ scopes: ["repo"] }));
  await dialog.getByRole("button", { name: "Check and add" }).click();
  await expect(dialog.getByRole("button", { name: "Store anyway" })).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog).toBeHidden();
  await expect(row.getByRole("button", { name: /^Add/ })).toBeFocused();
  expect(await storedOn(hub.codeHost)).toEqual([]);
});

test("a host that does not answer within ten seconds: stored unchecked on confirmation, then checked", async ({
  userPage,
  hub,
}) => {
  test.slow();
  hub.delay(60_000);
  const row = await openRow(userPage, hub.codeHost);
  await row.getByRole("button", { name: /^Add/ }).click();
  const dialog = userPage.getByRole("dialog");
  await tokenField(dialog).fill(hub.addToken({ scopes: githubScopes }));
  await dialog.getByRole("button", { name: "Check and add" }).click();
  const store = dialog.getByRole("button", { name: "Store unchecked" });
  await expect(store).toBeVisible({ timeout: 20_000 });
  expect(await storedOn(hub.codeHost)).toEqual([]);
  await store.click();
  await expectState(row, "not checked yet");
  await expect(row).toContainText("never checked");
  hub.delay(0);
  await row.getByRole("button", { name: /^Check the token/ }).click();
  await expectState(row, "works");
  await expect(row.getByRole("link", { name: /@alice/ })).toBeVisible();
});

test("a host that puts off the check says until when, and the token may wait unchecked", async ({ userPage, hub }) => {
  const row = await openRow(userPage, hub.codeHost);
  await row.getByRole("button", { name: /^Add/ }).click();
  const dialog = userPage.getByRole("dialog");
  await tokenField(dialog).fill(hub.addToken({ scopes: githubScopes, trouble: "primary-limit" }));
  await dialog.getByRole("button", { name: "Check and add" }).click();
  await expect(dialog.getByRole("list", { name: "Checks" })).toContainText(
    `GitHub takes no more requests from this account for now. Check again later. ${hub.codeHost.name} said “API rate limit exceeded`,
  );
  await dialog.getByRole("button", { name: "Store unchecked" }).click();
  await expectState(row, "not checked yet");
});

test("a token that wants single sign-on first is not stored, and the link to authorize it is there", async ({
  userPage,
  hub,
}) => {
  const row = await openRow(userPage, hub.codeHost);
  await row.getByRole("button", { name: /^Add/ }).click();
  const dialog = userPage.getByRole("dialog");
  await tokenField(dialog).fill(hub.addToken({ scopes: githubScopes, trouble: "sso" }));
  await dialog.getByRole("button", { name: "Check and add" }).click();
  await expect(dialog).toContainText("Your organization wants this token authorized for single sign-on.");
  await expect(dialog.getByRole("link", { name: /Put it right/ })).toHaveAttribute(
    "href",
    `${hub.url}/orgs/octo-org/sso?authorization_request=AB3C4D`,
  );
  expect(await storedOn(hub.codeHost)).toEqual([]);
});

test("a host that is gone is said to be so, and the dialog can be tried again", async ({ userPage, hub }) => {
  const row = await openRow(userPage, hub.codeHost);
  await row.getByRole("button", { name: /^Add/ }).click();
  const dialog = userPage.getByRole("dialog");
  hub.respondNextWith({ status: 503, headers: { "content-type": "text/html" }, body: "<h1>Be right back</h1>" });
  await tokenField(dialog).fill(hub.addToken({ scopes: githubScopes }));
  await dialog.getByRole("button", { name: "Check and add" }).click();
  await expect(dialog).toContainText("GitHub has a problem of its own. Check again in a few minutes.");
  hub.respondNextWith(null);
  await dialog.getByRole("button", { name: "Try again" }).click();
  await expectState(row, "works");
});

test("the steps and the field follow the kind of token that is chosen", async ({ userPage, hub }) => {
  const row = await openRow(userPage, hub.codeHost);
  await row.getByRole("button", { name: /^Add/ }).click();
  const dialog = userPage.getByRole("dialog");
  await expect(dialog.getByLabel("Personal access token", { exact: true })).toBeVisible();
  await dialog.getByLabel("Kind of token").selectOption("Fine-grained personal access token");
  await expect(dialog.getByLabel("Fine-grained personal access token", { exact: true })).toBeVisible();
  await expect(dialog).toContainText("Under Permissions, set these, and no others:");
  await expect(dialog).toContainText("Workflows: Read and write");
  await expect(dialog.getByLabel("Repository to try it on")).toBeVisible();
});

test("nothing closes the dialog while the token is being checked, and a second press sends nothing", async ({
  userPage,
  hub,
}) => {
  const row = await openRow(userPage, hub.codeHost);
  await row.getByRole("button", { name: /^Add/ }).click();
  const dialog = userPage.getByRole("dialog");
  let sent = 0;
  userPage.on("request", (request) => {
    if (request.url().endsWith("/api/credentials")) sent += 1;
  });
  hub.delay(3000);
  await tokenField(dialog).fill(hub.addToken({ scopes: githubScopes }));
  await dialog.getByRole("button", { name: "Check and add" }).click();
  await expect(dialog).toHaveAttribute("aria-busy", "true");
  await expect(dialog.getByRole("list", { name: "Checks" })).toContainText(`Asking ${hub.codeHost.name}`);
  await userPage.keyboard.press("Escape");
  await tokenField(dialog).press("Enter");
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeDisabled();
  hub.delay(0);
  await expectState(row, "works");
  await expect(dialog).toBeHidden();
  expect(sent).toBe(1);
});

test("a fine-grained token does not tell its permissions; naming a repository tries it", async ({ userPage, hub }) => {
  hub.addRepository({ fullName: "alice/site" });
  const token = hub.addToken({ kind: "fine-grained", permissions: { contents: "write", metadata: "read" } });
  const row = await openRow(userPage, hub.codeHost);
  await row.getByRole("button", { name: /^Add/ }).click();
  const dialog = userPage.getByRole("dialog");
  await tokenField(dialog).fill(token);
  await expect(dialog.getByLabel("Kind of token")).toHaveValue("fine-grained");
  await dialog.getByLabel("Repository to try it on").fill("alice/site");
  await dialog.getByRole("button", { name: "Check and add" }).click();
  const checks = dialog.getByRole("list", { name: "Checks" });
  await expect(checks).toContainText("Read alice/site");
  await expect(checks).toContainText("Push to alice/site");
  await expect(checks.getByRole("listitem").filter({ hasText: "workflow" })).toContainText("cannot be told");
  await dialog.getByRole("button", { name: "Done" }).click();
  await expectState(row, "scopes cannot be told");
  await expect(row).toContainText("On alice/site: read yes, push yes, status cannot be told");
  expect(hub.requests.every(({ method }) => method === "GET" || method === "HEAD")).toBe(true);
});

test("a repository that the token may only read is said before anybody relies on it", async ({ userPage, hub }) => {
  hub.addRepository({ fullName: "octo-org/website", roles: { alice: "read" } });
  const row = await openRow(userPage, hub.codeHost);
  await row.getByRole("button", { name: /^Add/ }).click();
  const dialog = userPage.getByRole("dialog");
  await tokenField(dialog).fill(hub.addToken({ scopes: githubScopes }));
  await dialog.getByText("Try it on a repository").click();
  await dialog.getByLabel("Repository to try it on").fill("octo-org/website");
  await dialog.getByRole("button", { name: "Check and add" }).click();
  await expect(row).toContainText("On octo-org/website: read yes, push no, status no");
});

test("a token that ends soon is amber, with the exact time on hover", async ({ userPage, hub }) => {
  const token = hub.addToken({ scopes: githubScopes, expiresAt: new Date(Date.now() + 5 * aDay + aDay / 24) });
  const row = await openRow(userPage, hub.codeHost);
  await row.getByRole("button", { name: /^Add/ }).click();
  const dialog = userPage.getByRole("dialog");
  await tokenField(dialog).fill(token);
  await dialog.getByRole("button", { name: "Check and add" }).click();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expectState(row, "ends soon");
  await expect(row).toContainText("Ends in 5 days");
  await expect(row.getByText("in 5 days")).toHaveAttribute("title", /^\d+ \w+ \d{4} at \d\d:\d\d UTC$/);
});

test("of two tabs that add a token at once, the second is told", async ({ userPage, hub }) => {
  const row = await openRow(userPage, hub.codeHost);
  const second = await userPage.context().newPage();
  const secondRow = await openRow(second, hub.codeHost);
  await secondRow.getByRole("button", { name: /^Add/ }).click();
  const first = hub.addToken({ scopes: githubScopes });
  await addToken(userPage, row, first);
  const dialog = second.getByRole("dialog");
  await tokenField(dialog).fill(hub.addToken({ scopes: githubScopes }));
  await dialog.getByRole("button", { name: "Check and add" }).click();
  await expect(dialog.getByRole("alert")).toHaveText(
    `There is a credential for ${hub.codeHost.name} already. Replace that one instead.`,
  );
  expect((await storedOn(hub.codeHost)).map(({ lastFour }) => lastFour)).toEqual([first.slice(-4)]);
});

test("after it is stored, the token is in no answer of the portal", async ({ userPage, hub }) => {
  const token = hub.addToken({ scopes: githubScopes });
  const answers: Promise<string>[] = [];
  userPage.on("response", (response) => answers.push(response.text().catch(() => "")));
  const row = await openRow(userPage, hub.codeHost);
  await addToken(userPage, row, token);
  await expectState(row, "works");
  await userPage.reload();
  await expectState(row, "works");
  const texts = await Promise.all(answers);
  expect(texts.some((text) => text.includes(token.slice(-4)))).toBe(true);
  expect(texts.filter((text) => text.includes(token.slice(4, -4)))).toEqual([]);
});
