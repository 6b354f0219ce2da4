import type { Page } from "@playwright/test";
import {
  addToken,
  askedWithToken,
  choose,
  expect,
  expectState,
  githubScopes,
  openRow,
  removeToken,
  rowOf,
  storedOn,
  test,
  tokenField,
} from "./own-hosts";
import { query } from "./people";

test("with only a global credential the user's row says whose it is, and offers to add one's own", async ({
  adminPage,
  userPage,
  hub,
}) => {
  const adminRow = await openRow(adminPage, hub.codeHost, "/admin/credentials");
  await expect(adminPage.getByText("Everyone on this site can use these")).toBeVisible();
  await expectState(adminRow, "no credential");
  await addToken(adminPage, adminRow, hub.addToken({ login: "robot", scopes: githubScopes }));
  await expectState(adminRow, "works");
  await adminRow.getByRole("button", { name: /^More for/ }).click();
  await expect(adminPage.getByRole("menuitem", { name: "Remove" })).toBeVisible();

  const row = await openRow(userPage, hub.codeHost);
  await expectState(row, "no credential");
  await expect(row).toContainText("global one is used");
  await expect(row).toContainText("Tools act as robot until you add your own.");
  await expect(row.getByRole("button", { name: /^Add a token/ })).toBeVisible();
  await expect(row.getByRole("button", { name: /^(Check|More)/ })).toHaveCount(0);
});

test("one's own credential comes before the global one, and removing it brings the global one back", async ({
  adminPage,
  userPage,
  hub,
}) => {
  const adminRow = await openRow(adminPage, hub.codeHost, "/admin/credentials");
  await addToken(adminPage, adminRow, hub.addToken({ login: "robot", scopes: githubScopes }));
  const row = await openRow(userPage, hub.codeHost);
  await addToken(userPage, row, hub.addToken({ login: "alice", scopes: githubScopes }));
  await expectState(row, "works");
  await expect(row).not.toContainText("global one is used");
  await expect(row.getByRole("link", { name: /@alice/ })).toBeVisible();
  await choose(userPage, row, "Remove");
  const dialog = userPage.getByRole("alertdialog");
  await expect(dialog).toContainText(`will act as robot, the global account, on ${hub.codeHost.name}.`);
  await removeToken(userPage);
  await expect(row).toContainText("Tools act as robot until you add your own.");
  expect((await storedOn(hub.codeHost)).map(({ ownerId }) => ownerId)).toEqual([null]);
});

test("removing the global credential says who is left without, and the users' rows are empty then", async ({
  adminPage,
  userPage,
  hub,
}) => {
  const adminRow = await openRow(adminPage, hub.codeHost, "/admin/credentials");
  await addToken(adminPage, adminRow, hub.addToken({ login: "robot", scopes: githubScopes }));
  await choose(adminPage, adminRow, "Remove");
  const dialog = adminPage.getByRole("alertdialog");
  await expect(dialog).toContainText("people without a token of their own are left without");
  await removeToken(adminPage);
  await expectState(adminRow, "no credential");
  const row = await openRow(userPage, hub.codeHost);
  await expect(row).toContainText("No credential.");
});

test("an admin adds, checks, replaces and removes a user's credential", async ({ adminPage, userPage, user, hub }) => {
  await adminPage.goto(`/admin/users?q=${encodeURIComponent(user.email)}`);
  await choose(adminPage, rowOf(adminPage, user.name, "Users"), "Credentials");
  await expect(adminPage.getByRole("heading", { level: 1, name: `Credentials of ${user.name}` })).toBeVisible();
  const row = await openRow(adminPage, hub.codeHost, new URL(adminPage.url()).pathname);
  const old = hub.addToken({ login: "alice", scopes: githubScopes });
  await addToken(adminPage, row, old);
  await expectState(row, "works");
  expect((await storedOn(hub.codeHost)).map(({ ownerId }) => ownerId)).toEqual([user.id]);

  const before = askedWithToken(hub);
  await row.getByRole("button", { name: /^Check the token/ }).click();
  await expect(adminPage.getByText(`${hub.codeHost.name} accepted the token`)).toBeVisible();
  expect(askedWithToken(hub)).toBeGreaterThan(before);

  const token = hub.addToken({ login: "alice", scopes: githubScopes });
  await choose(adminPage, row, "Replace");
  const dialog = adminPage.getByRole("dialog");
  await tokenField(dialog).fill(token);
  await dialog.getByRole("button", { name: "Check and replace" }).click();
  await expect(row).toContainText(`ghp_…${token.slice(-4)}`);
  const own = await openRow(userPage, hub.codeHost);
  await expect(own).toContainText(`ghp_…${token.slice(-4)}`);

  await choose(adminPage, row, "Remove");
  await removeToken(adminPage);
  await expectState(row, "no credential");
  expect(await storedOn(hub.codeHost)).toEqual([]);
});

test("the admins' pages are not there for a user, nor in the menu", async ({ userPage, admin }) => {
  await userPage.goto("/settings/credentials");
  await expect(userPage.getByRole("navigation", { name: "Main" }).getByRole("link")).toHaveText([
    "Home",
    "Teams",
    /^Credentials/,
    "Expiry",
    "Notifications",
    "Profile",
    "Sessions",
  ]);
  for (const path of ["/admin/credentials", `/admin/users/${admin.id}/credentials`]) {
    const answer = await userPage.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(userPage.getByRole("list", { name: "Code hosts" })).toHaveCount(0);
  }
});

test("a user adds no credential for the site or for somebody else, also not past the page", async ({
  userPage,
  admin,
  hub,
}) => {
  await userPage.goto("/settings/credentials");
  const token = hub.addToken({ scopes: githubScopes });
  for (const owner of ["site", admin.id]) {
    const status = await post(userPage, { owner, codeHostId: hub.codeHost.id, token });
    expect([403, 404], owner).toContain(status);
  }
  expect(await storedOn(hub.codeHost)).toEqual([]);
  expect(askedWithToken(hub)).toBe(0);
  // The same call for oneself does work, so what refused was the owner.
  expect(await post(userPage, { owner: "me", codeHostId: hub.codeHost.id, token })).toBe(200);
  expect(await storedOn(hub.codeHost)).toHaveLength(1);
});

test("a user checks and removes no credential of the site, also not past the page", async ({
  adminPage,
  userPage,
  hub,
}) => {
  const adminRow = await openRow(adminPage, hub.codeHost, "/admin/credentials");
  await addToken(adminPage, adminRow, hub.addToken({ login: "robot", scopes: githubScopes }));
  const [siteCredential] = await credentialIds(hub.codeHost.id);
  const row = await openRow(userPage, hub.codeHost);
  await addToken(userPage, row, hub.addToken({ login: "alice", scopes: githubScopes }));

  // What the user's own buttons send is turned towards the site's credential on the way.
  await userPage.route("**/settings/credentials**", async (route) => {
    const request = route.request();
    const isCall = request.method() === "POST" && request.headers()["next-action"] !== undefined;
    if (!isCall) return await route.continue();
    const point = { owner: "site", credentialId: siteCredential };
    await route.continue({ postData: JSON.stringify([point]) });
  });
  const before = askedWithToken(hub);
  await row.getByRole("button", { name: /^Check the token/ }).click();
  await expect(userPage.getByRole("status").getByText("Only a site admin may do this.")).toBeVisible();
  expect(askedWithToken(hub)).toBe(before);
  await choose(userPage, row, "Remove");
  const dialog = userPage.getByRole("alertdialog");
  await dialog.getByRole("button", { name: "Remove token" }).click();
  await expect(dialog.getByRole("alert")).toBeVisible();
  expect(await credentialIds(hub.codeHost.id)).toHaveLength(2);
});

async function post(page: Page, body: Record<string, string>): Promise<number> {
  return await page.evaluate(async (sent) => {
    const response = await fetch("/api/credentials", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(sent),
    });
    await response.text();
    return response.status;
  }, body);
}

async function credentialIds(codeHostId: string): Promise<string[]> {
  const rows = await query<{ id: string }>(
    `SELECT id FROM "Credential" WHERE "codeHostId" = $1 ORDER BY "ownerId" NULLS FIRST`,
    [codeHostId],
  );
  return rows.map(({ id }) => id);
}
