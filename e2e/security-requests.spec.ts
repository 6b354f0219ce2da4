/**
 * What a request must bring and what every answer carries: the threat table's rows 18, 19, 23 and 24, the content
 * security policy and the session's cookie. See SECURITY.md.
 */
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { root } from "../bin/root.mjs";
import { expect, test } from "./fixtures";
import { query } from "./people";
import { builtActions, callAction, form, fromOwnPage, portalUrl, postJson, send } from "./raw-request";

const own = () => portalUrl();
const port = () => new URL(portalUrl()).port;

test.describe("a request from another site", () => {
  const foreign: [string, () => Record<string, string>][] = [
    ["another origin", () => ({ origin: "https://evil.example" })],
    [
      "another origin that says it is the same",
      () => ({ origin: "https://evil.example", "sec-fetch-site": "same-origin" }),
    ],
    ["no origin that has a name", () => ({ origin: "null" })],
    ["no origin that has a name, from the same", () => ({ origin: "null", "sec-fetch-site": "same-origin" })],
    ["no origin at all", () => ({})],
    ["an empty origin", () => ({ origin: "" })],
    ["no origin, from another site", () => ({ "sec-fetch-site": "cross-site" })],
    ["no origin, from a neighbour", () => ({ "sec-fetch-site": "same-site" })],
    ["no origin, from an address bar", () => ({ "sec-fetch-site": "none" })],
    ["the other scheme", () => ({ origin: own().replace("http:", "https:") })],
    ["another port", () => ({ origin: "http://localhost:1" })],
    ["no port", () => ({ origin: "http://localhost" })],
    ["a name that begins like it", () => ({ origin: `http://localhost.evil.example:${port()}` })],
    ["a name that ends like it", () => ({ origin: `http://evil-localhost:${port()}` })],
    ["the address behind the name", () => ({ origin: `http://127.0.0.1:${port()}` })],
    ["upper case", () => ({ origin: own().toUpperCase() })],
    ["a path", () => ({ origin: `${own()}/` })],
    ["two origins", () => ({ origin: `${own()}, https://evil.example` })],
    ["a host to match", () => ({ origin: "https://evil.example", host: "evil.example" })],
    ["a forwarded host to match", () => ({ origin: "https://evil.example", "x-forwarded-host": "evil.example" })],
    ["a referrer instead", () => ({ referer: `${own()}/settings/credentials` })],
  ];

  for (const [what, headers] of foreign) {
    test(`is refused everywhere: ${what}`, async ({ user, github }) => {
      const token = github.addToken({ scopes: ["repo"] });
      const credential = JSON.stringify({
        owner: "me",
        codeHostId: github.codeHost.id,
        token,
        confirm: "missing-scopes",
      });
      const action = builtActions().find(({ name }) => name === "endOtherSessionsAction");
      for (const [path, type, body, more] of [
        ["/api/credentials", "application/json", credential, {}],
        ["/settings/sessions", "text/plain;charset=UTF-8", "[]", { "next-action": action?.id ?? "" }],
        ["/settings/sessions", "application/x-www-form-urlencoded", "a=b", {}],
        [
          "/settings/sessions",
          "multipart/form-data; boundary=x",
          `--x\r\nContent-Disposition: form-data; name="$ACTION_ID_${action?.id}"\r\n\r\n\r\n--x--`,
          {},
        ],
        [
          "/api/auth/callback/credentials",
          "application/json",
          JSON.stringify({ email: user.email, password: user.password }),
          {},
        ],
        ["/no-such-page", "application/json", "{}", {}],
      ] as const) {
        const answer = await send(path, {
          method: "POST",
          as: user,
          headers: { "content-type": type, ...more, ...headers() },
          body,
        });
        expect(answer.status, path).toBe(403);
        expect(JSON.parse(answer.body), path).toMatchObject({ error: { code: "forbidden" } });
      }
      for (const method of ["PUT", "PATCH", "DELETE", "PROPFIND"]) {
        const answer = await send("/api/credentials", { method, as: user, headers: headers() });
        expect(answer.status, method).toBe(403);
      }
      expect(await query(`SELECT 1 FROM "Credential" WHERE "ownerId" = $1`, [user.id])).toEqual([]);
    });
  }

  test("may be from no form: what forms can send is refused from the portal's own pages, too", async ({
    user,
    github,
  }) => {
    const body = { owner: "me", codeHostId: github.codeHost.id, token: github.addToken(), confirm: "missing-scopes" };
    for (const type of [
      "text/plain",
      "text/plain;charset=UTF-8",
      "TEXT/PLAIN",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "",
    ]) {
      const headers: Record<string, string> = { "content-type": type };
      const answer = await postJson("/api/credentials", body, { as: user, headers });
      expect([400, 403], type).toContain(answer.status);
    }
    expect(await query(`SELECT 1 FROM "Credential" WHERE "ownerId" = $1`, [user.id])).toEqual([]);
  });

  test("differs from one of the portal's own, which passes", async ({ user, github }) => {
    const token = github.addToken({ scopes: ["repo"] });
    const body = { owner: "me", codeHostId: github.codeHost.id, token, confirm: "missing-scopes" };
    expect((await postJson("/api/credentials", body, { as: user })).status).toBe(200);
    expect(await query(`SELECT 1 FROM "Credential" WHERE "ownerId" = $1`, [user.id])).toHaveLength(1);
    const action = await callAction("endOtherSessionsAction", [], { as: user });
    expect(action.result).toMatchObject({ ok: true });
  });

  test("is answered without a word that lets its page read the answer", async ({ user }) => {
    for (const method of ["GET", "OPTIONS"]) {
      const answer = await send("/api/credentials", {
        method,
        as: user,
        headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
      });
      expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
    }
  });
});

test.describe("every answer", () => {
  test("forbids framing, sniffing and keeping, whatever it is", async ({ user, admin }) => {
    const routes = Object.values(
      JSON.parse(readFileSync(join(root, ".next/app-path-routes-manifest.json"), "utf8")) as Record<string, string>,
    ).map((route) => route.replace("[id]", user.id).replace("[...nextauth]", "csrf"));
    expect(routes.length).toBeGreaterThan(12);
    const asked = [
      ...new Set([
        ...routes,
        "/nothing",
        "/api/nothing",
        "/api/auth/nothing",
        "/healthz",
        "/readyz",
        "/_next/nothing.js",
        "/favicon.ico",
        "/robots.txt",
        "/%",
        "/%E0%A4%A",
        "/admin/users?q=%00",
        "/_next/image?url=%2Fx&w=64&q=75",
      ]),
    ];
    for (const path of asked) {
      for (const as of [null, user, admin]) {
        for (const more of [
          {},
          { method: "POST" },
          { method: "POST", headers: fromOwnPage() },
          { method: "HEAD" },
          { method: "OPTIONS" },
          { headers: { rsc: "1" } },
        ]) {
          const answer = await send(path, { as, ...more });
          const what = `${JSON.stringify(more)} ${path} as ${as?.email}: ${answer.status}`;
          expect(answer.headers["content-security-policy"], what).toContain("frame-ancestors 'none'");
          expect(answer.headers["x-frame-options"], what).toBe("DENY");
          expect(answer.headers["x-content-type-options"], what).toBe("nosniff");
          expect(answer.headers["referrer-policy"], what).toBe("no-referrer");
          expect(answer.headers["cache-control"], what).toBe("no-store");
          expect(answer.headers["x-powered-by"], what).toBeUndefined();
          // Next shows its own error page to whoever asks for it.
          if (path !== "/_global-error") expect(answer.status, what).toBeLessThan(500);
        }
      }
    }
    const tooLarge = await postJson("/api/credentials", "x".repeat(1024 * 1024 + 1), { as: user });
    expect(tooLarge.status).toBe(413);
    expect(tooLarge.headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  });

  test("may be kept only when it is a file of the build, which is protected as well", async () => {
    const page = (await send("/sign-in")).body;
    const file = /\/_next\/static\/[^"?]+\.js/.exec(page)?.[0] ?? "";
    const answer = await send(file);
    expect(answer.status).toBe(200);
    expect(answer.headers["cache-control"]).toContain("immutable");
    expect(answer.headers["x-content-type-options"]).toBe("nosniff");
    expect(answer.headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    for (const path of [
      "/_next/static/../../package.json",
      "/_next/static/%2e%2e/%2e%2e/package.json",
      "/_next/static/..%2f..%2fdata/keyring.json",
      "/../package.json",
      "/.env",
      "/data/keyring.json",
      "/package.json",
    ]) {
      const escaped = await send(path);
      expect(escaped.status, path).toBeGreaterThanOrEqual(300);
      expect(escaped.body, path).not.toContain('"dependencies"');
    }
  });

  test("has a nonce of its own, and no script or style without it", async ({ user, admin }) => {
    const seen = new Set<string>();
    const pages: [string, typeof user | null][] = [
      ["/sign-in", null],
      ["/setup?token=x", null],
      ["/nothing", null],
      ["/settings/credentials", user],
      ["/settings/profile", user],
      ["/admin/users", user],
      ["/admin/code-hosts", admin],
      ["/admin/audit", admin],
    ];
    for (const [path, as] of pages) {
      for (const forged of [
        {},
        {
          "content-security-policy": "script-src 'nonce-forged'",
          "x-nonce": "forged",
          "content-security-policy-report-only": "script-src 'nonce-forged'",
        },
      ] as Record<string, string>[]) {
        const { headers, body } = await send(path, { as, headers: forged });
        const policy = String(headers["content-security-policy"]);
        const nonce = /script-src 'nonce-([\w+/=]{22,})' 'strict-dynamic'(;|$)/.exec(policy)?.[1] ?? "";
        expect(policy, path).toContain("default-src 'none'");
        expect(policy, path).toContain("base-uri 'none'");
        expect(policy, path).toContain("form-action 'self'");
        expect(policy, path).not.toMatch(/unsafe|forged|\*|https?:|data:/);
        expect(nonce, path).not.toBe("");
        expect(seen.has(nonce), path).toBe(false);
        seen.add(nonce);
        const scripts = body.match(/<(script|style)\b[^>]*>/g) ?? [];
        expect(scripts.length, path).toBeGreaterThan(3);
        for (const script of scripts) expect(script, path).toContain(`nonce="${nonce}"`);
        expect(body, path).not.toContain("forged");
        const markup = body.replace(/(<script\b[^>]*>).*?<\/script>/gs, "$1");
        const tags = (markup.match(/<[a-z](?:[^>"]|"[^"]*")*>/gi) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""'));
        expect(tags.filter((tag) => /\son[a-z]+\s*=|javascript:/i.test(tag))).toEqual([]);
      }
    }
  });
});

test.describe("the address that people open", () => {
  test("is the configured one, whatever host a request names", async ({ user, admin }) => {
    const poisoned: Record<string, string>[] = [
      { host: "evil.example" },
      { host: `localhost:${port()}@evil.example` },
      { "x-forwarded-host": "evil.example" },
      { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https", "x-forwarded-port": "444" },
      { forwarded: "host=evil.example;proto=https" },
      { "x-original-host": "evil.example", "x-host": "evil.example", "x-forwarded-server": "evil.example" },
      { "x-original-url": "/evil.example", "x-rewrite-url": "/evil.example" },
    ];
    for (const headers of poisoned) {
      for (const [path, as] of [
        ["/", null],
        ["/", user],
        ["/settings/credentials", null],
        ["/sign-in", null],
        ["/sign-in", user],
        ["/admin/users", admin],
        ["/nothing", null],
        ["/api/auth/csrf", null],
        ["/settings/profile/", user],
      ] as const) {
        const answer = await send(path, { as, headers });
        const what = `${path} ${JSON.stringify(headers)}`;
        expect(answer.status, what).toBeLessThan(500);
        expect(answer.body, what).not.toContain("evil.example");
        expect(JSON.stringify(answer.headers), what).not.toContain("evil.example");
        const { location } = answer.headers;
        if (location) expect(new URL(location, own()).origin, what).toBe(own());
      }
      const email = `poison-${Math.random().toString(36).slice(2)}@example.com`;
      const invited = await callAction("inviteUserAction", [form({ email, role: "USER" })], { as: admin, headers });
      expect(JSON.stringify(invited.result)).toContain(`${own()}/invite?token=`);
      expect(invited.body).not.toContain("evil.example");
    }
  });

  test("is where a request from an absolute address stays, too", async () => {
    const answer = await new Promise<string>((done, failed) => {
      const socket = connect(Number(port()), "127.0.0.1", () => {
        socket.write(
          "GET http://evil.example/settings/credentials HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        );
      });
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk;
      });
      socket.on("end", () => done(text)).on("error", failed);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 [234]/);
    expect(answer).not.toContain("evil.example");
  });

  test("is not left for a path that begins like another one", async ({ user }) => {
    for (const path of [
      "//evil.example",
      "//evil.example/..",
      "///evil.example/",
      "/\\evil.example/",
      "/.//evil.example",
      "/%2f%2fevil.example/",
      "//evil.example/%2e%2e/settings/profile/",
    ]) {
      for (const as of [null, user]) {
        const { location, refresh } = (await send(path, { as })).headers;
        if (location) expect(new URL(location, own()).origin, path).toBe(own());
        expect(String(refresh ?? ""), path).not.toMatch(/url=(https?:)?[\\/]{2}/);
      }
    }
  });

  test("is never left through callbackUrl", async ({ user }) => {
    for (const evil of [
      "//evil.example",
      "/\\evil.example",
      "https:evil.example",
      "https://evil.example",
      "javascript:alert(1)",
      "/%09/evil.example",
      "\t//evil.example",
      "/..//evil.example",
      `${own()}@evil.example`,
      `${own()}.evil.example`,
    ]) {
      const query = `callbackUrl=${encodeURIComponent(evil)}`;
      for (const as of [null, user]) {
        const answer = await send(`/sign-in?${query}`, { as });
        const { location } = answer.headers;
        if (location) expect(new URL(location, own()).origin, evil).toBe(own());
        expect(answer.body, evil).not.toMatch(/(href|action|content|src)="[^"]*evil\.example/);
      }
      const csrf = await send(`/api/auth/csrf?${query}`);
      for (const cookie of csrf.headers["set-cookie"] ?? []) {
        const value = decodeURIComponent(/^next-auth\.callback-url=([^;]*)/.exec(cookie)?.[1] ?? `${own()}/`);
        expect(value, evil).toMatch(new RegExp(`^${own()}(/|$)`));
      }
    }
  });
});

test("the session's cookie is out of reach for scripts and other sites, and only itself", async ({ user }) => {
  const csrf = await send("/api/auth/csrf", { from: "127.0.0.31" });
  const { csrfToken } = JSON.parse(csrf.body) as { csrfToken: string };
  const cookie = (csrf.headers["set-cookie"] ?? []).map((one) => one.split(";")[0]).join("; ");
  const { email, password } = user;
  const answer = await postJson(
    "/api/auth/callback/credentials",
    { email, password, csrfToken, json: "true" },
    { from: "127.0.0.31", headers: { cookie } },
  );
  expect(answer.status).toBe(200);
  const set = answer.headers["set-cookie"] ?? [];
  const session = set.find((one) => one.startsWith("forgepass-session=")) ?? "";
  expect(session).toMatch(/^forgepass-session=[\w-]{43};/);
  expect(session).toMatch(/; HttpOnly/i);
  expect(session).toMatch(/; SameSite=Lax/i);
  expect(session).toMatch(/; Path=\/(;|$)/i);
  expect(session).not.toMatch(/; Domain=/i);
  for (const one of [...set, ...(csrf.headers["set-cookie"] ?? [])])
    expect(one).toMatch(/HttpOnly.*SameSite=Lax|SameSite=Lax.*HttpOnly/i);
  expect(answer.body).not.toContain(/=([\w-]{43});/.exec(session)?.[1]);
});
