import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type AzureDevopsSimulator, startAzureDevopsSimulator } from "../simulators/azure-devops";
import { exception, json, stopped, turnAway } from "../simulators/azure-devops-answers";
import type { AzureDevopsOptions } from "../simulators/azure-devops-state";
import { mintLong } from "../simulators/azure-devops-tokens";
import { verify } from "./connect-fixture";
import { globalTokensEnded } from "./refusals";

const inferred = /^Azure DevOps does not tell a token's scopes\. These were inferred/;

describe("verifying on Azure DevOps Services", () => {
  const options: AzureDevopsOptions = {};
  let host: AzureDevopsSimulator;
  beforeAll(async () => {
    host = await startAzureDevopsSimulator(options);
    host.addRepository("Fabrikam Fiber/web app");
  });
  afterAll(() => host.close());
  afterEach(() => {
    host.respondNextWith(null);
    for (const path of ["/_apis/connectionData", "/_apis/git/repositories"]) host.respondAt(path, null);
    for (const key of Object.keys(options)) delete (options as Record<string, unknown>)[key];
    vi.useRealTimers();
  });

  it("tells the account, what the token surely may do, and that its end is not told", async () => {
    const token = host.addToken({ scopes: ["vso.code_write"], madeAt: new Date("2026-03-09T00:00:00Z") });
    const { verdict, steps, sent } = await verify(host.baseUrl, token);
    expect(verdict).toMatchObject({
      ok: true,
      account: { login: "alice@example.com", name: "Alice", url: null, isBot: false },
      scopes: ["vso.code"],
      expiry: { known: false },
      type: "pat",
    });
    expect(verdict.ok && verdict.notes).toEqual([
      expect.stringMatching(inferred),
      "A push to Fabrikam Fiber/web app would begin, but whether the token may write code may be looked at only then, so that cannot be told.",
      "The token shows that it was made about 2026-03. It lives for a year at most.",
    ]);
    expect(steps[0]).toMatchObject({ step: "reachable", version: null });
    expect(sent.map(({ method, url }) => `${method} ${url.slice(host.url.length)}`).sort()).toEqual([
      "GET /_apis/profile/profiles/me?api-version=7.1",
      "GET /acme/Fabrikam%20Fiber/_git/web%20app/info/refs?service=git-receive-pack",
      "GET /acme/_apis/connectionData",
      "GET /acme/_apis/git/repositories",
      "GET /acme/_apis/projects?%24top=1",
      "GET /acme/_apis/wit/workitemrelationtypes?api-version=1.0",
      "OPTIONS /acme/_apis/core",
      "OPTIONS /acme/_apis/git",
    ]);
  });

  const code = ["vso.code", "vso.code_write", "vso.code_manage", "vso.code_full"];
  const writing = code.slice(1);
  it.each([
    ["Code (Read)", ["vso.code"], ["vso.code"], code.slice(1), ["vso.code_status"]],
    [
      "Code (Read & write)",
      ["vso.code_write"],
      ["vso.code"],
      ["vso.work", "app_token"],
      ["vso.code_status", ...writing],
    ],
    ["Code (Full)", ["vso.code_full"], ["vso.code"], ["vso.work", "app_token"], writing],
    ["Code (Status)", ["vso.code_status"], ["vso.code_status"], [...code, "vso.profile", "vso.project"], []],
    ["Code (Read) and (Status)", ["vso.code", "vso.code_status"], ["vso.code"], code.slice(1), ["vso.code_status"]],
    ["Full access", ["app_token"], ["vso.code", "vso.work"], [], ["app_token", ...writing]],
    ["Project (Read)", ["vso.project"], [], [...code, "vso.code_status"], ["vso.project", "vso.profile"]],
    ["Work items (Read)", ["vso.work"], ["vso.work"], [...code, "vso.code_status", "vso.project"], []],
    [
      "none of these",
      ["vso.memberentitlementmanagement"],
      [],
      [...code, "app_token"],
      ["vso.memberentitlementmanagement"],
    ],
  ])("%s: proven, ruled out, and open", async (_, scopes, proven, ruledOut, open) => {
    const { verdict } = await verify(host.baseUrl, host.addToken({ scopes }));
    expect(verdict).toMatchObject({ ok: true, scopes: proven });
    if (!verdict.ok) return;
    expect(verdict.absent).toEqual(expect.arrayContaining(ruledOut));
    for (const id of [...open, ...proven]) expect(verdict.absent).not.toContain(id);
  });

  it("does not take the beginning of a push for Code (Read & write), which Azure DevOps may look at only at the push", async () => {
    options.scopeCheckedLate = true;
    const { verdict } = await verify(host.baseUrl, host.addToken({ scopes: ["vso.code"] }));
    expect(verdict).toMatchObject({ ok: true, scopes: ["vso.code"] });
    if (!verdict.ok) return;
    for (const id of writing) expect(verdict.absent).not.toContain(id);
    expect(verdict.notes.join()).toContain("would begin");
  });

  it("takes a push that is refused for want of the scope for a proof that it is lacking", async () => {
    const { verdict } = await verify(host.baseUrl, host.addToken({ scopes: ["vso.code"] }));
    expect(verdict.ok && verdict.absent).toEqual(expect.arrayContaining(writing));
    expect(verdict.ok && verdict.notes.join()).not.toContain("would begin");
  });

  it('does not take "not found" for Code (Status) where the scope may be looked at last', async () => {
    options.looksUpFirst = true;
    const { verdict } = await verify(host.baseUrl, host.addToken({ scopes: ["vso.project"] }));
    expect(verdict).toMatchObject({ ok: true, scopes: [] });
    expect(verdict.ok && verdict.absent).not.toContain("vso.code_status");
  });

  it("leaves writing open where the account itself may not push, and where it sees no repository", async () => {
    const bob = { account: "bob@example.com" };
    const stranger = await verify(host.baseUrl, host.addToken({ user: bob }));
    expect(stranger.verdict).toMatchObject({ ok: true, scopes: ["vso.code"] });
    expect(stranger.verdict.ok && stranger.verdict.notes.join()).toContain("sees no repository");
    const other = await startAzureDevopsSimulator();
    other.addRepository("Fiber/app", { "bob@example.com": 2 });
    const reader = await verify(other.baseUrl, other.addToken({ user: bob }));
    await other.close();
    expect(reader.verdict.ok && reader.verdict.absent).not.toContain("vso.code_write");
    expect(reader.verdict.ok && reader.verdict.notes.join()).toContain("may not push to Fiber/app");
  });

  it("asks one project's repositories where the list of all is too long", async () => {
    host.respondAt("/_apis/git/repositories", json(200, { count: 1, value: ["x".repeat(2_000_000)] }));
    const { verdict, sent } = await verify(host.baseUrl, host.addToken());
    expect(verdict).toMatchObject({ ok: true, scopes: ["vso.code"] });
    expect(sent.length).toBeLessThanOrEqual(10);
  });

  it("takes a 401 with an empty list for what it is, not for a list", async () => {
    options.lackingScope = "list-401";
    const { verdict } = await verify(host.baseUrl, host.addToken({ scopes: ["vso.profile"] }));
    expect(verdict).toMatchObject({ ok: true, scopes: [] });
    expect(verdict.ok && verdict.absent).toContain("vso.code");
  });

  it("concludes nothing from a refusal to tell the routes, and still begins with reachable", async () => {
    host.respondAt("/_apis/git", turnAway("empty-401", { options, product: "services", tokens: [], repositories: [] }));
    const { verdict, steps } = await verify(host.baseUrl, host.addToken());
    host.respondAt("/_apis/git", null);
    expect(verdict).toMatchObject({ ok: true, scopes: [] });
    expect(verdict.ok && verdict.absent).not.toContain("vso.code");
    expect(steps.map(({ step }) => step)).toEqual(["reachable", "account", "scopes", "expiry"]);
  });

  it("does not take the anonymous user for an account, by whatever name", async () => {
    const nobody = { id: "AAAAAAAA-aaaa-aaaa-aaaa-aaaaaaaaaaaa", providerDisplayName: "Alice" };
    host.respondAt("/_apis/connectionData", json(200, { authenticatedUser: nobody }));
    const { verdict } = await verify(host.baseUrl, host.addToken());
    expect(verdict).toMatchObject({ ok: false, reason: "rejected", hostSaid: nobody.id });
  });

  it("marks the accounts that pipelines run under", async () => {
    const user = { account: "build", isService: true };
    expect((await verify(host.baseUrl, host.addToken({ user }))).verdict).toMatchObject({ account: { isBot: true } });
  });

  it("accepts a token that may not ask who it is but may read code", async () => {
    options.connectionDataNeedsScope = true;
    const status = host.addToken({ scopes: ["vso.code_status"] });
    expect((await verify(host.baseUrl, status)).verdict).toMatchObject({ ok: false, reason: "rejected" });
    host.respondAt(
      "/_apis/connectionData",
      turnAway("empty-401", { options, product: "services", tokens: [], repositories: [] }),
    );
    const named = await verify(host.baseUrl, host.addToken());
    expect(named.verdict).toMatchObject({
      ok: true,
      account: { login: "alice@example.com" },
      scopes: ["vso.code"],
    });
  });

  it("says of a token for all organizations when it ends, of one for this organization nothing, else if", async () => {
    const notes = async (token: string) => {
      const { verdict } = await verify(host.baseUrl, token);
      return verdict.ok ? verdict.notes.filter((note) => note.includes("1 December 2026")) : ["refused"];
    };
    expect(await notes(host.addToken({ allOrganizations: true }))).toEqual([
      expect.stringMatching(/^This token is for all/),
    ]);
    expect(await notes(host.addToken())).toEqual([]);
    expect(await notes(host.addToken({ scopes: ["vso.work"] }))).toEqual([
      expect.stringMatching(/^If this token is for all/),
    ]);
    expect([
      globalTokensEnded(Date.parse("2026-11-30T23:59:59Z")),
      globalTokensEnded(Date.parse("2026-12-01")),
    ]).toEqual([false, true]);
    vi.useFakeTimers({ now: new Date("2027-01-02"), toFake: ["Date"] });
    expect(await notes(host.addToken({ scopes: ["vso.work"] }))).toEqual([]);
    expect((await verify(host.baseUrl, mintLong())).verdict).toMatchObject({
      message: expect.stringMatching(/ended on 1 December 2026/),
    });
  });

  it.each([
    ["sign-in-page", "rejected", /^Azure DevOps Services \| Sign In$/],
    ["redirect", "rejected", /^302 Found, Location: https:\/\/spsprodsin1\.vssps\.visualstudio\.com\/_signin$/],
    ["empty-401", "rejected", /^401 Unauthorized, WWW-Authenticate: Basic realm="https:\/\/tfsprodsin1/],
    ["list-401", "rejected", /^401 Unauthorized/],
    ["tf400813", "rejected", /^TF400813/],
  ] as const)("a token that is turned away by %s is %s", async (turnedAway, reason, said) => {
    options.turnedAway = turnedAway;
    const token = host.addToken();
    host.revokeToken(token);
    const { verdict, sent } = await verify(host.baseUrl, token);
    expect(verdict).toMatchObject({ ok: false, reason, hostSaid: expect.stringMatching(said) });
    expect(sent.every(({ url }) => url.startsWith(host.url))).toBe(true);
  });

  it.each([
    ["expired", "expired", /has expired/],
    ["stranger", "blocked", /TF400813: The user 'e5964983/],
    ["rate-limited", "rate-limited", /TF400733/],
    ["anonymous", "rejected", /System:PublicAccess;aaaaaaaa/],
  ] as const)("a token that is %s is %s", async (state, reason, said) => {
    const { verdict } = await verify(host.baseUrl, host.addToken({ state }));
    expect(verdict).toMatchObject({ ok: false, reason, hostSaid: expect.stringMatching(said) });
    if (!verdict.ok && reason === "rate-limited")
      expect(verdict.retryAt?.getTime()).toBeGreaterThan(Date.now() + 80_000);
  });

  it("accepts a token whose answers come late, and says that it is slowed down", async () => {
    const { verdict } = await verify(host.baseUrl, host.addToken({ state: "slowed" }));
    expect(verdict.ok && verdict.notes.join()).toContain("slowing this account down");
  });

  it.each([
    ["a stopped organization", stopped(), "unreachable", /^TF24668: The following/],
    ["an unknown organization", exception(404, "VS800075: Not there.", "X"), "unexpected", /^VS800075/],
    [
      "a release that is too old",
      exception(400, "out of range for this server", "VssVersionOutOfRangeException"),
      "unexpected",
      /range/,
    ],
    [
      "a rule of the company",
      exception(401, "VS403463: The conditional access policy failed.", "X"),
      "blocked",
      /^VS403463/,
    ],
    ["an address that is barred", exception(403, "VS403460: Not from here.", "X"), "blocked", /^VS403460/],
    ["a proxy's 401", { status: 401, headers: { "www-authenticate": 'Basic realm="proxy"' } }, "unexpected", null],
    ["a proxy's JSON", { status: 401, body: { message: "expired" } }, "unexpected", /expired/],
    [
      "another's page with status 203",
      { status: 203, headers: { "content-type": "text/html" }, body: "<title>Hotel</title>" },
      "unexpected",
      null,
    ],
  ] as const)("%s is no word against the token", async (_, response, reason, said) => {
    host.respondNextWith(response);
    const { verdict } = await verify(host.baseUrl, host.addToken());
    expect(verdict).toMatchObject({ ok: false, reason });
    if (!verdict.ok && said) expect(verdict.hostSaid).toMatch(said);
  });

  it("sends nothing for a text that no header can carry", async () => {
    const { verdict, sent } = await verify(host.baseUrl, "two\r\nX-Injected: 1");
    expect(verdict).toMatchObject({ ok: false, reason: "unexpected" });
    expect(JSON.stringify(verdict)).not.toContain("Injected");
    expect(sent).toEqual([]);
  });

  it("works at the organization's old address", async () => {
    const old = await startAzureDevopsSimulator({ legacyAddress: true });
    old.addRepository("Fiber/app");
    const { verdict } = await verify(`${old.baseUrl}/`, old.addToken());
    await old.close();
    expect(verdict).toMatchObject({ ok: true, scopes: ["vso.code"] });
  });
});
