import AxeBuilder from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { type Sshd, startSshd } from "../lib/hosts/simulators/sshd";
import { fingerprint } from "../lib/hosts/ssh/public-key";
import { test as base, choose, expect, expectState, githubScopes, openRow, removeToken, tokenField } from "./own-hosts";
import { type CodeHost, query } from "./people";

/** A GitHub of the test's own whose git is a real OpenSSH server, with its host keys confirmed. */
const test = base.extend<{ sshd: Sshd }>({
  sshd: async ({ hub }, use) => {
    const sshd = await startSshd(["ed25519"]);
    await query(`UPDATE "CodeHost" SET "gitOverSsh" = true, "sshAddress" = $2 WHERE id = $1`, [
      hub.codeHost.id,
      `${sshd.user}@127.0.0.1:${sshd.port}`,
    ]);
    const [algorithm, publicKey] = (sshd.hostKeys()[0] ?? "").split(" ");
    await query(
      `INSERT INTO "HostKey" ("codeHostId", address, algorithm, "publicKey", fingerprint, source) VALUES ($1, $2, $3, $4, $5, 'confirmed')`,
      [hub.codeHost.id, `127.0.0.1:${sshd.port}`, algorithm, publicKey, fingerprint(publicKey ?? "")],
    );
    await use(sshd);
    await sshd.close();
  },
});

const keyScopes = [...githubScopes, "admin:public_key", "admin:ssh_signing_key"];

async function addWithKey(page: Page, host: CodeHost, token: string): Promise<Locator> {
  const row = await openRow(page, host);
  await row.getByRole("button", { name: /^Add a token for / }).click();
  await tokenField(page.getByRole("dialog")).fill(token);
  await page.getByRole("dialog").getByRole("button", { name: "Check and add" }).click();
  const dialog = page.getByRole("dialog", { name: `Now add this public key to ${host.name}` });
  const next = page.getByRole("button", { name: "Next: the public key" });
  await expect(dialog.or(next)).toBeVisible();
  if (await next.isVisible()) await next.click();
  await expect(dialog.getByLabel("Public key")).toHaveValue(/^ssh-ed25519 [\w+/=]+ forgepass@/);
  return dialog;
}

test("a token comes with a key: uploaded, known, made anew, and gone from the host with the token", async ({
  userPage: page,
  hub,
  sshd,
}) => {
  const sync = () => sshd.authorise(hub.sshKeys().map(({ key }) => key));
  const dialog = await addWithKey(page, hub.codeHost, hub.addToken({ scopes: keyScopes }));
  await expect(dialog.getByText(`Not added to ${hub.codeHost.name} yet`)).toBeVisible();
  const first = await dialog.getByLabel("Public key").inputValue();

  await dialog.getByRole("button", { name: "Check the key" }).click();
  await expect(dialog.getByText(`${hub.codeHost.name} does not know this key`, { exact: true })).toBeVisible();
  await dialog.getByRole("button", { name: "Upload it for me" }).click();
  await expect(dialog.getByText(`The key is at ${hub.codeHost.name} now.`)).toBeVisible();
  expect(hub.sshKeys().map(({ key }) => key.split(" ")[1])).toEqual([first.split(" ")[1]]);
  sync();
  await dialog.getByRole("button", { name: "Check the key" }).click();
  await expect(dialog.getByText(`${hub.codeHost.name} knows this key`, { exact: true })).toBeVisible();
  await dialog.getByRole("button", { name: "Done" }).click();

  const row = await openRow(page, hub.codeHost);
  await expect(row.getByText("SSH key known")).toBeVisible();
  await choose(page, row, "View public key");
  const later = page.getByRole("dialog", { name: `Public key for ${hub.codeHost.name}` });
  await expect(later.getByLabel("Public key")).toHaveValue(first);

  await later.getByRole("button", { name: "Make a new pair" }).click();
  await later.getByRole("button", { name: "Keep this one" }).click();
  await expect(later.getByLabel("Public key")).toHaveValue(first);
  await later.getByRole("button", { name: "Make a new pair" }).click();
  await later.getByRole("button", { name: "Make a new pair" }).last().click();
  await expect(later.getByText(/^This is a new key\. The public key was taken off/)).toBeVisible();
  await expect(later.getByLabel("Public key")).not.toHaveValue(first);
  expect(hub.sshKeys()).toEqual([]);
  await later.getByRole("button", { name: "Upload it for me" }).click();
  await expect(later.getByText(`The key is at ${hub.codeHost.name} now.`)).toBeVisible();
  await later.getByRole("button", { name: "Done" }).click();

  await choose(page, row, "Remove");
  await removeToken(page);
  await expectState(row, "no credential");
  expect(hub.sshKeys()).toEqual([]);
});

test("a token that may not upload says so, and shows how to add the key by hand", async ({
  userPage: page,
  hub,
  sshd,
}) => {
  const dialog = await addWithKey(page, hub.codeHost, hub.addToken({ scopes: githubScopes }));
  await expect(dialog.getByText(/The token lacks .*public_key/)).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Upload it for me" })).toHaveCount(0);
  await expect(dialog.getByRole("link", { name: /SSH keys/ })).toHaveAttribute("href", `${hub.url}/settings/keys`);
  sshd.authorise([await dialog.getByLabel("Public key").inputValue()]);
  await dialog.getByRole("button", { name: "Check the key" }).click();
  await expect(dialog.getByText(`${hub.codeHost.name} knows this key`, { exact: true })).toBeVisible();
  await dialog.getByRole("button", { name: "Done" }).click();
  const row = await openRow(page, hub.codeHost);
  await choose(page, row, "Remove");
  await page.getByRole("button", { name: "Remove token" }).click();
  const removed = page.getByRole("dialog", { name: `The token for ${hub.codeHost.name} is removed` });
  await expect(removed.getByRole("list", { name: "Public keys that are left" })).toContainText("by hand");
});

test("somebody else has the key already: the host's refusal is told", async ({ userPage: page, hub, sshd: _ }) => {
  const dialog = await addWithKey(page, hub.codeHost, hub.addToken({ scopes: keyScopes }));
  hub.respondNextWith({
    status: 422,
    body: { message: "Validation Failed", errors: [{ resource: "PublicKey", message: "key is already in use" }] },
  });
  await dialog.getByRole("button", { name: "Upload it for me" }).click();
  await expect(dialog.getByRole("alert")).toContainText("It may belong to another account: make a new one.");
  hub.respondNextWith(null);
});

test("a key for signed commits is made and uploaded apart from git's", async ({ userPage: page, hub }) => {
  const row = await openRow(page, hub.codeHost);
  await row.getByRole("button", { name: /^Add a token for / }).click();
  await tokenField(page.getByRole("dialog")).fill(hub.addToken({ scopes: keyScopes }));
  await page.getByRole("dialog").getByRole("button", { name: "Check and add" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  await choose(page, row, "Key for signed commits");
  const dialog = page.getByRole("dialog", { name: `Key for signed commits on ${hub.codeHost.name}` });
  await dialog.getByRole("button", { name: "Make a key" }).click();
  await dialog.getByRole("button", { name: "Upload it for me" }).click();
  await expect(dialog.getByText(`The key is at ${hub.codeHost.name} now.`)).toBeVisible();
  expect(hub.sshKeys().map(({ list }) => list)).toEqual(["ssh_signing_keys"]);
});

test("the key for git can sign commits too", async ({ userPage: page, hub, sshd: _ }) => {
  const step = await addWithKey(page, hub.codeHost, hub.addToken({ scopes: keyScopes }));
  const publicKey = await step.getByLabel("Public key").inputValue();
  await step.getByRole("button", { name: "Done" }).click();
  const row = await openRow(page, hub.codeHost);
  await choose(page, row, "Key for signed commits");
  const dialog = page.getByRole("dialog", { name: `Key for signed commits on ${hub.codeHost.name}` });
  await dialog.getByRole("button", { name: "Use the key for Git" }).click();
  await expect(dialog.getByLabel("Public key")).toHaveValue(publicKey);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the key's dialog has no accessibility violations and fits a phone, ${colorScheme}`, async ({
    userPage: page,
    hub,
    sshd: _,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width: 390, height: 800 });
    const dialog = await addWithKey(page, hub.codeHost, hub.addToken({ scopes: keyScopes }));
    await expect(dialog.getByRole("button", { name: "Done" })).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
}
