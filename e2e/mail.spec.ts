import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { mailLogin, startMailServer, type TestMailServer } from "../lib/mail/fixture";
import { expect, test } from "./fixtures";
import { query } from "./people";

// There is one mail server for the whole portal.
test.describe.configure({ mode: "serial" });

let server: TestMailServer;

test.beforeAll(async () => {
  server = await startMailServer();
});
test.afterAll(async () => {
  await query(`DELETE FROM "MailSettings"`);
  await server.close();
});
test.beforeEach(async () => {
  await query(`DELETE FROM "MailSettings"`);
  server.logins.length = 0;
});

async function fill(page: Page, more: Record<string, string> = {}): Promise<void> {
  const fields = {
    Server: "127.0.0.1",
    Port: String(server.port),
    "User name": mailLogin.username,
    Password: mailLogin.password,
    "Sender's address": "portal@example.com",
    ...more,
  };
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value);
}

async function save(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Save" }).click();
}

test("an admin sets mail up, tries it, and removes it; the password never comes back", async ({ adminPage, admin }) => {
  const seen: string[] = [];
  adminPage.on(
    "response",
    (response) =>
      void response.text().then(
        (body) => seen.push(body),
        () => {},
      ),
  );
  await adminPage.goto("/admin/mail");
  await expect(adminPage.getByText("Mail is not set up")).toBeVisible();
  await expect(adminPage.getByRole("button", { name: "Send test" })).toHaveCount(0);
  await save(adminPage);
  await expect(adminPage.getByLabel("Server", { exact: true })).toBeFocused();
  await expect(adminPage.getByText("Enter the mail server's name.")).toBeVisible();

  await fill(adminPage);
  await adminPage.getByLabel("Encryption").selectOption("none");
  await expect(adminPage.getByText("Everybody on the way can read")).toBeVisible();
  await save(adminPage);
  await expect(adminPage.getByText("The mail settings are saved")).toBeVisible();
  await expect(adminPage.getByText("One is stored.")).toBeVisible();
  await expect(adminPage.getByLabel("Password", { exact: true })).toHaveValue("");

  await adminPage.getByRole("button", { name: "Send test" }).click();
  await expect(adminPage.getByText(`127.0.0.1 took the mail for ${admin.email}.`)).toBeVisible();
  const arrived = server.received.filter(({ to }) => to.includes(admin.email));
  expect(arrived).toMatchObject([{ from: "portal@example.com", headers: { subject: "A test mail from Forgepass" } }]);
  await expect(adminPage.getByText("The server last took a mail")).toBeVisible();

  await adminPage.reload();
  await expect(adminPage.getByLabel("Password", { exact: true })).toHaveValue("");
  expect(seen.length).toBeGreaterThan(3);
  expect(seen.join("\n")).not.toContain(mailLogin.password);

  await adminPage.getByRole("button", { name: "Remove settings" }).click();
  await adminPage.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await expect(adminPage.getByText("Mail is not set up")).toBeVisible();
  expect(await query(`SELECT 1 FROM "MailSettings"`)).toEqual([]);
});

test("what is wrong is said where it is, and the password is asked for again", async ({ adminPage }) => {
  await adminPage.goto("/admin/mail");
  await fill(adminPage, { Server: "169.254.169.254", "Sender's address": "portal" });
  await save(adminPage);
  await expect(adminPage.getByText("Enter an e-mail address, such as")).toBeVisible();
  await fill(adminPage, { Server: "169.254.169.254" });
  await save(adminPage);
  await expect(adminPage.getByText("which Forgepass never contacts")).toBeVisible();

  await fill(adminPage, { Password: "not the password" });
  await adminPage.getByLabel("Encryption").selectOption("none");
  await save(adminPage);
  await expect(adminPage.getByText("The mail settings are saved")).toBeVisible();
  await adminPage.getByRole("button", { name: "Send test" }).click();
  await expect(adminPage.getByText("refused the login. Check the user name and the password.")).toBeVisible();
  await expect(adminPage.getByText("Invalid login: [token]")).toBeVisible();

  await adminPage.getByLabel("User name").fill("somebody else");
  await save(adminPage);
  await expect(adminPage.getByText("Enter the password again.")).toBeVisible();
  await expect(adminPage.getByLabel("User name")).toHaveValue("somebody else");
});

test("what could not be sent is told, and the page has no violations", async ({ adminPage, admin, userPage }) => {
  await query(`INSERT INTO "MailSettings" (host, port, security, "fromAddress", trouble, troubles, "retryAt", "updatedAt")
    VALUES ('smtp.example.com', 587, 'starttls', 'portal@example.com', 'smtp.example.com:587 refused the login.', 3,
      now() + interval '40 minutes', now())`);
  await query(
    `INSERT INTO "Notification" ("userId", event, scope, title, body, href, "dedupeKey", mail, "createdAt")
     SELECT $1, 'credential.rejected', 'site', 'Title', 'Body', '/admin/credentials', 'm' || n, 'failed', now() - interval '4 days'
     FROM generate_series(1, 2) n`,
    [admin.id],
  );
  for (const colorScheme of ["light", "dark"] as const) {
    await adminPage.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await adminPage.goto("/admin/mail");
    await expect(adminPage.getByText("Mail cannot be sent at the moment")).toBeVisible();
    await expect(adminPage.getByText(/\d+ notifications to \d+ (person|people) could not be mailed/)).toBeVisible();
    const { violations } = await new AxeBuilder({ page: adminPage }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
  }
  const answer = await userPage.goto("/admin/mail");
  expect(answer?.status()).toBe(404);
});
