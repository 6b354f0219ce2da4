/**
 * Fields that nobody asked for, and values that are not text: the threat table's rows 3 and 29. See SECURITY.md.
 */
import { expect, test } from "./fixtures";
import { query } from "./people";
import { callAction, form, postJson, send } from "./raw-request";

const nobodysId = "00000000-0000-4000-8000-000000000000";

async function credentialsOf(ownerId: string): Promise<string> {
  const rows = await query(`SELECT c::text FROM "Credential" c WHERE "ownerId" = $1 ORDER BY id`, [ownerId]);
  return JSON.stringify(rows);
}

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
