/** The start page: what needs a person, and for admins the state of the site. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./fixtures";
import { query } from "./people";

/** A stored credential, past the dialog. It is only listed here, never opened. */
async function put(hostId: string, ownerId: string | null, more: { outcome?: string; detail?: string; days?: number }) {
  await query(
    `INSERT INTO "Credential" (id, "codeHostId", "ownerId", type, sealed, kid, "sealedFor", prefix, "lastFour", outcome,
       "outcomeDetail", "accountLogin", "expiryKnown", "expiresAt", "checkedAt", "nextCheckAt", "updatedAt")
     SELECT gen_random_uuid(), id, $2, 'classic', 'x', (SELECT kid FROM "KeyCheck" LIMIT 1), "baseUrl", 'ghp_', 'abcd', $3, $4, 'octo',
       $5::int IS NOT NULL, now() + make_interval(days => $5::int), now(), now() + interval '1 day', now()
     FROM "CodeHost" WHERE id = $1`,
    [hostId, ownerId, more.outcome ?? "valid", more.detail ?? null, more.days ?? null],
  );
}

test("a new person is told where to begin", async ({ userPage }) => {
  await userPage.goto("/");
  await expect(userPage.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
  await expect(userPage.getByText("You have no tokens here yet")).toBeVisible();
  await expect(userPage.getByRole("heading", { name: "This site" })).toHaveCount(0);
  await userPage.getByRole("link", { name: "Add your first token" }).click();
  await expect(userPage.getByRole("heading", { level: 1, name: "Credentials" })).toBeVisible();
});

test("what is dead stands first, says what it means, and leads to its row", async ({
  userPage,
  user,
  github,
  gitlab,
}) => {
  await put(gitlab.codeHost.id, user.id, { days: 3 });
  await put(github.codeHost.id, user.id, { outcome: "rejected", detail: "GitHub does not know this token." });
  await userPage.goto("/");
  await expect(userPage.getByRole("heading", { name: "2 credentials need you" })).toBeVisible();
  const rows = userPage.getByRole("list", { name: "Needs you" }).getByRole("listitem");
  await expect(rows.first()).toContainText(github.codeHost.name);
  await expect(rows.first()).toContainText("GitHub does not know this token.");
  await expect(rows.nth(1)).toContainText(gitlab.codeHost.name);
  expect((await new AxeBuilder({ page: userPage }).analyze()).violations).toEqual([]);
  await rows.first().getByRole("link", { name: /^Open/ }).click();
  await expect(userPage.locator(`#host-${github.codeHost.id}`)).toContainText("rejected");
});

test("an admin sees the whole site by code host and state", async ({ adminPage, user, github }) => {
  await put(github.codeHost.id, user.id, { outcome: "rejected", days: 5 });
  await adminPage.goto("/");
  await expect(adminPage.getByRole("heading", { name: "This site" })).toBeVisible();
  // Another spec's hosts may have more: the longest bars come first.
  await expect(adminPage.getByRole("heading", { name: "By code host and state" })).toBeVisible();
  await expect(adminPage.getByRole("img", { name: /: .*\d+ are dead/ }).first()).toBeVisible();
  await expect(adminPage.getByText("end within 30 days", { exact: true })).toBeVisible();
  await expect(adminPage.getByRole("img", { name: /^Added by day: \d+ in 30 days$/ })).toBeVisible();
  expect((await new AxeBuilder({ page: adminPage }).analyze()).violations).toEqual([]);
});
