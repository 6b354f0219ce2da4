import { afterEach, describe, expect, it } from "vitest";
import { type AzureDevopsSimulator, startAzureDevopsSimulator } from "./azure-devops";
import { stopped } from "./azure-devops-answers";
import { type AzureDevopsOptions, ceilings } from "./azure-devops-state";
import { mintLong, mintShort } from "./azure-devops-tokens";

let host: AzureDevopsSimulator;
afterEach(() => host.close());

async function start(options: AzureDevopsOptions = {}): Promise<AzureDevopsSimulator> {
  host = await startAzureDevopsSimulator(options);
  host.addRepository("Fabrikam Fiber/web app");
  return host;
}

async function ask(path: string, token?: string, init: RequestInit & { user?: string } = {}) {
  const { user = "", ...rest } = init;
  const authorization = `Basic ${Buffer.from(`${user}:${token}`).toString("base64")}`;
  const headers = { ...rest.headers, ...(token && { authorization }) };
  const url = path.startsWith("http") ? path : host.baseUrl + path;
  const response = await fetch(url, { ...rest, headers, redirect: "manual" });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : null };
}

describe("connectionData", () => {
  it("tells who the token is, whatever the user name, and marks the answer", async () => {
    await start();
    const token = host.addToken();
    for (const user of ["", "PAT", "alice@example.com"]) {
      const { status, body, headers } = await ask("/_apis/connectionData", token, { user });
      expect(status).toBe(200);
      expect(body.authenticatedUser.properties.Account.$value).toBe("alice@example.com");
      expect(body.deploymentType).toBe("hosted");
      expect(headers.get("x-vss-userdata")).toBe(`${body.authenticatedUser.id}:alice@example.com`);
      expect(headers.get("content-type")).toContain("api-version=5.0-preview.1");
    }
    const bearer = await fetch(`${host.baseUrl}/_apis/connectionData`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(bearer.status).toBe(203);
  });

  it("is known in preview only, and to servers before 2019 without subjectDescriptor", async () => {
    await start({ product: "tfs-2018" });
    const token = host.addToken();
    expect((await ask("/_apis/connectionData?api-version=4.0", token)).body.typeKey).toBe(
      "VssInvalidPreviewVersionException",
    );
    const { body } = await ask("/_apis/connectionData?api-version=4.0-preview.1", token);
    expect(body.authenticatedUser).not.toHaveProperty("subjectDescriptor");
    expect(body.deploymentType).toBe("onPremises");
  });

  it("answers strangers as anonymous where there are public projects, and challenges them elsewhere", async () => {
    await start({ publicProjects: true });
    const { body, headers } = await ask("/_apis/connectionData");
    expect(body.authenticatedUser.id).toBe("aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa");
    expect(headers.get("x-vss-userdata")).toBeNull();
    await host.close();
    await start();
    expect((await ask("/_apis/connectionData")).status).toBe(401);
  });
});

describe("a token that is not good", () => {
  it.each([
    ["sign-in-page", 203, /<title>Azure DevOps Services \| Sign In/],
    ["redirect", 302, /Object moved/],
    ["empty-401", 401, /^$/],
    ["list-401", 401, /^\{"count":0,"value":\[\]\}$/],
    ["tf400813", 401, /TF400813: The user 'aaaaaaaa-/],
  ] as const)("is turned away by %s", async (turnedAway, status, text) => {
    await start({ turnedAway });
    const answer = await ask("/_apis/connectionData", mintLong());
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(text);
    if (status === 302)
      expect(answer.headers.get("location")).toMatch(/^https:\/\/spsprodsin1\.vssps\.visualstudio\.com\/_signin\?/);
    if (status === 401) expect(answer.headers.get("www-authenticate")).toContain('realm="https://tfsprodsin1');
  });

  it("is told when it has expired, is slowed, blocked or not of the organization", async () => {
    await start();
    const expired = await ask("/_apis/projects", host.addToken({ state: "expired" }));
    expect(expired).toMatchObject({ status: 401, body: { typeKey: "AccessCheckException" } });
    expect(decodeURIComponent(expired.headers.get("x-tfs-serviceerror") ?? "")).toBe(expired.body.message);
    expect(expired.body.message).toBe("Access Denied: The Personal Access Token used has expired.");
    const blocked = await ask("/_apis/projects", host.addToken({ state: "rate-limited" }));
    expect(blocked.status).toBe(429);
    expect(blocked.headers.get("retry-after")).toBe("90");
    const slowed = await ask("/_apis/projects", host.addToken({ state: "slowed" }));
    expect([slowed.status, slowed.headers.get("retry-after")]).toEqual([200, "5"]);
    expect((await ask("/_apis/projects", host.addToken({ state: "stranger" }))).body.message).toMatch(/^TF400813/);
  });

  it("may be no token at all to IIS", async () => {
    for (const options of [{ windowsOnly: true }, { iisBasic: true }, {}]) {
      await host?.close();
      await start({ product: "tfs-2018.2", ...options });
      const { status, headers } = await ask(
        "/_apis/connectionData",
        options.windowsOnly || options.iisBasic ? host.addToken() : mintShort(),
      );
      expect(status).toBe(401);
      const challenge = headers.get("www-authenticate") ?? "";
      expect(/Bearer/.test(challenge)).toBe(!options.windowsOnly && !options.iisBasic);
      expect(/Basic/.test(challenge)).toBe(!options.windowsOnly);
    }
  });
});

describe("scopes", () => {
  const nowhere = "/_apis/git/repositories/00000000-0000-0000-0000-000000000000";
  const statuses = `/commits/${"0".repeat(40)}/statuses`;
  it.each([
    ["vso.profile", "200 401 401 401 401"],
    ["vso.code", "200 200 404 401 401"],
    ["vso.code_write", "200 200 404 404 404"],
    ["vso.code_status", "401 401 404 401 404"],
    ["vso.project", "200 401 401 401 401"],
    ["app_token", "200 200 404 404 404"],
  ])("%s opens what the published descriptions say", async (scope, expected) => {
    await start();
    const token = host.addToken({ scopes: [scope] });
    const answers = [
      await ask("/_apis/projects?$top=1", token),
      await ask("/_apis/git/repositories", token),
      await ask(nowhere + statuses, token),
      await ask(`${nowhere}/refs`, token, { method: "POST", body: "[]" }),
      await ask(nowhere + statuses, token, { method: "POST", body: "{}" }),
    ];
    expect(answers.map(({ status }) => status).join(" ")).toBe(expected);
  });

  it("are not enough without the account's own permission", async () => {
    await start();
    const row = host.addRepository("Fiber/app", { "alice@example.com": 2 });
    const token = host.addToken({ scopes: ["app_token"] });
    const refs = await ask(`/_apis/git/repositories/${row.id}/refs`, token, { method: "POST", body: "[]" });
    expect(refs).toMatchObject({ status: 403, body: { typeKey: "GitNeedsPermissionException" } });
    expect(refs.body.message).toMatch(/^TF401027: You need the Git 'GenericContribute' permission/);
    const push = await ask("/Fiber/_git/app/info/refs?service=git-receive-pack", token);
    expect(push.status).toBe(403);
    expect(push.text).toMatch(/^001f# service=git-receive-pack\n0000[0-9a-f]{4}TF401027/);
    const bits = (bit: number) =>
      ask(
        `/_apis/permissions/2e9eb7ed-3c0a-47d4-87c1-0ffdd275fd87/${bit}?tokens=repoV2/${row.project.id}/${row.id}`,
        token,
      );
    expect([(await bits(2)).body.value, (await bits(4)).body.value]).toEqual([[true], [false]]);
  });

  it("of a token for all organizations let it in where profiles are", async () => {
    await start();
    const profile = `${host.url}/_apis/profile/profiles/me?api-version=7.1`;
    const everywhere = host.addToken({ allOrganizations: true });
    expect((await ask(profile, everywhere)).body).toMatchObject({
      displayName: "Alice",
      emailAddress: "alice@example.com",
    });
    expect((await ask(`${host.url}/_apis/accounts`, everywhere)).body.value[0].accountName).toBe("acme");
    expect((await ask(profile, host.addToken())).status).toBe(401);
    expect((await ask("/_apis/tokens/pats", host.addToken())).status).toBe(203);
  });
});

describe("api-versions", () => {
  it.each(Object.entries(ceilings))("of %s end where they end", async (product, { max, released }) => {
    await start({ product: product as keyof typeof ceilings });
    const token = host.addToken();
    const asked = async (version: string) => (await ask(`/_apis/projects?api-version=${version}`, token)).status;
    expect(await asked(released)).toBe(200);
    expect(await asked(`${max}-preview.1`)).toBe(200);
    expect(await asked(max)).toBe(max === released ? 200 : 400);
    expect(await asked("7.3-preview.1")).toBe(400);
    const { body } = await ask("/_apis/git", token, { method: "OPTIONS" });
    expect(body.value[0]).toMatchObject({
      id: "225f7195-f9c7-4d14-ab28-a83f7ff77e1f",
      maxVersion: max,
      releasedVersion: released,
    });
  });

  it("are told for all areas by OPTIONS; areas have addresses on Services and none on servers", async () => {
    await start();
    const token = host.addToken();
    expect((await ask("/_apis/", token, { method: "OPTIONS" })).body.count).toBe(5);
    expect((await ask("/_apis/Location", token, { method: "OPTIONS" })).body.count).toBe(2);
    expect((await ask("/_apis/ResourceAreas", token)).body.value[0].locationUrl).toBe(`${host.baseUrl}/`);
    await host.close();
    await start({ product: "server-2022" });
    expect((await ask("/_apis/ResourceAreas", host.addToken())).body).toEqual({ count: 0, value: null });
  });
});

describe("addresses and repositories", () => {
  it.each([
    [{}, "/acme"],
    [{ legacyAddress: true }, ""],
    [{ product: "tfs-2018" }, "/tfs/DefaultCollection"],
    [{ product: "server-2022", collection: "Main" }, "/Main"],
  ] as const)("%j is at %j", async (options, path) => {
    await start(options);
    expect(host.baseUrl).toBe(host.url + path);
    expect((await ask("/_apis/connectionData", host.addToken())).status).toBe(200);
  });

  it("are found by name or id, in any case, below their project or not, by who may read them", async () => {
    await start();
    const secret = host.addRepository("Fiber/secret", {});
    const token = host.addToken();
    for (const path of ["/Fabrikam%20Fiber/_apis/git/repositories/Web%20App", "/_apis/git/repositories/web%20app"]) {
      expect((await ask(path, token)).body).toMatchObject({ name: "web app", project: { name: "Fabrikam Fiber" } });
    }
    expect((await ask(`/_apis/git/repositories/${secret.id}`, token)).body.message).toMatch(/^TF401019/);
    expect((await ask("/_apis/git/repositories", token)).body.count).toBe(1);
    expect((await ask("/Fiber/_apis/git/repositories", token)).body.count).toBe(0);
  });

  it("say with a byte order mark that they are stopped", async () => {
    await start();
    host.respondNextWith(stopped());
    const response = await fetch(`${host.baseUrl}/_apis/projects`);
    expect(response.status).toBe(503);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  });
});
