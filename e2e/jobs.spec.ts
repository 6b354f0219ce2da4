/** Background work as admins see it, in the server and in a worker of its own. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import pg from "pg";
import { startTemporaryPostgres } from "../bin/postgres.mjs";
import { root } from "../bin/root.mjs";
import { expect, githubScopes, test } from "./own-hosts";
import { createPerson, query } from "./people";
import { startPortal } from "./portal";
import { postCredential } from "./raw-request";

const checks = "Check credentials with their code hosts";

test("an admin sees what ran and what comes next, and runs it now", async ({ adminPage, userPage }) => {
  await adminPage.goto("/admin/jobs");
  const row = adminPage
    .getByRole("list", { name: "Background work" })
    .getByRole("listitem")
    .filter({ hasText: checks });
  await expect(row).toContainText(/Next in (less than a minute|1 minute)/);
  await expect(row.getByRole("img", { name: "Went well" })).toBeVisible();
  await expect(row).toContainText(/Last run .*took/);
  const runs = () =>
    query<{ runs: number }>(`SELECT sum(times)::int AS runs FROM "JobRun" WHERE job = 'credentials.check'`);
  const [before] = await runs();
  await row.getByRole("button", { name: "Run now" }).click();
  await expect(adminPage.getByText(`Asked for: ${checks}`)).toBeVisible();
  await expect.poll(async () => (await runs())[0]?.runs).toBeGreaterThan(before?.runs ?? 0);
  const log = adminPage.getByRole("list", { name: "Runs" });
  await expect(log.getByRole("listitem").filter({ hasText: checks }).first()).toBeVisible();
  await expectNoViolations(adminPage);
  await adminPage.goto("/admin/jobs?after=nonsense");
  await expect(adminPage.getByRole("alert").filter({ hasText: "cannot be shown" })).toBeVisible();
  await adminPage.getByRole("link", { name: "Show the newest" }).click();
  await expect(log).toBeVisible();
  expect((await userPage.goto("/admin/jobs"))?.status()).toBe(404);
});

test("a code host that is left in peace is named with the reason, and tried when an admin says so", async ({
  adminPage,
  hub,
}) => {
  const { id, name } = hub.codeHost;
  await query(
    `UPDATE "CodeHost" SET troubles = 6, "pausedUntil" = now() + interval '5 minutes',
      "pauseReason" = 'GitHub has a problem of its own. Check again in a few minutes.' WHERE id = $1`,
    [id],
  );
  await adminPage.emulateMedia({ colorScheme: "dark" });
  await adminPage.goto("/admin/jobs");
  const paused = adminPage
    .getByRole("list", { name: "Paused code hosts" })
    .getByRole("listitem")
    .filter({ hasText: name });
  await expect(paused).toContainText("GitHub has a problem of its own.");
  await expect(paused).toContainText(/goes on in [45] minutes/);
  await expectNoViolations(adminPage);
  await paused.getByRole("button", { name: `Try ${name} now` }).click();
  await expect(paused).toHaveCount(0);
  expect(await query(`SELECT "pausedUntil" FROM "CodeHost" WHERE id = $1`, [id])).toEqual([{ pausedUntil: null }]);
});

test("where servers leave the work to others, a worker of its own does it, and is missed when it is gone", async ({
  openBrowser,
}) => {
  test.setTimeout(120_000);
  const admin = await createPerson("ADMIN");
  const postgres = await startTemporaryPostgres();
  const portal = await startPortal(postgres.url, { FORGEPASS_JOBS: "elsewhere" });
  const database = new pg.Client({ connectionString: postgres.url });
  await database.connect();
  try {
    expect(portal.output()).toContain("Background work is left to workers elsewhere (FORGEPASS_JOBS)");
    await copyPerson(admin.id, database);
    const page = await openBrowser(admin);
    await page.setViewportSize({ width: 390, height: 800 });
    await page.goto(`${portal.url}/admin/jobs`);
    const silence = page.getByRole("status").filter({ hasText: "No worker is at work" });
    await expect(silence).toContainText("None has been seen yet.");
    await expect(page.getByText("Nothing has run yet")).toBeVisible();
    await expectNoViolations(page);

    const worker = startWorkerProcess(postgres.url, portal.dataDir);
    const log = page.getByRole("list", { name: "Runs" });
    await expect(async () => {
      await page.reload();
      await expect(silence).toHaveCount(0, { timeout: 100 });
      await expect(log.getByRole("listitem").filter({ hasText: checks })).toHaveCount(1, { timeout: 100 });
    }).toPass();
    const stoppedAt = Date.now();
    const { code, output } = await worker.stop();
    expect(code, output).toBe(0);
    expect(Date.now() - stoppedAt).toBeLessThan(10_000);
    expect(output).toMatch(/The worker is at work\.\nStopping\.\n$/);
    await page.reload();
    await expect(silence).toContainText(/The last sign of one was (just now|1 minute ago)/);

    const refused = startWorkerProcess(postgres.url, join(portal.dataDir, "nowhere"));
    const { code: refusal, output: sentence } = await refused.ended;
    expect(refusal, sentence).toBe(78);
    expect(sentence).toMatch(/^\nKEYRING_FILE: .* give the worker the same keyring as the portal\n$/);
  } finally {
    await database.end();
    await portal.stop();
    await postgres.stop();
  }
});

test("two servers share the work: each credential is checked once, and each person told once", async ({
  hub,
  openBrowser,
}) => {
  test.setTimeout(120_000);
  const postgres = await startTemporaryPostgres();
  const first = await startPortal(postgres.url);
  const second = await startPortal(postgres.url, { KEYRING_FILE: join(first.dataDir, "keyring.json") });
  const database = new pg.Client({ connectionString: postgres.url });
  await database.connect();
  try {
    const admin = await createPerson("ADMIN");
    await copyPerson(admin.id, database);
    const { rows } = await database.query(
      `INSERT INTO "CodeHost" (kind, name, "baseUrl", "updatedAt") VALUES ('github', 'Shared', $1, now()) RETURNING id`,
      [hub.codeHost.baseUrl],
    );
    const tokens: string[] = [];
    for (let made = 0; made < 8; made++) {
      const person = await createPerson("USER");
      await copyPerson(person.id, database);
      const token = hub.addToken({ login: person.name.replaceAll(" ", "-"), scopes: githubScopes });
      const fields = { owner: "me", codeHostId: rows[0].id, token };
      const { result } = await postCredential(fields, { as: person, portal: first.url });
      expect(result).toMatchObject({ ok: true });
      tokens.push(token);
    }
    const pages = await Promise.all(
      [first, second].map(async ({ url }) => {
        const page = await openBrowser(admin);
        await page.goto(`${url}/admin/jobs`);
        return page;
      }),
    );
    const runOnBoth = () =>
      Promise.all(
        pages.map((page) =>
          page
            .getByRole("list", { name: "Background work" })
            .getByRole("listitem")
            .filter({ hasText: checks })
            .getByRole("button", { name: "Run now" })
            .click(),
        ),
      );
    const count = async (sql: string) => Number((await database.query(sql)).rows[0].count);

    hub.requests.length = 0;
    await database.query(`UPDATE "Credential" SET "nextCheckAt" = now()`);
    await runOnBoth();
    const ahead = `SELECT count(*) FROM "Credential" WHERE "nextCheckAt" > now() + interval '1 hour'`;
    await expect.poll(() => count(ahead), { timeout: 30_000 }).toBe(tokens.length);
    const asked = hub.requests.filter(({ path }) => path.endsWith("/user")).map(({ headers }) => headers.authorization);
    expect(asked).toHaveLength(tokens.length);
    expect(new Set(asked).size).toBe(tokens.length);

    for (const token of tokens) hub.revokeToken(token);
    await database.query(`UPDATE "Credential" SET "doubtedAt" = now() - interval '1 hour', "nextCheckAt" = now()`);
    await runOnBoth();
    const told = `SELECT count(*) FROM "Notification" WHERE event = 'credential.rejected'`;
    await expect.poll(() => count(told), { timeout: 30_000 }).toBe(tokens.length);
    expect(await count(told.replace("count(*)", `count(DISTINCT "userId")`))).toBe(tokens.length);
    expect(await count(`SELECT count(*) FROM "JobRun" WHERE outcome IN ('lost', 'failed')`)).toBe(0);
  } finally {
    await database.end();
    await Promise.all([first.stop(), second.stop()]);
    await postgres.stop();
  }
});

function startWorkerProcess(databaseUrl: string, dataDir: string) {
  const child = spawn(process.execPath, [join(root, "bin/worker.mjs")], {
    env: { ...process.env, DATABASE_URL: databaseUrl, DATA_DIR: dataDir, KEYRING_FILE: "", LOG_LEVEL: "error" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  const ended = new Promise<{ code: number | null; output: string }>((done) =>
    child.once("close", (code) => done({ code, output })),
  );
  const stop = () => {
    child.kill("SIGTERM");
    return ended;
  };
  return { ended, stop };
}

async function copyPerson(id: string, database: pg.Client): Promise<void> {
  for (const [table, column] of [
    ["User", "id"],
    ["Session", "userId"],
  ] as const) {
    const rows = await query(`SELECT row_to_json(t) AS row FROM "${table}" t WHERE "${column}" = $1`, [id]);
    for (const { row } of rows) {
      await database.query(`INSERT INTO "${table}" SELECT * FROM json_populate_record(null::"${table}", $1)`, [row]);
    }
  }
}

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)).toEqual([]);
}
