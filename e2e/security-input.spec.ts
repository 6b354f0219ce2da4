/**
 * What people and code hosts write: the threat table's rows 20 (scripts in names), 28 (long input) and 30 (the same
 * credential fifty times at once). See SECURITY.md.
 */
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import { query } from "./people";
import { type Answer, callAction, form, postCredential, postJson, send } from "./raw-request";

/** Dialogs, blocked scripts and anything that ran. */
function watch(page: Page): () => Promise<string[]> {
  const seen: string[] = [];
  page.on("dialog", (dialog) => {
    seen.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) seen.push(message.text());
  });
  page.on("request", (request) => {
    if (new URL(request.url()).pathname.endsWith("/stolen")) seen.push(request.url());
  });
  return async () => [...seen, ...(await page.evaluate(() => ("pwned" in window ? ["a script ran"] : [])))];
}

const attacks = [
  `<img src=/stolen onerror="window.pwned=1;alert(1)">`,
  `"><script>window.pwned=1;alert(1)</script>`,
  `</script><script src=/stolen></script>`,
  `javascript:alert(1)//<svg/onload=alert(1)>`,
];

test.describe("what somebody names a thing", () => {
  test("is shown as it was written and runs nowhere", async ({ adminPage, admin, user }) => {
    const clean = watch(adminPage);
    const mark = admin.id.slice(0, 8);
    for (const [at, attack] of attacks.entries()) {
      const named = `${mark} ${attack}`;
      const host = {
        kind: "github",
        name: named,
        baseUrl: `https://h${at}-${mark}.example`,
        caCertificate: null,
        gitOverSsh: false,
      };
      expect((await callAction("addCodeHostAction", [host], { as: admin })).result).toMatchObject({ ok: true });
      // Not enabled: other specs count what the enabled ones need.
      const requirements = [{ kind: "github", scope: "repo", why: attack }];
      const consumer = { name: named, description: attack, requirements };
      const added = await callAction("addConsumerAction", [consumer], { as: admin });
      expect(added.result).toMatchObject({ ok: true });
    }
    expect(
      (await callAction("changeNameAction", [form({ name: `${mark} ${attacks[0]}` })], { as: user })).result,
    ).toMatchObject({ ok: true });
    try {
      for (const path of [
        `/admin/code-hosts?q=${mark}`,
        `/settings/credentials?q=${mark}`,
        `/admin/credentials?q=${mark}`,
        "/admin/consumers",
        "/admin/audit",
      ]) {
        await adminPage.goto(path);
        for (const attack of attacks)
          await expect(adminPage.getByText(`${mark} ${attack}`).first(), path).toBeAttached();
      }
      await adminPage.goto(`/admin/users?q=${mark}`);
      await expect(adminPage.getByText(`${mark} ${attacks[0]}`).first()).toBeVisible();
      await adminPage.goto(`/admin/users/${user.id}/credentials`);
      await expect(adminPage.getByText(`${mark} ${attacks[0]}`).first()).toBeVisible();
      expect(await clean()).toEqual([]);
    } finally {
      await query(`DELETE FROM "Consumer" WHERE name LIKE $1`, [`${mark}%`]);
      await query(`DELETE FROM "CodeHost" WHERE name LIKE $1`, [`${mark}%`]);
    }
  });

  test("in a search is quoted, not run", async ({ adminPage }) => {
    const clean = watch(adminPage);
    for (const path of ["/settings/credentials", "/admin/code-hosts", "/admin/users", "/admin/audit", "/sign-in"]) {
      for (const attack of attacks) {
        const value = encodeURIComponent(attack);
        await adminPage.goto(
          `${path}?q=${value}&actor=${value}&target=${value}&state=${value}&callbackUrl=${value}&error=${value}`,
        );
      }
    }
    expect(await clean()).toEqual([]);
  });
});

test.describe("what a code host says", () => {
  test("is shown as it said it, runs nowhere, and no link of its own leads elsewhere", async ({
    userPage,
    user,
    github,
    gitlab,
  }) => {
    const clean = watch(userPage);
    const attack = attacks[0] ?? "";
    github.addUser({ login: "mallory", name: attack });
    const token = github.addToken({ login: "mallory", scopes: ["repo"] });
    const added = await postCredential(
      { owner: "me", codeHostId: github.codeHost.id, token, confirm: "missing-scopes" },
      { as: user },
    );
    expect(added.result.ok).toBe(true);
    const personal = gitlab.addToken({ user: { username: "mallory", name: attack }, scopes: ["api"] });
    gitlab.respondAt("/user", {
      status: 200,
      body: { id: 7, username: "mallory", name: attack, web_url: "javascript:alert(1)//", bot: false },
    });
    try {
      const other = await postCredential(
        { owner: "me", codeHostId: gitlab.codeHost.id, token: personal, confirm: "missing-scopes" },
        { as: user },
      );
      expect(other.result.ok).toBe(true);
    } finally {
      gitlab.respondAt("/user", null);
    }
    // And words with a refusal, stored by the next check.
    github.respondNextWith({
      status: 401,
      body: { message: `Bad credentials ${attack}`, documentation_url: "javascript:alert(1)" },
    });
    try {
      const checked = await callAction(
        "checkCredentialAction",
        [{ owner: "me", credentialId: added.result.value?.id }],
        { as: user },
      );
      expect(checked.result?.ok).toBe(true);
    } finally {
      github.respondNextWith(null);
    }
    await userPage.goto("/settings/credentials");
    await expect(userPage.getByText(`Bad credentials ${attack}`).first()).toBeVisible();
    await expect(userPage.getByText("mallory").first()).toBeVisible();
    const links = await userPage
      .locator("a[href]")
      .evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
    expect(links.filter((href) => !/^(#|\/|https?:\/\/)/.test(href))).toEqual([]);
    expect(await clean()).toEqual([]);
  });
});

test.describe("a hundred kilobytes in a field", () => {
  const long = (unit: string) => unit.repeat(Math.ceil(100_000 / unit.length)).slice(0, 99_999);
  const texts = [
    `${long("a")}!`,
    `${long("a.")}!`,
    `${long(" ")}x`,
    `${long("/a")}!`,
    `${long("-")}@`,
    `${long("a@")}`,
    `ghp_${long("0")}`,
    `glpat-${long("x.")}`,
  ];
  const milliseconds = 2_000;

  test("is refused at once, in each field of each form", async ({ user, admin, github }) => {
    test.setTimeout(180_000);
    const slow: string[] = [];
    const check = (what: string, answer: Answer) => {
      expect(answer.status, what).toBeLessThan(500);
      expect(answer.body, what).not.toContain('"ok":true');
      if (answer.elapsedMs > milliseconds) slow.push(`${what}: ${Math.round(answer.elapsedMs)} ms`);
    };
    const credential = {
      owner: "me",
      codeHostId: github.codeHost.id,
      credentialId: user.id,
      token: "x",
      repository: "a/b",
      confirm: "",
    };
    const host = { kind: "github", name: "x", baseUrl: "https://x.example", caCertificate: "x", gitOverSsh: false };
    const consumer = { name: "x", description: "", requirements: [{ kind: "github", scope: "repo", why: "x" }] };
    for (const text of texts) {
      const start = text.slice(0, 6);
      for (const field of Object.keys(credential)) {
        check(
          `credential ${field} ${start}`,
          await postJson("/api/credentials", { ...credential, [field]: text }, { as: user }),
        );
      }
      for (const field of ["kind", "name", "baseUrl", "caCertificate"]) {
        check(
          `code host ${field} ${start}`,
          await callAction("addCodeHostAction", [{ ...host, [field]: text }], { as: admin }),
        );
      }
      for (const field of ["name", "description"]) {
        check(
          `consumer ${field} ${start}`,
          await callAction("addConsumerAction", [{ ...consumer, [field]: text }], { as: admin }),
        );
      }
      for (const field of ["kind", "scope", "why"]) {
        const requirements = [{ ...consumer.requirements[0], [field]: text }];
        check(
          `requirement ${field} ${start}`,
          await callAction("addConsumerAction", [{ ...consumer, requirements }], { as: admin }),
        );
      }
      check(`name ${start}`, await callAction("changeNameAction", [form({ name: text })], { as: user }));
      for (const [email, password] of [
        [text, "x"],
        ["x@example.com", text],
      ] as const) {
        check(
          `e-mail ${start}`,
          await callAction("changeEmailAction", [form({ email, currentPassword: password })], { as: user }),
        );
      }
      check(
        `invitation ${start}`,
        await callAction("inviteUserAction", [form({ email: text, role: "USER" })], { as: admin }),
      );
      check(
        `set-up ${start}`,
        await callAction("claimPortalAction", [form({ token: text, name: text, email: text, password: text })], {
          from: "127.0.3.1",
        }),
      );
      check(
        `password ${start}`,
        await callAction("changePasswordAction", [form({ currentPassword: text, newPassword: text })], { as: user }),
      );
      for (const body of [
        { email: text, password: "x" },
        { email: "x@example.com", password: text },
      ]) {
        check(`sign-in ${start}`, await postJson("/api/auth/callback/credentials", body, { from: "127.0.3.2" }));
      }
      check(
        `query ${start}`,
        await send(`/admin/users?q=${encodeURIComponent(text.slice(0, 12_000)).slice(0, 14_000)}`, { as: admin }),
      );
    }
    expect(slow).toEqual([]);
    expect(await query(`SELECT name FROM "User" WHERE id = $1`, [user.id])).toEqual([{ name: user.name }]);
  });
});

test.describe("fifty requests for the same credential at once", () => {
  for (const owner of ["me", "site"]) {
    test(`make one, and tell the others that there is one: ${owner}`, async ({ admin, github }) => {
      await query(`DELETE FROM "Credential" WHERE "codeHostId" = $1 AND "ownerId" IS NULL`, [github.codeHost.id]);
      const add = (confirm: string) => {
        const token = github.addToken({ scopes: ["repo"] });
        return postCredential({ owner, codeHostId: github.codeHost.id, token, confirm }, { as: admin });
      };
      // A silent host: nothing is answered before the end, so each answer has a status of its own.
      github.respondNextWith({ status: 503, body: "" });
      const answers = await Promise.all(Array.from({ length: 50 }, () => add("unchecked")));
      github.respondNextWith(null);
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses).toEqual([201, ...Array(49).fill(409)]);
      const count = () =>
        query(
          `SELECT count(*)::int AS count FROM "Credential" WHERE "codeHostId" = $1 AND "ownerId" IS NOT DISTINCT FROM $2`,
          [github.codeHost.id, owner === "site" ? null : admin.id],
        );
      expect(await count()).toEqual([{ count: 1 }]);
      await query(`DELETE FROM "Credential" WHERE "codeHostId" = $1 AND "ownerId" IS NOT DISTINCT FROM $2`, [
        github.codeHost.id,
        owner === "site" ? null : admin.id,
      ]);
      // With the code host asked in between.
      const verified = await Promise.all(Array.from({ length: 10 }, () => add("missing-scopes")));
      expect(verified.filter(({ result }) => result.ok).length).toBe(1);
      expect(verified.filter(({ result }) => result.error?.code === "conflict").length).toBe(9);
      expect(await count()).toEqual([{ count: 1 }]);
    });
  }
});
