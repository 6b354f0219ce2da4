/**
 * Every registered kind of code host goes the whole way of a credential, and its screens are held to the same. Nothing
 * here knows a kind: what is entered comes from its contract subject, and what is to be seen from asking its adapter.
 */
import AxeBuilder from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { accountName } from "../lib/credentials/account-name";
import { contractSubjects } from "../lib/hosts/contract-subjects";
import {
  type AnyHost,
  type Expected,
  expected,
  type Filled,
  filled,
  fillIn,
  secretsOf,
  test,
  widthsOf,
} from "./any-host";
import { Search, searchBrowser, watchBrowser } from "./canary-search";
import { choose, expect, expectState, openRow, removeToken, storedOn } from "./own-hosts";

for (const [kind, { adapter }] of Object.entries(contractSubjects)) {
  test.describe(adapter.name, () => {
    test("a credential is refused, added, replaced, checked, found revoked, replaced again and removed", async ({
      userPage,
      startHost,
    }) => {
      test.setTimeout(90_000);
      const any = await startHost(kind);
      const { host, codeHost } = any;
      const { good, another, lacking, rejected } = Object.fromEntries(
        Object.entries(host.tokens).map(([name, one]) => [name, filled(adapter, one)]),
      ) as Record<keyof typeof host.tokens, Filled>;
      const search = new Search([good, another, lacking].flatMap(secretsOf));
      const answers = watchBrowser(search, userPage);
      const ends = async () => (await storedOn(codeHost)).map(({ lastFour }) => lastFour);

      const row = await openRow(userPage, codeHost);
      await expectState(row, "no credential");
      await row.getByRole("button", { name: /^Add a token/ }).click();
      const dialog = userPage.getByRole("dialog");

      await expectRefusal(dialog, codeHost.name, rejected, await expected(any, rejected));
      expect(await ends()).toEqual([]);

      const added = await expected(any, good);
      await store(dialog, good, added, null);
      await expectRow(row, good, added);
      expect(await ends()).toEqual([endOf(good)]);
      await searchBrowser(search, userPage);

      const replaced = await expected(any, lacking);
      await openReplace(userPage, row);
      await store(dialog, lacking, replaced, added);
      await expectRow(row, lacking, replaced);
      expect(await ends()).toEqual([endOf(lacking)]);

      await check(userPage, row);
      await expect(userPage.getByText(`${codeHost.name} accepted the token`)).toBeVisible();
      await expectRow(row, lacking, replaced);

      host.revoke(lacking.token);
      const { verdict } = await expected(any, lacking);
      if (verdict.ok) throw new Error(`${adapter.name} still accepts what was revoked.`);
      await check(userPage, row);
      await expectState(row, verdict.reason);
      expect(["rejected", "revoked", "expired"]).toContain(verdict.reason);
      await expect(row).toContainText(verdict.message);
      if (verdict.hostSaid) await expect(row).toContainText(said(codeHost.name, verdict.hostSaid));
      await expect(row).toContainText("It last worked");

      const again = await expected(any, another);
      await openReplace(userPage, row);
      await store(dialog, another, again, replaced);
      await expectRow(row, another, again);
      await expect(row).not.toContainText(verdict.message);
      expect(await ends()).toEqual([endOf(another)]);

      await choose(userPage, row, "Remove");
      await removeAndRevoke(userPage, any, another);
      await expectState(row, "no credential");
      await expect(row.getByRole("button", { name: /^Add a token/ })).toBeVisible();
      expect(await ends()).toEqual([]);

      await searchBrowser(search, userPage);
      await Promise.all(answers);
      expect(search.looked).toBeGreaterThan(10);
      expect(search.found).toEqual([]);
    });

    test("its dialog and its guide have no accessibility violations, and fit on a phone", async ({
      userPage,
      startHost,
    }) => {
      test.setTimeout(90_000);
      const { codeHost } = await startHost(kind);
      await userPage.setViewportSize({ width: 390, height: 844 });
      await userPage.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
      const row = await openRow(userPage, codeHost);
      await row.getByRole("button", { name: /^Add a token/ }).click();
      const dialog = userPage.getByRole("dialog");
      await expect(dialog.getByRole("button", { name: "Check and add" })).toBeVisible();
      for (const type of adapter.credentialTypes.filter(({ refusal }) => refusal === null)) {
        const kinds = dialog.getByLabel("Kind of token");
        if ((await kinds.count()) > 0) await kinds.selectOption(type.id);
        await expect(dialog.getByLabel(type.label, { exact: true })).toBeVisible();
        for (const { label } of type.fields ?? [])
          await expect(dialog.getByLabel(label, { exact: true })).toBeVisible();
        expect(await widthsOf(userPage), type.name).toEqual([]);
      }
      await expectNoViolationsInBoth(userPage);

      await userPage.goto(`/guides/${kind}`);
      await expect(userPage.getByRole("heading", { level: 1 })).toContainText(adapter.name);
      expect(await widthsOf(userPage)).toEqual([]);
      await userPage.setViewportSize({ width: 1280, height: 800 });
      await expectNoViolationsInBoth(userPage);
    });
  });
}

/** At the host too, where its API ends such a token; then the host itself says that it is dead. */
async function removeAndRevoke(page: Page, any: AnyHost, credential: Filled): Promise<void> {
  const { adapter, host } = any;
  const { type, fields } = credential;
  if (adapter.revoke?.refusal(host.baseUrl, { type: type.id, fields }) !== null) {
    return await removeToken(page, { alone: true });
  }
  const dialog = page.getByRole("alertdialog");
  const receipt = page.getByRole("dialog", { name: /is removed$/ });
  const password = dialog.getByLabel(/^Password/);
  await dialog.getByRole("button", { name: "Remove token" }).click();
  await expect(password.or(receipt)).toBeVisible();
  if (await password.isVisible()) {
    if (host.password === undefined) throw new Error(`${adapter.name} asks for a password that its subject has not.`);
    await password.fill(host.password);
    await dialog.getByRole("button", { name: "Remove token" }).click();
  }
  await expect(receipt.getByRole("status")).toHaveText("Dead at the host");
  await receipt.getByRole("button", { name: "Done" }).click();
  const { verdict } = await expected(any, credential);
  expect(verdict.ok ? "ok" : verdict.reason).toMatch(/^(rejected|revoked|expired)$/);
}

/** In the host's words, and with no way to store it. */
async function expectRefusal(dialog: Locator, name: string, credential: Filled, { verdict }: Expected): Promise<void> {
  if (verdict.ok) throw new Error("The host accepts what it does not know.");
  await fillIn(dialog, credential);
  await dialog.getByRole("button", { name: "Check and add" }).click();
  const checks = dialog.getByRole("list", { name: "Checks" });
  await expect(checks).toContainText(verdict.message);
  await expect(checks).toContainText(said(name, verdict.hostSaid ?? ""));
  await expect(dialog.getByRole("button", { name: /^store/i })).toHaveCount(0);
}

/** Stores it from the open dialog, confirming what is to be confirmed and nothing else. */
async function store(dialog: Locator, credential: Filled, now: Expected, before: Expected | null): Promise<void> {
  if (!now.verdict.ok) throw new Error(`The host refuses it: ${now.verdict.message}`);
  await fillIn(dialog, credential);
  await dialog.getByRole("button", { name: before ? "Check and replace" : "Check and add" }).click();
  const { account } = now.verdict;
  const earlier = before?.verdict.ok ? before.verdict.account : null;
  const missing = now.assessment?.missing ?? [];
  for (const { scope } of missing) {
    await expect(dialog.getByRole("list", { name: "Checks" })).toContainText(`${scope} missing`);
  }
  if (account && earlier && account.id !== earlier.id) {
    await expect(dialog.getByRole("status")).toContainText(
      `This token belongs to ${accountName(account.login)}; the one stored now is ${accountName(earlier.login)}'s.`,
    );
    await dialog.getByRole("button", { name: `Use ${accountName(account.login)} from now on` }).click();
  } else if (missing.length > 0) await dialog.getByRole("button", { name: "Store anyway" }).click();
  // It closes by itself when there is nothing to read.
  const done = dialog.getByRole("button", { name: "Done" });
  await Promise.race([done.click().catch(() => {}), dialog.waitFor({ state: "hidden" })]);
  await expect(dialog).toBeHidden();
}

/** Whose it is, what it is worth, and what was entered with it. */
async function expectRow(
  row: Locator,
  { type, fields, token }: Filled,
  { verdict, assessment }: Expected,
): Promise<void> {
  if (!verdict.ok || !assessment) throw new Error("The host refuses it.");
  // Another spec may need more of a host for a while.
  const word = /^lacks /.test(assessment.word) ? /^lacks \d+ scopes?$/ : assessment.word;
  await expect(row.getByRole("img", { name: word, exact: true })).toBeVisible();
  await expect(row).toContainText(verdict.account ? accountName(verdict.account.login) : "account not told");
  for (const { id, label, secret } of type.fields ?? []) {
    if (!secret && fields[id] !== undefined) await expect(row).toContainText(`${label} ${fields[id]}`);
  }
  const excess = assessment.excess.map(({ scope }) => scope);
  for (const scope of verdict.scopes?.filter((one) => !excess.includes(one)).slice(0, 12) ?? []) {
    await expect(row.getByText(`${scope} granted`)).toBeVisible();
  }
  for (const { scope } of assessment.missing) await expect(row.getByText(`${scope} missing`)).toBeVisible();
  if (endOf({ type, token })) await expect(row).toContainText(`…${endOf({ type, token })}`);
}

/** What is shown of it: nothing of a password. */
function endOf({ type, token }: Pick<Filled, "type" | "token">): string {
  return type.secretForm === "password" ? "" : token.slice(-4);
}

async function openReplace(page: Page, row: Locator): Promise<void> {
  const button = row.getByRole("button", { name: /^Replace the token/ });
  if (await button.isVisible()) await button.click();
  else await choose(page, row, "Replace");
}

async function check(page: Page, row: Locator): Promise<void> {
  const button = row.getByRole("button", { name: /^Check the token/ });
  if (await button.isVisible()) await button.click();
  else await choose(page, row, "Check now");
}

function said(name: string, words: string): string {
  return `${name} said “${words.replace(/\.$/, "")}”.`;
}

async function expectNoViolationsInBoth(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const told = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
    expect(told, `${page.url()}, ${colorScheme}`).toEqual([]);
  }
}
