import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { addToken, choose, expect, expectState, githubScopes, openRow, test, tokenField } from "./own-hosts";

const schemes = ["light", "dark"] as const;

for (const colorScheme of schemes) {
  test.describe(`in ${colorScheme} mode`, () => {
    test("a stranger's pages have no violations", async ({ openBrowser, admin: _ }) => {
      const page = await openBrowser();
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (const path of ["/sign-in", "/invite?token=unknown", "/setup?token=unknown", "/nothing-here"]) {
        await page.goto(path);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expectNoViolations(page);
      }
    });

    test("a user's pages have no violations, rows in every state included", async ({ userPage, hub, lab }) => {
      test.slow();
      await userPage.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const hubRow = await openRow(userPage, hub.codeHost);
      await addToken(userPage, hubRow, hub.addToken({ scopes: githubScopes }));
      const labRow = await openRow(userPage, lab.codeHost);
      await labRow.getByRole("button", { name: /^Add/ }).click();
      const dialog = userPage.getByRole("dialog");
      await tokenField(dialog).fill(lab.addToken({ scopes: ["api"], expiresAt: dayAfterTomorrow() }));
      await dialog.getByRole("button", { name: "Check and add" }).click();
      await expect(dialog.getByRole("list", { name: "Checks" })).toContainText("Ends");
      await expectNoViolations(userPage);
      await dialog.getByRole("button", { name: /^(Done|Store anyway)$/ }).click();
      await expect(dialog.getByRole("button", { name: "Store anyway" })).toHaveCount(0);
      await userPage.goto("/settings/credentials");
      await expect(userPage.getByRole("list", { name: "Code hosts" })).toBeVisible();
      await expectNoViolations(userPage);
      for (const path of ["/settings/profile", "/settings/sessions", "/settings/credentials?q=no-such-host"]) {
        await userPage.goto(path);
        await expect(userPage.getByRole("heading", { level: 1 })).toBeVisible();
        await expectNoViolations(userPage);
      }
    });

    test("the dialogs for adding and removing have no violations, refused tokens included", async ({
      userPage,
      hub,
    }) => {
      test.slow();
      await userPage.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const row = await openRow(userPage, hub.codeHost);
      await row.getByRole("button", { name: /^Add/ }).click();
      const dialog = userPage.getByRole("dialog");
      await expect(tokenField(dialog)).toBeFocused();
      await expectNoViolations(userPage);
      await tokenField(dialog).fill("glpat-Abcdefghij0123456789");
      await expect(dialog).toContainText("This looks like a GitLab token.");
      await expectNoViolations(userPage);
      await tokenField(dialog).fill(hub.unknownToken());
      await dialog.getByRole("button", { name: "Check and add" }).click();
      await expect(dialog).toContainText("“Bad credentials”");
      await expectNoViolations(userPage);
      await tokenField(dialog).fill(hub.addToken({ scopes: ["repo", "delete_repo"] }));
      await dialog.getByRole("button", { name: "Check and add" }).click();
      await expect(dialog.getByRole("button", { name: "Store anyway" })).toBeVisible();
      await expectNoViolations(userPage);
      await dialog.getByRole("button", { name: "Store anyway" }).click();
      await expectState(row, "lacks 4 scopes");
      await userPage.reload();
      await expectNoViolations(userPage);
      await choose(userPage, row, "Remove");
      await expect(userPage.getByRole("alertdialog")).toBeVisible();
      await expectNoViolations(userPage);
    });

    test("the admins' pages and their dialogs have no violations", async ({ adminPage }) => {
      test.slow();
      await adminPage.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const pages = [
        { path: "credentials", opener: null },
        { path: "code-hosts", opener: "Add code host" },
        { path: "consumers", opener: "Add consumer" },
        { path: "users", opener: "Invite a user" },
        { path: "audit", opener: null },
      ];
      for (const { path, opener } of pages) {
        await adminPage.goto(`/admin/${path}`);
        await expect(adminPage.getByRole("main").getByRole("list").first()).toBeVisible();
        await expectNoViolations(adminPage);
        if (!opener) continue;
        await adminPage.getByRole("button", { name: opener }).click();
        await expect(adminPage.getByRole("dialog")).toBeVisible();
        await expectNoViolations(adminPage);
      }
    });
  });
}

test("dark is dark, and what a person chooses is kept", async ({ userPage }) => {
  await userPage.emulateMedia({ colorScheme: "light" });
  await userPage.goto("/settings/sessions");
  expect(await brightness(userPage)).toBeGreaterThan(200);
  await userPage.emulateMedia({ colorScheme: "dark" });
  expect(await brightness(userPage)).toBeLessThan(60);
  await userPage.getByRole("button", { name: /@example\.com$/ }).click();
  await userPage.getByRole("menuitemradio", { name: "Light" }).click();
  await expect.poll(() => brightness(userPage)).toBeGreaterThan(200);
  await userPage.reload();
  expect(await brightness(userPage)).toBeGreaterThan(200);
});

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ""}`),
  );
  expect(told, page.url()).toEqual([]);
}

/** Of the page's ground: 0 is black, 255 white. */
async function brightness(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const canvas = document.createElement("canvas").getContext("2d");
    if (!canvas) return -1;
    canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return (red + green + blue) / 3;
  });
}

function dayAfterTomorrow(): string {
  return new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
}
