import AxeBuilder from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { expect, mark, test } from "./own-hosts";
import { type CodeHost, type Person, query } from "./people";
import { callAction } from "./raw-request";

test("the bell counts what is unread, and following one reads it", async ({ userPage, user, hub }) => {
  await userPage.goto("/settings/profile");
  await expect(bell(userPage)).toHaveAccessibleName("Notifications, none unread");
  await tell(user, hub.codeHost, { event: "credential.ended", title: "The credential ended yesterday" });
  await tell(user, hub.codeHost, { event: "credential.rejected", title: "The token is rejected" });
  await tell(user, hub.codeHost, { event: "credential.rotated", title: "The token was rotated" });
  await userPage.reload();
  await expect(bell(userPage)).toHaveAccessibleName("Notifications, 3 unread");
  await bell(userPage).click();
  await expect(userPage.getByRole("heading", { level: 1, name: "Notifications" })).toBeVisible();
  await expect(rows(userPage)).toHaveCount(3);
  await expect(rows(userPage).first()).toContainText("The token was rotated");
  const rejected = rows(userPage).filter({ hasText: "The token is rejected" });
  await expect(rejected.getByRole("img", { name: "Rejected" })).toBeVisible();
  await expect(rejected).toContainText("Unread");

  await rows(userPage).first().getByRole("button", { name: "Mark as read: The token was rotated" }).click();
  await expect(rows(userPage).first()).not.toContainText("Unread");
  await expect(bell(userPage)).toHaveAccessibleName("Notifications, 2 unread");

  await rejected.getByRole("link", { name: "The token is rejected" }).click();
  await expect(userPage.getByRole("list", { name: "Code hosts" })).toContainText(hub.codeHost.name);
  await expect(bell(userPage)).toHaveAccessibleName("Notifications, 1 unread");

  await userPage.goto("/notifications");
  await userPage.getByRole("button", { name: "Mark all as read" }).click();
  await expect(bell(userPage)).toHaveAccessibleName("Notifications, none unread");
  await expect(userPage.getByRole("button", { name: "Mark all as read" })).toHaveCount(0);
  await expect(rows(userPage)).toHaveCount(3);
});

test("the list is empty at first, comes in pages, and is everybody's own", async ({
  userPage,
  user,
  adminPage,
  hub,
}) => {
  await userPage.goto("/notifications");
  await expect(userPage.getByText("Nothing has happened yet")).toBeVisible();
  await expectNoViolations(userPage);
  await query(
    `INSERT INTO "Notification" ("userId", event, scope, title, body, href, "dedupeKey", "createdAt")
     SELECT $1, 'credential.ending', 'own', 'Number ' || n || '.', 'It ends.', '/settings/credentials', n::text,
       now() - n * interval '1 minute' FROM generate_series(1, 35) n`,
    [user.id],
  );
  await userPage.reload();
  await expect(bell(userPage)).toHaveAccessibleName("Notifications, 35 unread");
  await expect(rows(userPage)).toHaveCount(30);
  await userPage.getByRole("link", { name: "Next" }).click();
  await expect(rows(userPage)).toHaveCount(5);
  await expect(rows(userPage).last()).toContainText("Number 35.");
  await userPage.getByRole("link", { name: "Previous" }).click();
  await expect(rows(userPage)).toHaveCount(30);
  await expect(rows(userPage).first()).toContainText("Number 1.");
  await userPage.goto("/notifications?after=nonsense");
  await expect(userPage.getByText("This page cannot be shown.")).toBeVisible();
  await expect(userPage.getByRole("link", { name: "Show the newest" })).toBeVisible();

  const id = await tell(user, hub.codeHost, { event: "credential.rejected", title: "Of this user only" });
  await adminPage.goto("/notifications");
  await expect(adminPage.getByText("Of this user only")).toHaveCount(0);
  const [unread] = await query(`SELECT "readAt" FROM "Notification" WHERE id = $1`, [id]);
  expect(unread).toEqual({ readAt: null });
});

test("nobody marks another's notification as read", async ({ user, admin, hub }) => {
  const id = await tell(user, hub.codeHost, { event: "credential.rejected", title: "Of this user only" });
  const answer = await callAction("markReadAction", [id], { as: admin });
  expect(answer.result).toMatchObject({ ok: false, error: { code: "not-found" } });
  expect(await query(`SELECT "readAt" FROM "Notification" WHERE id = $1`, [id])).toEqual([{ readAt: null }]);
  expect((await callAction("markReadAction", [id], { as: user })).result).toMatchObject({ ok: true });
});

test("a person chooses what to be told, of what concerns them", async ({ userPage, user }) => {
  await userPage.goto("/settings/notifications");
  const mailed = userPage.getByRole("switch", { name: "Your own credentials, ends soon, or has ended: by mail" });
  const shown = userPage.getByRole("switch", { name: "Your own credentials, rotated or revoked: in the portal" });
  await expect(mailed).toBeChecked();
  await expect(shown).toBeChecked();
  await expect(
    userPage.getByRole("switch", { name: "Your own credentials, rotated or revoked: by mail" }),
  ).not.toBeChecked();
  await expect(userPage.getByRole("heading", { name: "Your teams' credentials" })).toHaveCount(0);
  await expect(userPage.getByRole("heading", { name: "Global credentials" })).toHaveCount(0);
  await mailed.click();
  await expect(mailed).not.toBeChecked();
  await shown.click();
  await expect(shown).not.toBeChecked();
  await expect
    .poll(() =>
      query(`SELECT event, "inPortal", "byMail" FROM "NotificationChoice" WHERE "userId" = $1 ORDER BY event`, [
        user.id,
      ]),
    )
    .toEqual([
      { event: "done", inPortal: false, byMail: false },
      { event: "ending", inPortal: true, byMail: false },
    ]);
  await userPage.reload();
  await expect(mailed).not.toBeChecked();
  await expect(shown).not.toBeChecked();
  await query(
    `WITH team AS (INSERT INTO "Team" (name, "updatedAt") VALUES ($2, now()) RETURNING id)
    INSERT INTO "TeamMember" ("teamId", "userId", role) SELECT id, $1, 'MAINTAINER' FROM team`,
    [user.id, `Team ${mark()}`],
  );
  await userPage.reload();
  await expect(userPage.getByRole("heading", { name: "Your teams' credentials" })).toBeVisible();
  const answer = await callAction(
    "chooseNotificationAction",
    [{ group: "ending", scope: "site", inPortal: false, byMail: false }],
    { as: user },
  );
  expect(answer.result).toMatchObject({ ok: false, error: { code: "forbidden" } });
});

test("that a global credential is rejected is told to admins, whatever they choose", async ({ adminPage, admin }) => {
  for (const colorScheme of ["light", "dark"] as const) {
    await adminPage.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await adminPage.goto("/settings/notifications");
    for (const way of ["in the portal", "by mail"]) {
      const locked = adminPage.getByRole("switch", { name: `Global credentials, rejected by the code host: ${way}` });
      await expect(locked).toBeChecked();
      await expect(locked).toBeDisabled();
    }
    await expect(adminPage.getByText("Always on for site admins")).toBeVisible();
    await expectNoViolations(adminPage);
  }
  const off = { group: "rejected", scope: "site", inPortal: false, byMail: false };
  const answer = await callAction("chooseNotificationAction", [off], { as: admin });
  expect(answer.result).toMatchObject({ ok: false, error: { code: "conflict" } });
  expect(await query(`SELECT 1 FROM "NotificationChoice" WHERE "userId" = $1`, [admin.id])).toEqual([]);
});

test("the bell is in the head of a phone's page, and the list has no violations", async ({ userPage, user, hub }) => {
  await userPage.setViewportSize({ width: 390, height: 800 });
  for (const event of ["credential.rejected", "credential.ending", "credential.rotated"]) {
    await tell(user, hub.codeHost, { event, title: `${event} ${"long ".repeat(20)}` });
  }
  for (const colorScheme of ["light", "dark"] as const) {
    await userPage.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await userPage.goto("/notifications");
    await expect(bell(userPage)).toHaveAccessibleName("Notifications, 3 unread");
    await expect(rows(userPage)).toHaveCount(3);
    expect(await userPage.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await expectNoViolations(userPage);
  }
});

function bell(page: Page): Locator {
  return page.getByRole("link", { name: /^Notifications, / }).filter({ visible: true });
}

function rows(page: Page): Locator {
  return page.getByRole("list", { name: "Notifications", exact: true }).getByRole("listitem");
}

/** Puts a notification under somebody's bell, and gives its id. */
async function tell(person: Person, host: CodeHost, told: { event: string; title: string }): Promise<string> {
  const [row] = await query<{ id: string }>(
    `INSERT INTO "Notification" ("userId", event, scope, title, body, href, "dedupeKey")
     VALUES ($1, $2, 'own', $3, 'What it means and what to do.', $4, $5) RETURNING id`,
    [
      person.id,
      told.event,
      told.title,
      `/settings/credentials?q=${encodeURIComponent(host.name)}#host-${host.id}`,
      mark(),
    ],
  );
  return row?.id ?? "";
}

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`),
    page.url(),
  ).toEqual([]);
}
