import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import { openTransport } from "../http";
import { type GitlabSimulator, startGitlabSimulator } from "../simulators/gitlab";
import type { GitlabOptions } from "../simulators/gitlab-state";
import { gitlab } from "./adapter";

let host: GitlabSimulator;
const options: GitlabOptions = { relativeRoot: "/gitlab" };

beforeAll(async () => {
  host = await startGitlabSimulator(options);
  host.addProject({ path: "acme/app", members: { alice: 30, bob: 20 } });
  host.addProject({ path: "acme/tools/deep", groupMembers: { alice: 40 } });
  host.addProject({ path: "acme/shared", hiddenMembers: { alice: 30, bob: 20 } });
  host.addProject({ path: "acme/open", visibility: "public" });
  host.addProject({ path: "acme/secret", members: { carol: 50 } });
});
afterAll(() => host.close());
afterEach(() => host.respondNextWith(null));

async function probe(token: string, repository: string, type = "personal") {
  const origins = gitlab.origins(host.baseUrl);
  const transport = openTransport({ origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"] });
  const entered = { type, token: new Secret(token), fields: {}, secrets: {} };
  const answer = await gitlab.probe?.({ baseUrl: host.baseUrl, transport }, entered, repository);
  if (!answer?.ok) return answer?.reason;
  return Object.fromEntries(answer.abilities.map(({ ability, answer }) => [ability, answer]));
}

describe("probe", () => {
  it.each([
    ["a developer with api", { scopes: ["api"] }, "acme/app", "yes yes yes"],
    ["a maintainer by group, in a subgroup", { scopes: ["api"] }, "acme/tools/deep", "yes yes yes"],
    ["a developer by a shared group", { scopes: ["api"] }, "acme/shared", "yes yes yes"],
    ["a reporter", { user: { username: "bob" } }, "acme/app", "yes no no"],
    ["a reporter by a shared group", { user: { username: "bob" } }, "acme/shared", "yes no no"],
    ["a developer with read_api", { scopes: ["read_api"] }, "acme/app", "yes no no"],
    ["a developer with write_repository only", { scopes: ["write_repository"] }, "acme/app", "yes yes no"],
    ["a developer with read_repository only", { scopes: ["read_repository"] }, "acme/app", "yes no no"],
    ["a developer with read_user only", { scopes: ["read_user"] }, "acme/app", "no no no"],
    ["a stranger to a private project", { scopes: ["api"] }, "acme/secret", "no no no"],
    ["anybody, and a project that is not there", { scopes: ["api"] }, "acme/none", "no no no"],
    ["a stranger to a public project", { scopes: ["api"] }, "acme/open", "yes no unknown"],
  ])("%s", async (_, spec, repository, expected) => {
    const [read, push, status] = expected.split(" ");
    expect(await probe(host.addToken(spec), repository)).toEqual({ read, push, status });
  });

  it("takes a repository with .git, and asks below the relative root without writing", async () => {
    host.requests.length = 0;
    expect(await probe(host.addToken(), "acme/app.git")).toEqual({ read: "yes", push: "yes", status: "yes" });
    expect(host.requests.map(({ method }) => method)).toEqual(["GET", "GET", "GET", "GET"]);
    expect(host.requests.every(({ path }) => path.startsWith("/gitlab/"))).toBe(true);
  });

  it("knows an OAuth token's scopes", async () => {
    const token = host.addToken({ kind: "oauth", scopes: ["read_api"] });
    expect(await probe(token, "acme/app", "oauth")).toEqual({ read: "yes", push: "no", status: "no" });
  });

  it("falls back on role and scopes where Git over HTTPS is off", async () => {
    options.gitOverHttp = false;
    expect(await probe(host.addToken(), "acme/app")).toEqual({ read: "yes", push: "yes", status: "yes" });
    const bob = host.addToken({ user: { username: "bob" } });
    expect(await probe(bob, "acme/app")).toEqual({ read: "yes", push: "no", status: "no" });
    const bot = host.addToken({ scopes: ["api"], user: { username: "alice" } });
    expect(await probe(bot, "acme/app", "project")).toMatchObject({ push: "unknown", status: "yes" });
    const pusher = host.addToken({ scopes: ["write_repository"] });
    expect(await probe(pusher, "acme/app")).toEqual({ read: "unknown", push: "unknown", status: "no" });
    options.gitOverHttp = true;
  });

  it("cannot tell a fine-grained token's status right", async () => {
    const permissions = ["read_project", "read_personal_access_token", "write_repository"];
    const token = host.addToken({ granularScopes: [{ access: "all_memberships", permissions }] });
    expect(await probe(token, "acme/app", "fine-grained")).toEqual({ read: "yes", push: "yes", status: "unknown" });
  });

  it("tells a dead token from an invisible project", async () => {
    expect(await probe(host.addToken({ state: "revoked" }), "acme/app")).toBe("revoked");
    expect(await probe(host.addToken({ state: "rate-limited" }), "acme/app")).toBe("rate-limited");
    expect(await probe("glpat-NobodyKnowsThisOne12", "acme/app")).toBe("rejected");
  });

  it.each(["app", "acme", "../user", "acme/..", "acme/./app", "acme/app?x", "acme//app", "/acme/app", "acme/app/"])(
    "asks nothing about %j",
    async (repository) => {
      host.requests.length = 0;
      expect(await probe(host.addToken(), repository)).toBe("unexpected");
      expect(host.requests).toHaveLength(0);
    },
  );
});
