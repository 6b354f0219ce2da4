import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { Connection, Verdict } from "../adapter";
import { openTransport } from "../http";
import { type GitlabSimulator, startGitlabSimulator } from "../simulators/gitlab";
import type { GitlabOptions } from "../simulators/gitlab-state";
import { gitlab } from "./adapter";
import { gitlabRevocation } from "./revoke";

let host: GitlabSimulator;

async function start(options: GitlabOptions = {}): Promise<GitlabSimulator> {
  host = await startGitlabSimulator(options);
  return host;
}
afterEach(() => host.close());

function connect(): Connection {
  const origins = gitlab.origins(host.baseUrl);
  const transport = openTransport({ origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"] });
  return { baseUrl: host.baseUrl, transport };
}

const enter = (token: string, type = "personal") => ({ type, token: new Secret(token), fields: {}, secrets: {} });
const verify = (token: string, type?: string): Promise<Verdict> =>
  gitlab.verify(connect(), enter(token, type), () => {});

async function revoke(token: string, type = "personal") {
  const verdict = await verify(token, type);
  host.requests.length = 0;
  const account = verdict.ok ? verdict.account : null;
  return gitlabRevocation.revoke(connect(), enter(token, type), account, { password: null });
}

describe("a token ends itself", () => {
  it("whatever its scopes since 15.4, below a relative root too", async () => {
    await start({ version: "15.4.0", relativeRoot: "/gitlab" });
    const token = host.addToken({ scopes: ["read_registry"] });
    expect(await revoke(token)).toEqual({ ok: true, status: 204, hostSaid: null, isLater: false });
    expect(await verify(token)).toMatchObject({ ok: false, reason: "revoked" });
    expect(host.requests.map(({ method, path }) => `${method} ${path}`)[0]).toBe(
      "DELETE /gitlab/api/v4/personal_access_tokens/self",
    );
  });

  it("with the scope api alone before", async () => {
    await start({ version: "15.0.0" });
    const lacking = await revoke(host.addToken({ scopes: ["read_api"] }));
    expect(lacking).toMatchObject({
      ok: false,
      reason: "insufficient-scope",
      message: expect.stringMatching(/by hand/),
    });
    expect(await revoke(host.addToken({ scopes: ["api"] }))).toMatchObject({ ok: true });
  });

  it("not where the server is older", async () => {
    await start({ version: "14.10.5" });
    expect(await revoke(host.addToken())).toMatchObject({ ok: false, message: expect.stringMatching(/with 15\.0/) });
  });

  it("not when it is fine-grained without that permission", async () => {
    await start();
    const without = [{ access: "user", permissions: ["read_personal_access_token"] }];
    const token = host.addToken({ granularScopes: without });
    expect(await revoke(token, "fine-grained")).toMatchObject({ ok: false, reason: "insufficient-scope" });
    const permissions = ["read_personal_access_token", "revoke_personal_access_token"];
    const able = host.addToken({ granularScopes: [{ access: "user", permissions }] });
    expect(await revoke(able, "fine-grained")).toMatchObject({ ok: true });
  });

  it.each(["revoked", "expired"] as const)("and one that is %s already is told of in GitLab's words", async (state) => {
    await start();
    const words = expect.stringMatching(new RegExp(state));
    expect(await revoke(host.addToken({ state }))).toEqual({ ok: true, status: 401, hostSaid: words, isLater: false });
  });
});

describe("the token of a project or group", () => {
  it.each(["project", "group"] as const)("ends itself as a personal one does (%s)", async (kind) => {
    await start();
    expect(await revoke(host.addToken({ kind, scopes: ["read_api"] }), kind)).toMatchObject({ ok: true, status: 204 });
    expect(host.requests).toHaveLength(1);
  });

  it.each(["project", "group"] as const)("ends by its own number where it must (%s)", async (kind) => {
    await start({ selfRevoke: "personal" });
    const [token, other] = [host.addToken({ kind }), host.addToken({ kind })];
    expect(await revoke(token, kind)).toMatchObject({ ok: true, status: 204 });
    expect(await verify(token, kind)).toMatchObject({ ok: false, reason: "revoked" });
    expect(await verify(other, kind)).toMatchObject({ ok: true });
  });

  it("is left alone when the server describes another user's token", async () => {
    await start({ selfRevoke: "personal" });
    const token = host.addToken({ kind: "project" });
    const answer = await gitlabRevocation.revoke(
      connect(),
      enter(token, "project"),
      { id: "77", login: "project_500_bot_5f2d0a1c9b", name: null, url: null, isBot: true },
      { password: null },
    );
    expect(answer).toMatchObject({ ok: false, message: expect.stringMatching(/by hand/) });
    expect(host.requests.filter(({ method }) => method === "DELETE")).toHaveLength(1);
    expect(await verify(token, "project")).toMatchObject({ ok: true });
  });
});

describe("last used", () => {
  const before = new Date(Date.now() - 40 * 86_400_000).toISOString();

  it("is what GitLab tells of the time before our question", async () => {
    await start({ notesUseLater: true });
    expect(await verify(host.addToken({ lastUsedAt: before }))).toMatchObject({ lastUsedAt: new Date(before) });
    expect(await verify(host.addToken({ lastUsedAt: null }))).toMatchObject({ lastUsedAt: null });
  });

  it("is not our own question, which GitLab counts", async () => {
    await start();
    const verdict = await verify(host.addToken({ lastUsedAt: before }));
    expect(verdict).toMatchObject({ ok: true });
    expect(verdict).not.toHaveProperty("lastUsedAt");
  });

  it("is told where the use before was so lately that ours is not counted", async () => {
    await start();
    const lately = new Date(Date.now() - 300_000).toISOString();
    expect(await verify(host.addToken({ lastUsedAt: lately }))).toMatchObject({ lastUsedAt: new Date(lately) });
  });

  it("is not made of what is no time", async () => {
    await start();
    const token = host.addToken();
    const body = {
      scopes: ["api"],
      user_id: 40,
      active: true,
      revoked: false,
      expires_at: null,
      last_used_at: "lately",
    };
    host.respondAt("/personal_access_tokens/self", { status: 200, body });
    const verdict = await verify(token);
    expect(verdict).toMatchObject({ ok: true, scopes: ["api"] });
    expect(verdict).not.toHaveProperty("lastUsedAt");
  });
});
