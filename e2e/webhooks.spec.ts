/** Webhooks: added with a secret that is shown once, tested, looked at in the delivery log, and taken away again. */
import { createHmac } from "node:crypto";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { type Receiver, startReceiver } from "../lib/webhooks/receiver-fixture";
import { test as base, expect } from "./fixtures";
import { choose, mark, rowOf } from "./own-hosts";
import { query } from "./people";

const test = base.extend<{ receiver: Receiver }>({
  receiver: async ({ databaseConnection: _ }, use) => {
    const receiver = await startReceiver();
    await use(receiver);
    await query(`DELETE FROM "Webhook" WHERE url LIKE $1`, [`${new URL(receiver.url).origin}%`]);
    await receiver.close();
  },
});

test("an admin adds one, sees its secret once, sends a test, and reads in the log how it went", async ({
  adminPage,
  receiver,
}) => {
  const { name, secret } = await addWebhook(adminPage, receiver.url);
  const row = rowOf(adminPage, name, "Webhooks");
  await expect(row).toContainText("Told when a credential is rejected by its code host.");
  await adminPage.reload();
  expect(await adminPage.content()).not.toContain(secret);
  await choose(adminPage, row, "Send test");
  await expect(adminPage.getByText("took it (204)")).toBeVisible();
  const [got] = receiver.received;
  const { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": signature } = got?.headers ?? {};
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  expect(signature).toBe(`v1,${createHmac("sha256", key).update(`${id}.${at}.${got?.body}`).digest("base64")}`);

  receiver.answerWith({ status: 500, headers: {}, body: "CANARY of the receiver" });
  await row.getByRole("link", { name }).click();
  await adminPage.getByRole("button", { name: "Send test" }).click();
  const log = adminPage.getByRole("list", { name: "Deliveries" }).getByRole("listitem");
  await expect(log).toHaveCount(2);
  await expect(log.first().getByRole("img", { name: "failed" })).toBeVisible();
  await expect(log.first()).toContainText("answered 500.");
  expect(await adminPage.content()).not.toContain("CANARY");
  receiver.answerWith(204);
  await log
    .first()
    .getByRole("button", { name: /^Send again/ })
    .click();
  await expect(log.first().getByRole("img", { name: "delivered" })).toBeVisible();
  expect(receiver.received.at(-1)?.headers["webhook-id"]).toBe(receiver.received.at(-2)?.headers["webhook-id"]);
});

test("a new secret takes the old one's place, a new address brings one, and both are shown once", async ({
  adminPage,
  receiver,
}) => {
  const { name, secret } = await addWebhook(adminPage, receiver.url);
  const row = rowOf(adminPage, name, "Webhooks");
  await choose(adminPage, row, "New secret");
  await adminPage.getByRole("alertdialog").getByRole("button", { name: "Make a new secret" }).click();
  const rotated = await readSecret(adminPage, name);
  expect(rotated).not.toBe(secret);
  await choose(adminPage, row, "Edit");
  const dialog = adminPage.getByRole("dialog");
  await dialog.getByLabel("Address").fill(receiver.url.replace("127.0.0.1", "localhost"));
  await dialog.getByRole("button", { name: "Save" }).click();
  expect(await readSecret(adminPage, name)).not.toBe(rotated);
  await expect(row).toContainText("localhost");
  await choose(adminPage, row, "Remove");
  await adminPage.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await expect(row).toHaveCount(0);
});

test("an address that may not be contacted is refused with what to do, and the pages read well to everybody", async ({
  adminPage,
  userPage,
  receiver,
}) => {
  test.slow();
  await adminPage.goto("/admin/webhooks");
  await adminPage.getByRole("button", { name: "Add webhook" }).click();
  const dialog = adminPage.getByRole("dialog");
  await dialog.getByLabel("Name").fill(`Ops ${mark()}`);
  await dialog.getByLabel("Address").fill("http://169.254.169.254/latest/meta-data");
  await dialog.getByRole("button", { name: "Add webhook" }).click();
  await expect(dialog).toContainText("which Forgepass never contacts");
  await expect(dialog.getByLabel("Address")).toBeFocused();
  await dialog.getByLabel("Address").fill(receiver.url);
  await dialog.getByLabel("All events").uncheck();
  await dialog.getByRole("button", { name: "Add webhook" }).click();
  await expect(dialog).toContainText("Choose at least one event, or all of them.");
  for (const colorScheme of ["light", "dark"] as const) {
    await adminPage.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await expectNoViolations(adminPage);
  }
  await dialog.getByLabel("All events").check();
  await dialog.getByRole("button", { name: "Add webhook" }).click();
  await adminPage.getByRole("button", { name: "Done" }).click();
  await expectNoViolations(adminPage);
  await adminPage.getByRole("list", { name: "Webhooks" }).getByRole("link").first().click();
  await expect(adminPage.getByRole("button", { name: "Send test" })).toBeVisible();
  await expectNoViolations(adminPage);
  expect((await userPage.goto("/admin/webhooks"))?.status()).toBe(404);
});

/** Told of rejections only. */
async function addWebhook(page: Page, url: string): Promise<{ name: string; secret: string }> {
  const name = `Ops ${mark()}`;
  await page.goto("/admin/webhooks");
  await page.getByRole("button", { name: "Add webhook" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Address").fill(url);
  await dialog.getByLabel("All events").uncheck();
  await dialog.getByLabel("is rejected by its code host").check();
  await dialog.getByRole("button", { name: "Add webhook" }).click();
  return { name, secret: await readSecret(page, name) };
}

async function readSecret(page: Page, name: string): Promise<string> {
  const dialog = page.getByRole("dialog", { name: `Signing secret of ${name}` });
  const secret = (await dialog.getByText(/^whsec_/).textContent()) ?? "";
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toBeHidden();
  return secret;
}

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  expect(told, page.url()).toEqual([]);
}
