import { afterEach, describe, expect, it } from "vitest";
import type { RefusalReason } from "../adapter";
import { startGiteaSimulator } from "../simulators/gitea";
import type { GiteaOptions, GiteaTokenSpec } from "../simulators/gitea-state";
import type { SimulatorResponse } from "../simulators/simulator";
import { gitea } from "./adapter";
import { connect, entered } from "./connect-fixture";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function start(options: GiteaOptions = {}) {
  const host = await startGiteaSimulator(options);
  closers.push(host.close);
  return host;
}

const verify = (baseUrl: string, token: string) => gitea.verify(connect(baseUrl), entered(token), () => {});
const unknown = "f".repeat(40);

describe("a token that the server does not know", () => {
  it.each([
    ["from 2026 on", { version: "1.27.0" }, "invalid username, password or token"],
    ["since 1.20", { version: "1.24.2" }, "user does not exist [uid: 0, name: ]"],
    [
      "older, with keyid",
      { version: "1.20.0", unknownToken: "no-user-keyid" },
      "user does not exist [uid: 0, name: , keyid: 0]",
    ],
    ["to 1.19, taken for none", { version: "1.19.4" }, "token is required"],
    ["to 1.18", { version: "1.17.0" }, "token is required"],
  ] satisfies [string, GiteaOptions, string][])(
    "is rejected in the server's words: %s",
    async (_when, options, said) => {
      const host = await start(options);
      expect(await verify(host.baseUrl, unknown)).toMatchObject({
        ok: false,
        reason: "rejected",
        hostSaid: said,
        url: `${host.baseUrl}/user/settings/applications`,
      });
    },
  );

  it("is rejected when it was revoked, as a server tells no more", async () => {
    const host = await start();
    const token = host.addToken();
    expect(await verify(host.baseUrl, token)).toMatchObject({ ok: true });
    host.revokeToken(token);
    expect(await verify(host.baseUrl, token)).toMatchObject({ ok: false, reason: "rejected" });
  });

  it("is not rejected when a proxy kept it back from a server that has other words for unknown tokens", async () => {
    for (const version of ["1.20.0", "1.25.0"]) {
      const host = await start({ version, dropsAuthorization: true });
      expect(await verify(host.baseUrl, host.addToken())).toMatchObject({
        ok: false,
        reason: "unexpected",
        message: expect.stringMatching(/did not get the token.*proxy/),
        hostSaid: "token is required",
      });
    }
  });
});

describe("a stranger's refusal from a server whose release is not known", () => {
  it.each([
    ["an unknown token at 1.19", { version: "1.19.4", requiresSignIn: true }, unknown],
    ["a proxy that keeps it back", { requiresSignIn: true, dropsAuthorization: true }, null],
  ] satisfies [string, GiteaOptions, string | null][])("proves nothing: %s", async (_why, options, token) => {
    const host = await start(options);
    expect(await verify(host.baseUrl, token ?? host.addToken())).toMatchObject({
      ok: false,
      reason: "unexpected",
      message: expect.stringMatching(/stranger.*proxy/),
      hostSaid: "Only signed in user is allowed to call APIs.",
    });
  });
});

describe("an account that may not sign in", () => {
  it.each([
    ["inactive", /not activated/],
    ["prohibited", /may not sign in/],
    ["must-change-password", /change its password/],
  ] as const)("is blocked: %s", async (state, message) => {
    const host = await start();
    expect(await verify(host.baseUrl, host.addToken({ user: { login: "bob", state } }))).toMatchObject({
      ok: false,
      reason: "blocked",
      message: expect.stringMatching(message),
      hostSaid: expect.stringMatching(/^(This account|You must)/),
    });
  });
});

describe("an answer that says nothing about the token", () => {
  const json = { "content-type": "application/json" };
  it.each([
    ["a proxy's 401", { status: 401, headers: json, body: '{"message":"Unauthorized"}' }, "unexpected"],
    ["a proxy's 403", { status: 403, headers: json, body: '{"message":"Forbidden"}' }, "unexpected"],
    ["another API's 401", { status: 401, headers: json, body: '{"message":"Bad credentials"}' }, "unexpected"],
    [
      "a 401 that is text",
      { status: 401, headers: { "content-type": "text/plain" }, body: "token is required" },
      "unexpected",
    ],
    ["a 500", { status: 500, body: { message: "token is required" } }, "unreachable"],
    ["a 404 everywhere", { status: 404, body: { message: "not found" } }, "unexpected"],
    ["a 423", { status: 423, body: { message: "repo is archived" } }, "unexpected"],
    ["a throttle", { status: 429, headers: { "retry-after": "30" }, body: "slow down" }, "rate-limited"],
    ["the sign-in page", { status: 303, headers: { location: "/user/login" }, body: "" }, "redirected"],
  ] satisfies [string, SimulatorResponse, RefusalReason][])(
    "leaves it undecided: %s",
    async (_what, response, reason) => {
      const host = await start();
      const token = host.addToken();
      host.respondNextWith(response);
      expect(await verify(host.baseUrl, token)).toMatchObject({ ok: false, reason });
    },
  );

  it("does not outweigh a word on the token from another endpoint", async () => {
    const host = await start();
    host.respondAt("/user", { status: 502, body: "" });
    expect(await verify(host.baseUrl, unknown)).toMatchObject({ reason: "rejected" });
    expect(await verify(host.baseUrl, host.addToken())).toMatchObject({ reason: "unreachable" });
  });
});

describe("a token that may do little", () => {
  it.each([
    [{ version: "1.27.0" }, { scopes: ["read:misc"] }],
    [{ version: "1.25.0" }, { scopes: ["read:misc"] }],
    [{ version: "1.21.0" }, { scopes: ["read:misc"] }],
    [{ version: "1.19.4" }, { scopes: ["user:follow"] }],
    [{ product: "forgejo" }, { scopes: ["read:activitypub"] }],
    [{ version: "1.27.0", requiresSignIn: true }, { scopes: ["read:misc"] }],
  ] satisfies [GiteaOptions, GiteaTokenSpec][])("is valid all the same: %j %j", async (options, spec) => {
    const host = await start(options);
    expect(await verify(host.baseUrl, host.addToken(spec))).toMatchObject({ ok: true });
  });

  it("cannot be sent when no header can carry it, and nothing is asked", async () => {
    const host = await start();
    expect(await verify(host.baseUrl, "two words")).toMatchObject({ ok: false, reason: "unexpected" });
    expect(host.requests).toHaveLength(0);
  });
});
