import { afterEach, describe, expect, it } from "vitest";
import { type GerritSimulator, startGerritSimulator } from "./gerrit";
import type { GerritOptions } from "./gerrit-state";

let host: GerritSimulator;

afterEach(() => host.close());

async function start(options: GerritOptions = {}): Promise<string> {
  host = await startGerritSimulator(options);
  return host.addToken();
}

function basic(password: string, username = "alice"): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}

async function ask(path: string, init: RequestInit = {}) {
  const response = await fetch(host.baseUrl + path, { redirect: "manual", ...init });
  const text = await response.text();
  const isJson = text.startsWith(")]}'\n");
  const type = response.headers.get("content-type");
  return { status: response.status, type, text, body: isJson ? JSON.parse(text.slice(5)) : null, response };
}

describe("the simulated Gerrit, held against the fact sheet", () => {
  it("answers an account in JSON behind its line, compact when asked for JSON", async () => {
    const token = await start();
    const indented = await ask("/a/accounts/self/detail", { headers: basic(token) });
    expect(indented).toMatchObject({ status: 200, type: "application/json;charset=UTF-8" });
    expect(indented.body).toMatchObject({
      _account_id: 1_000_000,
      name: "Alice",
      email: "alice@example.com",
      username: "alice",
      registered_on: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{9}$/),
    });
    const compact = await ask("/a/accounts/self", { headers: { ...basic(token), accept: "application/json" } });
    expect(compact.text).toMatch(/^\)\]\}'\n\{"_account_id":1000000,.*\}$/);
  });

  it.each([
    ["a wrong password", () => basic("wrong")],
    ["an unknown user", () => basic("x", "nobody")],
    ["an empty password", () => basic("")],
  ])("answers %s with 401, Gerrit's realm and one bare word", async (_title, headers) => {
    await start();
    const { status, text, type, response } = await ask("/a/accounts/self", { headers: headers() });
    expect([status, text, type]).toEqual([401, "Unauthorized", "text/plain;charset=utf-8"]);
    expect(response.headers.get("www-authenticate")).toBe('Basic realm="Gerrit Code Review"');
  });

  it.each([403, 404] as const)("answers a stranger's account with %i in text, whatever the header", async (status) => {
    const token = await start({ strangersStatus: status });
    for (const path of ["/accounts/self", "/accounts/self/detail"]) {
      const { status: got, text } = await ask(path, { headers: basic(token) });
      expect([got, text]).toEqual([status, status === 403 ? "Authentication required" : "Not found"]);
    }
    expect((await ask("/a/accounts/self", { headers: { authorization: `Bearer ${token}` } })).status).toBe(status);
  });

  it("lives below its path only", async () => {
    const token = await start({ subPath: "/r" });
    expect((await ask("/a/accounts/self", { headers: basic(token) })).status).toBe(200);
    const outside = await fetch(`${host.url}/a/accounts/self`, { headers: basic(token) });
    expect(outside.status).toBe(404);
  });

  it("tells its version, and in its info who keeps passwords and how long tokens may live", async () => {
    const given = { version: "3.13.1", authType: "LDAP", basicPolicy: "LDAP", maxTokenLifetime: 60 } as const;
    await start(given);
    expect((await ask("/config/server/version")).body).toBe("3.13.1");
    expect((await ask("/config/server/info")).body.auth).toMatchObject({
      auth_type: "LDAP",
      git_basic_auth_policy: "LDAP",
      max_token_lifetime: 60,
    });
  });

  it("tells capabilities as a map, and one of them as ok or not at all", async () => {
    const token = await start();
    const headers = basic(token);
    expect((await ask("/a/accounts/self/capabilities", { headers })).body).toEqual({
      emailReviewers: true,
      queryLimit: { min: 0, max: 500 },
    });
    expect((await ask("/a/accounts/self/capabilities/emailReviewers", { headers })).text).toBe("ok\n");
    expect((await ask("/a/accounts/self/capabilities/runAs", { headers })).status).toBe(404);
  });

  it("asks for Digest before 2.14, whatever was sent", async () => {
    const token = await start({ version: "2.13.9" });
    const { status, response } = await ask("/a/accounts/self", { headers: basic(token) });
    expect(status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(/^Digest realm="Gerrit Code Review"/);
  });

  it("3.12 has one password: a generated one replaces it at once, and deleting it answers 204", async () => {
    const old = await start({ version: "3.12.2" });
    expect((await ask("/a/accounts/self/tokens", { headers: basic(old) })).status).toBe(404);
    const init = {
      method: "PUT",
      headers: { ...basic(old), "content-type": "application/json" },
      body: '{"generate":true}',
    };
    const { status, body } = await ask("/a/accounts/self/password.http", init);
    expect([status, typeof body]).toEqual([200, "string"]);
    expect((await ask("/a/accounts/self", { headers: basic(old) })).status).toBe(401);
    expect((await ask("/a/accounts/self/password.http", { method: "DELETE", headers: basic(body) })).status).toBe(204);
    expect((await ask("/a/accounts/self", { headers: basic(body) })).status).toBe(401);
  });

  it("3.13 has tokens: made with 201, listed without the secret, deleted with 204, ended by their time", async () => {
    const first = await start({ maxTokenLifetime: 60 * 24 * 30 });
    const put = (id: string, body: string) =>
      ask(`/a/accounts/self/tokens/${id}`, { method: "PUT", headers: basic(first), body });
    expect((await ask("/a/accounts/self/password.http", { method: "PUT", headers: basic(first) })).status).toBe(404);
    expect(await put("long", '{"lifetime":"31d"}')).toMatchObject({ status: 400 });
    expect(await put("endless", "{}")).toMatchObject({ status: 400 });
    const made = await put("second", '{"lifetime":"30d"}');
    expect(made).toMatchObject({ status: 201, body: { id: "second", expiration: expect.stringMatching(/\.\d{9}$/) } });
    expect(await put("second", '{"lifetime":"1d"}')).toMatchObject({ status: 409 });
    const { body: rows } = await ask("/a/accounts/self/tokens", { headers: basic(made.body.token) });
    expect(rows).toMatchObject([{ id: "token-1" }, { id: "second" }]);
    expect(JSON.stringify(rows)).not.toContain(made.body.token);
    const removed = { method: "DELETE", headers: basic(first) };
    expect((await ask("/a/accounts/self/tokens/second", removed)).status).toBe(204);
    expect((await ask("/a/accounts/self", { headers: basic(made.body.token) })).status).toBe(401);
    const ended = host.addToken({ user: { username: "bob" }, expiration: new Date(Date.now() - 1000) });
    expect((await ask("/a/accounts/self", { headers: basic(ended, "bob") })).status).toBe(401);
  });

  it("tells a project's rules to those who may read it, with its parent, and 404 to the others", async () => {
    const token = await start();
    host.addProject({ name: "tools/build" });
    host.addProject({ name: "secret", parent: null });
    const of = (name: string) => ask(`/a/access/?project=${encodeURIComponent(name)}`, { headers: basic(token) });
    expect((await of("tools/build")).body).toMatchObject({
      "tools/build": { inherits_from: { name: "All-Projects" }, local: {}, owner_of: [] },
    });
    expect((await of("All-Projects")).body["All-Projects"].local["refs/for/*"].permissions.push.rules).toMatchObject({
      "global:Registered-Users": { action: "ALLOW", force: false },
    });
    for (const name of ["secret", "missing"]) expect((await of(name)).text).toBe("Not found");
    const { body: groups } = await ask("/a/accounts/self/groups", { headers: basic(token) });
    expect(groups.map((row: { id: string }) => row.id)).toContain("global%3ARegistered-Users");
  });

  it("refuses a push inside Git's own answer", async () => {
    const token = await start();
    host.addProject({ name: "tools/build", uploadRefusal: "No Contributor Agreement" });
    const refs = (service: string) => ask(`/a/tools/build/info/refs?service=${service}`, { headers: basic(token) });
    const { status, type, text } = await refs("git-receive-pack");
    expect([status, type]).toEqual([200, "application/x-git-receive-pack-advertisement"]);
    expect(text).toBe("001f# service=git-receive-pack\n00000021ERR \nNo Contributor Agreement");
    expect((await refs("git-upload-pack")).text).toMatch(/^001e# service=git-upload-pack\n0000/);
    expect((await ask("/a/tools/build/info/refs?service=git-receive-pack")).status).toBe(401);
  });

  it.each([
    [undefined, "127.0.0.1 29418"],
    [2222, "127.0.0.1 2222"],
    [null, "NOT_AVAILABLE"],
  ])("tells its SSH port %s", async (sshPort, expected) => {
    await start(sshPort === undefined ? {} : { sshPort });
    expect((await ask("/ssh_info")).text).toBe(expected);
  });

  it("takes a public key as text, refuses what is none, and numbers anew what is new only", async () => {
    const token = await start();
    const post = (body: string, type = "text/plain") =>
      ask("/a/accounts/self/sshkeys", { method: "POST", headers: { ...basic(token), "content-type": type }, body });
    const key = `ssh-ed25519 ${"AAAA".repeat(12)} alice@example.com`;
    expect(await post(key)).toMatchObject({
      status: 201,
      body: { seq: 1, ssh_public_key: key, algorithm: "ssh-ed25519", comment: "alice@example.com", valid: true },
    });
    expect(await post(key)).toMatchObject({ status: 201, body: { seq: 1 } });
    expect(await post("")).toMatchObject({ status: 400, text: "SSH public key missing" });
    expect(await post("not a key")).toMatchObject({ status: 400 });
    expect(await post(key, "application/json")).toMatchObject({ status: 400 });
    const gone = { method: "DELETE", headers: basic(token) };
    expect((await ask("/a/accounts/self/sshkeys/1", gone)).status).toBe(204);
    expect((await ask("/a/accounts/self/sshkeys/1", gone)).status).toBe(404);
  });

  it("answers what the demo adds before anything else", async () => {
    await start({ pages: ({ path }) => (path === "/settings/" ? { status: 200, body: "here" } : null) });
    expect((await ask("/settings/")).text).toBe("here");
    expect((await ask("/dashboard/self")).type).toContain("text/html");
  });
});
