/**
 * A stored token is nowhere but in its seal: the threat table's rows 6 and 7. Tokens are stored, checked, refused,
 * mistyped and handed back by their hosts; then everything that the portal shows, answers, prints and stores is looked
 * through for them, in whatever form. See SECURITY.md.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { SimulatorResponse } from "../lib/hosts/simulators/simulator";
import { crawl, Search, searchBrowser, searchDatabase, searchLogs, watchBrowser } from "./canary-search";
import { addToken, expect, githubScopes, openRow, test } from "./own-hosts";
import { createPerson, type Person, query } from "./people";
import { callAction, form, fromOwnPage, portalUrl, postCredential, postJson, send } from "./raw-request";

test("a token that was stored, refused or mistyped is in no page, answer, log, table or audit entry", async ({
  user: owner,
  userPage,
  admin,
  hub,
  lab,
}) => {
  test.setTimeout(300_000);
  const other = await createPerson("USER", "Bob");
  const github = hub.addToken({ scopes: githubScopes, login: "alice" });
  const site = hub.addToken({ scopes: githubScopes, login: "service" });
  const gitlab = lab.addToken({ scopes: ["api"] });
  const second = lab.addToken({ scopes: ["api"] });
  const rejected = hub.unknownToken();
  // Every sign that is written otherwise in URLs, HTML or JSON; no host takes it, but it can be stored unchecked.
  const odd = `tok/+=&"<'>%\\${randomBytes(12).toString("base64url")}`;
  const tokens = [github, site, gitlab, second, rejected, odd];
  const search = new Search(tokens);
  const hosts = { github: hub.codeHost.id, gitlab: lab.codeHost.id };

  // In the browser: typed, checked, stored.
  const answers = watchBrowser(search, userPage);
  const row = await openRow(userPage, hub.codeHost);
  await addToken(userPage, row, github);
  await expect(row).toContainText("alice");
  await expect(userPage.getByRole("dialog")).toBeHidden();
  await searchBrowser(search, userPage);

  // Through the API: stored, refused, replaced, for the site, unchecked.
  const post = async (what: string, fields: object, as: Person) => {
    const answer = await postCredential(fields, { as });
    search.answer(what, answer);
    return answer.result;
  };
  const lacking = "missing-scopes,other-account";
  expect(
    await post("site", { owner: "site", codeHostId: hosts.github, token: site, confirm: lacking }, admin),
  ).toMatchObject({ ok: true });
  const stored = await post(
    "gitlab",
    { owner: "me", codeHostId: hosts.gitlab, token: gitlab, confirm: lacking },
    owner,
  );
  expect(stored).toMatchObject({ ok: true });
  const credentialId = stored.value?.id ?? "";
  expect(await post("rejected", { owner: "me", codeHostId: hosts.github, token: rejected }, other)).toMatchObject({
    error: { code: "host-refused" },
  });
  lab.respondNextWith({ status: 503, body: "" });
  expect(
    await post("odd", { owner: "me", codeHostId: hosts.gitlab, token: odd, confirm: "unchecked" }, other),
  ).toMatchObject({ ok: true });
  lab.respondNextWith(null);
  const replaced = { owner: "me", codeHostId: hosts.gitlab, credentialId, token: second, confirm: lacking };
  expect(await post("replaced", replaced, owner)).toMatchObject({ ok: true });

  // Hosts that hand it back: in words, names, scopes, links, redirects, headers and pages.
  const point = { owner: "me", credentialId };
  const echo = (text: string) => ({
    id: 7,
    login: text,
    username: text,
    name: `Name ${text}`,
    html_url: `${hub.url}/${text}`,
    web_url: `${lab.url}/${text}`,
  });
  const base64 = Buffer.from(second).toString("base64");
  for (const response of [
    {
      status: 401,
      body: { message: `401 ${second}`, error: "invalid_token", error_description: `${second} ${base64}` },
    },
    {
      status: 403,
      body: {
        message: `403 ${base64} ${encodeURIComponent(second)}`,
        error: second,
        error_description: second,
        scope: second,
      },
    },
    { status: 200, body: echo(second) },
    {
      status: 200,
      body: {
        ...echo("alice"),
        scopes: [second, "api"],
        user_id: 7,
        active: true,
        revoked: false,
        expires_at: null,
        version: second,
      },
    },
    { status: 302, headers: { location: `http://${second}.example/${second}?private_token=${second}` } },
    {
      status: 200,
      headers: { "x-oauth-scopes": `repo, ${second}`, "x-github-request-id": second },
      body: echo(second),
    },
    { status: 429, headers: { "retry-after": second, "ratelimit-reset": second }, body: { message: second } },
    { status: 500, body: `<h1>${second}</h1>` },
  ] satisfies SimulatorResponse[] as SimulatorResponse[]) {
    lab.respondNextWith(response);
    search.answer(`check ${response.status}`, await callAction("checkCredentialAction", [point], { as: owner }));
    search.answer(`replace ${response.status}`, await postCredential(replaced, { as: owner }));
    lab.respondNextWith(null);
  }
  for (const [path, body] of [
    ["/user", { id: 7, username: second, name: second, web_url: `${lab.url}/${second}`, bot: false }],
    ["/user", { id: 7, username: "alice", name: `I am ${second}`, web_url: `${lab.url}/${second}`, bot: false }],
    [
      "/personal_access_tokens/self",
      { id: 7, scopes: ["api", second], user_id: 40, active: true, revoked: false, expires_at: "2099-12-31" },
    ],
    ["/version", { version: second, revision: second }],
  ] as const) {
    lab.respondAt(path, { status: 200, body });
    search.answer(`check with ${path}`, await callAction("checkCredentialAction", [point], { as: owner }));
    search.answer(`replace with ${path}`, await postCredential(replaced, { as: owner }));
    lab.respondAt(path, null);
  }
  await searchDatabase(search);
  for (const body of [
    echo(github),
    { ...echo("alice"), name: `I am ${github}`, message: github },
    { ...echo("alice"), html_url: `${hub.url}/${github}` },
  ]) {
    for (const status of [200, 401, 403]) {
      hub.respondNextWith({
        status,
        headers: { "x-oauth-scopes": `repo, ${github}`, "x-github-sso": `required; url=${hub.url}/${github}` },
        body,
      });
      await openRow(userPage, hub.codeHost);
      const [own] = await query<{ id: string }>(
        `SELECT id FROM "Credential" WHERE "codeHostId" = $1 AND "ownerId" = $2`,
        [hosts.github, owner.id],
      );
      search.answer(
        `check ${status}`,
        await callAction("checkCredentialAction", [{ owner: "me", credentialId: own?.id }], { as: owner }),
      );
      hub.respondNextWith(null);
    }
  }

  // Mistyped: where it does not belong, as what it is not, with what cannot be sent.
  const good = { owner: "me", codeHostId: hosts.github, token: github, confirm: "unchecked" };
  const wrong: unknown[] = [
    { ...good, token: `${github}\nX-Injected: y` },
    { ...good, token: `${github}\0` },
    { ...good, token: `${github}é` },
    { ...good, token: [github] },
    { ...good, token: { startsWith: github } },
    { ...good, owner: github },
    { ...good, codeHostId: github },
    { ...good, credentialId: github },
    { ...good, repository: github },
    { ...good, confirm: github },
    { ...good, [github]: "x" },
    { ...good, codeHostId: { equals: github } },
    [github],
    github,
    `{"token": "${github}"`,
    `${github}: ${github}`,
  ];
  for (const body of wrong) {
    for (const as of [owner, other, null]) {
      for (const type of [
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
      ]) {
        search.answer(
          `wrong ${type}`,
          await postJson("/api/credentials", body, { as, headers: { "content-type": type } }),
        );
      }
    }
  }
  for (const [name, args] of [
    ["checkCredentialAction", [{ owner: github, credentialId: github }]],
    ["checkCredentialAction", [github]],
    ["removeCredentialAction", [{ owner: "me", credentialId: github, [github]: github }]],
    [
      "addCodeHostAction",
      [{ kind: github, name: { [github]: github }, baseUrl: 7, caCertificate: github, gitOverSsh: github }],
    ],
    [
      "addCodeHostAction",
      [
        {
          kind: "github",
          name: "x",
          baseUrl: `https://alice:${github}@git.example`,
          caCertificate: null,
          gitOverSsh: false,
        },
      ],
    ],
    [
      "addCodeHostAction",
      [
        {
          kind: "github",
          name: "x",
          baseUrl: `https://git.example/?t=${github}`,
          caCertificate: null,
          gitOverSsh: false,
        },
      ],
    ],
    ["editCodeHostAction", [{ id: github, name: github, baseUrl: github, caCertificate: github, gitOverSsh: github }]],
    ["testConnectionAction", [{ id: github }]],
    ["removeCodeHostAction", [{ id: github, confirmedCount: github }]],
    [
      "addConsumerAction",
      [{ name: { [github]: 1 }, requirements: [{ kind: "github", scope: { x: github }, why: 1 }] }],
    ],
    ["enableConsumerAction", [github, github]],
    ["changeRoleAction", [github, github]],
    ["disableUserAction", [github]],
    ["endSessionAction", [github]],
    ["revokeInvitationAction", [github]],
    ["inviteUserAction", [form({ email: github, role: github })]],
    ["changeEmailAction", [form({ email: github, currentPassword: github })]],
    ["changePasswordAction", [form({ currentPassword: github, newPassword: github })]],
    ["claimPortalAction", [form({ token: github, name: github, email: github, password: github })]],
    ["acceptInvitationAction", [form({ token: github, name: github, password: github })]],
  ] as const) {
    for (const as of [admin, owner, null]) {
      const answer = await callAction(name, [...args], { as, from: "127.0.4.1" });
      search.answer(`${name} as ${as?.email ?? "nobody"}`, answer);
      expect(answer.body, name).not.toContain('"ok":true');
    }
  }
  for (const fields of [
    { email: github, password: github },
    { email: `${github} `, password: "x" },
    { email: [github], password: { github } },
    { csrfToken: github },
  ]) {
    search.answer("sign-in", await postJson("/api/auth/callback/credentials", fields, { from: "127.0.4.2" }));
  }
  for (const headers of [
    { cookie: `forgepass-session=${github}` },
    { cookie: `next-auth.csrf-token=${github}` },
    { authorization: `Bearer ${github}` },
    { "x-forwarded-for": github },
    { origin: github },
    { "next-action": github },
    { "next-action": "00".repeat(21), "content-type": github },
    { "next-router-state-tree": github },
  ] as Record<string, string>[]) {
    for (const method of ["GET", "POST"]) {
      const answer = await send("/settings/credentials", {
        method,
        headers: { ...(method === "POST" ? fromOwnPage() : {}), ...headers },
        as: headers.cookie ? null : owner,
      });
      search.answer(`${method} with ${Object.keys(headers)}`, answer);
    }
  }
  for (const field of [`$ACTION_ID_${github}`, `$ACTION_REF_${github}`, "$ACTION_REF_1", "$ACTION_KEY", github]) {
    const body = `--x\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${github}\r\n--x--\r\n`;
    const headers = { ...fromOwnPage(), "content-type": "multipart/form-data; boundary=x" };
    const answer = await send("/settings/sessions", { method: "POST", headers, body, as: owner });
    search.answer(`a form with ${field.slice(0, 12)}`, answer);
  }
  // What somebody searched for may be a token; whoever is refused the page leaves it nowhere.
  for (const as of [owner, null]) await send(`/admin/audit?target=${github}&q=${github}`, { as });

  // Everything there is to see, for everybody.
  const starts = [
    `/admin/users/${owner.id}/credentials`,
    `/admin/users/${other.id}/credentials`,
    `/admin/audit?target=${credentialId}`,
    "/admin/audit/export",
    "/settings/credentials?show=5000",
    `/settings/credentials?q=${encodeURIComponent(hub.codeHost.name)}`,
    "/admin/credentials?show=5000",
    `/api/credentials/${credentialId}`,
    "/nothing",
    "/%",
  ];
  let pages = 0;
  for (const as of [owner, other, admin, null]) pages += await crawl(search, as, starts);
  expect(pages).toBeGreaterThan(60);
  const exported = await send("/admin/audit/export", { as: admin });
  expect(exported.body).toContain(credentialId);
  search.answer("the audit log's export", exported);
  expect(await searchDatabase(search)).toBeGreaterThan(9);

  expect(searchLogs(search)).toBeGreaterThan(0);
  const [log = ""] = (process.env.LOG_FILES ?? "").split(",");
  expect(readFileSync(log, "utf8")).toContain(`is ready at ${portalUrl()}`);

  await Promise.all(answers);
  expect(search.looked).toBeGreaterThan(500);
  expect(search.found).toEqual([]);

  // They are there, sealed, and still open: the last check sends the right one.
  const checked = await callAction("checkCredentialAction", [point], { as: owner });
  expect(checked.result).toMatchObject({ ok: true, value: { outcome: "valid" } });
  expect(JSON.stringify(lab.requests.at(-1)?.headers)).toContain(second);
});

test("the search finds what it looks for", () => {
  const token = `ghp_${randomBytes(18).toString("hex")}`;
  for (const text of [
    token,
    token.slice(8, 24),
    [...token].reverse().join(""),
    `x${Buffer.from(`alice:${token}`).toString("base64")}`,
    Buffer.from(token).toString("base64url"),
    Buffer.from(token).toString("hex"),
    token.toUpperCase(),
  ]) {
    const search = new Search([token]);
    search.in("here", `before ${text} after`);
    expect(search.found.length, text).toBe(1);
  }
  const odd = `a/+b=&"<c>%${randomBytes(8).toString("hex")}`;
  for (const text of [
    encodeURIComponent(odd),
    JSON.stringify({ odd }),
    `<p>${odd.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")}</p>`,
  ]) {
    const search = new Search([odd]);
    search.in("here", text);
    expect(search.found.length, text).toBe(1);
  }
  const search = new Search([token]);
  search.in("here", `ghp_…${token.slice(-4)}`);
  expect(search.found).toEqual([]);
});
