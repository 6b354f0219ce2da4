/**
 * Host keys of a code host's SSH server, a real OpenSSH one: an admin reads, compares and confirms them, and none that
 * is kept is replaced without being told.
 */
import { createServer, type Socket } from "node:net";
import AxeBuilder from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { type Sshd, startSshd } from "../lib/hosts/simulators/sshd";
import { fingerprint } from "../lib/hosts/ssh/public-key";
import { test as base, choose, expect, rowOf } from "./own-hosts";
import { type CodeHost, query } from "./people";
import { callAction } from "./raw-request";

/** `place` is a code host with Git over SSH whose git is `sshd`. */
const test = base.extend<{ sshd: Sshd; place: CodeHost }>({
  sshd: async ({ databaseConnection: _ }, use) => {
    const sshd = await startSshd();
    await use(sshd);
    await sshd.close();
  },
  place: async ({ hub, sshd }, use) => {
    await moveTo(hub.codeHost, `git@127.0.0.1:${sshd.port}`);
    await use(hub.codeHost);
  },
});

const kinds = ["Ed25519", "ECDSA P-256", "RSA"];

test("an admin reads the host keys, confirms those that were compared, and they are kept", async ({
  adminPage,
  place,
  sshd,
}) => {
  test.slow();
  const row = await openList(adminPage, place);
  await expect(row).toContainText("Host keys to confirm");
  const dialog = await openHostKeys(adminPage, place);
  await expect(dialog).toContainText(`Git reaches it at git@127.0.0.1:${sshd.port}.`);
  await expect(dialog).toContainText("None yet. Git over SSH does not connect until one is confirmed.");
  await expect(dialog.getByRole("button", { name: /^Confirm/ })).toHaveCount(0);
  expect(sshd.connections()).toBe(0);

  await dialog.getByRole("button", { name: "Read from the server" }).click();
  const shown = dialog.getByRole("list", { name: "What the server shows now" }).getByRole("listitem");
  await expect(shown).toHaveCount(3);
  for (const [at, text] of fingerprintsOf(sshd).entries()) {
    await expect(shown.nth(at)).toContainText(`${kinds[at]}`);
    await expect(shown.nth(at)).toContainText(text);
    await expect(shown.nth(at).getByText("new", { exact: true })).toBeVisible();
  }
  await expect(dialog).toContainText("ssh-keygen -lf");
  expect(await keptOf(place)).toEqual([]);

  await dialog.getByLabel("Confirm the RSA key").uncheck();
  await dialog.getByRole("button", { name: "Confirm 2 host keys" }).click();
  const kept = dialog.getByRole("list", { name: "Kept host keys" }).getByRole("listitem");
  await expect(kept).toHaveCount(2);
  await expect(dialog.getByRole("button", { name: "Done" })).toBeFocused();
  expect((await keptOf(place)).sort()).toEqual(fingerprintsOf(sshd).slice(0, 2).sort());
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(row).toContainText("Host keys confirmed");

  await adminPage.reload();
  await expect(row).toContainText("Host keys confirmed");
  await openHostKeys(adminPage, place);
  for (const [at, text] of fingerprintsOf(sshd).slice(0, 2).entries()) {
    await expect(kept.nth(at)).toContainText(text);
    await expect(kept.nth(at)).toContainText(/confirmed on \d{1,2} \w+ \d{4}/);
  }
  await dialog.getByText("Lines for a known_hosts file").click();
  const lines = sshd.hostKeys().map((line) => `[127.0.0.1]:${sshd.port} ${line.split(" ").slice(0, 2).join(" ")}\n`);
  await expect(dialog.getByLabel("Lines for a known_hosts file")).toHaveValue(lines.slice(0, 2).join(""));

  await dialog.getByRole("button", { name: "Read from the server" }).click();
  await expect(shown.getByText("kept", { exact: true })).toHaveCount(2);
  await dialog.getByRole("button", { name: "Confirm 1 host key" }).click();
  await expect(kept).toHaveCount(3);
  await dialog.getByRole("button", { name: "Read from the server" }).click();
  await expect(shown.getByText("kept", { exact: true })).toHaveCount(3);
  await expect(dialog.getByRole("button", { name: /^Confirm/ })).toHaveCount(0);
});

test("a host key that has changed is said loudly, and is not replaced without the tick", async ({
  adminPage,
  place,
  sshd,
}) => {
  test.slow();
  const dialog = await readAndConfirmAll(adminPage, place);
  const before = fingerprintsOf(sshd);
  await sshd.replaceHostKeys(["ed25519", "rsa"]);
  const after = fingerprintsOf(sshd);
  await dialog.getByRole("button", { name: "Read from the server" }).click();
  await expect(dialog.getByRole("alert")).toContainText("A host key has changed");
  const shown = dialog.getByRole("list", { name: "What the server shows now" }).getByRole("listitem");
  await expect(shown.nth(0)).toContainText(`Shown now${after[0]}`);
  await expect(shown.nth(0)).toContainText(`Kept${before[0]}`);
  await expect(shown.nth(0)).toContainText("Somebody may be in between.");
  await expect(shown.nth(1)).toContainText("changed");
  await expect(shown.nth(2)).toContainText("not shown now");
  const replace = dialog.getByRole("button", { name: /^Replace/ });
  await expect(replace).toBeDisabled();
  for (const box of await dialog.getByRole("checkbox").all()) await expect(box).not.toBeChecked();
  await dialog.getByRole("button", { name: "Not now" }).click();
  expect((await keptOf(place)).sort()).toEqual(before.sort());

  await openHostKeys(adminPage, place);
  await dialog.getByRole("button", { name: "Read from the server" }).click();
  await dialog.getByLabel("I know why it changed: replace the kept Ed25519 key").check();
  await dialog.getByRole("button", { name: "Replace 1 host key" }).click();
  const kept = dialog.getByRole("list", { name: "Kept host keys" });
  await expect(kept).toContainText(after[0] ?? "");
  await expect(kept).not.toContainText(after[1] ?? "");
  expect(await keptOf(place)).toContain(after[0]);
  expect(await keptOf(place)).not.toContain(after[1]);
});

test("keys that changed between reading and confirming are not kept", async ({ adminPage, place, sshd }) => {
  const dialog = await openHostKeys(adminPage, place);
  await dialog.getByRole("button", { name: "Read from the server" }).click();
  await expect(dialog.getByRole("button", { name: "Confirm 3 host keys" })).toBeEnabled();
  await sshd.replaceHostKeys();
  await dialog.getByRole("button", { name: "Confirm 3 host keys" }).click();
  await expect(dialog.getByRole("alert")).toContainText("The server shows other host keys by now.");
  expect(await keptOf(place)).toEqual([]);
  await dialog.getByRole("button", { name: "Read from the server" }).click();
  await dialog.getByRole("button", { name: "Confirm 3 host keys" }).click();
  await expect(dialog.getByRole("list", { name: "Kept host keys" }).getByRole("listitem")).toHaveCount(3);
});

test("where nothing answers, something is silent or the address is unknown, a sentence says so and leads to it", async ({
  adminPage,
  place,
}) => {
  test.slow();
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => sockets.add(socket.on("error", () => {})));
  await new Promise<void>((done) => silent.listen(0, "127.0.0.1", done));
  const address = silent.address();
  const silentPort = typeof address === "object" ? address?.port : 0;

  await moveTo(place, "git@127.0.0.1:1");
  const dialog = await openHostKeys(adminPage, place);
  await dialog.getByRole("button", { name: "Read from the server" }).click();
  await expect(dialog.getByRole("alert")).toContainText("127.0.0.1:1");
  await dialog.getByRole("button", { name: "Edit the address" }).click();
  const edit = adminPage.getByRole("dialog", { name: `Edit ${place.name}` });
  await edit.getByLabel("SSH address").fill(`git@127.0.0.1:${silentPort}`);
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toContainText(`${place.name} is saved. Confirm its host keys next`);
  expect(sockets.size).toBe(0);
  await dialog.getByRole("button", { name: "Read from the server" }).click();
  await expect(dialog).toContainText("Asking the server.");
  await expect(dialog.getByRole("alert")).toContainText(`127.0.0.1:${silentPort}`, { timeout: 20_000 });
  await dialog.getByRole("button", { name: "Not now" }).click();
  for (const socket of sockets) socket.destroy();
  await new Promise((done) => silent.close(done));

  await moveTo(place, "a,b");
  const row = await openList(adminPage, place);
  await expect(row).toContainText("SSH address missing");
  await openHostKeys(adminPage, place);
  await expect(dialog.getByRole("alert")).toContainText("cannot be read");
  await expect(dialog.getByRole("button", { name: "Read from the server" })).toHaveCount(0);
  await dialog.getByRole("button", { name: "Edit the address" }).click();
  await expect(edit).toBeVisible();
});

test("a code host that gets Git over SSH leads to its host keys, and asks the server only on a click", async ({
  adminPage,
  hub,
  sshd,
}) => {
  const { codeHost } = hub;
  const row = await openList(adminPage, codeHost);
  await expect(row).not.toContainText(/Host keys/);
  await row.getByRole("button", { name: /^More for / }).click();
  await expect(adminPage.getByRole("menuitem", { name: "Edit" })).toBeVisible();
  await expect(adminPage.getByRole("menuitem", { name: "Host keys" })).toHaveCount(0);
  await adminPage.getByRole("menuitem", { name: "Edit" }).click();
  const edit = adminPage.getByRole("dialog", { name: `Edit ${codeHost.name}` });
  await edit.getByLabel("Git runs over SSH").check();
  await edit.getByLabel("SSH address").fill(`git@127.0.0.1:${sshd.port}`);
  await edit.getByRole("button", { name: "Save" }).click();
  const dialog = adminPage.getByRole("dialog", { name: `Host keys of ${codeHost.name}` });
  await expect(dialog).toContainText(`${codeHost.name} is saved. Confirm its host keys next`);
  expect(sshd.connections()).toBe(0);
  await dialog.getByRole("button", { name: "Not now" }).click();
  await expect(row).toContainText("Host keys to confirm");
  await expect(row.getByRole("button", { name: /^More for / })).toBeFocused();

  // Whoever only mends the name is not led there again.
  await choose(adminPage, row, "Edit");
  // As the search for it goes on finding it.
  const name = `${codeHost.name} renamed`;
  await edit.getByLabel("Name", { exact: true }).fill(name);
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(adminPage.getByText(`${name} is saved`)).toBeVisible();
  await expect(adminPage.getByRole("dialog")).toHaveCount(0);
});

test("host keys are an admin's: a user finds no page, and no call reads or confirms them", async ({
  userPage,
  user,
  place,
  sshd,
}) => {
  const answer = await userPage.goto(`/admin/code-hosts?q=${encodeURIComponent(place.name)}`);
  expect(answer?.status()).toBe(404);
  await expect(userPage.getByText(place.name)).toHaveCount(0);
  const confirmation = { codeHostId: place.id, fingerprints: fingerprintsOf(sshd), replace: true };
  for (const [action, args] of [
    ["readHostKeysAction", [place.id]],
    ["confirmHostKeysAction", [confirmation]],
  ] as const) {
    const called = await callAction(action, [...args], { as: user });
    expect(called.result, action).toMatchObject({ ok: false, error: { code: "forbidden" } });
    const byNobody = await callAction(action, [...args]);
    expect(byNobody.body, action).not.toContain('"ok":true');
  }
  for (const action of ["showHostKeysAction", "readHostKeysAction", "confirmHostKeysAction"]) {
    for (const args of [[], [null], [{}], [{ codeHostId: place.id, fingerprints: [null] }], ["x"]]) {
      const odd = await callAction(action, args, { as: user });
      expect(odd.status, action).toBe(200);
      expect(odd.result?.ok, action).toBe(false);
    }
  }
  expect(sshd.connections()).toBe(0);
  expect(await keptOf(place)).toEqual([]);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the dialog has no violations in ${colorScheme} mode, with new, kept and changed keys`, async ({
    adminPage,
    place,
    sshd,
  }) => {
    test.slow();
    await adminPage.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await openList(adminPage, place);
    await expectNoViolations(adminPage);
    const dialog = await openHostKeys(adminPage, place);
    await expectNoViolations(adminPage);
    await dialog.getByRole("button", { name: "Read from the server" }).click();
    const confirm = dialog.getByRole("button", { name: "Confirm 3 host keys" });
    await expect(confirm).toBeVisible();
    await expectNoViolations(adminPage);
    await confirm.click();
    await dialog.getByText("Lines for a known_hosts file").click();
    await expectNoViolations(adminPage);
    await sshd.replaceHostKeys(["ed25519"]);
    await dialog.getByRole("button", { name: "Read from the server" }).click();
    await expect(dialog.getByRole("alert")).toBeVisible();
    await expectNoViolations(adminPage);
    await moveTo(place, "git@127.0.0.1:1");
    await dialog.getByRole("button", { name: "Read again" }).click();
    await expect(dialog.getByRole("alert")).toContainText("127.0.0.1:1");
    await expectNoViolations(adminPage);
  });
}

test("on a phone nothing is cut off, in the list and in the dialog", async ({ adminPage, place, sshd }) => {
  await adminPage.setViewportSize({ width: 390, height: 844 });
  const dialog = await readAndConfirmAll(adminPage, place);
  await dialog.getByText("Lines for a known_hosts file").click();
  await expectNothingCutOff(dialog);
  await sshd.replaceHostKeys(["ed25519"]);
  await dialog.getByRole("button", { name: "Read from the server" }).click();
  await dialog.getByLabel(/^I know why it changed/).check();
  await expectNothingCutOff(dialog);
  await dialog.getByRole("button", { name: "Replace 1 host key" }).click();
  await expect(dialog.getByRole("list", { name: "Kept host keys" })).toContainText(fingerprintsOf(sshd)[0] ?? "");
  await dialog.getByRole("button", { name: "Done" }).click();
  const width = await adminPage.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
});

async function openList(page: Page, place: CodeHost): Promise<Locator> {
  await page.goto(`/admin/code-hosts?q=${encodeURIComponent(place.name)}`);
  return rowOf(page, place.name);
}

async function openHostKeys(page: Page, place: CodeHost): Promise<Locator> {
  const row = await openList(page, place);
  await choose(page, row, "Host keys");
  return page.getByRole("dialog", { name: `Host keys of ${place.name}` });
}

async function readAndConfirmAll(page: Page, place: CodeHost): Promise<Locator> {
  const dialog = await openHostKeys(page, place);
  await dialog.getByRole("button", { name: "Read from the server" }).click();
  await dialog.getByRole("button", { name: "Confirm 3 host keys" }).click();
  await expect(dialog.getByRole("list", { name: "Kept host keys" }).getByRole("listitem")).toHaveCount(3);
  return dialog;
}

async function moveTo({ id }: CodeHost, sshAddress: string): Promise<void> {
  await query(`UPDATE "CodeHost" SET "gitOverSsh" = true, "sshAddress" = $1 WHERE id = $2`, [sshAddress, id]);
}

async function keptOf({ id }: CodeHost): Promise<string[]> {
  const rows = await query<{ fingerprint: string }>(`SELECT fingerprint FROM "HostKey" WHERE "codeHostId" = $1`, [id]);
  return rows.map((row) => row.fingerprint);
}

/** In the order that they are listed in. */
function fingerprintsOf(sshd: Sshd): string[] {
  return sshd.hostKeys().map((line) => fingerprint(line.split(" ")[1] ?? ""));
}

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  expect(told, page.url()).toEqual([]);
}

async function expectNothingCutOff(dialog: Locator): Promise<void> {
  const cut = await dialog.evaluate((element) =>
    [element, ...element.querySelectorAll("*")]
      .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== "visible")
      .map((one) => one.outerHTML.slice(0, 120)),
  );
  expect(cut).toEqual([]);
}
