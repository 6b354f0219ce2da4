import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import { openTransport } from "../http";
import {
  type BitbucketDataCenterSimulator,
  type DataCenterTokenSpec,
  startBitbucketDataCenterSimulator,
} from "../simulators/bitbucket-data-center";
import type { DataCenterOptions } from "../simulators/bitbucket-data-center-state";
import { bitbucketDataCenter } from "./adapter";

let host: BitbucketDataCenterSimulator;
afterEach(() => host.close());

async function start(options: DataCenterOptions = {}): Promise<void> {
  host = await startBitbucketDataCenterSimulator({ contextPath: "/bitbucket", ...options });
  host.addProject({ key: "ACME", access: { alice: 2, bob: 1 } });
  host.addRepository("ACME/app");
  host.addRepository("ACME/old", { archived: true });
  host.addRepository("PUB/open", { public: true });
  host.addRepository("~carol/notes", { access: { carol: 3, alice: 2 } });
}

async function probe(token: string, repository: string, type = "http-access-token", fields = {}) {
  const transport = openTransport({ origins: [host.url], caCertificate: null, allowedNetworks: ["127.0.0.0/8"] });
  const entered = { type, token: new Secret(token), fields, secrets: {} };
  const answer = await bitbucketDataCenter.probe?.({ baseUrl: host.baseUrl, transport }, entered, repository);
  if (!answer?.ok) return answer?.reason;
  return answer.abilities.map((row) => row.answer).join(" ");
}

describe("probe", () => {
  it.each<[string, DataCenterTokenSpec, string, string]>([
    ["a writer with a token that may write", { permissions: ["REPO_WRITE"] }, "ACME/app", "yes yes yes"],
    ["a writer, of projects", { permissions: ["PROJECT_WRITE"] }, "acme/app.git", "yes yes yes"],
    ["a writer with a token that may read", { permissions: ["REPO_READ"] }, "ACME/app", "yes no yes"],
    ["a reader with a token that may write", { user: { name: "bob" } }, "ACME/app", "yes no yes"],
    ["a writer, and an archived repository", { permissions: ["REPO_ADMIN"] }, "ACME/old", "yes no yes"],
    ["anybody, and a public repository", { permissions: ["REPO_ADMIN"] }, "PUB/open", "yes no unknown"],
    ["a guest in another's own project", { permissions: ["REPO_WRITE"] }, "~carol/notes", "yes yes yes"],
    ["a stranger", { user: { name: "dan" } }, "ACME/app", "no no no"],
    ["anybody, and a repository that is not there", {}, "ACME/none", "no no no"],
    ["a project's token", { project: "ACME", permissions: ["REPO_WRITE"] }, "ACME/app", "yes yes yes"],
    ["a repository's token elsewhere", { project: "ACME", repository: "app" }, "ACME/old", "no no no"],
  ])("%s", async (_, spec, repository, expected) => {
    for (const filterSeesToken of [true, false]) {
      await start({ filterSeesToken });
      expect(await probe(host.addToken(spec), repository)).toBe(expected);
      expect(
        host.requests.every(({ method, path }) => method === "GET" && /^\/bitbucket\/(rest|scm)\//.test(path)),
      ).toBe(true);
      if (!filterSeesToken) continue;
      await host.close();
    }
  });

  it("falls back on the list of what may be written to where Git over HTTPS is off", async () => {
    await start({ gitOverHttp: false });
    expect(await probe(host.addToken({ permissions: ["REPO_WRITE"] }), "ACME/app")).toBe("yes unknown yes");
    expect(await probe(host.addToken({ permissions: ["REPO_READ"] }), "ACME/app")).toBe("yes no yes");
    expect(await probe(host.addToken({ permissions: ["REPO_WRITE"] }), "ACME/old")).toBe("yes no yes");
    host.respondAt("/api/repos", { status: 200, body: { isLastPage: false, values: [] } });
    expect(await probe(host.addToken({ permissions: ["REPO_READ"] }), "ACME/app")).toBe("yes unknown yes");
  });

  it("does not take a repository for private whose project is public", async () => {
    await start();
    host.addProject({ key: "OPEN", public: true, access: { bob: 1 } });
    host.addRepository("OPEN/inner");
    expect(await probe(host.addToken({ user: { name: "bob" } }), "OPEN/inner")).toBe("yes no unknown");
  });

  it("tries a wrong password once", async () => {
    await start();
    host.addUser({ name: "alice", password: "correct horse" });
    expect(await probe("wrong", "ACME/app", "password", { username: "alice" })).toBe("rejected");
    expect(host.requests).toHaveLength(1);
    expect(await probe("correct horse", "ACME/app", "password", { username: "alice" })).toBe("yes yes yes");
  });

  it("tells a dead token from an invisible repository", async () => {
    await start();
    const token = host.addToken();
    host.revokeToken(token);
    expect(await probe(token, "ACME/app")).toBe("rejected");
    expect(await probe(host.addToken({ expiryDays: 1 }), "ACME/app")).toBe("rejected");
    expect(await probe(host.addToken({ state: "rate-limited" }), "ACME/app")).toBe("rate-limited");
  });

  it("does not take a public repository for a proof where a bad token is anybody", async () => {
    await start({ unknownGets: "anonymous" });
    expect(await probe("BBDC-nobody", "PUB/open")).toBe("unexpected");
    expect(await probe("BBDC-nobody", "ACME/app")).toBe("rejected");
  });

  it.each([
    "app",
    "ACME",
    "../user",
    "ACME/..",
    "ACME/./app",
    "ACME/app?x",
    "ACME//app",
    "/ACME/app",
    "ACME/app/",
    "~/app",
  ])("asks nothing about %j", async (repository) => {
    await start();
    expect(await probe(host.addToken(), repository)).toBe("unexpected");
    expect(host.requests).toHaveLength(0);
  });
});

describe("git's user name", () => {
  const remote = new URL("https://git.example.com/scm/acme/app.git");
  const account = { id: "101", login: "alice", name: null, url: null, isBot: false };

  function userName(type: string, isKnown = true, isBot = false, fields = {}) {
    const entered = { type, token: new Secret("correct horse"), fields, secrets: {} };
    return bitbucketDataCenter.gitCredential(entered, isKnown ? { ...account, isBot } : null, remote).username;
  }

  it("is the person's for a person's token, and x-token-auth for one without a person", () => {
    expect(userName("http-access-token")).toBe("alice");
    expect(userName("http-access-token", true, true)).toBe("x-token-auth");
    expect(userName("http-access-token", false)).toBe("x-token-auth");
    expect(userName("project-token")).toBe("x-token-auth");
    expect(userName("repository-token", true, true)).toBe("x-token-auth");
  });

  it("is the one that was entered for a password", () => {
    expect(userName("password", true, false, { username: "alice@acme" })).toBe("alice@acme");
  });

  it.each([
    ["http-access-token", {}],
    ["project-token", { project: "ACME" }],
    ["repository-token", { project: "ACME", repository: "app" }],
  ])("opens the repository for a %s", async (type, place) => {
    await start();
    const token = host.addToken({ permissions: ["REPO_WRITE"], ...place });
    const entered = { type, token: new Secret(token), fields: {}, secrets: {} };
    const { username, password } = bitbucketDataCenter.gitCredential(entered, account, remote);
    const basic = Buffer.from(`${username}:${password.reveal()}`).toString("base64");
    const address = `${host.baseUrl}/scm/acme/app.git/info/refs?service=git-receive-pack`;
    expect((await fetch(address, { headers: { authorization: `Basic ${basic}` } })).status).toBe(200);
  });
});
