import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./fixtures";

test.use({ storageState: { cookies: [], origins: [] } });

test("the guides are read without signing in, from the list to the steps", async ({ page }) => {
  await page.goto("/guides");
  await expect(page.getByRole("heading", { name: "How to make a token" })).toBeVisible();
  await page.getByRole("link", { name: "GitLab", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Make a token on GitLab" })).toBeVisible();
  const personal = page.getByRole("region", { name: "Personal access token", exact: true });
  await expect(personal.getByText("write_repository").first()).toBeVisible();
  await expect(personal.getByText(/for Batch Changes to push branches/).first()).toBeVisible();
  await expect(personal.getByText("To remove it")).toBeVisible();
  await expect(page.getByRole("region", { name: "Git over SSH" })).toBeVisible();
});

test("a guide that does not exist says so", async ({ page }) => {
  const answer = await page.goto("/guides/no-such-host");
  expect(answer?.status()).toBe(404);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the guides have no accessibility violations, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    for (const path of ["/guides", "/guides/github"]) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    }
  });
}
