/**
 * Who may see and do what, over HTTP, past the screens: the threat table's rows 1 to 5 and 29. See SECURITY.md.
 */
import { expect, test } from "./fixtures";
import { createPerson, type Person, query } from "./people";
import { builtActions, callAction, form, postCredential, postJson, send, sessionCookie } from "./raw-request";

const nobodysId = "00000000-0000-4000-8000-000000000000";

async function deniedSince(seq: string, person: Person | null, targetId: string | null): Promise<number> {
  const [row] = await query<{ count: number }>(
    `SELECT count(*)::int AS count FROM "AuditEntry" WHERE seq > $1 AND outcome = 'denied'
       AND "actorId" IS NOT DISTINCT FROM $2 AND ($3::text IS NULL OR "targetId" = $3)`,
    [seq, person?.id ?? null, targetId],
  );
  return row?.count ?? 0;
}

async function lastSeq(): Promise<string> {
  const [row] = await query<{ seq: string }>(`SELECT coalesce(max(seq), 0)::text AS seq FROM "AuditEntry"`);
  return row?.seq ?? "0";
}

async function credentialsOf(ownerId: string): Promise<string> {
  const rows = await query(`SELECT c::text FROM "Credential" c WHERE "ownerId" = $1 ORDER BY id`, [ownerId]);
  return JSON.stringify(rows);
}

test.describe("another's credential", () => {
  test("is not there for whoever is not its owner, by any call, and each try is in the audit log", async ({
    user: alice,
    github,
  }) => {
    const bob = await createPerson("USER", "Bob");
    const token = github.addToken({ scopes: ["repo"] });
    const codeHostId = github.codeHost.id;
    const stored = await postCredential({ owner: "me", codeHostId, token, confirm: "missing-scopes" }, { as: alice });
    expect(stored.result.ok).toBe(true);
    const credentialId = stored.result.value?.id ?? "";
    const before = await credentialsOf(alice.id);
    const askedBefore = github.requests.filter(({ headers }) => headers.authorization?.includes(token)).length;
    const seq = await lastSeq();
    let tries = 0;
    for (const owner of ["me", alice.id]) {
      for (const action of ["checkCredentialAction", "removeCredentialAction"]) {
        const answer = await callAction(action, [{ owner, credentialId }], { as: bob });
        expect(answer.result, `${action} as ${owner}`).toMatchObject({ ok: false, error: { code: "not-found" } });
        expect(await deniedSince(seq, bob, credentialId)).toBe(++tries);
      }
    }
    const other = github.addToken({ scopes: ["repo"] });
    for (const [owner, more] of [
      ["me", { credentialId }],
      [alice.id, { credentialId }],
      [alice.id, {}],
    ] as const) {
      const fields = { owner, codeHostId, token: other, confirm: "missing-scopes", ...more };
      const answer = await postCredential(fields, { as: bob });
      expect(answer.status).toBe(404);
      expect(answer.result.error?.code).toBe("not-found");
    }
    expect(await deniedSince(seq, bob, null)).toBe(tries + 3);
    const site = await callAction("checkCredentialAction", [{ owner: "site", credentialId }], { as: bob });
    expect(site.result).toMatchObject({ ok: false, error: { code: "forbidden" } });

    expect(await credentialsOf(alice.id)).toBe(before);
    expect(await credentialsOf(bob.id)).toBe("[]");
    expect(github.requests.filter(({ headers }) => headers.authorization?.includes(other))).toEqual([]);
    expect(github.requests.filter(({ headers }) => headers.authorization?.includes(token)).length).toBe(askedBefore);
    for (const method of ["GET", "PUT", "PATCH", "DELETE"]) {
      const answer = await send(`/api/credentials/${credentialId}`, {
        method,
        as: bob,
        headers: { origin: process.env.PORTAL_URL ?? "" },
      });
      expect([404, 405]).toContain(answer.status);
    }
  });

  test("is not reached by replaying a request that its owner's browser made", async ({
    userPage,
    user: alice,
    gitlab,
  }) => {
    const bob = await createPerson("USER", "Bob");
    const fields = { owner: "me", codeHostId: gitlab.codeHost.id, token: gitlab.addToken({ scopes: ["api"] }) };
    const stored = await postCredential({ ...fields, confirm: "missing-scopes" }, { as: alice });
    expect(stored.result.ok).toBe(true);
    await userPage.goto(`/settings/credentials?q=${encodeURIComponent(gitlab.codeHost.name)}`);
    const captured = userPage.waitForRequest((request) => request.headers()["next-action"] !== undefined);
    await userPage
      .getByRole("button", { name: /^Check the token for/ })
      .first()
      .click();
    const request = await captured;
    await userPage.waitForLoadState("networkidle");
    const before = await credentialsOf(alice.id);
    const seq = await lastSeq();
    const { cookie: _, "accept-encoding": _packed, ...headers } = await request.allHeaders();
    const sendable = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(":")));
    const { pathname, search } = new URL(request.url());
    const body = request.postDataBuffer() ?? Buffer.alloc(0);
    const replay = (as: Person) => send(pathname + search, { method: "POST", headers: sendable, body, as });
    const answer = await replay(bob);
    expect(answer.body).toContain('"not-found"');
    expect(answer.body).not.toContain('"ok":true');
    expect(await deniedSince(seq, bob, stored.result.value?.id ?? "")).toBe(1);
    expect(await credentialsOf(alice.id)).toBe(before);
    // The same bytes from its owner are answered, so that it is the person that made the difference.
    expect((await replay(alice)).body).toContain('"ok":true');
  });
});

test.describe("a role that was taken away", () => {
  test("does not count in the next call, of any kind", async ({ admin: other }) => {
    const admin = await createPerson("ADMIN", "Carol");
    const pages = ["/admin/users", "/admin/audit", "/admin/audit/export", "/admin/code-hosts", "/admin/credentials"];
    for (const page of pages) expect((await send(page, { as: admin })).status, page).toBe(200);
    const demoted = await callAction("changeRoleAction", [admin.id, "USER"], { as: other });
    expect(demoted.result).toMatchObject({ ok: true });
    for (const page of pages) expect((await send(page, { as: admin })).status, page).toBe(404);
    const name = `Never ${admin.id}`;
    const fields = { kind: "gitlab", name, baseUrl: "https://never.example", caCertificate: null, gitOverSsh: false };
    const added = await callAction("addCodeHostAction", [fields], { as: admin });
    expect(added.result).toMatchObject({ ok: false, error: { code: "forbidden" } });
    const back = await callAction("changeRoleAction", [admin.id, "ADMIN"], { as: admin });
    expect(back.result).toMatchObject({ ok: false, error: { code: "forbidden" } });
    expect(await query(`SELECT role::text FROM "User" WHERE id = $1`, [admin.id])).toEqual([{ role: "USER" }]);
    expect(await query(`SELECT 1 FROM "CodeHost" WHERE name = $1`, [name])).toEqual([]);
  });

  test("nor does a session whose user was disabled, or deleted", async ({ admin }) => {
    for (const end of ["disable", "delete"]) {
      const person = await createPerson("USER", "Dave");
      expect((await send("/settings/profile", { as: person })).status).toBe(200);
      const ended =
        end === "disable"
          ? await callAction("disableUserAction", [person.id], { as: admin })
          : await callAction("deleteUserAction", [form({ id: person.id, confirmation: person.email })], { as: admin });
      expect(ended.result, end).toMatchObject({ ok: true });
      const answer = await send("/settings/profile", { as: person });
      expect(answer.status, end).toBe(307);
      expect((await postJson("/api/credentials", {}, { as: person })).status, end).toBe(401);
    }
  });
});

test.describe("a field that nobody asked for", () => {
  test("refuses the whole request, and changes nothing", async ({ user, admin, github }) => {
    const token = github.addToken({ scopes: ["repo"] });
    const good = { owner: "me", codeHostId: github.codeHost.id, token, confirm: "missing-scopes" };
    for (const more of [
      { role: "ADMIN" },
      { ownerId: admin.id },
      { id: nobodysId },
      { outcome: "valid" },
      { sealed: "x" },
      { version: 7 },
      { scopes: ["admin:org"] },
      { accountLogin: "root" },
      { constructor: { prototype: { role: "ADMIN" } } },
    ]) {
      const answer = await postJson("/api/credentials", { ...good, ...more }, { as: user });
      expect(answer.status, JSON.stringify(more)).toBe(400);
    }
    const polluting = JSON.stringify(good).replace(/}$/, ',"__proto__":{"owner":"site"}}');
    expect((await postJson("/api/credentials", polluting, { as: user })).status).toBe(400);
    expect(await credentialsOf(user.id)).toBe("[]");
    expect(github.requests.filter(({ headers }) => headers.authorization?.includes(token))).toEqual([]);

    for (const more of [{ role: "ADMIN" }, { id: admin.id }, { userId: admin.id }, { passwordHash: "x" }]) {
      const answer = await callAction("changeNameAction", [form({ name: "Mallory", ...more } as never)], { as: user });
      expect(answer.result, JSON.stringify(more)).toMatchObject({ ok: false, error: { code: "invalid-input" } });
    }
    // Without them it is taken, so it is they that were refused.
    expect((await callAction("changeNameAction", [form({ name: user.name })], { as: user })).result?.ok).toBe(true);
    const rows = await query(`SELECT id, role::text, name FROM "User" WHERE id IN ($1, $2) ORDER BY role::text DESC`, [
      user.id,
      admin.id,
    ]);
    expect(rows).toEqual([
      { id: user.id, role: "USER", name: user.name },
      { id: admin.id, role: "ADMIN", name: admin.name },
    ]);
    const host = { kind: "gitlab", name: "M", baseUrl: "https://m.example", caCertificate: null, gitOverSsh: false };
    const added = await callAction("addCodeHostAction", [{ ...host, id: nobodysId }], { as: admin });
    expect(added.result).toMatchObject({ ok: false, error: { code: "invalid-input" } });
    const moved = await callAction("editCodeHostAction", [{ ...host, id: github.codeHost.id, kind: "gitlab" }], {
      as: admin,
    });
    expect(moved.result).toMatchObject({ ok: false, error: { code: "invalid-input" } });
  });
});

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
  });
});

test.describe("every server action of the build", () => {
  const admins =
    /^(add|edit|remove|reset|enable|disable|delete|invite|revoke|changeRole|test)(CodeHost|Consumer|User|Invitation|RoleAction|Connection)|^changeRoleAction/;

  test("refuses a stranger, whatever is sent with it", async () => {
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
    expect(actions.length).toBeGreaterThanOrEqual(14);
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

test.describe("a session", () => {
  test("that is odd in any way is nobody's", async ({ admin }) => {
    const [cookie] = admin.storageState.cookies;
    const token = cookie?.value ?? "";
    const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from(
      JSON.stringify({ sub: admin.id, user: { id: admin.id, role: "ADMIN" }, role: "ADMIN" }),
    ).toString("base64url")}.`;
    const odd = [
      "",
      "x",
      "null",
      "undefined",
      "{}",
      token.slice(0, -1),
      `${token}A`,
      token.toLowerCase() === token ? token.toUpperCase() : token.toLowerCase(),
      "%E0%A4%A",
      "%00",
      encodeURIComponent(JSON.stringify({ user: { id: admin.id, role: "ADMIN" } })),
      unsigned,
      admin.id,
      "a".repeat(43),
      "' OR 1=1 --",
    ];
    const names = [
      cookie?.name ?? "",
      "next-auth.session-token",
      "__Secure-next-auth.session-token",
      "__Host-forgepass-session",
    ];
    const attempts = [
      ...odd.map((value) => `${cookie?.name}=${value}`),
      ...names.slice(1).map((name) => `${name}=${token}`),
      ...names.map((name) => `${name}=${unsigned}`),
    ];
    for (const attempt of attempts) {
      const page = await send("/admin/users", { headers: { cookie: attempt } });
      expect(page.status, attempt).toBe(307);
      const api = await postJson("/api/credentials", {}, { headers: { cookie: attempt } });
      expect(api.status, attempt).toBe(401);
    }
    expect((await send("/admin/users", { headers: { cookie: sessionCookie(admin) } })).status).toBe(200);
  });

  test("counts no more when it is over, or unused for half an hour", async () => {
    for (const column of [
      `"expiresAt" = now() - interval '1 second'`,
      `"lastSeenAt" = now() - interval '31 minutes'`,
    ]) {
      const person = await createPerson("USER");
      expect((await send("/settings/profile", { as: person })).status).toBe(200);
      await query(`UPDATE "Session" SET ${column} WHERE "userId" = $1`, [person.id]);
      expect((await send("/settings/profile", { as: person })).status, column).toBe(307);
    }
  });
});

test.describe("what is not text", () => {
  const wrong: unknown[] = [
    { startsWith: "" },
    { not: null },
    { contains: "" },
    { in: [""] },
    [],
    ["a"],
    [""],
    null,
    0,
    true,
    {},
    "\0",
    "a\0b",
  ];

  test("is refused in every field of a credential, and stores nothing", async ({ user, github }) => {
    const token = github.addToken({ scopes: ["repo"] });
    const good: Record<string, unknown> = {
      owner: "me",
      codeHostId: github.codeHost.id,
      credentialId: nobodysId,
      token,
      repository: "octo-org/website",
      confirm: "unchecked",
    };
    for (const field of Object.keys(good)) {
      for (const value of wrong) {
        const answer = await postJson("/api/credentials", { ...good, [field]: value }, { as: user });
        expect(answer.status, `${field}: ${JSON.stringify(value)}`).toBe(400);
      }
    }
    for (const field of ["owner", "codeHostId", "token"]) {
      const { [field]: _, credentialId: _id, ...rest } = good;
      expect((await postJson("/api/credentials", rest, { as: user })).status, `no ${field}`).toBe(400);
    }
    for (const body of ["", "null", "[]", '"x"', "0", "{", '{"owner":"me"', "\0", `${"[".repeat(50_000)}`]) {
      expect((await postJson("/api/credentials", body, { as: user })).status, body.slice(0, 20)).toBe(400);
    }
    expect(await credentialsOf(user.id)).toBe("[]");
  });

  test("is refused by every action that takes an id", async ({ user, admin }) => {
    for (const value of wrong) {
      for (const point of [
        { owner: value, credentialId: nobodysId },
        { owner: "me", credentialId: value },
      ]) {
        for (const name of ["checkCredentialAction", "removeCredentialAction"]) {
          const { result } = await callAction(name, [point], { as: user });
          expect(result, `${name} ${JSON.stringify(point)}`).toMatchObject({
            ok: false,
            error: { code: "invalid-input" },
          });
        }
      }
      for (const [name, args] of [
        ["removeCodeHostAction", [{ id: value, confirmedCount: 9 }]],
        [
          "editCodeHostAction",
          [{ id: value, name: "x", baseUrl: "https://x.example", caCertificate: null, gitOverSsh: false }],
        ],
        ["testConnectionAction", [{ id: value }]],
        ["enableConsumerAction", [value, true]],
        ["removeConsumerAction", [value]],
        ["resetConsumerAction", [value]],
        ["changeRoleAction", [value, "ADMIN"]],
        ["changeRoleAction", [user.id, value]],
        ["disableUserAction", [value]],
        ["enableUserAction", [value]],
        ["revokeInvitationAction", [value]],
        ["endSessionAction", [value]],
      ] as const) {
        const answer = await callAction(name, [...args], { as: admin });
        expect(answer.status, `${name} ${JSON.stringify(args)}`).toBeLessThan(500);
        expect(answer.result?.ok, `${name} ${JSON.stringify(args)}`).toBe(false);
      }
    }
    expect(await query(`SELECT role::text FROM "User" WHERE id = $1`, [user.id])).toEqual([{ role: "USER" }]);
  });

  test("is no failure of the server in any query", async ({ admin }) => {
    const pages = [
      "/settings/credentials",
      "/admin/users",
      "/admin/code-hosts",
      "/admin/credentials",
      "/admin/consumers",
    ];
    const names = ["q", "state", "show", "after", "before", "action", "actor", "target", "outcome", "from", "to"];
    const values = ["%00", "%FF", "[startsWith]=", "{}", "'", "%27%3B--", "-1", "1e999", "%F0%9F%92%A9", "%25"];
    for (const page of [...pages, "/admin/audit", "/admin/audit/export"]) {
      for (const value of values) {
        const search = names.map((name) => (value.startsWith("[") ? `${name}${value}` : `${name}=${value}`)).join("&");
        const answer = await send(`${page}?${search}`, { as: admin });
        expect(answer.status, `${page}?${search}`).toBeLessThan(500);
        expect(answer.body, `${page}?${search}`).not.toContain("Something went wrong");
      }
    }
  });
});
