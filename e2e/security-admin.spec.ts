/**
 * What only admins may see and do, asked for in every way, and every server action that the build has: the threat table's
 * row 4. See SECURITY.md.
 */
import { expect, test } from "./fixtures";
import { createPerson, query } from "./people";
import { builtActions, callAction, form, send } from "./raw-request";

const nobodysId = "00000000-0000-4000-8000-000000000000";

test.describe("an admin's page", () => {
  const tricks: [string, Record<string, string>][] = [
    ["plainly", {}],
    ["as Next's own subrequest", { "x-middleware-subrequest": Array(5).fill("middleware").join(":") }],
    ["as src's subrequest", { "x-middleware-subrequest": Array(5).fill("src/middleware").join(":") }],
    ["as a subrequest of the proxy", { "x-middleware-subrequest": Array(5).fill("proxy").join(":") }],
    ["as components", { rsc: "1" }],
    ["as components, prefetched", { rsc: "1", "next-router-prefetch": "1" }],
    ["as a segment", { rsc: "1", "next-router-prefetch": "1", "next-router-segment-prefetch": "/_tree" }],
    ["as data", { "x-nextjs-data": "1" }],
    ["as matched elsewhere", { "x-matched-path": "/sign-in", "x-invoke-path": "/sign-in" }],
    [
      "as rewritten",
      { "x-middleware-rewrite": "/sign-in", "x-middleware-next": "1", "x-middleware-override-headers": "x" },
    ],
    [
      "as somebody else's address",
      { "x-forgepass-path": "/sign-in", "x-forgepass-ip": "127.0.0.1", "x-real-ip": "127.0.0.1" },
    ],
    ["as an admin by header", { "x-user": "admin", "x-role": "ADMIN", authorization: "Bearer admin" }],
  ];

  test("shows a stranger and a user nothing, however it is asked for", async ({ user, admin, github }) => {
    test.setTimeout(120_000);
    // Sought by the first word, proven by the second, which a request never says.
    const [word, proof] = [`seek${admin.id.slice(0, 8)}`, `found${admin.id.slice(24)}`];
    const person = await createPerson("USER", "Eve");
    await query(`UPDATE "User" SET name = $2 WHERE id = $1`, [person.id, `${word} ${proof}`]);
    await query(`INSERT INTO "CodeHost" (kind, name, "baseUrl", "updatedAt") VALUES ('github', $1, $2, now())`, [
      `${word} ${proof}`,
      `https://${word}.example`,
    ]);
    await query(`INSERT INTO "Team" (name, "updatedAt") VALUES ($1, now())`, [`${word} ${proof}`]);
    const consumer = await callAction("addConsumerAction", [{ name: `${word} ${proof}`, requirements: [] }], {
      as: admin,
    });
    expect(consumer.result).toMatchObject({ ok: true });
    const pages = [
      `/admin/users?q=${word}`,
      `/admin/users/${person.id}/credentials?q=${encodeURIComponent(github.codeHost.name)}`,
      `/admin/code-hosts?q=${word}`,
      `/admin/credentials?q=${word}`,
      "/admin/consumers",
      `/admin/teams?q=${word}`,
      "/admin/audit?action=consumer.add",
      "/admin/audit/export?action=consumer.add",
    ];
    for (const page of pages) expect((await send(page, { as: admin })).body, page).toContain(proof);
    for (const page of pages) {
      const [path = "", search = ""] = page.split("?");
      const spellings = [
        page,
        `${path}.rsc?${search}`,
        `${path}.segments/_tree.segment.rsc`,
        `${path}.segments/!KHBvcnRhbCk/admin/__PAGE__.segment.rsc`,
        `${path}/?${search}`,
        `/${page}`,
        path.replace("/admin", "/%61dmin"),
        path.replace("/admin", "/ADMIN"),
        path.replace("/admin", "/settings/..%2fadmin"),
        path.replace("/admin", "/./admin"),
        `/_next/data/build${path}.json?${search}`,
        `${path}?${search}&_rsc=1`,
      ];
      const asked: [string, Record<string, string>][] = [
        ...tricks.map(([, headers]): [string, Record<string, string>] => [page, headers]),
        ...spellings.slice(1).map((spelling): [string, Record<string, string>] => [spelling, {}]),
        ...spellings.slice(1, 4).map((spelling): [string, Record<string, string>] => [spelling, { rsc: "1" }]),
      ];
      for (const [spelling, headers] of asked) {
        for (const as of [null, user]) {
          const answer = await send(spelling, { headers, as });
          const what = `${spelling} ${JSON.stringify(headers)} as ${as?.email}`;
          expect(answer.body, what).not.toContain(proof);
          expect(answer.status, what).toBeLessThan(500);
        }
      }
      expect((await send(page, { as: user })).status, page).toBe(404);
      expect((await send(page)).status, page).toBe(page.includes("export") ? 401 : 307);
    }
    await query(`DELETE FROM "CodeHost" WHERE name LIKE $1`, [`${word}%`]);
    await query(`DELETE FROM "Consumer" WHERE name LIKE $1`, [`${word}%`]);
    await query(`DELETE FROM "Team" WHERE name LIKE $1`, [`${word}%`]);
  });
});

test.describe("every server action of the build", () => {
  const admins =
    /^(add|edit|remove|reset|enable|disable|delete|invite|revoke|changeRole|test)(CodeHost|Consumer|User|Invitation|RoleAction|Connection)|^changeRoleAction|^(read|confirm)HostKeysAction|PolicyAction$|^(add|edit|enable|rotate|remove|test|resend)Webhook(Secret|Delivery)?Action$|^(create|delete)TeamAction$|^suggestPeopleAction$|^(runJob|tryCodeHost)Action$|^(save|remove|sendTest)Mail(Settings)?Action$/;

  test("refuses a stranger, whatever is sent with it", async () => {
    test.setTimeout(120_000);
    const actions = builtActions();
    expect(actions.length).toBeGreaterThanOrEqual(20);
    for (const { name } of actions) {
      for (const args of [[], [{}], [nobodysId, true], [null], [form({ id: nobodysId, token: "x".repeat(43) })]]) {
        const answer = await callAction(name, args, { from: "127.0.0.21" });
        expect(answer.status, name).toBeLessThan(500);
        expect(answer.body, name).not.toContain('"ok":true');
      }
    }
  });

  test("refuses a user where it is for admins, whatever is sent with it", async ({ user }) => {
    const actions = builtActions().filter(({ name }) => admins.test(name));
    expect(actions.length).toBeGreaterThanOrEqual(16);
    for (const { name } of actions) {
      for (const args of [
        [],
        [{}],
        [{ id: nobodysId }],
        [user.id, "ADMIN"],
        [form({ id: user.id, confirmation: user.email })],
      ]) {
        const answer = await callAction(name, args, { as: user });
        expect(answer.status, name).toBeLessThan(500);
        expect(answer.result?.ok, name).not.toBe(true);
        if (answer.result) expect(answer.result.error?.code, name).toBe("forbidden");
      }
    }
  });
});
