import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { Entered, Verdict } from "../adapter";
import { openTransport } from "../http";
import { type GerritSimulator, startGerritSimulator } from "../simulators/gerrit";
import type { GerritOptions } from "../simulators/gerrit-state";
import type { SimulatorResponse } from "../simulators/simulator";
import { gerrit } from "./adapter";

let host: GerritSimulator;
const options: GerritOptions = { subPath: "/r" };
let token = "";

beforeAll(async () => {
  host = await startGerritSimulator(options);
  token = host.addToken({ expiration: new Date("2099-12-31") });
});
afterAll(() => host.close());
afterEach(() => {
  host.requests.length = 0;
  host.respondNextWith(null);
  for (const key of Object.keys(options)) delete options[key as keyof GerritOptions];
  options.subPath = "/r";
});

function enter(secret: string, username = "alice", type = "token"): Entered {
  return { type, token: new Secret(secret), fields: { username }, secrets: {} };
}

function connect() {
  const origins = gerrit.origins(host.baseUrl);
  const transport = openTransport({ origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"] });
  return { baseUrl: host.baseUrl, transport };
}

async function verify(entered: Entered = enter(token)): Promise<Verdict> {
  return gerrit.verify(connect(), entered, () => {});
}

const text = { "content-type": "text/plain;charset=utf-8" };
const html = { "content-type": "text/html" };
const json = { "content-type": "application/json;charset=UTF-8" };

describe("what Gerrit's answers mean", () => {
  it.each<[string, SimulatorResponse, string, RegExp]>([
    [
      "401 with Gerrit's realm",
      {
        status: 401,
        headers: { ...text, "www-authenticate": 'Basic realm="Gerrit Code Review"' },
        body: "Unauthorized",
      },
      "rejected",
      /does not accept/,
    ],
    [
      "401 with Gerrit's realm, dressed as a page by its container",
      { status: 401, headers: { ...html, "www-authenticate": 'Basic realm="Gerrit Code Review"' }, body: "<html>401" },
      "rejected",
      /does not accept/,
    ],
    [
      "401 with Gerrit's word and a realm renamed",
      { status: 401, headers: { ...text, "www-authenticate": 'Basic realm="Code"' }, body: "Unauthorized" },
      "rejected",
      /does not accept/,
    ],
    [
      "401 of a proxy",
      { status: 401, headers: { ...html, "www-authenticate": 'Basic realm="Intranet"' }, body: "<h1>401</h1>" },
      "unexpected",
      /in front of Gerrit/,
    ],
    [
      "401 without a challenge",
      { status: 401, headers: text, body: "Unauthorized" },
      "unexpected",
      /in front of Gerrit/,
    ],
    [
      "401 that wants Digest",
      {
        status: 401,
        headers: { ...text, "www-authenticate": 'Digest realm="Gerrit Code Review", nonce="x"' },
        body: "",
      },
      "unexpected",
      /Digest/,
    ],
    [
      "403 in text",
      { status: 403, headers: text, body: "administrateServer not permitted" },
      "insufficient-scope",
      /may not/,
    ],
    [
      "403 to a stranger",
      { status: 403, headers: text, body: "Authentication required" },
      "unexpected",
      /do not reach Gerrit/,
    ],
    ["404 in text", { status: 404, headers: text, body: "Not found" }, "unexpected", /such as \/r/],
    ["405", { status: 405, headers: text, body: "Method Not Allowed" }, "unexpected", /sign-in proxy/],
    ["a page", { status: 200, headers: html, body: "<!DOCTYPE html><title>Sign in" }, "unexpected", /sign-in proxy/],
    ["a page that is called text", { status: 200, headers: text, body: "<html><body>" }, "unexpected", /sign-in proxy/],
    [
      "an account without the prefix",
      { status: 200, headers: json, body: '{"_account_id":1000000,"username":"alice"}' },
      "unexpected",
      /does not answer as Gerrit/,
    ],
    [
      "the prefix before what is not JSON",
      { status: 200, headers: json, body: ")]}'\nalice" },
      "unexpected",
      /does not answer as Gerrit/,
    ],
    [
      "the prefix in what is not called JSON",
      { status: 200, headers: text, body: ')]}\'\n{"_account_id":1}' },
      "unexpected",
      /does not answer as Gerrit/,
    ],
    [
      "429",
      { status: 429, headers: { ...text, "retry-after": "60" }, body: "Quota exceeded" },
      "rate-limited",
      /later/,
    ],
    ["502 with a page", { status: 502, headers: html, body: "<h1>Bad Gateway</h1>" }, "unreachable", /not working/],
    ["302 to a sign-in", { status: 302, headers: { location: "/r/login/%2F" } }, "redirected", /sign-in page/],
    ["302 to elsewhere", { status: 302, headers: { location: "/moved" } }, "redirected", /sends us on/],
  ])("%s: %s", async (_title, response, reason, message) => {
    host.respondNextWith(response);
    expect(await verify()).toMatchObject({ ok: false, reason, message: expect.stringMatching(message) });
  });

  it.each<[NonNullable<GerritOptions["proxy"]>, string, RegExp]>([
    ["405", "unexpected", /sign-in proxy/],
    ["page", "unexpected", /sign-in proxy/],
    ["redirect", "redirected", /sign-in page/],
    ["own-basic", "unexpected", /in front of Gerrit/],
    ["drops-authorization", "unexpected", /do not reach Gerrit/],
  ])("a proxy in front (%s) is named and rejects nothing", async (proxy, reason, message) => {
    options.proxy = proxy;
    expect(await verify()).toMatchObject({ ok: false, reason, message: expect.stringMatching(message) });
  });

  it("a stranger's 404 is not taken for a rejection", async () => {
    Object.assign(options, { proxy: "drops-authorization", strangersStatus: 404 } satisfies GerritOptions);
    expect(await verify()).toMatchObject({ ok: false, reason: "unexpected", message: expect.stringMatching(/passes/) });
  });
});

describe("verifyGerrit", () => {
  it("asks below /a/ only, or a wrong password would look right", async () => {
    await verify();
    expect(host.requests.length).toBeGreaterThan(3);
    for (const { path } of host.requests) expect(path).toMatch(/^\/r\/a\//);
  });

  it.each([
    ["a wrong password", () => enter("wrong")],
    ["an unknown user", () => enter(token, "nobody")],
    [
      "a token that has ended",
      () => enter(host.addToken({ user: { username: "eve" }, expiration: new Date(0) }), "eve"),
    ],
    ["an inactive account", () => enter(host.addToken({ user: { username: "frank", active: false } }), "frank")],
  ])("%s is rejected, in Gerrit's word", async (_title, entered) => {
    expect(await verify(entered())).toMatchObject({ ok: false, reason: "rejected", hostSaid: "Unauthorized" });
  });

  it.each([
    ["no username", { username: "" }, token],
    ["a username with a colon", { username: "alice:x" }, token],
  ])("%s is not sent", async (_title, { username }) => {
    expect(await verify(enter(token, username))).toMatchObject({ ok: false, reason: "unexpected" });
    expect(host.requests).toHaveLength(0);
  });

  it("sends a password of spaces, colons and other alphabets as it is", async () => {
    const password = "größer als: 日本 ";
    host.addToken({ user: { username: "grace" }, value: password });
    expect(await verify(enter(password, "grace"))).toMatchObject({ ok: true, account: { login: "grace" } });
  });

  it("takes the header it sent out of what the host says", async () => {
    const echoed = Buffer.from(`alice:${token}`).toString("base64");
    const headers = { ...text, "www-authenticate": 'Basic realm="Gerrit Code Review"' };
    host.respondNextWith({ status: 401, headers, body: `Unauthorized: ${echoed} ${token}` });
    const verdict = await verify();
    expect(JSON.stringify(verdict)).not.toContain(echoed.slice(8, -8));
    expect(verdict).toMatchObject({ hostSaid: expect.stringMatching(/^Unauthorized: \[token\]=* \[token\]$/) });
  });

  it("tells a service user, its name and its page", async () => {
    const secret = host.addToken({ user: { username: "ci", name: "CI", isServiceUser: true } });
    const verdict = await verify(enter(secret, "ci"));
    expect(verdict.ok && verdict.account).toMatchObject({ login: "ci", name: "CI", isBot: true });
    expect(verdict.ok && verdict.account?.url).toBe(`${host.baseUrl}/dashboard/${verdict.ok && verdict.account?.id}`);
  });

  it("asks for the plain account where there is no detail", async () => {
    host.respondAt("/a/accounts/self/detail", { status: 404, headers: text, body: "Not found" });
    const verdict = await verify();
    host.respondAt("/a/accounts/self/detail", null);
    expect(verdict).toMatchObject({ ok: true, account: { login: "alice" } });
  });

  it("takes true, ranges and names of queues as held, keeps what plugins add, and nothing else", async () => {
    const capabilities = {
      createProject: true,
      queryLimit: { min: 0, max: 500 },
      priority: "BATCH",
      "replication-startReplication": true,
      viewQueue: false,
      runAs: null,
    };
    const secret = host.addToken({ user: { username: "heidi", capabilities } });
    expect(await verify(enter(secret, "heidi"))).toMatchObject({
      scopes: ["createProject", "priority", "queryLimit", "replication-startReplication"],
    });
  });

  it("says that capabilities are not told where the server keeps them elsewhere", async () => {
    options.hasCapabilities = false;
    const verdict = await verify();
    expect(verdict).toMatchObject({ ok: true, scopes: null });
    expect(verdict.ok && verdict.notes.join(" ")).toContain("capabilities");
  });

  it("does not accept an account whose capabilities could not be asked for", async () => {
    host.respondAt("/a/accounts/self/capabilities", { status: 503, headers: text, body: "busy" });
    const verdict = await verify();
    host.respondAt("/a/accounts/self/capabilities", null);
    expect(verdict).toMatchObject({ ok: false, reason: "unreachable" });
  });

  it("does not wait long for what is only nice to know", async () => {
    host.respondAt("/a/config/server/info", { status: 200, headers: json, body: ")]}'\n{}", delayMs: 9_000 });
    const startedAt = Date.now();
    const verdict = await verify();
    host.respondAt("/a/config/server/info", null);
    expect(verdict).toMatchObject({ ok: true, expiry: { known: false } });
    expect(Date.now() - startedAt).toBeLessThan(4_000);
  });
});

describe("until when", () => {
  const [soon, later] = [new Date("2098-01-01T00:00:00Z"), new Date("2099-01-01T00:00:00Z")];

  async function expiryOf(
    rows: (Date | null)[],
    { password = null, ...set }: GerritOptions & { password?: string | null } = {},
  ): Promise<unknown> {
    Object.assign(options, set);
    const user = { username: "ivan", tokens: [], httpPassword: password };
    host.addUser(user);
    const secrets = rows.map((expiration, at) =>
      host.addToken({ user: { username: "ivan" }, value: `t${at}`, expiration }),
    );
    const verdict = await verify(enter(password ?? secrets[0] ?? "", "ivan"));
    return verdict.ok ? verdict.expiry : verdict;
  }

  it.each<[string, (Date | null)[], GerritOptions & { password?: string }, unknown]>([
    ["the one token's end", [soon], {}, { known: true, at: soon }],
    ["the end that all tokens share", [soon, soon], {}, { known: true, at: soon }],
    ["the end that all living tokens share", [soon, new Date(0)], {}, { known: true, at: soon }],
    ["not told: tokens with different ends", [soon, later], {}, { known: false }],
    ["not told: one of the tokens shows no end", [soon, null], {}, { known: false }],
    ["not told: no row shows an end, which may be the server's silence", [null], {}, { known: false }],
    ["not told: rows of ids alone", [soon], { tokenRows: "ids" }, { known: false }],
    ["never: a password from before, on a server with tokens", [], { password: "old" }, { known: true, at: null }],
    ["never: the HTTP password of 3.12", [], { version: "3.12.2", password: "old" }, { known: true, at: null }],
    [
      "never: Gerrit's own password though people sign in by LDAP",
      [],
      { version: "3.12.2", password: "old", authType: "LDAP", basicPolicy: "HTTP" },
      { known: true, at: null },
    ],
    [
      "not told: a directory's password",
      [],
      { version: "3.12.2", password: "old", authType: "LDAP", basicPolicy: "LDAP" },
      { known: false },
    ],
    [
      "not told: a directory's password beside the one token",
      [soon],
      { authType: "LDAP", basicPolicy: "HTTP_LDAP" },
      { known: false },
    ],
    [
      "not told: a web server that may check passwords itself",
      [],
      { version: "3.12.2", password: "old", authType: "HTTP" },
      { known: false },
    ],
  ])("%s", async (_title, rows, set, expected) => {
    expect(await expiryOf(rows, set)).toEqual(expected);
  });

  it("warns where the password may be the directory's", async () => {
    Object.assign(options, { version: "3.12.2", authType: "LDAP", basicPolicy: "LDAP" } satisfies GerritOptions);
    const secret = host.addToken({ user: { username: "judy" } });
    const verdict = await verify(enter(secret, "judy", "http-password"));
    expect(verdict.ok && verdict.notes.join(" ")).toContain("directory");
  });

  it("leaves the type as given where a directory's password may have opened", async () => {
    Object.assign(options, { authType: "LDAP", basicPolicy: "HTTP_LDAP" } satisfies GerritOptions);
    expect(await verify(enter(token, "alice", "http-password"))).toMatchObject({ type: "http-password" });
    delete options.basicPolicy;
    expect(await verify(enter(token, "alice", "http-password"))).toMatchObject({ type: "token" });
  });
});
