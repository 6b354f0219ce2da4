import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Adapter } from "../adapter";
import { type GiteaSimulator, startGiteaSimulator } from "../simulators/gitea";
import type { GiteaOptions, GiteaTokenSpec } from "../simulators/gitea-state";
import { forgejo, gitea } from "./adapter";
import { connect, entered } from "./connect-fixture";

const hosts = new Map<string, GiteaSimulator>();
const versions = {
  new: {},
  bare: { version: "1.21.11" },
  first: { version: "1.19.4" },
  unscoped: { version: "1.18.5" },
  forgejo: { product: "forgejo" },
  noGit: { gitOverHttp: false },
  noGitBare: { version: "1.21.11", gitOverHttp: false },
} satisfies Record<string, GiteaOptions>;
type Version = keyof typeof versions;

beforeAll(async () => {
  for (const [name, options] of Object.entries(versions)) {
    const host = await startGiteaSimulator({ relativeRoot: "/git", renamedUsers: { acne: "acme" }, ...options });
    host.addRepository({ path: "acme/app", members: { alice: "write", bob: "read" } });
    host.addRepository({ path: "acme/open", isPrivate: false });
    host.addRepository({ path: "acme/old", isArchived: true, members: { alice: "admin" } });
    host.addRepository({ path: "acme/secret", members: { carol: "admin" } });
    hosts.set(name, host);
  }
});
afterAll(() => Promise.all([...hosts.values()].map((host) => host.close())));

async function probe(version: Version, token: string, repository: string) {
  const host = hosts.get(version) as GiteaSimulator;
  const adapter: Adapter = version === "forgejo" ? forgejo : gitea;
  return adapter.probe?.(connect(host.baseUrl), entered(token), repository);
}

async function abilities(version: Version, spec: GiteaTokenSpec, repository: string) {
  const answer = await probe(version, (hosts.get(version) as GiteaSimulator).addToken(spec), repository);
  return answer?.ok ? answer.abilities.map((row) => row.answer).join(" ") : answer?.reason;
}

describe("probe", () => {
  const writer = { scopes: ["write:repository", "read:user"] };
  const bob = { ...writer, user: { login: "bob" } };
  it.each([
    ["a writer", "new", writer, "acme/app", "yes yes yes"],
    ["a writer, scopes not told", "bare", writer, "acme/app", "yes yes yes"],
    ["a writer on Forgejo", "forgejo", writer, "acme/app.git", "yes yes yes"],
    ["a writer without read:user", "bare", { scopes: ["write:repository"] }, "acme/app", "yes yes yes"],
    ["a writer whose token may only read", "new", { scopes: ["read:repository"] }, "acme/app", "yes no no"],
    ["the same, scopes not told", "bare", { scopes: ["read:repository", "read:user"] }, "acme/app", "yes no unknown"],
    ["a reader", "new", bob, "acme/app", "yes no no"],
    ["a reader, scopes not told", "bare", bob, "acme/app", "yes no no"],
    ["a token for issues alone", "new", { scopes: ["write:issue"] }, "acme/app", "no no no"],
    ["anybody at a public repository", "new", writer, "acme/open", "yes no no"],
    ["an administrator of what is archived", "new", writer, "acme/old", "yes no no"],
    ["who is no member", "new", writer, "acme/secret", "no no no"],
    ["who is no member, older words", "bare", writer, "acme/secret", "no no no"],
    ["a token limited to what is public", "new", { scopes: ["all", "public-only"] }, "acme/app", "no no no"],
    [
      "a token limited to another repository",
      "forgejo",
      { ...writer, repositories: ["acme/open"] },
      "acme/app",
      "no no no",
    ],
    ["1.19, where scopes are not told", "first", { scopes: ["repo"] }, "acme/app", "yes yes unknown"],
    ["1.18, which has no scopes", "unscoped", { scopes: [] }, "acme/app", "yes yes yes"],
    ["Git over HTTPS switched off", "noGit", writer, "acme/app", "yes yes yes"],
    ["the same, scopes not told", "noGitBare", writer, "acme/app", "yes unknown unknown"],
  ] satisfies [string, Version, GiteaTokenSpec, string, string][])(
    "%s",
    async (_who, version, spec, repository, expected) => {
      expect(await abilities(version, spec, repository)).toBe(expected);
    },
  );

  it.each(["new", "bare", "first"] as const)(
    "an unknown token may do nothing to a public repository that strangers may read: %s",
    async (version) => {
      expect(await probe(version, "f".repeat(40), "acme/open")).toMatchObject({ ok: false, reason: "rejected" });
    },
  );

  it("says that a repository was renamed", async () => {
    const host = hosts.get("new") as GiteaSimulator;
    expect(await probe("new", host.addToken(), "acne/app")).toMatchObject({
      ok: false,
      reason: "redirected",
      message: expect.stringMatching(/renamed/),
    });
  });

  it("sends nothing for what is no repository", async () => {
    const host = hosts.get("new") as GiteaSimulator;
    host.requests.length = 0;
    for (const name of ["acme", "acme/../user", "a/b/c", "..", "a/..", "acme/app?x=1"]) {
      expect(await probe("new", host.addToken(), name)).toMatchObject({
        ok: false,
        message: expect.stringMatching(/owner\/name/),
      });
    }
    expect(host.requests).toHaveLength(0);
  });
});
