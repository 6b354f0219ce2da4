import { afterEach, describe, expect, it } from "vitest";
import { type BitbucketDataCenterSimulator, startBitbucketDataCenterSimulator } from "./bitbucket-data-center";
import type { DataCenterOptions } from "./bitbucket-data-center-state";
import { mintToken } from "./bitbucket-data-center-tokens";

let host: BitbucketDataCenterSimulator | null = null;

afterEach(async () => {
  await host?.close();
  host = null;
});

async function start(options: DataCenterOptions = {}): Promise<BitbucketDataCenterSimulator> {
  host = await startBitbucketDataCenterSimulator(options);
  host.addProject({ key: "ACME", access: { alice: 2, root: 3 } });
  host.addRepository("ACME/app");
  host.addRepository("PUB/open", { public: true });
  return host;
}

interface Asked {
  authorization?: string;
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

async function ask(path: string, { authorization, method = "GET", body, headers = {} }: Asked = {}) {
  const response = await fetch(`${host?.baseUrl}${path}`, {
    method,
    redirect: "manual",
    headers: {
      ...(authorization && { authorization }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

const bearer = (token: string) => `Bearer ${token}`;
const basic = (name: string, password: string) => `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
const exceptionOf = ({ body }: { body: { errors?: { exceptionName: string }[] } }) => body.errors?.[0]?.exceptionName;

describe("who asks", () => {
  it("is named in a header of every answer, encoded, and in both releases of the API", async () => {
    const bitbucket = await start({ contextPath: "/bitbucket" });
    const token = bitbucket.addToken({ user: { name: "jörg köhler" } });
    for (const release of ["1.0", "latest"]) {
      const { status, headers } = await ask(`/rest/api/${release}/projects`, { authorization: bearer(token) });
      expect(status).toBe(200);
      expect(headers.get("x-ausername")).toBe("j%C3%B6rg+k%C3%B6hler");
      expect(headers.get("x-auserid")).toBe("101");
      expect(headers.get("x-arequestid")).toMatch(/^@1\w+$/);
    }
  });

  it("is nobody without a credential, who may know the version and what is public", async () => {
    await start();
    const properties = await ask("/rest/api/latest/application-properties");
    expect(properties).toMatchObject({ status: 200, body: { version: "9.4.0", displayName: "Bitbucket" } });
    expect(properties.headers.has("x-ausername")).toBe(false);
    expect((await ask("/rest/api/latest/repos")).body.values).toMatchObject([{ slug: "open" }]);
    expect((await ask("/rest/api/latest/repos?permission=REPO_READ")).body.values).toEqual([]);
    expect(exceptionOf(await ask("/rest/api/latest/users"))).toBe("com.atlassian.bitbucket.AuthorisationException");
  });

  it("with a bad credential gets a 401, or what anybody gets", async () => {
    await start();
    const authorization = bearer(mintToken("000000000042", true));
    const refused = await ask("/rest/api/latest/application-properties", { authorization });
    expect(refused.status).toBe(401);
    expect(exceptionOf(refused)).toBe("com.atlassian.bitbucket.auth.IncorrectPasswordAuthenticationException");
    await host?.close();
    await start({ unknownGets: "anonymous" });
    const anybody = await ask("/rest/api/latest/application-properties", { authorization });
    expect(anybody.status).toBe(200);
    expect(anybody.headers.has("x-ausername")).toBe(false);
  });

  it("with a person's token may come with the person's name, and with a project's with x-token-auth", async () => {
    const bitbucket = await start();
    const own = bitbucket.addToken();
    const projects = bitbucket.addToken({ project: "ACME" });
    const asks = async (name: string, token: string) =>
      (await ask("/rest/api/latest/users", { authorization: basic(name, token) })).status;
    expect(await asks("alice", own)).toBe(200);
    expect(await asks("bob", own)).toBe(401);
    expect(await asks("x-token-auth", own)).toBe(401);
    expect(await asks("x-token-auth", projects)).toBe(200);
    expect(await asks("alice", projects)).toBe(401);
  });

  it("with five wrong passwords needs a CAPTCHA, which a Bearer token does not mind", async () => {
    const bitbucket = await start();
    bitbucket.addUser({ name: "alice", password: "right" });
    for (let round = 0; round < 5; round++)
      await ask("/rest/api/latest/users", { authorization: basic("alice", "no") });
    const barred = await ask("/rest/api/latest/users", { authorization: basic("alice", "right") });
    expect(barred.status).toBe(401);
    expect(barred.headers.get("x-authentication-denied-reason")).toMatch(
      /^CAPTCHA_CHALLENGE; login-url=http.*\/login$/,
    );
    expect((await ask("/rest/api/latest/users", { authorization: bearer(bitbucket.addToken()) })).status).toBe(200);
  });
});

describe("tokens", () => {
  it("end with their days, and when they are revoked", async () => {
    const bitbucket = await start();
    const ended = bitbucket.addToken({ createdAt: Date.now() - 2 * 86_400_000, expiryDays: 2 });
    const living = bitbucket.addToken({ createdAt: Date.now() - 86_400_000, expiryDays: 2 });
    const status = async (token: string) =>
      (await ask("/rest/api/latest/users", { authorization: bearer(token) })).status;
    expect([await status(ended), await status(living)]).toEqual([401, 200]);
    bitbucket.revokeToken(living);
    expect(await status(living)).toBe(401);
  });

  it("are made, listed, changed and ended with a password, and not with a token", async () => {
    const bitbucket = await start({ maximumTokens: 1 });
    bitbucket.addUser({ name: "alice", password: "right" });
    const authorization = basic("alice", "right");
    const path = "/rest/access-tokens/latest/users/alice";
    const body = { name: "x", permissions: ["PROJECT_READ", "REPO_WRITE"], expiryDays: 90 };
    for (const wrong of [
      { ...body, name: "" },
      { ...body, permissions: [] },
      { ...body, permissions: ["ALL"] },
    ]) {
      expect((await ask(path, { authorization, method: "PUT", body: wrong })).status).toBe(400);
    }
    const made = await ask(path, { authorization, method: "PUT", body });
    expect(made).toMatchObject({ status: 200, body: { permissions: body.permissions, expiryDays: 90 } });
    expect(Buffer.from(made.body.token.slice(5), "base64").toString("latin1").slice(0, 13)).toBe(`${made.body.id}:`);
    expect((await ask(path, { authorization, method: "PUT", body })).status).toBe(400);
    expect((await ask(path, { authorization: bearer(made.body.token) })).status).toBe(401);
    const changed = { name: "y", permissions: ["REPO_READ"] };
    await ask(`${path}/${made.body.id}`, { authorization, method: "POST", body: changed });
    expect((await ask(path, { authorization })).body.values).toMatchObject([{ ...changed, expiryDays: 90 }]);
    expect((await ask(`${path}/${made.body.id}`, { authorization, method: "DELETE" })).status).toBe(204);
    expect((await ask(`${path}/${made.body.id}`, { authorization })).status).toBe(404);
  });

  it.each([
    ["number", "number"],
    ["string", "string"],
  ] as const)("read themselves where the site lets them, with dates as a %s", async (dates, type) => {
    const bitbucket = await start({ tokensReadThemselves: true, dates });
    const token = bitbucket.addToken({ id: "080920112506", permissions: ["REPO_READ"] });
    const path = "/rest/access-tokens/1.0/users/alice/080920112506";
    const { body } = await ask(path, { authorization: bearer(token) });
    expect(body).toMatchObject({ id: "080920112506", permissions: ["REPO_READ"], user: { slug: "alice" } });
    expect(typeof body.createdDate).toBe(type);
    expect(body).not.toHaveProperty("expiryDays");
    expect((await ask(path, { authorization: bearer(token), method: "DELETE" })).status).toBe(401);
  });

  it("leave their user's rights or less, on projects and so on repositories", async () => {
    const bitbucket = await start();
    const count = async (permissions: string[], query: string) => {
      const authorization = bearer(bitbucket.addToken({ permissions }));
      return (await ask(`/rest/api/latest/${query}`, { authorization })).body.size;
    };
    expect(await count(["PROJECT_WRITE"], "repos?permission=REPO_WRITE")).toBe(1);
    expect(await count(["PROJECT_READ"], "repos?permission=REPO_WRITE")).toBe(0);
    expect(await count(["PROJECT_ADMIN"], "repos?permission=REPO_ADMIN")).toBe(0);
    expect(await count(["REPO_WRITE"], "projects?permission=PROJECT_READ")).toBe(0);
    expect(await count(["REPO_WRITE"], "projects")).toBe(2);
    await host?.close();
    const lax = await start({ filterSeesToken: false });
    const authorization = bearer(lax.addToken({ permissions: ["REPO_READ"] }));
    expect((await ask("/rest/api/latest/repos?permission=REPO_WRITE", { authorization })).body.size).toBe(1);
  });

  it("that ask too much are told to wait, in headers where the release has them", async () => {
    const bitbucket = await start({ rateLimitHeaders: { "retry-after": "7" } });
    const authorization = bearer(bitbucket.addToken({ state: "rate-limited" }));
    const answer = await ask("/rest/api/latest/users", { authorization });
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "7"]);
  });
});

describe("what is not there, or not for everybody", () => {
  it("is named by its exception", async () => {
    const bitbucket = await start();
    const authorization = bearer(bitbucket.addToken());
    const exception = async (path: string) => exceptionOf(await ask(`/rest/api/latest/${path}`, { authorization }));
    expect(await exception("projects/ACME/repos/none")).toBe(
      "com.atlassian.bitbucket.repository.NoSuchRepositoryException",
    );
    expect(await exception("projects/NONE")).toBe("com.atlassian.bitbucket.project.NoSuchProjectException");
    expect(await exception("users/none")).toBe("com.atlassian.bitbucket.user.NoSuchUserException");
    const permissions = await ask("/rest/api/latest/projects/ACME/repos/app/permissions/users", { authorization });
    expect(exceptionOf(permissions)).toBe("com.atlassian.bitbucket.AuthorisationException");
    expect(permissions.headers.get("x-ausername")).toBe("alice");
  });

  it("is a status too, which a reader may set", async () => {
    const bitbucket = await start();
    const authorization = bearer(bitbucket.addToken({ permissions: ["REPO_READ"] }));
    const body = { state: "SUCCESSFUL", key: "ci", url: "https://ci.example.com/1" };
    const commit = "0".repeat(40);
    const set = async (path: string, sent: object) =>
      (await ask(path, { authorization, method: "POST", body: sent })).status;
    expect(await set(`/rest/api/latest/projects/ACME/repos/app/commits/${commit}/builds`, body)).toBe(204);
    expect(await set(`/rest/build-status/1.0/commits/${commit}`, body)).toBe(204);
    expect(await set("/rest/build-status/1.0/commits/main", body)).toBe(400);
    expect(await set(`/rest/build-status/1.0/commits/${commit}`, { ...body, state: "GREEN" })).toBe(400);
  });
});

describe("SSH keys", () => {
  const blob = Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from("ssh-ed25519"), Buffer.alloc(36, 3)]);
  const text = `ssh-ed25519 ${blob.toString("base64")} alice@laptop`;

  it("are on the system once, and gone twice", async () => {
    const bitbucket = await start();
    bitbucket.addUser({ name: "alice", password: "right" });
    bitbucket.addUser({ name: "bob", password: "right" });
    const path = "/rest/ssh/latest/keys";
    const add = (name: string, sent: object) =>
      ask(path, { authorization: basic(name, "right"), method: "POST", body: sent });
    expect(await add("alice", { text })).toMatchObject({ status: 201, body: { id: 1, label: "alice@laptop" } });
    expect((await add("bob", { text, label: "mine" })).status).toBe(409);
    expect((await add("bob", { text: "ssh-ed25519 AAAA" })).status).toBe(400);
    const authorization = basic("alice", "right");
    expect((await ask(path, { authorization })).body).toMatchObject({ size: 1, isLastPage: true });
    for (let round = 0; round < 2; round++) {
      expect((await ask(`${path}/1`, { authorization, method: "DELETE" })).status).toBe(204);
    }
    expect((await ask("/rest/ssh/1.0/settings", { authorization })).body).toMatchObject({ enabled: true, port: 7999 });
  });

  it("are not a token's to add, unless the site is set to that", async () => {
    const bitbucket = await start();
    const authorization = bearer(bitbucket.addToken());
    expect((await ask("/rest/ssh/latest/keys", { authorization, method: "POST", body: { text } })).status).toBe(401);
  });

  it("are not taken from a form that a browser may have been tricked into", async () => {
    const bitbucket = await start();
    const authorization = bearer(bitbucket.addToken());
    const headers = { "content-type": "text/plain" };
    const answer = await ask("/rest/ssh/latest/keys", { authorization, method: "POST", body: "x", headers });
    expect(answer).toMatchObject({ status: 403, body: "XSRF check failed" });
  });
});

describe("outside the API", () => {
  it("a token counts on /scm, for what it may", async () => {
    const bitbucket = await start();
    const refs = async (permissions: string[], service: string) => {
      const authorization = bearer(bitbucket.addToken({ permissions }));
      return (await ask(`/scm/acme/app.git/info/refs?service=${service}`, { authorization })).status;
    };
    expect(await refs(["REPO_READ"], "git-upload-pack")).toBe(200);
    expect(await refs(["REPO_READ"], "git-receive-pack")).toBe(403);
    expect(await refs(["REPO_WRITE"], "git-receive-pack")).toBe(200);
    expect((await ask("/scm/acme/app.git/info/refs?service=git-upload-pack")).status).toBe(401);
    expect((await ask("/scm/pub/open.git/info/refs?service=git-upload-pack")).status).toBe(200);
  });

  it.each([
    ["8.9.21", 200],
    ["8.9.22", 302],
    ["8.19.11", 200],
    ["8.19.12", 302],
    ["9.3.1", 200],
    ["9.3.2", 302],
    ["10.0.0", 302],
    ["7.21.0", 200],
  ])("release %s answers a token with %i", async (version, status) => {
    const bitbucket = await start({ version });
    const authorization = bearer(bitbucket.addToken());
    const answer = await ask("/plugins/servlet/applinks/whoami", { authorization });
    expect(answer.status).toBe(status);
    if (status === 302) expect(answer.headers.get("location")).toMatch(/\/login\?next=/);
    else expect(answer.body).toBe("alice");
  });

  it("a token as a password there brings the account nearer to a CAPTCHA", async () => {
    const bitbucket = await start();
    const authorization = basic("alice", bitbucket.addToken());
    for (let round = 0; round < 5; round++) {
      expect((await ask("/plugins/servlet/applinks/whoami", { authorization })).status).toBe(401);
    }
    expect(
      (await ask("/rest/api/latest/users", { authorization })).headers.get("x-authentication-denied-reason"),
    ).toMatch(/CAPTCHA/);
  });
});
