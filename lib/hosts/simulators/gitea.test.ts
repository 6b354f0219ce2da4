import { afterEach, describe, expect, it } from "vitest";
import { type GiteaSimulator, startGiteaSimulator } from "./gitea";
import type { GiteaOptions } from "./gitea-state";

let host: GiteaSimulator | null = null;

afterEach(async () => {
  await host?.close();
  host = null;
});

async function start(options: GiteaOptions = {}): Promise<GiteaSimulator> {
  await host?.close();
  host = await startGiteaSimulator(options);
  return host;
}

async function ask(path: string, token?: string, init: RequestInit = {}) {
  const headers = { ...(token && { authorization: `token ${token}` }), ...init.headers };
  const response = await fetch(`${host?.baseUrl}${path}`, { redirect: "manual", ...init, headers });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

const unknown = "f".repeat(40);

describe("tokens", () => {
  it("are 40 hexadecimal digits, and are taken as token, Bearer and either half of Basic", async () => {
    const server = await start();
    const token = server.addToken();
    expect(token).toMatch(/^[0-9a-f]{40}$/);
    const basic = (pair: string) => `Basic ${Buffer.from(pair).toString("base64")}`;
    for (const authorization of [
      `token ${token}`,
      `Bearer ${token}`,
      basic(`anybody:${token}`),
      basic(`${token}:`),
      basic(`${token}:x-oauth-basic`),
    ]) {
      expect((await ask("/api/v1/user", undefined, { headers: { authorization } })).body.login).toBe("alice");
    }
  });

  it("describe themselves from 1.27 on without any scope, and can delete themselves", async () => {
    const server = await start();
    const token = server.addToken({ scopes: ["read:misc"], name: "ci" });
    const { status, body } = await ask("/api/v1/token", token);
    expect(status).toBe(200);
    expect(body).toMatchObject({ name: "ci", scopes: ["read:misc"], user: { id: 40, login: "alice" } });
    expect((await ask("/api/v1/token", server.addToken({ kind: "oauth" }))).body.message).toBe("token not found");
    const headers = { authorization: `Basic ${Buffer.from(`x:${token}`).toString("base64")}` };
    expect((await ask("/api/v1/token", undefined, { headers })).body.message).toBe("invalid personal token");
    expect((await ask("/api/v1/token", token, { method: "DELETE" })).status).toBe(204);
    expect((await ask("/api/v1/user", token)).status).toBe(401);
  });

  it.each([
    [{ version: "1.26.1" }, 404],
    [{ product: "forgejo" }, 404],
    [{ product: "forgejo", hasTokenEndpoint: true }, 200],
  ] satisfies [GiteaOptions, number][])("describe themselves or not: %j", async (options, status) => {
    const server = await start(options);
    expect((await ask("/api/v1/token", server.addToken())).status).toBe(status);
  });

  it.each([
    ["1.27.0", 401, "invalid username, password or token", 401],
    ["1.21.11", 401, "user does not exist [uid: 0, name: ]", 200],
    ["1.19.4", 401, "token is required", 200],
  ])("that are unknown to %s are refused, or taken for none", async (version, status, message, atPublic) => {
    const server = await start({ version });
    server.addRepository({ path: "acme/open", isPrivate: false });
    const refused = await ask("/api/v1/user", unknown);
    expect(refused).toMatchObject({ status, body: { message, url: `${server.baseUrl}/api/swagger` } });
    expect((await ask("/api/v1/repos/acme/open", unknown)).status).toBe(atPublic);
    const revoked = server.addToken();
    server.revokeToken(revoked);
    expect((await ask("/api/v1/user", revoked)).body.message).toBe(message);
  });

  it.each([
    ["inactive", /^This account is not activated\.$/],
    ["prohibited", /^This account is prohibited from signing in, please contact your site administrator\.$/],
    ["must-change-password", /^You must change your password\. Change it at: http/],
  ] as const)("of an account that is %s are refused without the address of the description", async (state, words) => {
    const server = await start();
    const { status, body } = await ask("/api/v1/user", server.addToken({ user: { login: "bob", state } }));
    expect(status).toBe(403);
    expect(body).toEqual({ message: expect.stringMatching(words) });
  });
});

describe("scopes", () => {
  it("are stored as they are normalised", async () => {
    const server = await start();
    const nine = "activitypub admin misc notification organization package issue repository user".split(" ");
    const all = server.addToken({ scopes: nine.map((category) => `write:${category}`) });
    expect((await ask("/api/v1/token", all)).body.scopes).toEqual(["all"]);
    const both = server.addToken({ scopes: ["read:user", "write:user", "public-only"] });
    expect((await ask("/api/v1/token", both)).body.scopes).toEqual(["write:user", "public-only"]);
  });

  it.each([
    [
      "1.27.0",
      {},
      "token does not have at least one of required scope(s), required=[read:user], token scope=write:issue,read:misc",
    ],
    [
      "1.24.0",
      { scopeRefusal: "required" },
      "token does not have at least one of required scope(s), required=[read:user]",
    ],
    ["1.21.0", {}, "token does not have at least one of required scope(s): [read:user]"],
  ] satisfies [string, GiteaOptions, string][])(
    "that lack are named by %s as it does",
    async (version, more, message) => {
      const server = await start({ version, ...more });
      const refused = await ask("/api/v1/user", server.addToken({ scopes: ["write:issue", "read:misc"] }));
      expect(refused).toMatchObject({ status: 403, body: { message } });
    },
  );

  it("are all needed where an endpoint is of two categories, and go by the method", async () => {
    const server = await start();
    const user = server.addToken({ scopes: ["read:user"] });
    expect((await ask("/api/v1/user/repos", user)).status).toBe(403);
    expect(
      (await ask("/api/v1/user/repos", server.addToken({ scopes: ["read:user", "write:repository"] }))).status,
    ).toBe(200);
    expect((await ask("/api/v1/user/keys", user)).status).toBe(200);
    expect((await ask("/api/v1/user/keys", user, { method: "POST", body: "{}" })).body.message).toContain(
      "[write:user]",
    );
  });

  it("have other names in 1.19, and do not exist before", async () => {
    const first = await start({ version: "1.19.4" });
    const token = first.addToken({ scopes: ["user:follow"] });
    expect((await ask("/api/v1/user", token)).status).toBe(200);
    expect((await ask("/api/v1/user/repos", token)).body.message).toBe("token does not have required scope: repo");
    const before = await start({ version: "1.18.5" });
    expect((await ask("/api/v1/user/repos", before.addToken({ scopes: [] }))).status).toBe(200);
  });

  it("limited to what is public do not reach what is private", async () => {
    const server = await start();
    server.addRepository({ path: "acme/app", members: { alice: "write" } });
    const token = server.addToken({ scopes: ["write:repository", "public-only"] });
    expect(await ask("/api/v1/repos/acme/app", token)).toMatchObject({
      status: 403,
      body: { message: "token scope is limited to public repos" },
    });
  });
});

describe("strangers and others", () => {
  it("are told nothing where signing in is required", async () => {
    const server = await start({ requiresSignIn: true });
    const said = { status: 403, body: { message: "Only signed in user is allowed to call APIs." } };
    expect(await ask("/api/v1/version")).toMatchObject(said);
    expect((await ask("/api/v1/version", server.addToken())).body).toEqual({ version: "1.27.0" });
  });

  it("may not manage tokens with a token, nor set a status on what is archived", async () => {
    const server = await start();
    const token = server.addToken();
    expect(await ask("/api/v1/users/alice/tokens", token)).toMatchObject({
      status: 401,
      body: { message: "auth required" },
    });
    server.addRepository({ path: "acme/old", isArchived: true, members: { alice: "write" } });
    expect(await ask("/api/v1/repos/acme/old/statuses/abc", token, { method: "POST", body: "{}" })).toMatchObject({
      status: 423,
      body: { message: "repo is archived" },
    });
  });

  it("are redirected from an old name, also below a path", async () => {
    const server = await start({ renamedUsers: { acne: "acme" }, relativeRoot: "/git" });
    const moved = await ask("/api/v1/repos/acne/app", server.addToken());
    expect(moved.status).toBe(301);
    expect(moved.headers.get("location")).toContain("/api/v1/repos/acme/app");
    expect((await fetch(`${server.url}/api/v1/version`)).status).toBe(404);
  });
});

describe("git", () => {
  const git = (path: string, service: string, token: string) => {
    const authorization = `Basic ${Buffer.from(`x:${token}`).toString("base64")}`;
    return ask(`/${path}.git/info/refs?service=${service}`, undefined, { headers: { authorization } });
  };

  it("asks for the scope and for the right to write", async () => {
    const server = await start();
    server.addRepository({ path: "acme/app", members: { alice: "write", bob: "read" } });
    const token = server.addToken({ scopes: ["write:repository"] });
    expect((await git("acme/app", "git-receive-pack", token)).body).toMatch(/^001f# service=git-receive-pack\n0000/);
    const bob = server.addToken({ scopes: ["write:repository"], user: { login: "bob" } });
    expect(await git("acme/app", "git-receive-pack", bob)).toMatchObject({
      status: 403,
      body: "User permission denied for writing.\n",
    });
    expect((await git("acme/app", "git-upload-pack", bob)).status).toBe(200);
    const reader = server.addToken({ scopes: ["read:repository"] });
    expect((await git("acme/app", "git-receive-pack", reader)).status).toBe(403);
    expect((await git("acme/app", "git-upload-pack", unknown)).status).toBe(401);
  });
});
