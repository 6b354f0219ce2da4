/**
 * Whose credential it is and whose session, over HTTP, past the screens: the threat table's rows 1, 2 and 5. See
 * SECURITY.md.
 */
import { expect, test } from "./fixtures";
import { createPerson, type Person, query } from "./people";
import { callAction, form, postCredential, postJson, send, sessionCookie } from "./raw-request";

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
