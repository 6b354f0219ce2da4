import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { Verdict } from "../adapter";
import { openTransport } from "../http";
import {
  type BitbucketDataCenterSimulator,
  startBitbucketDataCenterSimulator,
} from "../simulators/bitbucket-data-center";
import {
  captchaRequired,
  incorrectPassword,
  notPermitted,
  xsrfFailed,
} from "../simulators/bitbucket-data-center-errors";
import type { SimulatorResponse } from "../simulators/simulator";
import { bitbucketDataCenter } from "./adapter";

let host: BitbucketDataCenterSimulator;
beforeAll(async () => {
  host = await startBitbucketDataCenterSimulator();
  host.addProject({ key: "ACME", access: { alice: 2 } });
});
afterAll(() => host.close());
afterEach(() => host.respondNextWith(null));

async function verify(token = host.addToken(), type = "http-access-token", baseUrl = host.baseUrl): Promise<Verdict> {
  const origins = bitbucketDataCenter.origins(baseUrl);
  const transport = openTransport({
    origins,
    caCertificate: null,
    allowedNetworks: ["127.0.0.0/8"],
    deadlineMs: 4_000,
  });
  const entered = { type, token: new Secret(token), fields: { username: "alice" }, secrets: {} };
  return bitbucketDataCenter.verify({ baseUrl, transport }, entered, () => {});
}

function errors(status: number, exceptionName: string | null, message: string, headers = {}): SimulatorResponse {
  return { status, headers, body: { errors: [{ context: null, message, exceptionName }] } };
}

const auth = "com.atlassian.bitbucket.auth";
const signed = { "x-ausername": "alice" };
const html = { "content-type": "text/html" };
const plain = { "content-type": "text/plain" };

describe("what everything answers", () => {
  it.each<[string, SimulatorResponse, string, string | null]>([
    [
      "a 401 to a bad token",
      incorrectPassword,
      "rejected",
      "Authentication failed. Please check your credentials and try again.",
    ],
    [
      "the same without an exception's name",
      errors(401, null, "Authentication failed. Please check"),
      "rejected",
      "Authentication failed. Please check",
    ],
    ["not permitted, to nobody", notPermitted, "rejected", "You are not permitted to access this resource"],
    [
      "not permitted, to nobody, without a name",
      errors(401, null, "You are not permitted to access this resource"),
      "rejected",
      "You are not permitted to access this resource",
    ],
    [
      "not permitted, to somebody",
      { ...notPermitted, headers: { ...notPermitted.headers, ...signed } },
      "insufficient-scope",
      "You are not permitted to access this resource",
    ],
    [
      "not permitted, to anonymous",
      errors(401, "com.atlassian.bitbucket.AuthorisationException", "no", { "x-ausername": "anonymous" }),
      "rejected",
      "no",
    ],
    [
      "a CAPTCHA with a 401",
      captchaRequired("http://x/login"),
      "blocked",
      "CAPTCHA required. Your Bitbucket account has been marked as requiring a CAPTCHA to be solved.",
    ],
    [
      "a CAPTCHA with a 403",
      { ...captchaRequired("http://x/login"), status: 403 },
      "blocked",
      "CAPTCHA required. Your Bitbucket account has been marked as requiring a CAPTCHA to be solved.",
    ],
    [
      "a CAPTCHA in a header alone",
      {
        status: 401,
        headers: { ...html, "x-authentication-denied-reason": "CAPTCHA_CHALLENGE; login-url=x" },
        body: "<h1>",
      },
      "blocked",
      null,
    ],
    ["an inactive user", errors(401, `${auth}.InactiveUserAuthenticationException`, "Inactive"), "blocked", "Inactive"],
    [
      "a broken directory",
      errors(401, `${auth}.AuthenticationSystemException`, "No directory"),
      "unreachable",
      "No directory",
    ],
    [
      "an expired password",
      errors(401, `${auth}.ExpiredPasswordAuthenticationException`, "Expired"),
      "expired",
      "Expired",
    ],
    ["a 401 of a gateway with a list of errors", errors(401, null, "Sign in first"), "unexpected", "Sign in first"],
    ["a 401 of a gateway", { status: 401, body: { message: "Unauthorized" } }, "unexpected", "Unauthorized"],
    ["a 401 as a page", { status: 401, headers: html, body: "<h1>SSO</h1>" }, "unexpected", null],
    [
      "a 403 of Bitbucket",
      errors(403, "com.atlassian.bitbucket.LicenseException", "No license", signed),
      "blocked",
      "No license",
    ],
    ["a 403 of its XSRF check", xsrfFailed, "unexpected", "XSRF check failed"],
    [
      "a 404 of Bitbucket",
      errors(404, "com.atlassian.bitbucket.NoSuchEntityException", "Nothing"),
      "unexpected",
      "Nothing",
    ],
    [
      "a 200 without a version",
      { status: 200, headers: signed, body: { displayName: "Bitbucket" } },
      "unexpected",
      null,
    ],
    ["a 200 as a page", { status: 200, headers: { ...html, ...signed }, body: "<h1>" }, "unexpected", null],
    ["a 429 without a body", { status: 429 }, "rate-limited", null],
    ["a 503 while it starts", { status: 503, headers: html, body: "<h1>Starting" }, "unreachable", null],
    ["a 502 of a gateway", { status: 502, headers: plain, body: "bad gateway" }, "unreachable", "bad gateway"],
  ])("%s is judged", async (_, response, reason, hostSaid) => {
    host.respondNextWith(response);
    expect(await verify()).toMatchObject({ ok: false, reason, hostSaid });
  });

  it.each([401, 403])("sends to the browser for a CAPTCHA, by a %i", async (status) => {
    host.respondNextWith({ ...captchaRequired("http://evil.example/login"), status });
    expect(await verify()).toMatchObject({
      message: expect.stringMatching(/CAPTCHA .* in a browser/),
      url: `${host.baseUrl}/login`,
    });
  });

  it("says of a wrong password what it does to the account", async () => {
    host.respondNextWith(incorrectPassword);
    expect(await verify("wrong", "password")).toMatchObject({
      reason: "rejected",
      message: expect.stringMatching(/several wrong tries lock the account/),
      url: null,
    });
  });

  it("says that a base URL is wrong when it is sent to the sign-in page", async () => {
    for (const page of ["/login?next=%2Frest", "/plugins/servlet/saml/login"]) {
      host.respondNextWith({ status: 302, headers: { location: host.baseUrl + page }, body: "" });
      expect(await verify()).toMatchObject({ reason: "redirected", message: expect.stringMatching(/sign-in page/) });
    }
  });
});

describe("who is told nothing", () => {
  it("is rejected in the words of the first answer that is for users only", async () => {
    const open = await startBitbucketDataCenterSimulator({ unknownGets: "anonymous" });
    const unknown = "BBDC-MjUyOTczNTE1MDY5On2rDbID2EgYpH8AVOECHv0saruQ";
    const verdict = await verify(unknown, "http-access-token", open.baseUrl);
    expect(verdict).toMatchObject({ reason: "rejected", hostSaid: "You are not permitted to access this resource" });
    expect(open.requests).toHaveLength(2);
    await open.close();
  });

  it("is not accepted on a 200 that names nobody, and not rejected either", async () => {
    const page = { size: 0, limit: 1, isLastPage: true, values: [], start: 0 };
    const version = { version: "9.4.0", buildNumber: "1", buildDate: "1", displayName: "Bitbucket" };
    host.respondNextWith({ status: 200, body: { ...version, ...page } });
    expect(await verify()).toMatchObject({ reason: "unexpected", message: expect.stringMatching(/X-AUSERNAME/) });
  });
});

describe("what goes wrong after the account is known", () => {
  it.each<[string, SimulatorResponse, string]>([
    ["/api/projects", { status: 503, body: "busy" }, "unreachable"],
    ["/api/repos", { status: 429, headers: { "retry-after": "5" } }, "rate-limited"],
    [
      "/api/users/alice",
      { ...incorrectPassword, headers: { ...incorrectPassword.headers, "x-ausername": "" } },
      "rejected",
    ],
  ])("%s ends the verification", async (path, response, reason) => {
    host.respondAt(path, response);
    const verdict = await verify();
    host.respondAt(path, null);
    expect(verdict).toMatchObject({ ok: false, reason });
  });

  it.each<[string, SimulatorResponse]>([
    ["not permitted", notPermitted],
    ["a 404 as of an old release", { status: 404, body: { message: "null for uri", "status-code": 404 } }],
    ["a page", { status: 200, headers: html, body: "<h1>" }],
    ["JSON of another shape", { status: 200, body: { values: "many" } }],
    ["a 403 as text", xsrfFailed],
    ["an empty page that is not the last", { status: 200, body: { isLastPage: false, values: [] } }],
    ["a 400", errors(400, "com.atlassian.bitbucket.validation.ArgumentValidationException", "Unknown permission")],
  ])("%s in place of the lists leaves writing open", async (_, response) => {
    for (const path of ["/api/projects", "/api/repos"]) {
      host.respondAt(path, { ...response, headers: { ...response.headers, "x-ausername": "alice" } });
    }
    const verdict = await verify();
    for (const path of ["/api/projects", "/api/repos"]) host.respondAt(path, null);
    expect(verdict).toMatchObject({ ok: true, scopes: ["REPO_READ"], absent: [] });
  });
});

it("no step is reported once the verdict is there", async () => {
  host.respondAt("/api/users/alice", { status: 404, body: {}, delayMs: 150 });
  host.respondAt("/api/projects", { status: 503, body: "busy" });
  const transport = openTransport({ origins: [host.url], caCertificate: null, allowedNetworks: ["127.0.0.0/8"] });
  const entered = { type: "http-access-token", token: new Secret(host.addToken()), fields: {}, secrets: {} };
  const steps: string[] = [];
  const verdict = await bitbucketDataCenter.verify({ baseUrl: host.baseUrl, transport }, entered, ({ step }) =>
    steps.push(step),
  );
  expect(verdict).toMatchObject({ ok: false, reason: "unreachable" });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(steps).toEqual(["reachable"]);
  for (const path of ["/api/users/alice", "/api/projects"]) host.respondAt(path, null);
});

describe("identify", () => {
  async function identify(baseUrl: string) {
    const transport = openTransport({ origins: [host.url], caCertificate: null, allowedNetworks: ["127.0.0.0/8"] });
    return bitbucketDataCenter.identify({ baseUrl, transport });
  }

  it("tells the version to anybody, and sends no credential", async () => {
    host.requests.length = 0;
    expect(await identify(`${host.baseUrl}/`)).toMatchObject({ ok: true, product: "Bitbucket", version: "9.4.0" });
    expect(host.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it("finds nothing beside the context path", async () => {
    expect(await identify(`${host.baseUrl}/elsewhere`)).toMatchObject({ ok: false, reason: "redirected" });
  });
});
