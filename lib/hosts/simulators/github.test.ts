import { readFileSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { createRequire } from "node:module";
import { Ajv2020 } from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GithubSimulator, type GithubSimulatorOptions, startGithubSimulator } from "./github";
import { headSha } from "./github-bodies";
import type { TokenSpec } from "./github-tokens";

/** The simulator speaks as GitHub's published OpenAPI description says: the whole body, for each flavour. */

interface Description {
  paths: Record<string, Record<string, { responses: Record<string, OpenApiResponse> }> | undefined>;
  components: { responses: Record<string, OpenApiResponse>; schemas: Record<string, unknown> };
}
interface OpenApiResponse {
  $ref?: string;
  content?: { "application/json"?: { schema: object } };
}

const requireFrom = createRequire(import.meta.url);

/** The description as JSON Schema: OpenAPI 3.0's `nullable` becomes a null among the types. */
function describedBy(file: string): (path: string, status: number, body: unknown, method?: string) => string[] {
  const text = readFileSync(requireFrom.resolve(`@octokit/openapi/generated/${file}`), "utf8");
  const description = JSON.parse(text, (_key, value: unknown) => withNull(value)) as Description;
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  addFormats.default(ajv);
  ajv.addFormat("timestamp", true);
  ajv.addSchema({ $id: "github:", components: description.components }, "github:");
  return (path, status, body, method = "get") => {
    const described = description.paths[path]?.[method]?.responses[String(status)];
    const response = described?.$ref
      ? description.components.responses[described.$ref.split("/").pop() ?? ""]
      : described;
    const schema = response?.content?.["application/json"]?.schema;
    if (!schema) return [`${path} does not describe a ${status}`];
    const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"github:#/components')) as object;
    const validate = ajv.compile(absolute);
    return validate(body) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  };
}

function withNull(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("nullable" in value) || value.nullable !== true) return value;
  const { nullable: _, ...schema } = value as Record<string, unknown>;
  if (typeof schema.type === "string") schema.type = [schema.type, "null"];
  if (Array.isArray(schema.enum)) schema.enum = [...schema.enum, null];
  return "type" in schema ? schema : { anyOf: [schema, { type: "null" }] };
}

const flavours: { flavour: GithubSimulatorOptions["flavour"]; file: string }[] = [
  { flavour: "github.com", file: "api.github.com.json" },
  { flavour: "ghe.com", file: "ghec.json" },
  { flavour: "ghes", file: "ghes-3.19.json" },
];

describe.each(flavours)("the simulator as $flavour", ({ flavour, file }) => {
  let host: GithubSimulator;
  let problemsOf: ReturnType<typeof describedBy>;
  let classic: string;
  let fineGrained: string;
  let installation: string;

  beforeAll(async () => {
    problemsOf = describedBy(file);
    host = await startGithubSimulator({ flavour });
    host.addRepository({ fullName: "alice/app", formerNames: ["alice/old"] });
    host.addRepository({ fullName: "alice/empty", isEmpty: true });
    host.addRepository({ fullName: "octo-org/open", isPrivate: false });
    host.addUser({ login: "alice", name: "Alice" });
    const scopes = ["repo", "user", "admin:repo_hook", "admin:public_key", "admin:ssh_signing_key"];
    classic = host.addToken({ scopes });
    fineGrained = host.addToken({ kind: "fine-grained", permissions: { metadata: "read" } });
    installation = host.addToken({ kind: "installation-stateless", login: "octo-app[bot]", resourceOwner: "octo-org" });
  }, 60_000);
  afterAll(() => host.close());

  const ask = (path: string, token: string | null, init: RequestInit = {}) =>
    fetch(`${host.url}/api/v3${path}`, {
      ...init,
      redirect: "manual",
      headers: { "user-agent": "test", ...(token && { authorization: `Bearer ${token}` }) },
    });

  it.each([
    ["/user", "/user", () => classic, 200],
    ["/user", "/user", () => fineGrained, 200],
    ["/user", "/user", () => "ghp_nobody", 401],
    ["/user", "/user", () => null, 401],
    ["/user", "/user", () => installation, 403],
    ["/meta", "/meta", () => null, 200],
    ["/rate_limit", "/rate_limit", () => classic, flavour === "ghes" ? 404 : 200],
    ["/user/repos", "/user/repos", () => classic, 200],
    ["/installation/repositories", "/installation/repositories", () => installation, 200],
    ["/repos/alice/app", "/repos/{owner}/{repo}", () => classic, 200],
    ["/repos/octo-org/open", "/repos/{owner}/{repo}", () => null, 200],
    ["/repos/alice/old", "/repos/{owner}/{repo}", () => classic, 301],
    ["/repos/alice/nothing", "/repos/{owner}/{repo}", () => classic, 404],
    ["/repos/alice/app/commits", "/repos/{owner}/{repo}/commits", () => classic, 200],
    ["/repos/alice/empty/commits", "/repos/{owner}/{repo}/commits", () => classic, 409],
    ["/repos/alice/app/pulls", "/repos/{owner}/{repo}/pulls", () => classic, 200],
    ["/repos/alice/app/hooks", "/repos/{owner}/{repo}/hooks", () => classic, 200],
    [
      `/repos/alice/app/commits/${headSha}/statuses`,
      "/repos/{owner}/{repo}/commits/{ref}/statuses",
      () => classic,
      200,
    ],
  ])("answers %s as the description of %s says (%#)", async (path, described, token, status) => {
    const response = await ask(path, token());
    expect(response.status).toBe(status);
    expect(problemsOf(described, status, await response.json())).toEqual([]);
  });

  it.each(["/user/keys", "/user/ssh_signing_keys"])("takes, lists and drops %s as described", async (path) => {
    const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl alice@work";
    const add = (body: string, token: string | null = classic) => ask(path, token, { method: "POST", body });
    const added = await add(JSON.stringify({ title: "work", key }));
    const body = (await added.json()) as { id: number; key: string };
    expect(added.status).toBe(201);
    expect(problemsOf(path, 201, body, "post")).toEqual([]);
    expect(body.key).toBe(key.replace(" alice@work", ""));
    const again = await add(JSON.stringify({ title: "work", key }));
    expect(again.status).toBe(422);
    const refusal: unknown = await again.json();
    expect(problemsOf(path, 422, refusal, "post")).toEqual([]);
    expect(refusal).toMatchObject({ message: "Validation Failed", errors: [{ message: "key is already in use" }] });
    expect((await add("{")).status).toBe(400);
    expect((await add(JSON.stringify({ key }), fineGrained)).status).toBe(403);
    expect((await add(JSON.stringify({ key }), null)).status).toBe(401);
    const listed = await ask(`${path}?per_page=1`, classic);
    expect(problemsOf(path, 200, await listed.json())).toEqual([]);
    const { id } = body;
    const one = await ask(`${path}/${id}`, classic);
    const parameter = path === "/user/keys" ? "{key_id}" : "{ssh_signing_key_id}";
    expect(problemsOf(`${path}/${parameter}`, 200, await one.json())).toEqual([]);
    expect((await ask(`${path}/${id}`, classic, { method: "DELETE" })).status).toBe(204);
    const gone = await ask(`${path}/${id}`, classic, { method: "DELETE" });
    expect(gone.status).toBe(404);
    expect(problemsOf(`${path}/${parameter}`, 404, await gone.json(), "delete")).toEqual([]);
  });

  it("is held to the description: a user without an id does not pass", async () => {
    const { id: _, ...user } = (await (await ask("/user", classic)).json()) as Record<string, unknown>;
    expect(problemsOf("/user", 200, user)).not.toEqual([]);
  });
});

describe("the simulator's oddities are GitHub's", () => {
  const started: GithubSimulator[] = [];
  async function start(options: GithubSimulatorOptions = {}): Promise<GithubSimulator> {
    const host = await startGithubSimulator(options);
    started.push(host);
    return host;
  }
  afterAll(async () => {
    for (const host of started) await host.close();
  });

  /** undici's fetch always sends a User-Agent; node:http sends what it is told. */
  function ask(
    host: GithubSimulator,
    path: string,
    headers: Record<string, string> = {},
    method = "GET",
  ): Promise<Raw> {
    return new Promise((resolve, reject) => {
      const sent = request(`${host.url}${path}`, { method, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode, headers: response.headers, raw: response.rawHeaders, text }),
        );
      });
      sent.on("error", reject).end();
    });
  }
  const as = (token: string, scheme = "Bearer") => ({ authorization: `${scheme} ${token}`, "user-agent": "test" });

  it("serves the API at the root of github.com, and below /api/v3 only on an Enterprise Server", async () => {
    const [cloud, server] = [await start(), await start({ flavour: "ghes" })];
    expect((await ask(cloud, "/user", as(cloud.addToken()))).status).toBe(200);
    expect(await ask(server, "/user", as(server.addToken()))).toMatchObject({
      status: 404,
      text: expect.stringMatching(/html/),
    });
  });

  it("tells scopes normalised, empty for none, and not at all for fine-grained and app tokens", async () => {
    const host = await start();
    const scopesOf = async (spec: TokenSpec) =>
      (await ask(host, "/user", as(host.addToken(spec)))).headers["x-oauth-scopes"];
    expect(await scopesOf({ scopes: ["workflow", "repo:status", "repo", "write:packages", "read:packages"] })).toBe(
      "read:packages, repo, workflow, write:packages",
    );
    expect(await scopesOf({ scopes: [] })).toBe("");
    for (const kind of ["fine-grained", "app-user", "installation"] as const)
      expect(await scopesOf({ kind })).toBeUndefined();
  });

  it.each([
    ["github", "X-OAuth-Scopes"],
    ["lower", "x-oauth-scopes"],
    ["upper", "X-OAUTH-SCOPES"],
  ] as const)("spells headers the %s way", async (headerCase, name) => {
    const host = await start({ headerCase });
    expect((await ask(host, "/user", as(host.addToken()))).raw).toContain(name);
  });

  it("names its version only as an Enterprise Server, which also leaves status out of errors", async () => {
    const [cloud, server] = [await start(), await start({ flavour: "ghes", version: "3.18.0" })];
    const [far, own] = [await ask(cloud, "/api/v3/user", as("x")), await ask(server, "/api/v3/user", as("x"))];
    expect(far.headers).not.toHaveProperty("x-github-enterprise-version");
    expect(own.headers).toMatchObject({ "x-github-enterprise-version": "3.18.0" });
    expect(JSON.parse(far.text)).toMatchObject({ message: "Bad credentials", status: "401" });
    expect(JSON.parse(own.text)).not.toHaveProperty("status");
  });

  it.each([
    ["no User-Agent", "/user", {}, 403, /User Agent/],
    [
      "a version it does not know",
      "/user",
      { "user-agent": "t", "x-github-api-version": "1999-01-01" },
      400,
      /version/,
    ],
    ["a trailing slash", "/meta/", { "user-agent": "t" }, 404, /Not Found/],
    ["a path it does not have", "/nothing", { "user-agent": "t" }, 404, /Not Found/],
  ])("refuses %s", async (_, path, headers, status, message) => {
    expect(await ask(await start(), path, headers)).toMatchObject({ status, text: expect.stringMatching(message) });
  });

  it("takes a token as token, Bearer or a Basic password, and knows when it was revoked", async () => {
    const host = await start();
    const token = host.addToken();
    const basic = Buffer.from(`alice:${token}`).toString("base64");
    for (const [value, scheme] of [
      [token, "Bearer"],
      [token, "token"],
      [token, "bearer"],
      [basic, "Basic"],
    ] as const) {
      expect((await ask(host, "/user", as(value, scheme))).status).toBe(200);
    }
    host.revokeToken(token);
    expect((await ask(host, "/user", as(token))).status).toBe(401);
  });

  it("answers HEAD without a body and 304 to a known ETag", async () => {
    const host = await start();
    const headers = as(host.addToken());
    expect(await ask(host, "/user", headers, "HEAD")).toMatchObject({ status: 200, text: "" });
    const { etag = "" } = (await ask(host, "/user", headers)).headers;
    expect((await ask(host, "/user", { ...headers, "if-none-match": etag })).status).toBe(304);
    expect((await ask(host, "/user", { ...as(host.addToken()), "if-none-match": etag })).status).toBe(200);
  });

  it("locks everyone out after too many bad credentials", async () => {
    const host = await start({ failedLoginLimit: 2 });
    const good = host.addToken();
    for (let round = 0; round < 2; round++) expect((await ask(host, "/user", as("bad"))).status).toBe(401);
    expect(await ask(host, "/user", as(good))).toMatchObject({
      status: 403,
      text: expect.stringMatching(/login attempts/),
    });
  });

  it("counts an hour's requests by user, across tokens", async () => {
    const host = await start({ hourlyLimit: 2 });
    for (let round = 0; round < 2; round++) expect((await ask(host, "/user", as(host.addToken()))).status).toBe(200);
    expect(await ask(host, "/user", as(host.addToken()))).toMatchObject({
      status: 403,
      headers: { "x-ratelimit-remaining": "0" },
    });
    expect((await ask(host, "/user", as(host.addToken({ login: "bob" })))).status).toBe(200);
  });

  it("advertises refs for a push to whoever may push", async () => {
    const host = await start();
    host.addRepository({ fullName: "alice/app", isPrivate: false });
    const path = "/alice/app.git/info/refs?service=git-receive-pack";
    const basic = (token: string) => as(Buffer.from(`x-access-token:${token}`).toString("base64"), "Basic");
    expect(await ask(host, path, basic(host.addToken({ scopes: ["repo"] })))).toMatchObject({
      status: 200,
      headers: { "content-type": "application/x-git-receive-pack-advertisement" },
      text: expect.stringMatching(/^001f# service=git-receive-pack\n/),
    });
    expect((await ask(host, path, basic(host.addToken()))).status).toBe(403);
    expect((await ask(host, path, basic("bad"))).status).toBe(401);
    expect(await ask(host, path)).toMatchObject({
      status: 401,
      headers: { "www-authenticate": expect.stringMatching(/^Basic/) },
    });
  });
});

interface Raw {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  raw: string[];
  text: string;
}
