/**
 * Teams: who makes and runs them, a team's own credentials as its members see and use them, and what an outsider is
 * told: that there is no such team.
 */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { addToken, choose, expect, expectState, githubScopes, mark, openRow, rowOf, storedOn, test } from "./own-hosts";
import { createPerson, type Person, query } from "./people";
import { callAction, form, postCredential, send } from "./raw-request";

test("an admin makes a team and its maintainer, and deletes it with what belongs to it", async ({
  adminPage: page,
  user,
}) => {
  const name = `Platform ${mark()}`;
  await page.goto("/teams");
  await expect(page.getByText("You are in no team")).toBeVisible();
  await page.getByRole("button", { name: "New team" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Make the team" }).click();
  await expect(dialog.getByText("Enter a name.")).toBeVisible();
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("What it is for").fill("Runs the clusters");
  await expectNoViolations(page);
  await dialog.getByRole("button", { name: "Make the team" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(page.getByText("This team has no maintainer")).toBeVisible();
  await expect(page.getByText("Nobody is in this team yet")).toBeVisible();

  await page.getByRole("button", { name: "Add member" }).click();
  await dialog.getByLabel("E-mail").fill(`nobody-${mark()}@example.com`);
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(dialog.getByText("Nobody here has this e-mail address.")).toBeVisible();
  await dialog.getByLabel("E-mail").fill(user.email.slice(0, 9));
  await expect(dialog.locator(`datalist option[value="${user.email}"]`)).toHaveText(user.name);
  await dialog.getByLabel("E-mail").fill(user.email);
  await dialog.getByLabel("Role").selectOption("MAINTAINER");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(rowOf(page, user.name, "Members")).toContainText("maintainer");
  await expect(page.getByText("This team has no maintainer")).toBeHidden();
  await expectNoViolations(page);

  await page.goto(`/admin/teams?q=${encodeURIComponent(name)}`);
  const row = rowOf(page, name, "Teams");
  await expect(row).toContainText("1 member");
  await expectNoViolations(page);
  await choose(page, row, "Delete…");
  const question = page.getByRole("alertdialog");
  await expectNoViolations(page);
  await question.getByRole("button", { name: "Delete team" }).click();
  await expect(question.getByText("Type the team's name to confirm.")).toBeVisible();
  await question.getByRole("textbox").fill(name);
  await question.getByRole("button", { name: "Delete team" }).click();
  await expect(page.getByText("No team found")).toBeVisible();
});

test("a maintainer adds a member and a token; the member sees it, may not touch it, and tools use it for them", async ({
  userPage,
  user,
  hub,
  openBrowser,
}) => {
  test.slow();
  const member = await createPerson("USER", "Mia");
  const { id, name } = await createTeam([[user, "MAINTAINER"]]);
  await userPage.goto("/teams");
  await expect(rowOf(userPage, name, "Teams")).toContainText("you maintain it");
  await rowOf(userPage, name, "Teams").getByRole("link", { name: "1 member" }).click();
  await userPage.getByRole("button", { name: "Add member" }).click();
  const dialog = userPage.getByRole("dialog");
  await dialog.getByLabel("E-mail").fill(member.email);
  await expect(dialog.locator("datalist")).toHaveCount(0);
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(rowOf(userPage, member.name, "Members")).toBeVisible();

  const path = `/teams/${id}/credentials`;
  const row = await openRow(userPage, hub.codeHost, path);
  await addToken(userPage, row, hub.addToken({ login: "svc-platform", scopes: githubScopes }));
  await expectState(row, "works");
  await expect(row.getByRole("button", { name: /^Check/ })).toBeVisible();

  const page = await openBrowser(member);
  const seen = await openRow(page, hub.codeHost, path);
  await expect(seen.getByRole("link", { name: /@svc-platform/ })).toBeVisible();
  await expect(seen.getByRole("button")).toHaveCount(0);
  await expect(page.getByRole("navigation", { name: "Team" }).getByRole("link")).toHaveText([
    "Credentials",
    "Expiry",
    "Members",
  ]);
  const own = await openRow(page, hub.codeHost);
  await expect(own).toContainText("team’s one is used");
  await expect(own).toContainText(`Tools act as svc-platform of the team ${name} until you add your own.`);
  await addToken(page, own, hub.addToken({ login: "mia", scopes: githubScopes }));
  await expectState(own, "works");
  await expect(own).not.toContainText("is used");
  await choose(page, own, "Remove");
  await expect(page.getByRole("alertdialog")).toContainText(`will act as svc-platform of the team ${name}`);
  await page.getByRole("button", { name: "Cancel" }).click();

  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const shown of [path, `/teams/${id}/members`]) {
      await page.goto(shown);
      await expect(page.getByRole("main").getByRole("list").first()).toBeVisible();
      await expectNoViolations(page);
    }
  }
});

test("an outsider is told that there is no such team, by any way in, and a member who was removed too", async ({
  user: outsider,
  hub,
}) => {
  const maintainer = await createPerson("USER", "Max");
  const removed = await createPerson("USER", "Rita");
  const { id } = await createTeam([
    [maintainer, "MAINTAINER"],
    [removed, "MAINTAINER"],
  ]);
  const fields = { owner: `team:${id}`, codeHostId: hub.codeHost.id, confirm: "missing-scopes" };
  const token = () => hub.addToken({ scopes: ["repo"] });
  const stored = await postCredential({ ...fields, token: token() }, { as: maintainer });
  expect(stored.result.ok).toBe(true);
  const point = { owner: fields.owner, credentialId: stored.result.value?.id ?? "" };
  expect((await send(`/teams/${id}/members`, { as: removed })).status).toBe(200);
  const taken = await callAction("removeMemberAction", [id, removed.id], { as: maintainer });
  expect(taken.result).toMatchObject({ ok: true });

  for (const as of [outsider, removed]) {
    for (const path of ["", "/credentials", "/members"]) {
      const answer = await send(`/teams/${id}${path}`, { as });
      expect(answer.status, path).toBe(404);
      expect(answer.body).not.toContain(maintainer.name);
    }
    for (const [action, args] of [
      ["addMemberAction", [form({ teamId: id, email: as.email, role: "MAINTAINER" })]],
      ["changeMemberAction", [id, as.id, "MAINTAINER"]],
      ["removeMemberAction", [id, maintainer.id]],
      ["leaveTeamAction", [id]],
      ["editTeamAction", [form({ id, description: "Ours" })]],
      ["checkCredentialAction", [point]],
    ] as const) {
      const { result } = await callAction(action, [...args], { as });
      expect(result, action).toMatchObject({ ok: false, error: { code: "not-found" } });
    }
    const post = await postCredential({ ...fields, token: token(), credentialId: point.credentialId }, { as });
    expect(post.status).toBe(404);
  }
  expect(await query(`SELECT "userId" FROM "TeamMember" WHERE "teamId" = $1`, [id])).toEqual([
    { userId: maintainer.id },
  ]);
  expect(await storedOn(hub.codeHost)).toHaveLength(1);
});

test("the last maintainer stays until there is another, and may go then", async ({ userPage: page, user }) => {
  const other = await createPerson("USER", "Otto");
  const { id, name } = await createTeam([
    [user, "MAINTAINER"],
    [other, "MEMBER"],
  ]);
  await page.goto(`/teams/${id}/members`);
  await choose(page, rowOf(page, user.name, "Members"), "Leave the team");
  const question = page.getByRole("alertdialog");
  await question.getByRole("button", { name: "Leave" }).click();
  await expect(question).toContainText("You are the last maintainer. Make another member a maintainer first");
  await question.getByRole("button", { name: "Cancel" }).click();
  await choose(page, rowOf(page, other.name, "Members"), "Make a maintainer");
  await question.getByRole("button", { name: "Make maintainer" }).click();
  await expect(rowOf(page, other.name, "Members")).toContainText("maintainer");
  await page.goto(`/teams/${id}/credentials`);
  await page.getByRole("button", { name: `More for ${name}`, exact: true }).click();
  await page.getByRole("menuitem", { name: "Leave the team" }).click();
  await question.getByRole("button", { name: "Leave" }).click();
  await expect(page.getByText("You are in no team")).toBeVisible();
  await expect(page.getByText("Site admins make teams")).toBeVisible();
});

/** A team of the test's own with these people in it, past the screens. */
async function createTeam(members: [Person, "MEMBER" | "MAINTAINER"][]): Promise<{ id: string; name: string }> {
  const name = `Team ${mark()}`;
  const [team] = await query<{ id: string }>(
    `INSERT INTO "Team" (name, description, "updatedAt") VALUES ($1, 'For a test', now()) RETURNING id`,
    [name],
  );
  if (!team) throw new Error("The team was not made.");
  for (const [person, role] of members) {
    await query(`INSERT INTO "TeamMember" ("teamId", "userId", role) VALUES ($1, $2, $3::"TeamRole")`, [
      team.id,
      person.id,
      role,
    ]);
  }
  return { id: team.id, name };
}

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  expect(told, page.url()).toEqual([]);
}
