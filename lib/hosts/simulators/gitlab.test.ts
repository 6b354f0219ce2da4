import { afterEach, describe, expect, it } from "vitest";
import { type GitlabSimulator, startGitlabSimulator } from "./gitlab";
import type { GitlabOptions } from "./gitlab-state";
import { mintRoutable } from "./gitlab-tokens";

let gitlab: GitlabSimulator | null = null;

afterEach(async () => {
  await gitlab?.close();
  gitlab = null;
});

async function start(options: GitlabOptions = {}): Promise<GitlabSimulator> {
  gitlab = await startGitlabSimulator(options);
  return gitlab;
}

async function ask(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${gitlab?.baseUrl}${path}`, { headers, redirect: "manual" });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe("tokens", () => {
  it("mints the routable format's published vectors", () => {
    const zeros = Buffer.alloc(16);
    const counting = Buffer.from([...Array(16).keys()]);
    expect(mintRoutable("glpat-", { c: "1", o: "1", u: "1z" }, zeros)).toBe(
      "glpat-AAAAAAAAAAAAAAAAAAAAAGM6MQpvOjEKdToxegw.01.1318heka5",
    );
    expect(mintRoutable("glpat-", { o: "1", u: "a1b2c3d" }, counting)).toBe(
      "glpat-AAECAwQFBgcICQoLDA0OD286MQp1OmExYjJjM2QN.01.1404o8q02",
    );
  });

  it("are accepted as PRIVATE-TOKEN and as Bearer, and describe themselves", async () => {
    const host = await start();
    const token = host.addToken({ scopes: ["read_user"], expiresAt: "2027-01-31" });
    for (const headers of [{ "private-token": token }, bearer(token)]) {
      const { status, body } = await ask("/api/v4/personal_access_tokens/self", headers as Record<string, string>);
      expect(status).toBe(200);
      expect(body).toMatchObject({ scopes: ["read_user"], active: true, revoked: false, expires_at: "2027-01-31" });
    }
    expect((await ask("/api/v4/user", bearer(token))).body).toMatchObject({ username: "alice", bot: false });
  });

  it("carry the instance's prefix, and none where it has none", async () => {
    expect((await start({ tokenPrefix: "acme-" })).addToken()).toMatch(/^acme-[\w-]{20}$/);
    await gitlab?.close();
    expect((await start({ tokenPrefix: "" })).addToken()).toMatch(/^[\w-]{20}$/);
    expect(gitlab?.addToken({ kind: "oauth" })).toMatch(/^[0-9a-f]{64}$/);
  });

  it("are told apart when unknown, revoked, expired and barred", async () => {
    const host = await start();
    const revoked = host.addToken();
    host.revokeToken(revoked);
    const expired = host.addToken({ state: "expired" });
    const blocked = host.addToken({ user: { username: "bob", state: "blocked" } });
    const dpop = host.addToken({ user: { username: "carol", requiresDpop: true } });
    const deploy = host.addToken({ kind: "deploy" });
    expect(await ask("/api/v4/user", { "private-token": "nobody" })).toMatchObject({
      status: 401,
      body: { message: "401 Unauthorized" },
    });
    expect((await ask("/api/v4/user", bearer("nobody"))).body.error_description).toBe("Bad Access Token.");
    expect((await ask("/api/v4/user", bearer(revoked))).body.error_description).toMatch(/^Token was revoked\./);
    expect((await ask("/api/v4/user", bearer(expired))).body.error_description).toMatch(/^Token is expired\./);
    expect((await ask("/api/v4/user", bearer(dpop))).body.error).toBe("dpop_error");
    expect(await ask("/api/v4/user", bearer(blocked))).toMatchObject({
      status: 403,
      body: { message: "403 Forbidden - Your account has been blocked." },
    });
    expect((await ask("/api/v4/user", bearer(deploy))).status).toBe(401);
  });

  it("need one of an endpoint's scopes, and imply none", async () => {
    const host = await start();
    const token = host.addToken({ scopes: ["write_repository"] });
    const { status, body } = await ask("/api/v4/user", bearer(token));
    expect(status).toBe(403);
    expect(body).toMatchObject({ error: "insufficient_scope", scope: "api read_api read_user" });
    expect((await ask("/api/v4/personal_access_tokens/self", bearer(token))).status).toBe(200);
  });

  it("that are fine-grained show granular scopes, and are refused by permission", async () => {
    const host = await start();
    const token = host.addToken({
      granularScopes: [{ access: "user", permissions: ["read_personal_access_token"] }],
    });
    const { body } = await ask("/api/v4/personal_access_tokens/self", bearer(token));
    expect(body).toMatchObject({ scopes: [], granular_scopes: [{ access: "user" }] });
    expect((await ask("/api/v4/user", bearer(token))).body.error).toBe("insufficient_granular_scope");
  });

  it("of projects and groups belong to bots; OAuth tokens are told at their own endpoint", async () => {
    const host = await start();
    const bot = host.addToken({ kind: "project" });
    expect((await ask("/api/v4/user", bearer(bot))).body).toMatchObject({ bot: true });
    const oauth = host.addToken({ kind: "oauth", scopes: ["api"] });
    expect((await ask("/api/v4/personal_access_tokens/self", bearer(oauth))).status).toBe(404);
    expect((await ask("/oauth/token/info", bearer(oauth))).body).toMatchObject({ scope: ["api"], expires_in: 7200 });
  });
});

describe("the server", () => {
  it.each([400, 404, 405] as const)("before 15.5 answers %i for the token's own description", async (selfMissing) => {
    const host = await start({ version: "15.4.6", selfMissing });
    const token = host.addToken();
    expect((await ask("/api/v4/personal_access_tokens/self", bearer(token))).status).toBe(selfMissing);
    expect((await ask("/api/v4/version", bearer(token))).body).toMatchObject({ version: "15.4.6" });
    expect((await ask("/api/v4/personal_access_tokens", bearer(token))).body).toHaveLength(1);
  });

  it("lives below its relative root, and sends everything else to the sign-in page", async () => {
    const host = await start({ relativeRoot: "/gitlab" });
    const token = host.addToken();
    expect(host.baseUrl).toMatch(/\/gitlab$/);
    expect((await ask("/api/v4/user", bearer(token))).status).toBe(200);
    const away = await ask("/dashboard");
    expect(away.status).toBe(302);
    expect(away.headers.get("location")).toBe(`${host.baseUrl}/users/sign_in`);
    expect((await fetch(`${host.url}/api/v4/user`)).status).toBe(404);
  });

  it("says how long to wait, in plain text", async () => {
    const host = await start();
    const limited = await ask("/api/v4/user", bearer(host.addToken({ state: "rate-limited" })));
    expect(limited).toMatchObject({ status: 429, body: "Retry later\n" });
    expect(limited.headers.get("retry-after")).toBe("60");
  });
});

describe("SSH keys", () => {
  const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf";
  const send = async (method: string, path: string, token: string, body?: object) => {
    const response = await fetch(`${gitlab?.baseUrl}/api/v4${path}`, {
      method,
      headers: { ...bearer(token), "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? null : JSON.parse(text) };
  };

  it("are taken once, listed with a usage and a comment of GitLab's, and dropped", async () => {
    const host = await start();
    const token = host.addToken();
    const made = await send("POST", "/user/keys", token, { title: "work", key: `${key} alice@work` });
    expect(made).toMatchObject({ status: 201, body: { title: "work", usage_type: "auth_and_signing" } });
    expect(made.body.key).toBe(`${key} Alice (gitlab.example.com)`);
    const taken = ["has already been taken"];
    const bob = host.addToken({ user: { username: "bob" } });
    expect(await send("POST", "/user/keys", bob, { title: "x", key })).toEqual({
      status: 400,
      body: { message: { fingerprint: taken, key: taken } },
    });
    expect((await send("GET", "/user/keys", bob)).body).toEqual([]);
    expect((await send("GET", "/user/keys", token)).body).toHaveLength(1);
    const path = `/user/keys/${made.body.id}`;
    expect(await send("DELETE", path, bob)).toEqual({ status: 404, body: { message: "404 Key Not Found" } });
    expect((await send("DELETE", path, token)).status).toBe(204);
    expect((await send("GET", path, token)).status).toBe(404);
  });

  it("need api to be changed, and have no usage before 15.7", async () => {
    const host = await start({ version: "15.6.0", duplicateKeys: "sha256" });
    const reader = host.addToken({ scopes: ["read_user"] });
    expect((await send("POST", "/user/keys", reader, { title: "x", key })).body).toMatchObject({
      error: "insufficient_scope",
      scope: "api",
    });
    const token = host.addToken();
    const made = await send("POST", "/user/keys", token, { title: "x", key, usage_type: "signing" });
    expect(made.status).toBe(201);
    expect(made.body).not.toHaveProperty("usage_type");
    expect((await send("POST", "/user/keys", token, { title: "x", key })).body).toEqual({
      message: { fingerprint_sha256: ["has already been taken"] },
    });
    expect((await send("POST", "/user/keys", token, { title: "x" })).body).toEqual({ error: "key is missing" });
    expect((await send("POST", "/user/keys", token, { title: "x", key: "nonsense" })).body.message.key).toEqual([
      "is invalid",
    ]);
    expect((await send("GET", "/user/keys", reader)).body).toHaveLength(1);
  });
});

describe("projects", () => {
  it("show direct and group access, null where it comes another way, and the member's level", async () => {
    const host = await start();
    const token = host.addToken();
    host.addProject({ path: "acme/app", members: { alice: 30 } });
    host.addProject({ path: "acme/shared", hiddenMembers: { alice: 40 } });
    host.addProject({ path: "acme/secret" });
    const app = await ask("/api/v4/projects/acme%2Fapp", bearer(token));
    expect(app.body.permissions).toMatchObject({ project_access: { access_level: 30 }, group_access: null });
    const shared = await ask("/api/v4/projects/acme%2Fshared", bearer(token));
    expect(shared.body.permissions).toEqual({ project_access: null, group_access: null });
    const member = await ask("/api/v4/projects/acme%2Fshared/members/all/40", bearer(token));
    expect(member.body).toMatchObject({ access_level: 40 });
    expect(await ask("/api/v4/projects/acme%2Fsecret", bearer(token))).toMatchObject({
      status: 404,
      body: { message: "404 Project Not Found" },
    });
  });

  it("let Git in with any user name, by level and by scope", async () => {
    const host = await start();
    host.addProject({ path: "acme/app", members: { alice: 30, bob: 20 } });
    const git = async (token: string, service: string) => {
      const authorization = `Basic ${Buffer.from(`oauth2:${token}`).toString("base64")}`;
      return (await ask(`/acme/app.git/info/refs?service=${service}`, { authorization })).status;
    };
    const alice = host.addToken({ scopes: ["write_repository"] });
    const reader = host.addToken({ scopes: ["read_repository"] });
    const bob = host.addToken({ user: { username: "bob" } });
    expect(await git(alice, "git-receive-pack")).toBe(200);
    expect(await git(reader, "git-upload-pack")).toBe(200);
    expect(await git(reader, "git-receive-pack")).toBe(403);
    expect(await git(bob, "git-receive-pack")).toBe(403);
    expect(await git("nobody", "git-upload-pack")).toBe(401);
  });
});
