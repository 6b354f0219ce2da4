import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { Connection } from "../adapter";
import { openTransport } from "../http";
import { type GithubSimulator, startGithubSimulator } from "../simulators/github";
import type { TokenSpec } from "../simulators/github-tokens";
import { github } from "./adapter";

let host: GithubSimulator;

beforeAll(async () => {
  host = await startGithubSimulator();
  host.addRepository({
    fullName: "octo-org/private",
    roles: { alice: "write", carol: "read" },
    formerNames: ["octo-org/former"],
  });
  host.addRepository({ fullName: "octo-org/public", isPrivate: false, roles: { alice: "write" } });
  host.addRepository({ fullName: "octo-org/archived", isArchived: true, roles: { alice: "admin" } });
  host.addRepository({ fullName: "octo-org/empty", isEmpty: true, roles: { alice: "write" } });
  host.addRepository({ fullName: "alice/own" });
  host.addOrganization("sso-org");
  host.ssoOrganisations.add("sso-org");
  host.addRepository({ fullName: "sso-org/app", roles: { alice: "write" } });
  host.addOrganization("modern-org", { forbidsClassic: true, maxFineGrainedDays: 90 });
  host.addRepository({ fullName: "modern-org/app", isPrivate: false, roles: { alice: "write" } });
});
afterAll(() => host.close());
beforeEach(() => {
  host.respondNextWith(null);
  host.requests.length = 0;
});

function probe(token: string, repository: string) {
  const type = github.recognise(token)?.type ?? "classic";
  const origins = github.origins(host.url);
  const transport = openTransport({ origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"] });
  const connection: Connection = { baseUrl: host.url, transport };
  if (!github.probe) throw new Error("GitHub has a probe");
  return github.probe(connection, { type, token: new Secret(token), fields: {}, secrets: {} }, repository);
}

async function answersOf(spec: TokenSpec, repository: string): Promise<string> {
  const answer = await probe(host.addToken(spec), repository);
  if (!answer.ok) return answer.reason;
  return answer.abilities.map(({ answer: found }) => found).join(" ");
}

const fine: TokenSpec = { kind: "fine-grained", resourceOwner: "octo-org" };
const all = { contents: "write", metadata: "read", statuses: "write" } as const;

describe("the probe answers read, push and status, in this order", () => {
  it.each<[string, TokenSpec, string, string]>([
    ["a classic token with repo", { scopes: ["repo"] }, "octo-org/private", "yes yes yes"],
    ["the same, of someone who may only read", { login: "carol", scopes: ["repo"] }, "octo-org/private", "yes no no"],
    ["the same, of a stranger", { login: "dave", scopes: ["repo"] }, "octo-org/private", "no no no"],
    [
      "a classic token with public_repo, private repository",
      { scopes: ["public_repo"] },
      "octo-org/private",
      "no no no",
    ],
    [
      "a classic token with public_repo, public repository",
      { scopes: ["public_repo"] },
      "octo-org/public",
      "yes yes yes",
    ],
    [
      "a classic token with repo:status, public repository",
      { scopes: ["repo:status"] },
      "octo-org/public",
      "yes no yes",
    ],
    ["a classic token with no scope, public repository", { scopes: [] }, "octo-org/public", "yes no no"],
    ["an archived repository", { scopes: ["repo"] }, "octo-org/archived", "yes no no"],
    ["an empty repository", { scopes: ["repo"] }, "octo-org/empty", "yes yes yes"],
    ["a fine-grained token that may push", { ...fine, permissions: all }, "octo-org/private", "yes yes unknown"],
    [
      "a fine-grained token that may read",
      { ...fine, permissions: { contents: "read" } },
      "octo-org/private",
      "yes no unknown",
    ],
    [
      "a fine-grained token without contents",
      { ...fine, permissions: { metadata: "read" } },
      "octo-org/private",
      "no no unknown",
    ],
    [
      "a fine-grained token for another owner",
      { kind: "fine-grained", permissions: all },
      "octo-org/private",
      "no no no",
    ],
    [
      "a fine-grained token for another repository",
      { ...fine, permissions: all, repositories: ["octo-org/public"] },
      "octo-org/private",
      "no no no",
    ],
    [
      "a fine-grained token not yet approved",
      { ...fine, permissions: all, isPending: true },
      "octo-org/private",
      "no no no",
    ],
    [
      "the same, public repository",
      { ...fine, permissions: all, isPending: true },
      "octo-org/public",
      "yes no unknown",
    ],
    ["an unauthorised token under single sign-on", { scopes: ["repo"] }, "sso-org/app", "sso-required"],
    [
      "an authorised token under single sign-on",
      { scopes: ["repo"], authorizedFor: ["sso-org"] },
      "sso-org/app",
      "yes yes yes",
    ],
    ["a classic token where they are banned", { scopes: ["repo"] }, "modern-org/app", "blocked"],
    [
      "a fine-grained token that lives too long",
      { kind: "fine-grained", resourceOwner: "modern-org" },
      "modern-org/app",
      "blocked",
    ],
    ["an expired token", { scopes: ["repo"], expiresAt: new Date(0) }, "octo-org/private", "rejected"],
    ["a rate-limited token", { scopes: ["repo"], trouble: "primary-limit" }, "octo-org/private", "rate-limited"],
  ])("%s", async (_, spec, repository, answers) => {
    expect(await answersOf(spec, repository)).toBe(answers);
  });

  it("reads only, and asks git with the token as a password", async () => {
    await probe(host.addToken({ scopes: ["repo"] }), "octo-org/private");
    expect(host.requests.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      "GET /api/v3/repos/octo-org/private",
      "GET /api/v3/repos/octo-org/private/commits",
      "GET /octo-org/private.git/info/refs",
    ]);
    const git = host.requests.find(({ path }) => path.endsWith("/info/refs"));
    expect(git?.query.get("service")).toBe("git-receive-pack");
    expect(git?.headers.authorization).toMatch(/^Basic /);
  });

  it("finds a renamed repository under its new name, without asking elsewhere", async () => {
    const answer = await probe(host.addToken({ scopes: ["repo"] }), "octo-org/former.git");
    expect(answer).toMatchObject({ ok: true, repository: "octo-org/private" });
    if (answer.ok) expect(answer.abilities.find(({ ability }) => ability === "read")?.answer).toBe("yes");
  });

  it("takes a page in front of git for no answer", async () => {
    const page = { status: 403, headers: { "content-type": "text/html" }, body: "<title>Blocked</title>" };
    const token = host.addToken({ ...fine, permissions: all });
    const origins = github.origins(host.url);
    const guarded = openTransport({ origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"] });
    const transport: Connection["transport"] = {
      fetch: async (input, init) =>
        String(input).includes("/info/refs")
          ? new Response(page.body, { status: page.status, headers: page.headers })
          : guarded.fetch(input, init),
    };
    const answer = await github.probe?.(
      { baseUrl: host.url, transport },
      { type: "fine-grained", token: new Secret(token), fields: {}, secrets: {} },
      "octo-org/private",
    );
    expect(answer?.ok && answer.abilities[1]).toMatchObject({ ability: "push", answer: "unknown" });
  });

  it("says that a status cannot be tried without setting one", async () => {
    const answer = await probe(host.addToken({ ...fine, permissions: all }), "octo-org/private");
    expect(answer.ok && answer.abilities[2]?.why).toMatch(/only when a status is set/);
  });

  it.each(["", "octo-org", "octo-org/private/x", "../..", "./private", "octo-org/..", "octo-org/private?x"])(
    "asks nothing for %j",
    async (repository) => {
      expect(await probe(host.addToken({ scopes: ["repo"] }), repository)).toMatchObject({
        ok: false,
        reason: "unexpected",
      });
      expect(host.requests).toEqual([]);
    },
  );
});
