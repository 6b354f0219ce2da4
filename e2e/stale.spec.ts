/**
 * Stale credentials: found, removed many at once with their end at the code host, and proven dead.
 */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { addToken, choose, expect, expectState, githubScopes, gitlabScopes, mark, openRow, test } from "./own-hosts";
import { type CodeHost, createPerson, type Person, query } from "./people";

const list = "Stale credentials";

test("an admin removes many at once: each is told before, revoked where it can be, and proven dead", async ({
  adminPage,
  userPage,
  user,
  hub,
  lab,
}) => {
  test.slow();
  const hubToken = hub.addToken({ scopes: githubScopes });
  await addToken(userPage, await openRow(userPage, hub.codeHost), hubToken);
  const labToken = lab.addToken({ scopes: gitlabScopes });
  await addToken(userPage, await openRow(userPage, lab.codeHost), labToken);
  await adminPage.goto(`/admin/stale?q=${encodeURIComponent(user.name)}`);
  await expect(adminPage.getByText("No stale credential here fits this filter.")).toBeVisible();
  await age(user, "100 days");
  await adminPage.reload();
  const rows = adminPage.getByRole("list", { name: list }).getByRole("listitem").filter({ hasText: user.name });
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText("unused");
  await expect(rows.first()).toContainText("No tool yet");
  await expect(rows.first()).toContainText("Batch Changes");
  await expectNoViolations(adminPage);

  await adminPage.getByLabel("Choose all on this page").check();
  await adminPage.getByRole("button", { name: "Remove 2" }).click();
  const ask = adminPage.getByRole("alertdialog", { name: "Remove 2 credentials" });
  await expect(ask).toContainText(`Will be revoked on ${lab.codeHost.name}.`);
  await expect(ask).toContainText("GitHub Enterprise Server has no API to revoke a token with.");
  await expect(ask).toContainText("This cannot be undone.");
  await expectNoViolations(adminPage);
  await ask.getByRole("button", { name: "Revoke and remove 2" }).click();
  const results = adminPage.getByRole("dialog", { name: "What became of them" });
  await expect(results).toContainText("1 dead at the host and 1 still to be deleted there.");
  const left = results.getByRole("listitem").filter({ hasText: hub.codeHost.name });
  await expect(left.getByRole("link", { name: /Open its page/ })).toHaveAttribute("href", `${hub.url}/settings/tokens`);
  await expectNoViolations(adminPage);
  await left.getByRole("button", { name: "Check that it is dead" }).click();
  await expect(left).toContainText("Still works there");
  hub.revokeToken(hubToken);
  await left.getByRole("button", { name: "Check that it is dead" }).click();
  await expect(left).toContainText("Dead at the host");
  await results.getByRole("button", { name: "Done" }).click();
  await expect(adminPage.getByText("No stale credential here fits this filter.")).toBeVisible();
  expect(lab.requests.filter(({ method }) => method === "DELETE")).toHaveLength(1);
  await expectState(await openRow(userPage, lab.codeHost), "no credential");

  await adminPage.goto("/admin/stale?tab=receipts");
  const receipt = adminPage.getByRole("list", { name: "Receipts" }).getByRole("listitem");
  await expect(receipt.filter({ hasText: lab.codeHost.name })).toContainText(`${lab.codeHost.name} answered 204.`);
  await expectNoViolations(adminPage);
  await adminPage.goto("/admin/audit?action=credential.remove-many");
  await expect(adminPage.getByText("removed 2 credentials of this site at once").first()).toBeVisible();
});

test("one is revoked with its removal; what is not dead yet stays in sight until it is", async ({ userPage, lab }) => {
  const row = await openRow(userPage, lab.codeHost);
  await addToken(userPage, row, lab.addToken({ scopes: gitlabScopes }));
  await choose(userPage, row, "Remove");
  const ask = userPage.getByRole("alertdialog");
  await expect(ask.getByLabel(`Revoke it on ${lab.codeHost.name} too`)).toBeChecked();
  await ask.getByRole("button", { name: "Remove token" }).click();
  const removed = userPage.getByRole("dialog", { name: `The token for ${lab.codeHost.name} is removed` });
  await expect(removed).toContainText("Dead at the host");
  await expect(removed).toContainText(`${lab.codeHost.name} refuses the token. ${lab.codeHost.name} answered 204.`);
  await removed.getByRole("button", { name: "Done" }).click();
  await expectState(row, "no credential");

  const token = lab.addToken({ scopes: gitlabScopes });
  await addToken(userPage, row, token);
  lab.respondNextWith({ status: 503 });
  await choose(userPage, row, "Remove");
  await ask.getByRole("button", { name: "Remove token" }).click();
  await expect(removed).toContainText("Is asked again");
  await expectNoViolations(userPage);
  await removed.getByRole("button", { name: "Done" }).click();
  const open = userPage.getByRole("list", { name: "Removed, not dead yet" });
  await expect(open).toContainText(lab.codeHost.name);
  lab.respondNextWith(null);
  await open.getByRole("button", { name: "Check that it is dead" }).click();
  await expect(userPage.getByText(`${lab.codeHost.name} refuses the token: it is dead`)).toBeVisible();
  await expect(open).toHaveCount(0);
});

test("a team's are for those who run it; without any, nothing is stale", async ({
  userPage,
  user,
  openBrowser,
  lab,
}) => {
  const { person, teamId } = await teamOf(user);
  const member = await openBrowser(person);
  await userPage.goto(`/teams/${teamId}/stale`);
  await expect(userPage.getByText("Nothing is stale")).toBeVisible();
  const row = await openRow(userPage, lab.codeHost, `/teams/${teamId}/credentials`);
  await addToken(userPage, row, lab.addToken({ scopes: gitlabScopes }));
  await query(`UPDATE "Credential" SET "expiresAt" = now() - interval '2 days' WHERE "teamId" = $1`, [teamId]);
  await userPage.setViewportSize({ width: 390, height: 844 });
  await userPage.goto(`/teams/${teamId}/stale`);
  await expect(userPage.getByRole("list", { name: list })).toContainText("expired");
  expect(await userPage.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await expectNoViolations(userPage);
  expect((await member.goto(`/teams/${teamId}/stale`))?.status()).toBe(404);
  await member.goto(`/teams/${teamId}/credentials`);
  await expect(member.getByRole("link", { name: "Stale" })).toHaveCount(0);
});

/** As if the person's credentials had been entered that long ago. */
async function age({ id }: Person, interval: string): Promise<void> {
  await query(`UPDATE "Credential" SET "enteredAt" = now() - $2::interval WHERE "ownerId" = $1`, [id, interval]);
}

/** A team that somebody runs, with another member. */
async function teamOf({ id }: Person): Promise<{ person: Person; teamId: string }> {
  const person = await createPerson("USER", "Carol");
  const [team] = await query<Pick<CodeHost, "id">>(
    `INSERT INTO "Team" (name, "updatedAt") VALUES ($1, now()) RETURNING id`,
    [`Team ${mark()}`],
  );
  const teamId = team?.id ?? "";
  await query(`INSERT INTO "TeamMember" ("teamId", "userId", role) VALUES ($1, $2, 'MAINTAINER'), ($1, $3, 'MEMBER')`, [
    teamId,
    id,
    person.id,
  ]);
  return { person, teamId };
}

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  expect(told, page.url()).toEqual([]);
}
