import { readFile } from "node:fs/promises";
import AxeBuilder from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import ICAL from "ical.js";
import { expect, test } from "./fixtures";
import { githubScopes, mark } from "./own-hosts";
import { createPerson, query } from "./people";
import { send } from "./raw-request";

/** Code hosts that this test has made. */
let made: string[] = [];

/**
 * Credentials by plain SQL, each on a code host of its own, that nothing checks meanwhile. `endsIn` is PostgreSQL's
 * interval; null: never ends.
 */
async function put(
  names: string[],
  owner: { ownerId?: string; teamId?: string },
  endsIn: string | null,
): Promise<void> {
  const rows = await query<{ codeHostId: string }>(
    `WITH hosts AS (
       INSERT INTO "CodeHost" (kind, name, "baseUrl", "updatedAt")
       SELECT 'github', name, 'https://' || gen_random_uuid() || '.example', now() FROM unnest($1::text[]) AS name
       RETURNING id, "baseUrl")
     INSERT INTO "Credential" (id, "codeHostId", "ownerId", "teamId", type, sealed, kid, "sealedFor", prefix, "lastFour",
       "accountLogin", outcome, scopes, "scopesKnown", "expiryKnown", "expiresAt",
       "nextCheckAt", "updatedAt")
     SELECT gen_random_uuid(), id, $2, $3, 'classic', 'x', (SELECT kid FROM "KeyCheck" LIMIT 1), "baseUrl", 'ghp_', 'abcd', 'octo', 'valid', $4, true, true,
       now() + $5::interval, now() + interval '9 days', now() FROM hosts RETURNING "codeHostId"`,
    [names, owner.ownerId ?? null, owner.teamId ?? null, githubScopes, endsIn],
  );
  made.push(...rows.map(({ codeHostId }) => codeHostId));
}

async function makeTeam(): Promise<string> {
  const [team] = await query<{ id: string }>(`INSERT INTO "Team" (name, "updatedAt") VALUES ($1, now()) RETURNING id`, [
    `Team ${mark()}`,
  ]);
  return team?.id ?? "";
}

async function join(teamId: string, userId: string): Promise<void> {
  await query(`INSERT INTO "TeamMember" ("teamId", "userId") VALUES ($1, $2)`, [teamId, userId]);
}

test.afterEach(async () => {
  await query(`DELETE FROM "CodeHost" WHERE id = ANY($1)`, [made]);
  made = [];
});

function listOf(page: Page, name: string): Locator {
  return page.getByRole("main").getByRole("list", { name, exact: true }).getByRole("listitem");
}

test("one's own ledger says what ends when, in a picture and a list, and a month narrows it", async ({
  userPage,
  user,
}) => {
  test.slow();
  await userPage.goto("/settings/expiry");
  await expect(userPage.getByText("There is no credential yet")).toBeVisible();
  await expectNoViolations(userPage);
  await put(["Ends past"], { ownerId: user.id }, "-2 days");
  await put(["Ends <b>soon</b>"], { ownerId: user.id }, "5 days");
  await put(["Ends later"], { ownerId: user.id }, "100 days");
  await put(["Ends never"], { ownerId: user.id }, null);
  await put(["Ends of another"], {}, "6 days");
  await userPage.goto("/settings/expiry");
  await expect(listOf(userPage, "Ended")).toContainText(["Ends past"]);
  await expect(listOf(userPage, "Within 14 days")).toHaveText([/in 5 days.*Ends <b>soon<\/b>.*Serves.*Atlantis/]);
  await expect(listOf(userPage, "Later")).toContainText(["in 100 days"]);
  await expect(listOf(userPage, "Never ends")).toContainText(["Ends never"]);
  await expect(userPage.getByText("Ends of another")).toHaveCount(0);
  const month = new Date(Date.now() + 100 * 86_400_000).toLocaleDateString("en-GB", {
    ...{ month: "long", year: "numeric", timeZone: "UTC" },
  });
  const picture = userPage.getByRole("list", { name: "What ends in which month" });
  for (const colorScheme of ["light", "dark"] as const) {
    await userPage.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await expectNoViolations(userPage);
  }
  await userPage.setViewportSize({ width: 390, height: 844 });
  expect(await userPage.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await expectNoViolations(userPage);
  await picture.getByRole("link", { name: `${month}: 1 ends` }).click();
  await expect(userPage).toHaveURL(/window=\d{4}-\d\d/);
  await expect(listOf(userPage, "Later")).toHaveCount(1);
  await expect(listOf(userPage, "Ended")).toHaveCount(0);
  await expect(userPage.getByLabel("Ends", { exact: true })).toHaveValue(/^\d{4}-\d\d$/);
  await userPage.getByRole("link", { name: "Clear" }).click();
  await expect(listOf(userPage, "Ended")).toHaveCount(1);
  await userPage.goto("/settings/expiry?window=someday");
  await expect(userPage.getByRole("main").getByRole("alert")).toContainText("Choose a time from the list.");
});

test("admins see everybody's, narrow it by owner, page through it, and export what they see", async ({
  adminPage,
  userPage,
}) => {
  test.slow();
  const carol = await createPerson("USER", "Carol");
  await put(
    Array.from({ length: 200 }, (_, n) => `Ends ${n}`),
    { ownerId: carol.id },
    "40 days",
  );
  await put(['Ends "=1+1", late'], { ownerId: carol.id }, "41 days");
  await adminPage.goto("/admin/expiry");
  await adminPage.getByLabel("Owner").fill(carol.email);
  await adminPage.getByRole("button", { name: "Filter" }).click();
  await expect(adminPage.getByText("50 of 201")).toBeVisible();
  await expectNoViolations(adminPage);
  const seen = new Set<string>();
  for (const many of [50, 50, 50, 50, 1]) {
    await expect(listOf(adminPage, "Later")).toHaveCount(many);
    const names = await listOf(adminPage, "Later").getByRole("link").allTextContents();
    for (const name of names) seen.add(name);
    if (many === 1) continue;
    await adminPage.getByRole("link", { name: "Next" }).click();
    await expect(listOf(adminPage, "Later").getByRole("link").first()).not.toHaveText(names[0] ?? "");
  }
  expect(seen.size).toBe(201);
  const [download] = await Promise.all([
    adminPage.waitForEvent("download"),
    adminPage.getByRole("link", { name: "Export these" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^forgepass-expiry-\d{4}-\d\d-\d\d\.csv$/);
  const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n");
  expect(lines).toHaveLength(202);
  expect(lines.at(-1)).toContain(`person,${carol.name},${carol.email},"Ends ""=1+1"", late",`);
  await adminPage.goto("/admin/audit?action=ledger.export");
  await expect(adminPage.getByRole("list", { name: "Audit log" }).getByRole("listitem").first()).toContainText(
    "exported the expiry ledger",
  );
  expect((await userPage.goto("/admin/expiry"))?.status()).toBe(404);
  expect((await userPage.request.get("/admin/expiry/export")).status()).toBe(404);
});

test("a calendar link is read without a session until it is revoked, and is nowhere afterwards", async ({
  userPage,
  user,
}) => {
  test.slow();
  await put(["Ends soon"], { ownerId: user.id }, "5 days");
  await userPage.goto("/settings/expiry");
  const link = await subscribe(userPage);
  const path = new URL(link).pathname;
  const read = await send(path);
  expect(read).toMatchObject({
    status: 200,
    headers: { "cache-control": "no-store", "referrer-policy": "no-referrer" },
  });
  expect(read.headers["content-type"]).toBe("text/calendar; charset=utf-8");
  expect(new ICAL.Component(ICAL.parse(read.body)).getAllSubcomponents("vevent")).toHaveLength(1);
  expect(read.body).toContain("Ends soon");
  expect(read.body).not.toContain("abcd");
  await userPage.reload();
  expect(await userPage.content()).not.toContain(path.slice(10, -4));
  const links = userPage.getByRole("list", { name: "Your calendar links" }).getByRole("listitem");
  await expect(links).toHaveText([/My credentials.*last read/]);
  await links.getByRole("button", { name: "Revoke the link to My credentials" }).click();
  await expectNoViolations(userPage);
  await userPage.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await expect(userPage.getByRole("heading", { name: "Your calendar links" })).toHaveCount(0);
  for (const dead of [path, `/calendar/${"a".repeat(43)}.ics`, "/calendar/.ics", "/calendar/x", "/calendar/%00.ics"]) {
    expect(await send(dead), dead).toMatchObject({ status: 404, body: "There is nothing here.\n" });
  }
  expect((await send(path, { method: "HEAD" })).status).toBe(404);
  const logged = (process.env.LOG_FILES ?? "").split(",").filter(Boolean);
  for (const file of logged) expect(await readFile(file, "utf8"), file).not.toContain(path.slice(10, -4));
});

test("a team's ledger and its calendar link are its members', and theirs no more when they leave", async ({
  userPage,
  user,
}) => {
  test.slow();
  const teamId = await makeTeam();
  await put(["Ends soon"], { teamId }, "5 days");
  expect((await userPage.goto(`/teams/${teamId}/expiry`))?.status()).toBe(404);
  expect((await userPage.request.get(`/teams/${teamId}/expiry/export`)).status()).toBe(404);
  await join(teamId, user.id);
  await userPage.goto(`/teams/${teamId}/expiry`);
  await expect(listOf(userPage, "Within 14 days")).toContainText(["Ends soon"]);
  await expectNoViolations(userPage);
  expect(await (await userPage.request.get(`/teams/${teamId}/expiry/export`)).text()).toContain("Ends soon");
  const { pathname } = new URL(await subscribe(userPage));
  expect((await send(pathname)).body).toContain("Ends soon");
  await query(`DELETE FROM "TeamMember" WHERE "teamId" = $1`, [teamId]);
  const before = await query(`SELECT 1 FROM "AuditEntry" WHERE "actorId" = $1`, [user.id]);
  expect((await send(pathname)).status).toBe(404);
  expect(await query(`SELECT 1 FROM "AuditEntry" WHERE "actorId" = $1`, [user.id])).toHaveLength(before.length);
  await userPage.goto("/settings/expiry");
  await expect(userPage.getByRole("list", { name: "Your calendar links" })).toContainText("A team");
  await expect(userPage.getByRole("list", { name: "Your calendar links" })).toContainText("answers nothing");
});

async function subscribe(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Subscribe" }).click();
  const dialog = page.getByRole("dialog");
  await expectNoViolations(page);
  await dialog.getByRole("button", { name: "Make the link" }).click();
  const link = await dialog.getByLabel("Calendar link").inputValue();
  await expectNoViolations(page);
  await dialog.getByRole("button", { name: "Done" }).click();
  expect(link).toMatch(/\/calendar\/[\w-]{43}\.ics$/);
  return link;
}

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`),
  ).toEqual([]);
}
