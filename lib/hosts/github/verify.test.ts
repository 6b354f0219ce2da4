import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { Connection, Entered, VerifyStep } from "../adapter";
import { openTransport } from "../http";
import { type GithubSimulator, type GithubSimulatorOptions, startGithubSimulator } from "../simulators/github";
import type { TokenSpec, Trouble } from "../simulators/github-tokens";
import { github } from "./adapter";
import { parseExpiry } from "./verify";

const cases: { title: string; options: GithubSimulatorOptions }[] = [
  { title: "github.com", options: { flavour: "github.com" } },
  { title: "github.com with lower-case headers", options: { flavour: "github.com", headerCase: "lower" } },
  { title: "Enterprise Server", options: { flavour: "ghes", version: "3.17.2" } },
];

const inAMonth = new Date(Math.floor(Date.now() / 1000) * 1000 + 30 * 86_400_000);

function enter(token: string, type: string): Entered {
  return { type, token: new Secret(token), fields: {}, secrets: {} };
}

describe.each(cases)("verify at a simulated $title", ({ options }) => {
  let host: GithubSimulator;
  beforeAll(async () => {
    host = await startGithubSimulator(options);
    host.addUser({ login: "alice", id: 42, name: "Alice" });
    host.addUser({ login: "octo-bot[bot]", type: "Bot" });
  });
  afterAll(() => host.close());
  beforeEach(() => {
    host.requests.length = 0;
  });

  async function verify(token: string, type = github.recognise(token)?.type ?? "classic") {
    const steps: VerifyStep[] = [];
    const verdict = await github.verify(connect(host), enter(token, type), (step) => steps.push(step));
    return { verdict, steps };
  }

  it("tells account, scopes and expiry of a classic token, in order, as they are answered", async () => {
    const token = host.addToken({ scopes: ["repo", "repo:status", "read:org", "x:unknown"], expiresAt: inAMonth });
    const { verdict, steps } = await verify(token);
    const account = { id: "42", login: "alice", name: "Alice", url: `${host.url}/alice`, isBot: false };
    const scopes = ["read:org", "repo", "x:unknown"];
    const expiry = { known: true, at: inAMonth };
    expect(verdict).toEqual({ ok: true, account, scopes, expiry, type: "classic", notes: [] });
    expect(steps).toEqual([
      { step: "reachable", version: options.flavour === "ghes" ? "3.17.2" : null, elapsedMs: expect.any(Number) },
      { step: "account", account },
      { step: "scopes", scopes },
      { step: "expiry", expiry },
    ]);
  });

  it.each<[string, TokenSpec, object]>([
    [
      "a classic token with no scope",
      { scopes: [] },
      { type: "classic", scopes: [], expiry: { known: true, at: null } },
    ],
    [
      "an OAuth token",
      { kind: "oauth", scopes: ["repo"] },
      { type: "oauth", scopes: ["repo"], expiry: { known: true, at: null } },
    ],
    ["a token without prefix", { kind: "legacy", scopes: ["gist"] }, { type: "classic", scopes: ["gist"] }],
    [
      "a fine-grained token",
      { kind: "fine-grained", expiresAt: inAMonth },
      { type: "fine-grained", scopes: null, expiry: { known: true, at: inAMonth } },
    ],
    [
      "a fine-grained token that never ends",
      { kind: "fine-grained" },
      { type: "fine-grained", scopes: null, expiry: { known: true, at: null } },
    ],
    [
      "an expiry in UTC on a fine-grained token",
      { kind: "fine-grained", expiresAt: inAMonth, expiryFormat: "utc" },
      { expiry: { known: true, at: inAMonth } },
    ],
    [
      "an expiry with an offset on a classic token",
      { expiresAt: inAMonth, expiryFormat: "offset" },
      { expiry: { known: true, at: inAMonth } },
    ],
    [
      "an expiry in RFC 3339",
      { expiresAt: inAMonth, expiryFormat: "rfc3339" },
      { expiry: { known: true, at: inAMonth } },
    ],
    ["an expiry that cannot be read", { expiresAt: inAMonth, expiryFormat: "garbage" }, { expiry: { known: false } }],
    ["an app's user token", { kind: "app-user" }, { type: "app-user", scopes: null, expiry: { known: false } }],
    ["an installation token", { kind: "installation" }, { account: null, scopes: null, expiry: { known: false } }],
    ["a bot's token", { login: "octo-bot[bot]" }, { account: expect.objectContaining({ isBot: true }) }],
  ])("accepts %s", async (_, spec, expected) => {
    const { verdict } = await verify(host.addToken(spec));
    expect(verdict).toMatchObject({ ok: true, ...expected });
  });

  it("corrects the type by what the host tells", async () => {
    expect((await verify(host.addToken({ scopes: ["repo"] }), "fine-grained")).verdict).toMatchObject({
      type: "classic",
      scopes: ["repo"],
    });
    expect((await verify(host.addToken({ kind: "oauth" }), "app-user")).verdict).toMatchObject({
      type: "oauth",
      scopes: [],
    });
  });

  it("says that scopes were not told when a classic token's header is missing", async () => {
    const { verdict } = await verify(host.addToken({ kind: "fine-grained" }), "classic");
    expect(verdict).toMatchObject({ ok: true, scopes: null, notes: [expect.stringMatching(/did not tell/)] });
  });

  it("cannot tell an expired or revoked token from an unknown one", async () => {
    const revoked = host.addToken();
    host.revokeToken(revoked);
    const expired = host.addToken({ expiresAt: new Date(Date.now() - 1000) });
    for (const token of [revoked, expired, host.unknownToken(), host.unknownToken("fine-grained")]) {
      const { verdict, steps } = await verify(token);
      expect(verdict).toMatchObject({ ok: false, reason: "rejected", hostSaid: "Bad credentials" });
      expect(steps.map(({ step }) => step)).toEqual(["reachable"]);
    }
  });

  it.each<[Trouble, string]>([
    ["sso", "sso-required"],
    ["sso-without-header", "sso-required"],
    ["classic-forbidden", "blocked"],
    ["lifetime", "blocked"],
    ["address", "blocked"],
    ["suspended", "blocked"],
    ["login-attempts", "rate-limited"],
    ["primary-limit", "rate-limited"],
    ["primary-limit-429", "rate-limited"],
    ["secondary-limit-seconds", "rate-limited"],
    ["secondary-limit-date", "rate-limited"],
    ["secondary-limit-silent", "rate-limited"],
    ["abuse-limit", "rate-limited"],
  ])("reports %s as %s", async (trouble, reason) => {
    const { verdict } = await verify(host.addToken({ trouble }));
    expect(verdict).toMatchObject({ ok: false, reason });
    if (trouble === "sso")
      expect(verdict).toMatchObject({ url: expect.stringMatching(`^${host.url}/orgs/octo-org/sso\\?`) });
  });

  it("notes the organizations that single sign-on keeps closed, and accepts the token", async () => {
    host.addOrganization("closed-one");
    host.addOrganization("closed-two");
    host.ssoOrganisations.add("closed-one").add("closed-two");
    for (const owner of ["closed-one", "closed-two"])
      host.addRepository({ fullName: `${owner}/app`, roles: { carol: "read" } });
    const both = await verify(host.addToken({ login: "carol", scopes: ["repo"] }));
    expect(both.verdict).toMatchObject({ ok: true, notes: [expect.stringMatching(/out of 2 organizations/)] });
    const one = await verify(host.addToken({ login: "carol", scopes: ["repo"], authorizedFor: ["closed-one"] }));
    expect(one.verdict).toMatchObject({ ok: true, notes: [expect.stringMatching(/out of one organization/)] });
    const fineGrained = await verify(host.addToken({ kind: "fine-grained", login: "carol" }));
    expect(fineGrained.verdict).toMatchObject({ ok: true, notes: [] });
  });

  it("asks with GitHub's headers and reads only", async () => {
    await verify(host.addToken());
    expect(host.requests.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      "GET /api/v3/user",
      "GET /api/v3/user/repos",
    ]);
    for (const { headers } of host.requests) {
      expect(headers["user-agent"]).toMatch(/^forgepass/);
      expect(headers).toMatchObject({ accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" });
    }
  });

  it("drops a profile link and a name that carry the token", async () => {
    const token = host.addToken();
    const body = { id: 1, login: "mallory", name: `I hold ${token}`, html_url: `${host.url}/${token}`, type: "User" };
    host.respondNextWith({ status: 200, headers: { "x-oauth-scopes": `repo, ${token}` }, body });
    const { verdict } = await verify(token);
    host.respondNextWith(null);
    expect(verdict).toMatchObject({ ok: true, scopes: ["repo"], account: { name: "I hold [token]", url: null } });
  });

  it("does not wait for the list of organizations", async () => {
    const token = host.addToken({ scopes: ["repo"] });
    const { transport } = connect(host);
    const slow: Connection = {
      baseUrl: host.url,
      transport: {
        async fetch(input, init) {
          if (String(input).includes("/user/repos")) await new Promise((resolve) => setTimeout(resolve, 5_000).unref());
          return transport.fetch(input, init);
        },
      },
    };
    const startedAt = Date.now();
    expect(await github.verify(slow, enter(token, "classic"), () => {})).toMatchObject({ ok: true });
    expect(Date.now() - startedAt).toBeLessThan(2_500);
  });
});

describe("identify", () => {
  it.each<[GithubSimulatorOptions, object]>([
    [{ flavour: "github.com" }, { ok: true, product: "GitHub", version: null }],
    [
      { flavour: "ghes", version: "3.19.1" },
      { ok: true, product: "GitHub Enterprise Server", version: "3.19.1" },
    ],
    [
      { flavour: "ghes", isPrivateMode: true },
      { ok: true, product: "GitHub Enterprise Server", version: "3.19.1" },
    ],
  ])("%j", async (options, expected) => {
    const host = await startGithubSimulator(options);
    expect(await github.identify(connect(host))).toMatchObject(expected);
    expect(host.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    await host.close();
  });
});

describe("the expiry header", () => {
  it.each([
    ["2023-06-28 17:58:10 UTC", "2023-06-28T17:58:10.000Z"],
    ["2024-04-02 20:01:36 +0200", "2024-04-02T18:01:36.000Z"],
    ["2024-04-02 20:01:36 -0700", "2024-04-03T03:01:36.000Z"],
    ["2024-04-02 20:01:36 +0000", "2024-04-02T20:01:36.000Z"],
    ["2024-04-02T20:01:36Z", "2024-04-02T20:01:36.000Z"],
    ["2024-04-02T20:01:36.123+02:00", "2024-04-02T18:01:36.000Z"],
    ["2024-13-45 20:01:36 UTC", null],
    ["2024-04-02 20:01:36", null],
    ["2024-04-02", null],
    ["never", null],
    ["", null],
  ])("%j is %s", (header, at) => {
    expect(parseExpiry(header)?.toISOString() ?? null).toBe(at);
  });
});

function connect(host: GithubSimulator): Connection {
  const baseUrl = host.url;
  const origins = github.origins(baseUrl);
  return { baseUrl, transport: openTransport({ origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"] }) };
}
