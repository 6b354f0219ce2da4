import { afterEach, describe, expect, it } from "vitest";
import { type BitbucketCloudSimulator, startBitbucketCloudSimulator } from "./bitbucket-cloud";
import type { BitbucketCloudOptions } from "./bitbucket-cloud-state";

let bitbucket: BitbucketCloudSimulator | null = null;

afterEach(async () => {
  await bitbucket?.close();
  bitbucket = null;
});

async function start(options: BitbucketCloudOptions = {}): Promise<BitbucketCloudSimulator> {
  bitbucket = await startBitbucketCloudSimulator(options);
  bitbucket.addRepository("acme/app", { members: { alice: "write", bob: "read" } });
  return bitbucket;
}

async function ask(path: string, authorization?: string, init: RequestInit = {}) {
  const headers = { ...(authorization && { authorization }), "content-type": "application/json" };
  const response = await fetch(`${bitbucket?.baseUrl}${path}`, { ...init, headers, redirect: "manual" });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

const basic = (username: string, token: string) => `Basic ${Buffer.from(`${username}:${token}`).toString("base64")}`;
const alice = (token: string) => basic("alice@example.com", token);
const bearer = (token: string) => `Bearer ${token}`;

describe("tokens", () => {
  it("look as Atlassian's do", async () => {
    const host = await start();
    expect(host.addToken()).toMatch(/^ATATT3xFfGF0.{171}=[0-9A-F]{8}$/);
    expect(host.addToken({ kind: "workspace" })).toMatch(/^ATCTT3xFfG.{173}=[0-9A-F]{8}$/);
    expect(host.addToken({ kind: "app-password" })).toMatch(/^ATBB[A-Za-z0-9]{32}$/);
  });

  it("of a user want the e-mail address, in Basic", async () => {
    const host = await start();
    const token = host.addToken();
    const known = await ask("/2.0/user", alice(token));
    expect(known).toMatchObject({ status: 200, body: { type: "user", username: "alice", account_status: "active" } });
    expect(known.headers.get("x-oauth-scopes")).toBe(
      "read:user:bitbucket, read:repository:bitbucket, write:repository:bitbucket",
    );
    expect(known.headers.get("x-accepted-oauth-scopes")).toBe("account");
    expect(known.headers.get("x-credential-type")).toBe("api_token");
    const byName = await ask("/2.0/user", basic("alice", token));
    expect(byName).toMatchObject({ status: 401, body: expect.stringMatching(/^Login failed due to incorrect login/) });
    expect(byName.headers.get("www-authenticate")).toMatch(/Bitbucket\.org HTTP/);
    const message = "Token is invalid, expired, or not supported for this endpoint.";
    expect(await ask("/2.0/user", bearer(token))).toMatchObject({ status: 401, body: { error: { message } } });
    const unscoped = host.addToken({ kind: "unscoped-api-token" });
    expect(await ask("/2.0/user", alice(unscoped))).toMatchObject({ status: 401, body: { error: { message } } });
  });

  it("are refused by scope in three forms, and the new scopes imply nothing", async () => {
    const forms = {
      list: { required: ["read:repository:bitbucket"], granted: ["write:repository:bitbucket"] },
      string: { required: "read:repository:bitbucket", granted: ["write:repository:bitbucket"] },
      text: expect.stringContaining("read:repository:bitbucket"),
    };
    for (const scopeDetail of ["list", "string", "text"] as const) {
      const host = await start({ scopeDetail });
      const token = host.addToken({ scopes: ["write:repository:bitbucket"] });
      const { status, body } = await ask("/2.0/repositories/acme/app", alice(token));
      expect(status).toBe(403);
      expect(body.error.message).toBe("Your credentials lack one or more required privilege scopes.");
      expect(body.error.detail).toEqual(forms[scopeDetail]);
      await host.close();
    }
  });

  it("of a repository see it, by old scopes that imply, and nothing else", async () => {
    const host = await start();
    host.addRepository("acme/other");
    const token = host.addToken({ kind: "repository", scopes: ["pullrequest:write"] });
    const own = await ask("/2.0/repositories/acme/app", bearer(token));
    expect(own).toMatchObject({ status: 200, body: { full_name: "acme/app", project: { key: "WEB" } } });
    expect(own.headers.get("x-credential-type")).toBe("repo_access_token");
    expect(await ask("/2.0/repositories/acme/other", bearer(token))).toMatchObject({
      status: 404,
      body: { error: { message: "Repository acme/other not found" } },
    });
    expect((await ask("/2.0/user", bearer(token))).status).toBe(403);
    expect((await ask("/2.0/repositories/acme", bearer(token))).status).toBe(403);
    const filtered = await ask(`/2.0/repositories/acme?q=${encodeURIComponent('project.key="WEB"')}`, bearer(token));
    expect(filtered.body.values.map((row: { slug: string }) => row.slug)).toEqual(["app"]);
  });

  it("that are dead, of another kind, or too busy are told as Bitbucket does", async () => {
    const host = await start({ appPasswordStatus: 410 });
    const dead = host.addToken();
    host.revokeToken(dead);
    expect((await ask("/2.0/user", alice(dead))).status).toBe(401);
    const organization = host.addToken({ kind: "organization" });
    expect((await ask("/2.0/workspaces/acme", bearer(organization))).status).toBe(401);
    expect((await ask("/2.0/user", alice(host.addToken({ kind: "app-password" })))).status).toBe(410);
    expect(await ask("/2.0/user", alice(host.addToken({ state: "rate-limited" })))).toMatchObject({
      status: 429,
      body: "Rate limit for this resource has been exceeded",
    });
  });
});

describe("endpoints", () => {
  it("that were removed are gone, and a path without its version is forbidden", async () => {
    const host = await start();
    const token = alice(host.addToken());
    for (const path of ["repositories", "workspaces", "user/permissions/repositories", "user/permissions/workspaces"]) {
      expect((await ask(`/2.0/${path}`, token)).status).toBe(404);
    }
    expect(await ask("/2.0/nothing", token)).toMatchObject({
      body: { error: { message: "There is no API hosted at this URL" } },
    });
    expect(await ask("/user", token)).toMatchObject({ status: 403, body: { error: { message: "Forbidden" } } });
    expect((await ask("/2.0/hook_events")).body).toHaveProperty("repository.links.events.href");
  });

  it("tell roles and what an account may write to", async () => {
    const host = await start();
    const bob = basic("bob@example.com", host.addToken({ user: { username: "bob" } }));
    const q = encodeURIComponent('repository.full_name="acme/app"');
    const roles = await ask(`/2.0/user/workspaces/acme/permissions/repositories?q=${q}`, bob);
    expect(roles.body.values).toMatchObject([{ permission: "read", repository: { full_name: "acme/app" } }]);
    expect((await ask("/2.0/repositories/acme?role=contributor", bob)).body.values).toEqual([]);
    expect((await ask("/2.0/repositories/acme?role=member", bob)).body.values).toHaveLength(1);
    const spaces = await ask("/2.0/user/workspaces", alice(host.addToken({ scopes: ["read:workspace:bitbucket"] })));
    expect(spaces.body.values).toMatchObject([{ type: "workspace_access", workspace: { slug: "acme" } }]);
  });

  it("keep SSH keys, each in one account only, ten to a page", async () => {
    const host = await start();
    const scopes = ["read:ssh-key:bitbucket", "write:ssh-key:bitbucket", "delete:ssh-key:bitbucket"];
    const user = host.addUser();
    const token = alice(host.addToken({ scopes }));
    const path = `/2.0/users/${encodeURIComponent(user.uuid)}/ssh-keys`;
    const blob = (index: number) =>
      Buffer.from(`\0\0\0\x0bssh-ed25519\0\0\0\x20${"k".repeat(31)}${index}`).toString("base64");
    const add = (index: number) =>
      ask(path, token, { method: "POST", body: JSON.stringify({ key: `ssh-ed25519 ${blob(index)} a b`, label: "x" }) });
    for (let index = 10; index < 21; index++) expect((await add(index)).status).toBe(201);
    expect(await add(10)).toMatchObject({
      status: 400,
      body: { error: { message: "Someone has already added that SSH key." } },
    });
    const first = await ask(path, token);
    expect(first.body).toMatchObject({ size: 11, pagelen: 10, next: expect.stringContaining("page=2") });
    expect(first.body.values[0]).toMatchObject({ type: "ssh_key", comment: "a b", label: "x" });
    const { uuid } = first.body.values[0];
    expect((await ask(`${path}/${encodeURIComponent(uuid)}`, token, { method: "DELETE" })).status).toBe(204);
    expect((await ask(`${path}/${encodeURIComponent(uuid)}`, token, { method: "DELETE" })).status).toBe(404);
    const reader = alice(host.addToken({ scopes: ["read:ssh-key:bitbucket"] }));
    expect((await ask(path, reader, { method: "POST", body: "{}" })).status).toBe(403);
  });
});

describe("git", () => {
  it("wants another user name than the API, and refuses app passwords", async () => {
    const host = await start({ appPasswordStatus: 410 });
    const token = host.addToken();
    const git = async (username: string, password: string, service = "git-receive-pack") =>
      (await ask(`/acme/app.git/info/refs?service=${service}`, basic(username, password))).status;
    expect(await git("alice@example.com", token)).toBe(401);
    expect(await git("alice", token)).toBe(200);
    expect(await git("x-bitbucket-api-token-auth", token)).toBe(200);
    const reader = host.addToken({ kind: "repository" });
    expect(await git("x-token-auth", reader, "git-upload-pack")).toBe(200);
    expect(await git("x-token-auth", reader)).toBe(403);
    expect(await git("alice", host.addToken({ kind: "app-password" }))).toBe(410);
  });
});
