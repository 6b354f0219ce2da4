import type { Locator, Page } from "@playwright/test";
import { type GithubSimulator, startGithubSimulator } from "../lib/hosts/simulators/github";
import { caCertificate, serverCertificate, serverKey } from "../lib/hosts/tls-fixture";
import {
  addToken,
  askedWithToken,
  test as base,
  choose,
  expect,
  expectState,
  githubScopes,
  mark,
  openRow,
  rowOf,
  storedOn,
  tokenField,
} from "./own-hosts";
import { query } from "./people";

/** `elsewhere` is a GitHub that the portal does not know. */
const test = base.extend<{ elsewhere: GithubSimulator }>({
  elsewhere: async ({ databaseConnection: _ }, use) => {
    const simulator = await startGithubSimulator({ flavour: "ghes", version: "3.17.2" });
    await use(simulator);
    await query(`DELETE FROM "CodeHost" WHERE "baseUrl" = $1`, [simulator.url]);
    await simulator.close();
  },
});

test("an admin tests and adds a code host, and everybody has it on their list", async ({
  adminPage,
  userPage,
  elsewhere,
}) => {
  const dialog = await openAdd(adminPage);
  const name = `Forge ${mark()}`;
  await expect(dialog.getByLabel("Kind")).toBeFocused();
  await dialog.getByLabel("Address", { exact: true }).fill(`  ${elsewhere.url.replace("http", "HTTP")}/ `);
  await dialog.getByRole("button", { name: "Test connection" }).click();
  await expect(dialog).toContainText(
    /GitHub Enterprise Server 3\.17\.2 answers at http:\/\/127\.0\.0\.1:\d+ in \d+ ms\./,
  );
  await dialog.getByRole("button", { name: "Add code host" }).click();
  await expect(dialog.getByLabel("Name", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.getByLabel("Name", { exact: true })).toBeFocused();
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  await dialog.getByRole("button", { name: "Add code host" }).click();
  await expect(dialog).toBeHidden();
  await adminPage.goto(`/admin/code-hosts?q=${name}`);
  const row = rowOf(adminPage, name);
  await expect(row).toContainText(elsewhere.url);
  await expect(row).toContainText("No credentials");
  await row.getByRole("button", { name: `Test the connection to ${name}` }).click();
  await expect(row.getByRole("img", { name: "Connected" })).toBeVisible();
  expect(askedWithToken(elsewhere)).toBe(0);
  await userPage.goto(`/settings/credentials?q=${name}`);
  await expectState(rowOf(userPage, name), "no credential");

  const again = await openAdd(adminPage);
  await again.getByLabel("Name", { exact: true }).fill("The same once more");
  await again.getByLabel("Address", { exact: true }).fill(elsewhere.url);
  await again.getByRole("button", { name: "Add code host" }).click();
  await expect(again).toContainText(`This address belongs to ${name} already. Edit that one instead.`);
});

test("a test of the connection says when nothing, or something else, answers", async ({
  adminPage,
  elsewhere,
  lab,
}) => {
  const dialog = await openAdd(adminPage);
  await dialog.getByLabel("Address", { exact: true }).fill(lab.baseUrl);
  await dialog.getByRole("button", { name: "Test connection" }).click();
  await expect(dialog.getByRole("img", { name: "Failed" })).toBeVisible();
  await expect(dialog).toContainText("sends us on to another page, which Forgepass does not follow");
  await dialog.getByLabel("Kind").selectOption("GitLab");
  await expect(dialog.getByRole("img", { name: "Failed" })).toHaveCount(0);
  await dialog.getByRole("button", { name: "Test connection" }).click();
  await expect(dialog.getByRole("img", { name: "Connected" })).toBeVisible();
  await elsewhere.close();
  await dialog.getByLabel("Address", { exact: true }).fill(elsewhere.url);
  await dialog.getByRole("button", { name: "Test connection" }).click();
  await expect(dialog.getByRole("img", { name: "Failed" })).toBeVisible();
});

test("addresses that hide something, or that must not be contacted, are refused with the remedy", async ({
  adminPage,
}) => {
  const dialog = await openAdd(adminPage);
  await dialog.getByLabel("Name", { exact: true }).fill("Refused");
  const address = dialog.getByLabel("Address", { exact: true });
  const refusals: [typed: string, sentence: string][] = [
    ["http://169.254.169.254", "a cloud metadata address, which Forgepass never contacts"],
    ["https://10.1.2.3", "is in a private network. To allow it, add its network to FORGEPASS_ALLOWED_NETWORKS."],
    ["http://git.example.com", "Over plain http everyone on the way could read the tokens."],
    ["https://alice:secret@git.example.com", "Leave out the user name and password"],
    ["ftp://git.example.com", "Use the web address: it begins with https://."],
    ["https://git.example.com/?next=x", "Leave out everything from ? or # on."],
  ];
  for (const [typed, sentence] of refusals) {
    await address.fill(typed);
    await dialog.getByRole("button", { name: "Add code host" }).click();
    await expect(dialog).toContainText(sentence);
    await expect(address).toHaveAttribute("aria-invalid", "true");
    await expect(address).toBeFocused();
  }
  expect(await query(`SELECT id FROM "CodeHost" WHERE name = 'Refused'`)).toEqual([]);
});

test("a private CA is kept when it is one; a key, a server's certificate and other text are refused", async ({
  adminPage,
  hub,
}) => {
  const dialog = await openEdit(adminPage, hub.codeHost.name);
  const field = dialog.getByLabel("Private CA certificate");
  const refusals: [typed: string, sentence: string][] = [
    [caCertificate + serverKey, "This holds a private key. It was not kept."],
    ["not a certificate", "Paste a certificate in PEM form"],
    [serverCertificate, "is not a CA's: it belongs to a server."],
    [caCertificate.replace("MIIB", "MIIC"), "cannot be read. Copy it again, whole."],
  ];
  for (const [typed, sentence] of refusals) {
    await field.fill(typed);
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog).toContainText(sentence);
    await expect(field).toBeFocused();
  }
  await field.fill(caCertificate);
  await dialog.getByLabel("Git runs over SSH").check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  const row = rowOf(adminPage, hub.codeHost.name);
  await expect(row).toContainText("Private CA");
  await expect(row).toContainText("Git over SSH");
  const [stored] = await query<{ caCertificate: string }>(`SELECT "caCertificate" FROM "CodeHost" WHERE id = $1`, [
    hub.codeHost.id,
  ]);
  expect(stored?.caCertificate).toBe(caCertificate);
});

test("a new name is on everybody's list, and no credential suffers from it", async ({ adminPage, userPage, hub }) => {
  const row = await openRow(userPage, hub.codeHost);
  await addToken(userPage, row, hub.addToken({ scopes: githubScopes }));
  const dialog = await openEdit(adminPage, hub.codeHost.name);
  const name = `Renamed ${mark()}`;
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await userPage.goto(`/settings/credentials?q=${name}`);
  await expectState(rowOf(userPage, name), "works");
});

test("a new address says first whose credentials become unusable; they are, until entered again", async ({
  adminPage,
  userPage,
  user,
  hub,
  elsewhere,
}) => {
  const row = await openRow(userPage, hub.codeHost);
  await addToken(userPage, row, hub.addToken({ scopes: githubScopes }));
  const dialog = await openEdit(adminPage, hub.codeHost.name);
  await dialog.getByLabel("Address", { exact: true }).fill(elsewhere.url);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toContainText("1 credential becomes unusable");
  await expect(dialog.getByRole("listitem")).toHaveText([`${user.name} (${user.email})`]);
  await userPage.reload();
  await expectState(row, "works");
  await dialog.getByRole("button", { name: "Change the address" }).click();
  await expect(dialog).toBeHidden();

  await userPage.reload();
  await expectState(row, "enter it again");
  await expect(row).toContainText(`The address of ${hub.codeHost.name} has changed since this token was entered`);
  await choose(userPage, row, "Check now");
  await expect(userPage.getByText(`The address of ${hub.codeHost.name} has changed. Replace the token`)).toBeVisible();
  expect(askedWithToken(elsewhere)).toBe(0);
  await row.getByRole("button", { name: /^Replace the token/ }).click();
  const replace = userPage.getByRole("dialog");
  await tokenField(replace).fill(elsewhere.addToken({ scopes: githubScopes }));
  await replace.getByRole("button", { name: "Check and replace" }).click();
  // Account numbers of the two servers are the same by chance, or not: then it is asked about.
  await expect(replace.getByRole("button", { name: /^Use @/ }).or(rowState(row, "works"))).toBeVisible();
  if (await replace.getByRole("button", { name: /^Use @/ }).isVisible()) {
    await replace.getByRole("button", { name: /^Use @/ }).click();
  }
  await expectState(row, "works");
});

test("removing a code host with credentials tells whose, and asks again", async ({
  adminPage,
  userPage,
  user,
  hub,
}) => {
  const own = await openRow(userPage, hub.codeHost);
  await addToken(userPage, own, hub.addToken({ scopes: githubScopes }));
  await adminPage.goto(`/admin/code-hosts?q=${hub.codeHost.name}`);
  const row = rowOf(adminPage, hub.codeHost.name);
  await expect(row).toContainText("1 credential");
  await choose(adminPage, row, "Remove");
  const dialog = adminPage.getByRole("alertdialog", { name: `Remove ${hub.codeHost.name}` });
  await dialog.getByRole("button", { name: "Continue" }).click();
  await expect(dialog).toContainText("1 credential goes with it");
  await expect(dialog.getByRole("listitem")).toHaveText([`${user.name} (${user.email})`]);
  expect(await storedOn(hub.codeHost)).toHaveLength(1);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(row).toBeVisible();
  await choose(adminPage, row, "Remove");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByRole("button", { name: "Remove it and 1 credential" }).click();
  await expect(row).toHaveCount(0);
  expect(await storedOn(hub.codeHost)).toEqual([]);
  await userPage.reload();
  await expect(own).toHaveCount(0);
});

async function openAdd(page: Page): Promise<Locator> {
  await page.goto("/admin/code-hosts");
  await page.getByRole("button", { name: "Add code host" }).click();
  return page.getByRole("dialog", { name: "Add a code host" });
}

async function openEdit(page: Page, name: string): Promise<Locator> {
  await page.goto(`/admin/code-hosts?q=${encodeURIComponent(name)}`);
  await choose(page, rowOf(page, name), "Edit");
  return page.getByRole("dialog", { name: `Edit ${name}` });
}

function rowState(row: Locator, word: string): Locator {
  return row.getByRole("img", { name: word, exact: true });
}
