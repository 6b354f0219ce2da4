import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv2020 } from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GithubSimulator, type GithubSimulatorOptions, startGithubSimulator } from "./github";
import { headSha } from "./github-bodies";

/** The simulator speaks as GitHub's published OpenAPI description says: the whole body, for each flavour. */

interface Description {
  paths: Record<string, { get?: { responses: Record<string, OpenApiResponse> } } | undefined>;
  components: { responses: Record<string, OpenApiResponse>; schemas: Record<string, unknown> };
}
interface OpenApiResponse {
  $ref?: string;
  content?: { "application/json"?: { schema: object } };
}

const requireFrom = createRequire(import.meta.url);

/** The description as JSON Schema: OpenAPI 3.0's `nullable` becomes a null among the types. */
function describedBy(file: string): (path: string, status: number, body: unknown) => string[] {
  const text = readFileSync(requireFrom.resolve(`@octokit/openapi/generated/${file}`), "utf8");
  const description = JSON.parse(text, (_key, value: unknown) => withNull(value)) as Description;
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  addFormats.default(ajv);
  ajv.addFormat("timestamp", true);
  ajv.addSchema({ $id: "github:", components: description.components }, "github:");
  return (path, status, body) => {
    const described = description.paths[path]?.get?.responses[String(status)];
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
    classic = host.addToken({ scopes: ["repo", "user", "admin:repo_hook"] });
    fineGrained = host.addToken({ kind: "fine-grained", permissions: { metadata: "read" } });
    installation = host.addToken({ kind: "installation-stateless", login: "octo-app[bot]", resourceOwner: "octo-org" });
  }, 60_000);
  afterAll(() => host.close());

  const ask = (path: string, token: string | null) =>
    fetch(`${host.url}/api/v3${path}`, {
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

  it("is held to the description: a user without an id does not pass", async () => {
    const { id: _, ...user } = (await (await ask("/user", classic)).json()) as Record<string, unknown>;
    expect(problemsOf("/user", 200, user)).not.toEqual([]);
  });
});
