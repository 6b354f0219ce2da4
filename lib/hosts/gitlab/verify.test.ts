import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { VerifyStep } from "../adapter";
import { openTransport } from "../http";
import { type GitlabSimulator, startGitlabSimulator } from "../simulators/gitlab";
import type { GitlabOptions, TokenSpec } from "../simulators/gitlab-state";
import type { SimulatorResponse } from "../simulators/simulator";
import { gitlab } from "./adapter";

function connect(baseUrl: string) {
  const origins = gitlab.origins(baseUrl);
  const guarded = { origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"], deadlineMs: 4_000 };
  return { baseUrl, transport: openTransport(guarded) };
}

async function verify(host: GitlabSimulator, token: string, type = "personal") {
  const steps: VerifyStep[] = [];
  const entered = { type, token: new Secret(token), fields: {}, secrets: {} };
  const verdict = await gitlab.verify(connect(host.baseUrl), entered, (step) => steps.push(step));
  return { verdict, steps };
}

describe("verify", () => {
  let host: GitlabSimulator;
  beforeAll(async () => {
    host = await startGitlabSimulator();
  });
  afterAll(() => host.close());
  afterEach(() => {
    host.respondNextWith(null);
    for (const path of ["/user", "/version", "/personal_access_tokens/self"]) host.respondAt(path, null);
    host.requests.length = 0;
  });

  it("tells the account, the scopes and the end of a personal token, with three requests", async () => {
    const token = host.addToken({ scopes: ["api", "read_user", "future_scope"], expiresAt: "2027-02-28" });
    const { verdict, steps } = await verify(host, token);
    expect(verdict).toEqual({
      ok: true,
      account: { id: "40", login: "alice", name: "Alice", url: `${host.baseUrl}/alice`, isBot: false },
      scopes: ["api", "read_user", "future_scope"],
      expiry: { known: true, at: new Date("2027-02-28T00:00:00Z") },
      type: "personal",
      notes: [],
    });
    expect(steps[0]).toMatchObject({ step: "reachable", version: "18.5.2-ee" });
    expect(host.requests.map(({ path }) => path).sort()).toEqual([
      "/api/v4/personal_access_tokens/self",
      "/api/v4/user",
      "/api/v4/version",
    ]);
  });

  it("knows a token that never ends from one whose end is not told", async () => {
    const { verdict } = await verify(host, host.addToken({ expiresAt: null }));
    expect(verdict).toMatchObject({ expiry: { known: true, at: null } });
    const odd = await verify(host, host.addToken({ expiresAt: "2027-02-31x" }));
    expect(odd.verdict).toMatchObject({ ok: true, expiry: { known: false } });
  });

  it.each(["project", "group"] as const)("calls the token of a %s's bot what it is", async (kind) => {
    const { verdict } = await verify(host, host.addToken({ kind }));
    expect(verdict).toMatchObject({ ok: true, type: kind, account: { isBot: true } });
  });

  it("calls a person's token personal though it was said to be a project's", async () => {
    expect((await verify(host, host.addToken(), "project")).verdict).toMatchObject({ type: "personal" });
  });

  it("leaves a service account's token the type that was said", async () => {
    const token = host.addToken({ user: { username: "service_account_7", bot: true } });
    expect((await verify(host, token, "group")).verdict).toMatchObject({ type: "group" });
    expect((await verify(host, token)).verdict).toMatchObject({ type: "personal" });
  });

  it("accepts a token that may not read whose it is, and says what it lacks", async () => {
    const { verdict } = await verify(host, host.addToken({ scopes: ["write_repository"] }));
    expect(verdict).toMatchObject({ ok: true, account: null, scopes: ["write_repository"] });
    expect(verdict.ok && verdict.notes[0]).toMatch(/user number is 40\. .* has the scope read_user\.$/);
    const bot = await verify(host, host.addToken({ kind: "project", scopes: ["read_registry"] }), "project");
    expect(bot.verdict.ok && bot.verdict.notes[0]).toMatch(/has the scope read_api\.$/);
  });

  it("takes no scopes from a fine-grained token, whether or not it may describe itself", async () => {
    const open = ["read_user", "read_personal_access_token"];
    for (const permissions of [open, ["read_user"], []]) {
      const token = host.addToken({ granularScopes: [{ access: "user", permissions }] });
      const { verdict } = await verify(host, token);
      expect(verdict).toMatchObject({ ok: true, type: "fine-grained", scopes: null });
      expect(verdict.ok && verdict.expiry.known).toBe(permissions === open);
      expect(verdict.ok && verdict.account?.login).toBe(permissions.length > 0 ? "alice" : undefined);
    }
  });

  it("asks OAuth for an OAuth token's scopes and end, also when its type was guessed wrong", async () => {
    const token = host.addToken({ kind: "oauth", scopes: ["read_api"] });
    for (const type of ["oauth", "personal"]) {
      const { verdict } = await verify(host, token, type);
      expect(verdict).toMatchObject({ ok: true, type: "oauth", scopes: ["read_api"], account: { login: "alice" } });
      const endsAt = verdict.ok && verdict.expiry.known ? verdict.expiry.at?.getTime() : 0;
      expect(Math.abs((endsAt ?? 0) - Date.now() - 7_200_000)).toBeLessThan(5_000);
    }
  });

  it("finds a personal token that was taken for an OAuth token", async () => {
    const { verdict } = await verify(host, host.addToken({ scopes: ["read_user"] }), "oauth");
    expect(verdict).toMatchObject({ ok: true, type: "personal", scopes: ["read_user"] });
  });

  it("keeps a profile link only on the host's own origin", async () => {
    const token = host.addToken();
    for (const web_url of ["https://evil.example/alice", "javascript:alert(1)", "//evil.example", 7, null]) {
      host.respondAt("/user", { status: 200, body: { id: 40, username: "alice", name: "Alice", web_url } });
      const { verdict } = await verify(host, token);
      if (verdict.ok) expect(verdict.account?.url).toBeNull();
      else expect(verdict.reason).toBe("unexpected");
    }
  });

  it.each<[string, TokenSpec | string, string, RegExp]>([
    ["unknown", "glpat-NobodyKnowsThisOne12", "rejected", /^Bad Access Token\.$/],
    ["revoked", { state: "revoked" }, "revoked", /^Token was revoked\./],
    ["expired", { state: "expired" }, "expired", /^Token is expired\./],
    ["an impersonation token where that is off", { state: "impersonation-disabled" }, "blocked", /impersonation was/],
    ["of a user who enforces DPoP", { user: { username: "dora", requiresDpop: true } }, "blocked", /^DPoP/],
    ["of a blocked user", { user: { username: "bob", state: "blocked" } }, "blocked", /account has been blocked/],
    ["of a deactivated user", { user: { username: "dan", state: "deactivated" } }, "blocked", /deactivated/],
    ["of a user who owes the terms", { user: { username: "tom", state: "terms" } }, "blocked", /Terms of Service/],
    ["rate-limited", { state: "rate-limited" }, "rate-limited", /^Retry later$/],
    ["a deploy token", { kind: "deploy" }, "rejected", /^Bad Access Token\.$/],
  ])("a token that is %s", async (_, spec, reason, said) => {
    const token = typeof spec === "string" ? spec : host.addToken(spec);
    const { verdict } = await verify(host, token);
    expect(verdict).toMatchObject({ ok: false, reason, hostSaid: expect.stringMatching(said) });
  });

  const says = (error: string, description: string) => ({ error, error_description: description });

  it.each<[string, SimulatorResponse, string]>([
    ["401 as to PRIVATE-TOKEN", { status: 401, body: { message: "401 Unauthorized" } }, "rejected"],
    ["401 of a proxy", { status: 401, body: { message: "Sign in first" } }, "unexpected"],
    ["401 as a page", { status: 401, headers: { "content-type": "text/html" }, body: "<h1>SSO</h1>" }, "unexpected"],
    ["401 for editors only", { status: 401, body: says("restricted_language_server_client_error", "No") }, "blocked"],
    ["403 without a reason", { status: 403, body: { message: "403 Forbidden" } }, "blocked"],
    ["403 of a firewall", { status: 403, headers: { "content-type": "text/plain" }, body: "Forbidden" }, "unexpected"],
    ["404", { status: 404, body: { message: "404 Not Found" } }, "unexpected"],
    ["a page", { status: 200, headers: { "content-type": "text/html" }, body: "<h1>GitLab</h1>" }, "unexpected"],
    [
      "502 while GitLab restarts",
      { status: 502, headers: { "content-type": "text/html" }, body: "Waiting" },
      "unreachable",
    ],
  ])("%s from everywhere is %s", async (_, response, reason) => {
    host.respondNextWith(response);
    const { verdict } = await verify(host, "glpat-NobodyKnowsThisOne12");
    expect(verdict).toMatchObject({ ok: false, reason });
  });

  it("says that a base URL is wrong when it is sent to the sign-in page", async () => {
    host.respondNextWith({ status: 302, headers: { location: `${host.baseUrl}/users/sign_in` }, body: "" });
    const { verdict } = await verify(host, "glpat-NobodyKnowsThisOne12");
    expect(verdict).toMatchObject({ ok: false, reason: "redirected", message: expect.stringMatching(/sign-in page/) });
  });

  it.each([
    [{}, null],
    [{ "ratelimit-reset": String(Math.floor(Date.now() / 1000) + 90) }, 90],
    [{ "ratelimit-reset": "99999999999", "retry-after": "30" }, 30],
  ])("tells until when it is rate-limited, from %j", async (headers, seconds) => {
    host.respondNextWith({ status: 429, headers, body: "Retry later" });
    const { verdict } = await verify(host, "glpat-NobodyKnowsThisOne12");
    expect(verdict).toMatchObject({ ok: false, reason: "rate-limited" });
    const at = verdict.ok ? null : (verdict.retryAt?.getTime() ?? null);
    if (seconds === null) expect(at).toBeNull();
    else expect(Math.abs((at ?? 0) - Date.now() - seconds * 1000)).toBeLessThan(10_000);
  });

  it("puts a word on the token before a bad moment of the server", async () => {
    host.respondAt("/personal_access_tokens/self", { status: 503, body: "busy" });
    const revoked = await verify(host, host.addToken({ state: "revoked" }));
    expect(revoked.verdict).toMatchObject({ ok: false, reason: "revoked" });
    const good = await verify(host, host.addToken());
    expect(good.verdict).toMatchObject({ ok: false, reason: "unreachable" });
  });

  it("does not mind a version that nobody tells", async () => {
    for (const response of [
      { status: 500, body: "no" },
      { status: 404, body: { error: "404 Not Found" } },
    ]) {
      host.respondAt("/version", response);
      const { verdict, steps } = await verify(host, host.addToken());
      expect(verdict.ok).toBe(true);
      expect(steps.map(({ step }) => step)[0]).toBe("reachable");
      expect(steps).toHaveLength(4);
    }
  });

  it("does not wait long for the version when all else is answered", async () => {
    host.respondAt("/version", { status: 200, body: { version: "18.5.2" }, delayMs: 1_000 });
    const refused = await verify(host, "glpat-NobodyKnowsThisOne12");
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(refused.steps).toEqual([]);
    host.respondAt("/version", { status: 200, body: { version: "18.5.2" }, delayMs: 3_500 });
    const startedAt = Date.now();
    const { verdict, steps } = await verify(host, host.addToken());
    expect(verdict.ok).toBe(true);
    expect(steps[0]).toMatchObject({ step: "reachable", version: null });
    expect(Date.now() - startedAt).toBeLessThan(2_500);
  });

  it("believes a token that calls itself dead", async () => {
    const own = { id: 1, scopes: ["api"], user_id: 40, revoked: false, active: false, expires_at: "2026-01-01" };
    host.respondAt("/personal_access_tokens/self", { status: 200, body: own });
    expect((await verify(host, host.addToken())).verdict).toMatchObject({ ok: false, reason: "expired" });
    host.respondAt("/personal_access_tokens/self", { status: 200, body: { ...own, revoked: true } });
    expect((await verify(host, host.addToken())).verdict).toMatchObject({ ok: false, reason: "revoked" });
  });

  it("sends nothing for a text that no header can carry, and does not quote it", async () => {
    const { verdict } = await verify(host, "glpat-two\r\nX-Injected: 1");
    expect(verdict).toMatchObject({ ok: false, reason: "unexpected" });
    expect(JSON.stringify(verdict)).not.toContain("Injected");
    expect(host.requests).toHaveLength(0);
  });

  it("sends each request once, whatever the answer", async () => {
    for (const status of [429, 502]) {
      host.requests.length = 0;
      host.respondNextWith({ status, body: "no" });
      await verify(host, "glpat-NobodyKnowsThisOne12");
      expect(host.requests).toHaveLength(3);
    }
  });
});

describe("servers of other ages and shapes", () => {
  let host: GitlabSimulator | null = null;
  afterEach(async () => {
    await host?.close();
    host = null;
  });

  async function start(options: GitlabOptions): Promise<GitlabSimulator> {
    host = await startGitlabSimulator(options);
    return host;
  }

  it.each([400, 404, 405] as const)(
    "before 15.5, by a %i, the only token in the list tells its scopes",
    async (selfMissing) => {
      const old = await start({ version: "15.4.6", selfMissing });
      const token = old.addToken({ scopes: ["api"], expiresAt: "2027-01-31" });
      old.addToken({ scopes: ["sudo"], state: "revoked" });
      const { verdict, steps } = await verify(old, token);
      expect(verdict).toMatchObject({ ok: true, type: "personal", scopes: ["api"], account: { login: "alice" } });
      expect(verdict).toMatchObject({ expiry: { known: true, at: new Date("2027-01-31T00:00:00Z") } });
      expect(steps).toHaveLength(4);
    },
  );

  it("before 15.5, one token of several cannot be told apart", async () => {
    const old = await start({ version: "15.4.6" });
    const token = old.addToken({ scopes: ["api"] });
    old.addToken({ scopes: ["read_api"] });
    const { verdict } = await verify(old, token);
    expect(verdict).toMatchObject({ ok: true, scopes: null, expiry: { known: false } });
    expect(verdict.ok && verdict.notes).toHaveLength(1);
  });

  it("before 15.5, a token that may not read whose it is is valid all the same", async () => {
    const old = await start({ version: "14.10.5" });
    const { verdict } = await verify(old, old.addToken({ scopes: ["write_repository"] }));
    expect(verdict).toMatchObject({ ok: true, account: null, scopes: null });
  });

  it("works below a relative root, with another prefix, and not beside the root", async () => {
    const rooted = await start({ relativeRoot: "/gitlab", tokenPrefix: "acme-" });
    const token = rooted.addToken();
    expect((await verify(rooted, token)).verdict).toMatchObject({ ok: true });
    expect((await verify({ ...rooted, baseUrl: `${rooted.baseUrl}/` }, token)).verdict).toMatchObject({ ok: true });
    const beside = await verify({ ...rooted, baseUrl: rooted.url }, token);
    expect(beside.verdict).toMatchObject({ ok: false, reason: "unexpected" });
  });

  it("are identified without a credential, by how they refuse one", async () => {
    const rooted = await start({ relativeRoot: "/gitlab" });
    expect(await gitlab.identify(connect(rooted.baseUrl))).toMatchObject({
      ok: true,
      product: "GitLab",
      version: null,
    });
    expect(await gitlab.identify(connect(rooted.url))).toMatchObject({ ok: false, reason: "unexpected" });
    expect(rooted.requests.every(({ headers }) => !headers.authorization && !headers["private-token"])).toBe(true);
    rooted.respondNextWith({ status: 401, body: { message: "Requires authentication" } });
    expect(await gitlab.identify(connect(rooted.baseUrl))).toMatchObject({ ok: false, reason: "unexpected" });
  });
});
