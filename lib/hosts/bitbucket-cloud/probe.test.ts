import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import { openTransport } from "../http";
import { type BitbucketCloudSimulator, startBitbucketCloudSimulator } from "../simulators/bitbucket-cloud";
import type { BitbucketCloudOptions, TokenSpec } from "../simulators/bitbucket-cloud-state";
import { bitbucketCloud } from "./adapter";

let host: BitbucketCloudSimulator;
const options: BitbucketCloudOptions = {};

beforeAll(async () => {
  host = await startBitbucketCloudSimulator(options);
  host.addRepository("acme/app", { members: { alice: "write", bob: "read" } });
  host.addRepository("acme/open", { isPrivate: false });
  host.addRepository("acme/secret", { members: { carol: "admin" } });
});
afterAll(() => host.close());
afterEach(() => {
  host.respondAt("/user/workspaces/acme/permissions/repositories", null);
  host.respondAt("/repositories/acme", null);
  delete options.credentialHeaders;
  host.requests.length = 0;
});

async function probe(spec: TokenSpec, repository: string) {
  const token = host.addToken(spec);
  const isUsers = (spec.kind ?? "api-token") === "api-token";
  const email = `${spec.user?.username ?? "alice"}@example.com`;
  const entered = {
    type: isUsers ? "api-token" : `${spec.kind}-token`,
    token: new Secret(token),
    fields: (isUsers ? { email } : { where: spec.where ?? "acme/app" }) as Record<string, string>,
    secrets: {},
  };
  const origins = bitbucketCloud.origins(host.baseUrl);
  const transport = openTransport({ origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"] });
  const answer = await bitbucketCloud.probe?.({ baseUrl: host.baseUrl, transport }, entered, repository);
  if (!answer?.ok) return answer?.reason;
  return answer.abilities.map(({ answer }) => answer).join(" ");
}

const both = ["read:repository:bitbucket", "write:repository:bitbucket"];
const reading = ["read:repository:bitbucket"];
const bob = { user: { username: "bob" } };

describe("probe", () => {
  it.each<[string, TokenSpec, string, string]>([
    ["a writer with both scopes", { scopes: both }, "acme/app", "yes yes yes"],
    ["a writer who may read", { scopes: reading }, "acme/app", "yes no yes"],
    [
      "a writer whose token may write and not read",
      { scopes: ["write:repository:bitbucket"] },
      "acme/app",
      "no unknown no",
    ],
    ["a writer with neither scope", { scopes: ["read:user:bitbucket"] }, "acme/app", "no no no"],
    ["a reader with both scopes", { ...bob, scopes: both }, "acme/app", "yes no unknown"],
    ["a stranger to a public repository", { scopes: both }, "acme/open", "yes no unknown"],
    ["a stranger to a private one", { scopes: both }, "acme/secret", "no no no"],
    ["anybody, and one that is not there", { scopes: both }, "acme/none", "no no no"],
    [
      "a repository's token that may write",
      { kind: "repository", scopes: ["repository:write"] },
      "acme/app",
      "yes yes yes",
    ],
    [
      "a repository's token that may read",
      { kind: "repository", scopes: ["pullrequest"] },
      "acme/app",
      "yes no unknown",
    ],
    ["a repository's token for webhooks", { kind: "repository", scopes: ["webhook"] }, "acme/app", "no no no"],
    ["a repository's token elsewhere", { kind: "repository", scopes: ["repository:write"] }, "acme/secret", "no no no"],
    [
      "a project's token",
      { kind: "project", where: "acme/WEB", scopes: ["repository:write"] },
      "acme/secret",
      "yes yes yes",
    ],
  ])("%s", async (_, spec, repository, expected) => {
    expect(await probe(spec, repository)).toBe(expected);
    expect(host.requests.every(({ method }) => method === "GET")).toBe(true);
  });

  it("takes what an account may write to where Bitbucket does not name its role", async () => {
    const roles = "/user/workspaces/acme/permissions/repositories";
    for (const response of [
      { status: 403, body: { type: "error", error: { message: "No" } } },
      { status: 200, body: { values: [] } },
    ]) {
      host.respondAt(roles, response);
      expect(await probe({ scopes: both }, "acme/app")).toBe("yes yes yes");
      expect(await probe({ ...bob, scopes: both }, "acme/app")).toBe("yes no unknown");
    }
    host.respondAt("/repositories/acme", { status: 500, body: "no" });
    expect(await probe({ scopes: both }, "acme/app")).toBe("yes unknown unknown");
  });

  it("takes the role that Bitbucket names where the list fails", async () => {
    host.respondAt("/repositories/acme", { status: 500, body: "no" });
    expect(await probe({ scopes: both }, "acme/app")).toBe("yes yes yes");
    expect(await probe({ ...bob, scopes: both }, "acme/app")).toBe("yes no unknown");
  });

  it("promises no push while the scopes are not told", async () => {
    options.credentialHeaders = false;
    expect(await probe({ scopes: both }, "acme/app")).toBe("yes unknown unknown");
    expect(await probe({ kind: "repository", scopes: ["repository:write"] }, "acme/app")).toBe("yes unknown unknown");
  });

  it("takes an address for the repository, and refuses what is none before it asks", async () => {
    expect(await probe({ scopes: both }, "https://bitbucket.org/acme/app.git")).toBe("yes yes yes");
    host.requests.length = 0;
    for (const text of ["acme", "acme/app/x", 'acme/a"b', "../user"]) {
      expect(await probe({ scopes: both }, text)).toBe("unexpected");
    }
    expect(host.requests).toEqual([]);
  });

  it("says rejected in Bitbucket's words only", async () => {
    expect(await probe({ state: "dead" }, "acme/app")).toBe("rejected");
    expect(await probe({ kind: "repository", state: "dead" }, "acme/app")).toBe("rejected");
    expect(await probe({ state: "rate-limited" }, "acme/app")).toBe("rate-limited");
  });
});
