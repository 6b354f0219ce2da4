/** The first minutes of a fresh portal; runs before every other spec, which make admins of their own. */
import { expect, test } from "./fixtures";

test("the printed link makes the first admin, once", async ({ page, browser }) => {
  const link = process.env.SET_UP_LINK ?? "";
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Not set up yet" })).toBeVisible();
  await page.goto(link);
  await page.getByLabel("Your name").fill("Alice");
  await page.getByLabel("E-mail").fill("alice@example.com");
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Set up" }).click();
  await expect(page.getByText("Use at least 12 characters.")).toBeVisible();
  await expect(page.getByLabel("E-mail")).toHaveValue("alice@example.com");
  await page.getByLabel("Password", { exact: true }).fill("a quiet canal at noon");
  await page.getByRole("button", { name: "Set up" }).click();
  await page.waitForURL("/");
  await page.goto("/admin/users");
  await expect(page.getByRole("listitem").filter({ hasText: "alice@example.com" })).toContainText("site admin");

  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(link);
  await expect(stranger.getByRole("heading", { name: "This link does not work any more" })).toBeVisible();
  await stranger.context().close();
});
