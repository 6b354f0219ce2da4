import { createServer } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type AzureDevopsSimulator, startAzureDevopsSimulator } from "../simulators/azure-devops";
import { json } from "../simulators/azure-devops-answers";
import type { AzureDevopsOptions } from "../simulators/azure-devops-state";
import { type Simulator, startSimulator } from "../simulators/simulator";
import { azureDevops, azureDevopsServer } from "./adapter";
import { connect, enter, verify } from "./connect-fixture";

/**
 * The library would follow redirects and locations with the token in hand. Here servers point elsewhere in every way
 * that they can, and elsewhere listens.
 */
describe("the client library", () => {
  const options: AzureDevopsOptions = { product: "server-2022" };
  let host: AzureDevopsSimulator;
  let elsewhere: Simulator;
  const repository = "Fiber/app";

  beforeAll(async () => {
    host = await startAzureDevopsSimulator(options);
    host.addRepository(repository);
    elsewhere = await startSimulator(() => ({ status: 200, body: { count: 0, value: [] } }));
  });
  afterAll(async () => {
    await host.close();
    await elsewhere.close();
  });
  afterEach(() => {
    host.respondNextWith(null);
    for (const path of ["/_apis/git", "/_apis/core", "/_apis/projects", "/_apis/git/repositories"]) {
      host.respondAt(path, null);
    }
    delete options.areasAt;
    elsewhere.requests.length = 0;
    host.requests.length = 0;
  });

  function location(id: string, routeTemplate: unknown, more: object = {}) {
    const versions = { resourceVersion: 1, minVersion: "1.0", maxVersion: "7.0", releasedVersion: "7.0" };
    return json(200, {
      count: 1,
      value: [{ id, area: "git", resourceName: "repositories", routeTemplate, ...versions, ...more }],
    });
  }
  const git = "225f7195-f9c7-4d14-ab28-a83f7ff77e1f";

  it("sends nothing but what the transport carries, with redirects and its own connections out of play", async () => {
    const { sent } = await verify(host.baseUrl, host.addToken(), azureDevopsServer);
    expect(sent.length).toBe(host.requests.length);
    for (const { headers } of sent) {
      expect(headers.get("authorization")).toMatch(/^Basic /);
      expect(headers.get("x-tfs-fedauthredirect")).toBe("Suppress");
    }
    const accepts = host.requests
      .map(({ headers }) => headers.accept)
      .filter((accept) => accept?.includes("api-version"));
    expect(accepts.sort()).toEqual(["application/json;api-version=7.0", "application/json;api-version=7.0"]);
  });

  it("never asks where an area lives, so that a location elsewhere moves nothing", async () => {
    options.areasAt = `${elsewhere.url}/`;
    const { verdict, sent } = await verify(host.baseUrl, host.addToken(), azureDevopsServer);
    expect(verdict).toMatchObject({ ok: true, scopes: ["vso.code"] });
    expect(sent.some(({ url }) => /ResourceAreas|Location/i.test(url))).toBe(false);
    expect(elsewhere.requests).toEqual([]);
  });

  it.each([
    ["an address elsewhere", () => `${elsewhere.url}/{project}/_apis`],
    ["a host elsewhere", () => `//127.0.0.1:${new URL(elsewhere.url).port}/x`],
    ["a path out of the collection", () => "../../other/_apis/{resource}"],
    ["a path out of the collection, encoded", () => "%2e%2e/%2e%2e/other"],
    ["no text", () => ({ startsWith: "" })],
    ["an api-version with a line break", () => "_apis/{resource}"],
  ])("is not led astray by a route that is %s", async (title, route) => {
    const more = title.includes("line break")
      ? { maxVersion: "1\r\nX-Injected: 1", releasedVersion: "1\r\nX-Injected: 1" }
      : {};
    host.respondAt("/_apis/git", location(git, route(), more));
    const { verdict, sent } = await verify(host.baseUrl, host.addToken(), azureDevopsServer);
    expect(verdict.ok).toBe(true);
    expect(elsewhere.requests).toEqual([]);
    expect(sent.every(({ url }) => new URL(url).href.startsWith(`${host.baseUrl}/`))).toBe(true);
    expect(host.requests.every(({ headers }) => headers["x-injected"] === undefined)).toBe(true);
  });

  it.each([301, 302, 307, 308])("does not follow a %i of any of its calls", async (status) => {
    const response = { status, headers: { location: `${elsewhere.url}/_apis` }, body: "" };
    for (const path of ["/_apis/git", "/_apis/core"]) host.respondAt(path, response);
    await verify(host.baseUrl, host.addToken(), azureDevopsServer);
    for (const path of ["/_apis/git", "/_apis/core"]) host.respondAt(path, null);
    for (const path of ["/_apis/projects", "/_apis/git/repositories"]) host.respondAt(path, response);
    expect((await verify(host.baseUrl, host.addToken(), azureDevopsServer)).verdict.ok).toBe(true);
    expect(elsewhere.requests).toEqual([]);
  });

  it("asks each thing once, also when the host says to try again", async () => {
    for (const status of [429, 502, 503, 504]) {
      host.requests.length = 0;
      host.respondNextWith({ status, headers: { "retry-after": "1" }, body: "no" });
      const { sent } = await verify(host.baseUrl, host.addToken(), azureDevopsServer);
      expect(new Set(sent.map(({ method, url }) => `${method} ${url}`)).size).toBe(sent.length);
      expect(host.requests.length).toBe(sent.length);
    }
  });

  it("opens no connection of its own, whatever a proxy variable says", async () => {
    let hits = 0;
    const proxy = createServer((_, response) => void response.end()).on("connection", () => void hits++);
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const address = proxy.address() as { port: number };
    const before = process.env;
    process.env = {
      ...before,
      http_proxy: `http://127.0.0.1:${address.port}`,
      HTTP_PROXY: `http://127.0.0.1:${address.port}`,
    };
    try {
      expect((await verify(host.baseUrl, host.addToken(), azureDevopsServer)).verdict.ok).toBe(true);
    } finally {
      process.env = before;
      proxy.close();
    }
    expect(hits).toBe(0);
  });

  it("writes nothing while verifying and probing", async () => {
    const token = host.addToken();
    await verify(host.baseUrl, token, azureDevopsServer);
    await azureDevopsServer.probe?.(connect(host.baseUrl, azureDevopsServer), enter(token), repository);
    expect(new Set(host.requests.map(({ method }) => method))).toEqual(new Set(["GET", "OPTIONS"]));
  });

  it("gives a token to nobody but its organization and where profiles are", async () => {
    const services = await startAzureDevopsSimulator();
    const { sent } = await verify(services.baseUrl, services.addToken(), azureDevops);
    await services.close();
    const outside = sent
      .filter(({ url }) => !url.startsWith(`${services.baseUrl}/`))
      .map(({ url }) => new URL(url).pathname);
    expect(outside).toEqual(["/_apis/profile/profiles/me"]);
  });
});
