import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { VerifyStep } from "../adapter";
import { openTransport } from "../http";
import { type BitbucketCloudSimulator, startBitbucketCloudSimulator } from "../simulators/bitbucket-cloud";
import type { BitbucketCloudOptions, TokenSpec } from "../simulators/bitbucket-cloud-state";
import type { SimulatorResponse } from "../simulators/simulator";
import { bitbucketCloud } from "./adapter";

let bitbucket: BitbucketCloudSimulator;

afterEach(() => bitbucket.close());

async function start(options: BitbucketCloudOptions = {}): Promise<BitbucketCloudSimulator> {
  bitbucket = await startBitbucketCloudSimulator(options);
  bitbucket.addRepository("acme/app", { members: { alice: "write" } });
  return bitbucket;
}

function connect() {
  const { baseUrl } = bitbucket;
  const origins = bitbucketCloud.origins(baseUrl);
  const guarded = { origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"], deadlineMs: 4_000 };
  return { baseUrl, transport: openTransport(guarded) };
}

async function verify(
  token: string,
  type = "api-token",
  field = type === "api-token" ? "alice@example.com" : "acme/app",
) {
  const steps: VerifyStep[] = [];
  const fields: Record<string, string> = type === "api-token" ? { email: field } : { where: field };
  const entered = { type, token: new Secret(token), fields, secrets: {} };
  const verdict = await bitbucketCloud.verify(connect(), entered, (step) => void steps.push(step));
  return { verdict, steps };
}

const endNote = expect.stringMatching(/does not tell when a token ends/);

describe("an API token", () => {
  it("tells its account and its scopes with one request, and no end", async () => {
    const host = await start();
    const user = host.addUser();
    const scopes = ["read:user:bitbucket", "write:pullrequest:bitbucket", "read:package:bitbucket"];
    const { verdict, steps } = await verify(host.addToken({ scopes }));
    expect(verdict).toEqual({
      ok: true,
      account: {
        id: user.uuid,
        login: "alice",
        name: "Alice",
        url: `${host.baseUrl}/${encodeURIComponent(user.uuid)}/`,
        isBot: false,
      },
      scopes,
      expiry: { known: false },
      type: "api-token",
      notes: [endNote],
    });
    expect(steps.map(({ step }) => step)).toEqual(["reachable", "account", "scopes", "expiry"]);
    expect(host.requests.map(({ path }) => path)).toEqual(["/2.0/user"]);
  });

  it.each(["list", "string", "text"] as const)(
    "that may not read whose it is is valid all the same, when told by a %s",
    async (scopeDetail) => {
      const host = await start({ scopeDetail });
      const { verdict } = await verify(host.addToken({ scopes: ["read:repository:bitbucket"] }));
      expect(verdict).toMatchObject({ ok: true, account: null, scopes: ["read:repository:bitbucket"] });
      expect(verdict.ok && verdict.notes[0]).toMatch(/read:user:bitbucket\.$/);
    },
  );

  it("has the scopes of the refusal where no header tells them, and unknown ones where nothing does", async () => {
    const host = await start({ credentialHeaders: false });
    const refused = await verify(host.addToken({ scopes: ["read:repository:bitbucket"] }));
    expect(refused.verdict).toMatchObject({ ok: true, scopes: ["read:repository:bitbucket"], type: "api-token" });
    const known = await verify(host.addToken());
    expect(known.verdict).toMatchObject({ ok: true, scopes: null, account: { login: "alice" } });
    expect(known.verdict.ok && known.verdict.notes).toEqual([expect.stringMatching(/what this token may do/), endNote]);
  });

  it("with no scope at all has none", async () => {
    const host = await start();
    const { verdict } = await verify(host.addToken({ scopes: [] }));
    expect(verdict).toMatchObject({ ok: true, scopes: [] });
  });

  it.each<[string, TokenSpec, string, RegExp, RegExp]>([
    ["revoked or ended", { state: "dead" }, "rejected", /^Login failed due to incorrect/, /may have ended/],
    ["of another account", { user: { username: "bob" } }, "rejected", /^Login failed/, /e-mail address/],
    ["without scopes", { kind: "unscoped-api-token" }, "rejected", /^Token is invalid, expired/, /has scopes/],
    ["really an app password", { kind: "app-password" }, "rejected", /deprecated/, /switched those off/],
    ["rate-limited", { state: "rate-limited" }, "rate-limited", /^Rate limit for this/, /Try again later/],
    ["barred by a workspace", { state: "barred" }, "blocked", /two-step verification/, /ask its administrator/],
  ])("that is %s", async (_, spec, reason, said, message) => {
    const host = await start();
    const { verdict } = await verify(host.addToken(spec));
    expect(verdict).toMatchObject({
      ok: false,
      reason,
      hostSaid: expect.stringMatching(said),
      message: expect.stringMatching(message),
    });
  });

  it.each([401, 410] as const)("that is an app password is a dead kind also by a %i", async (appPasswordStatus) => {
    const host = await start({ appPasswordStatus });
    const { verdict } = await verify(host.addToken({ kind: "app-password" }));
    expect(verdict).toMatchObject({ ok: false, reason: "rejected", message: expect.stringMatching(/API token/) });
  });

  it("is not refused for what a host calls an app password and yet takes, but blocked", async () => {
    const host = await start();
    const user = host.addUser();
    host.respondAt("/user", {
      status: 200,
      headers: { "x-credential-type": "apppassword", "x-oauth-scopes": "account" },
      body: { uuid: user.uuid, username: "alice", account_id: user.accountId },
    });
    expect((await verify(host.addToken())).verdict).toMatchObject({ ok: false, reason: "blocked" });
  });

  const error = (message: string, detail?: unknown) => ({ type: "error", error: { message, detail } });
  const plain = { "content-type": "text/plain" };

  it.each<[string, SimulatorResponse, string]>([
    ["401 in JSON", { status: 401, body: error("Token is invalid, expired, or not supported.") }, "rejected"],
    [
      "401 in text, known by its realm",
      { status: 401, headers: { ...plain, "www-authenticate": 'Basic realm="Bitbucket.org HTTP"' }, body: "No" },
      "rejected",
    ],
    ["401 of a proxy, in text", { status: 401, headers: plain, body: "Sign in first" }, "unexpected"],
    ["401 of a proxy, in JSON", { status: 401, body: { message: "Sign in first" } }, "unexpected"],
    ["403 of a path without its version", { status: 403, body: error("Forbidden") }, "unexpected"],
    ["403 of a proxy", { status: 403, headers: plain, body: "Forbidden" }, "unexpected"],
    ["403 with a detail in words", { status: 403, body: error("Your plan does not allow this.", "Pay") }, "blocked"],
    ["404 of a removed path", { status: 404, body: error("Resource not found") }, "unexpected"],
    ["404 of no path", { status: 404, body: error("There is no API hosted at this URL") }, "unexpected"],
    ["410 on REST", { status: 410, body: error("Resource removed") }, "unexpected"],
    ["503", { status: 503, body: error("Bitbucket is down") }, "unreachable"],
  ])("%s is %s", async (_, response, reason) => {
    const host = await start();
    host.respondNextWith(response);
    expect((await verify(host.addToken())).verdict).toMatchObject({ ok: false, reason });
  });

  it("is taken out of Bitbucket's words also together with its e-mail address", async () => {
    const host = await start();
    const token = host.addToken();
    // Not a multiple of three bytes, so that the base64 of the token alone is not in it.
    const email = "alice@example.org.";
    const sent = Buffer.from(`${email}:${token}`).toString("base64");
    host.respondNextWith({ status: 401, body: error(`Cannot read Basic ${sent}`) });
    const { verdict } = await verify(token, "api-token", email);
    expect(verdict).toMatchObject({
      ok: false,
      reason: "rejected",
      hostSaid: expect.stringMatching(/^Cannot read Basic \[token\]=*$/),
    });
  });

  it.each([
    ["without its e-mail address", "ATATT3xFfGF0abc=00000000", ""],
    ["with a break in it", "ATATT3x\r\nX-Injected: 1", "alice@example.com"],
  ])("%s is not sent", async (_, token, email) => {
    const host = await start();
    const { verdict } = await verify(token, "api-token", email);
    expect(verdict).toMatchObject({ ok: false, reason: "unexpected" });
    expect(JSON.stringify(verdict)).not.toContain("Injected");
    expect(host.requests).toHaveLength(0);
  });
});

describe("an access token", () => {
  const kinds = [
    ["repository", "acme/app", "acme/app", "/acme/app"],
    ["project", "acme/WEB", "acme/WEB", "/acme/workspace/projects/WEB"],
    ["workspace", "acme", "acme", "/acme/"],
  ] as const;

  it.each(kinds)("of a %s is shown as what it was made in", async (kind, where, login, page) => {
    const host = await start();
    const token = host.addToken({ kind, where, scopes: ["repository:write", "webhook"] });
    const { verdict, steps } = await verify(token, `${kind}-token`, where);
    expect(verdict).toMatchObject({
      ok: true,
      type: `${kind}-token`,
      account: { login, url: `${host.baseUrl}${page}`, isBot: true, id: expect.stringMatching(/\S/) },
      scopes: ["repository:write", "webhook"],
      notes: [endNote],
    });
    expect(steps).toHaveLength(4);
    expect(host.requests).toHaveLength(2);
    expect(host.requests.every(({ headers }) => headers.authorization === `Bearer ${token}`)).toBe(true);
  });

  it.each(["scope", "mechanism", "unsupported", "account"] as const)(
    "is valid whatever it is told of the user that it has not: %s",
    async (userForAccessTokens) => {
      for (const credentialHeaders of [true, false]) {
        const host = await start({ userForAccessTokens, credentialHeaders });
        const token = host.addToken({ kind: "workspace", where: "acme", scopes: ["account", "repository"] });
        const { verdict } = await verify(token, "workspace-token", "acme");
        if (credentialHeaders) expect(verdict).toMatchObject({ ok: true, type: "workspace-token" });
        else expect(verdict.ok || verdict.reason === "unexpected").toBe(true);
        await host.close();
      }
    },
  );

  it("is of the type that Bitbucket names, and named for that", async () => {
    const host = await start();
    const project = host.addToken({ kind: "project", where: "acme/WEB" });
    const named = await verify(project, "repository-token", "acme/app");
    expect(named.verdict).toMatchObject({ ok: true, type: "project-token", account: { login: "acme/WEB" } });
    // As it is stored from then on: the type corrected, the field as it was entered.
    const again = await verify(project, "project-token", "acme/app");
    expect(again.verdict).toEqual(named.verdict);
    const workspace = host.addToken({ kind: "workspace", where: "acme" });
    const wide = await verify(workspace, "repository-token", "acme/app");
    expect(wide.verdict).toMatchObject({ ok: true, type: "workspace-token", account: { login: "acme" } });
    const wideAgain = await verify(workspace, "workspace-token", "acme/app");
    const idOf = ({ verdict }: typeof wide) => (verdict.ok ? verdict.account?.id : null);
    expect(idOf(wideAgain)).toBe(idOf(wide));
  });

  it("keeps the type that was chosen where Bitbucket names none", async () => {
    const host = await start({ credentialHeaders: false });
    const token = host.addToken({ kind: "project", where: "acme/WEB" });
    const { verdict } = await verify(token, "project-token", "acme/WEB");
    expect(verdict).toMatchObject({ ok: true, type: "project-token", scopes: ["repository"] });
  });

  it("of another place is sent back with what it is", async () => {
    const host = await start();
    host.addRepository("acme/other");
    const token = host.addToken({ kind: "repository" });
    const other = await verify(token, "repository-token", "acme/other");
    expect(other.verdict).toMatchObject({ ok: false, reason: "insufficient-scope", hostSaid: null });
    expect(!other.verdict.ok && other.verdict.message).toBe(
      "Bitbucket shows this token no repository acme/other. Name the place that it was made in.",
    );
    const project = host.addToken({ kind: "project", where: "acme/WEB" });
    const wrong = await verify(project, "repository-token", "acme/WEB");
    expect(!wrong.verdict.ok && wrong.verdict.message).toMatch(/It is a project access token: choose that type\.$/);
  });

  it("that may not even read its place is valid, with a note", async () => {
    const host = await start();
    const { verdict } = await verify(host.addToken({ kind: "repository", scopes: ["webhook"] }), "repository-token");
    expect(verdict).toMatchObject({ ok: true, account: null, scopes: ["webhook"] });
    expect(verdict.ok && verdict.notes[0]).toMatch(/may not read acme\/app/);
  });

  it("is not proven by what anybody can see", async () => {
    const host = await start({ credentialHeaders: false, userForAccessTokens: "unsupported" });
    host.addRepository("acme/open", { isPrivate: false });
    const token = host.addToken({ kind: "repository", where: "acme/open" });
    const { verdict } = await verify(token, "repository-token", "acme/open");
    expect(verdict).toMatchObject({
      ok: false,
      reason: "unexpected",
      message: expect.stringMatching(/^Anybody can see/),
    });
  });

  it("that is alive by its own place does not fail with the question for a user", async () => {
    const host = await start();
    host.respondAt("/user", { status: 503, body: "busy" });
    const token = host.addToken({ kind: "repository" });
    expect((await verify(token, "repository-token")).verdict).toMatchObject({ ok: true });
    host.respondAt("/user", null);
    host.respondAt("/repositories/acme/app", { status: 503, body: "busy" });
    expect((await verify(token, "repository-token")).verdict).toMatchObject({ ok: false, reason: "unreachable" });
  });

  it.each([
    ["dead", { state: "dead" as const }],
    ["an organization's key", { kind: "organization" as const }],
  ])("that is %s is rejected in Bitbucket's words", async (_, spec) => {
    const host = await start();
    const token = host.addToken({ kind: "repository", ...spec });
    const { verdict } = await verify(token, "repository-token");
    expect(verdict).toMatchObject({
      ok: false,
      reason: "rejected",
      hostSaid: expect.stringMatching(/^Token is invalid/),
    });
  });

  it.each(["", "acme/app?x=1", "../..", 'acme/a"b', "acme/app/src/main/x"])("named %j is not sent", async (where) => {
    const host = await start();
    const { verdict } = await verify(host.addToken({ kind: "repository" }), "repository-token", where);
    const paths = host.requests.map(({ path }) => path);
    expect(paths.every((path) => ["/2.0/user", "/2.0/workspaces/acme", "/2.0/repositories/acme"].includes(path))).toBe(
      true,
    );
    expect(verdict.ok && verdict.account?.login.includes("?")).toBe(false);
  });

  it("never asks what Bitbucket removed", async () => {
    const host = await start();
    for (const [kind, where] of kinds) await verify(host.addToken({ kind, where }), `${kind}-token`, where);
    const removed = /^\/2\.0\/(repositories|workspaces|user\/permissions\/.*)$/;
    expect(host.requests.filter(({ path }) => removed.test(path))).toEqual([]);
  });
});

describe("identify", () => {
  it("knows Bitbucket without a credential, and calls nothing rejected", async () => {
    const host = await start();
    expect(await bitbucketCloud.identify(connect())).toMatchObject({
      ok: true,
      product: "Bitbucket Cloud",
      version: null,
    });
    expect(host.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ["/2.0/hook_events", undefined],
    ]);
    const events = { events: { href: `${host.baseUrl}/2.0/hook_events/x` } };
    host.respondNextWith({ status: 200, body: { repository: events, workspace: events } });
    expect(await bitbucketCloud.identify(connect())).toMatchObject({ ok: true });
    const body = { type: "error", error: { message: "Token is invalid" } };
    host.respondNextWith({ status: 401, body });
    expect(await bitbucketCloud.identify(connect())).toMatchObject({ ok: false, reason: "unexpected" });
  });
});
