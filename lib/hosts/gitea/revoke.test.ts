import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { Account, Adapter, RevokeSupport } from "../adapter";
import { type GiteaSimulator, startGiteaSimulator } from "../simulators/gitea";
import type { GiteaOptions } from "../simulators/gitea-state";
import { forgejo, gitea } from "./adapter";
import { connect, entered } from "./connect-fixture";

const password = "alice's pass word";
let host: GiteaSimulator;

async function start(options: GiteaOptions = {}): Promise<GiteaSimulator> {
  host = await startGiteaSimulator(options);
  host.addUser({ login: "alice", password });
  return host;
}
afterEach(() => host.close());

const alice: Account = { id: "40", login: "alice", name: "Alice", url: null, isBot: false };

function revoke(token: string, given: string | null = null, adapter: Adapter = gitea, account: Account | null = alice) {
  const support = adapter.revoke as RevokeSupport;
  const words = { password: given === null ? null : new Secret(given) };
  return support.revoke(connect(host.baseUrl), entered(token), account, words);
}
const verify = (token: string, adapter: Adapter = gitea) =>
  adapter.verify(connect(host.baseUrl), entered(token), () => {});
const deletions = () => host.requests.filter(({ method }) => method === "DELETE").map(({ path }) => path);

const older: [string, GiteaOptions, Adapter][] = [
  ["Gitea 1.26", { version: "1.26.1" }, gitea],
  ["Gitea 1.21", { version: "1.21.11", unknownPath: "older-json" }, gitea],
  ["Gitea 1.19", { version: "1.19.4" }, gitea],
  ["Forgejo 15", { product: "forgejo" }, forgejo],
];

describe("where a token can delete itself", () => {
  it("it does, below a path too, and no other", async () => {
    await start({ relativeRoot: "/git" });
    const [token, other] = [host.addToken({ scopes: ["read:misc"] }), host.addToken()];
    expect(await revoke(token, null, gitea, null)).toEqual({ ok: true, status: 204, hostSaid: null, isLater: false });
    expect(deletions()).toEqual(["/git/api/v1/token"]);
    expect(await verify(token)).toMatchObject({ ok: false, reason: "rejected" });
    expect(await verify(other)).toMatchObject({ ok: true });
  });

  it("one that is dead already is no error", async () => {
    await start();
    const token = host.addToken();
    host.revokeToken(token);
    expect(await revoke(token)).toMatchObject({ ok: true, status: 401, hostSaid: expect.stringMatching(/token/) });
  });
});

describe.each(older)("on %s the account's password does it", (_title, options, adapter) => {
  it("and of the account's tokens only this one", async () => {
    await start(options);
    const [other, token] = [host.addToken(), host.addToken()];
    expect(await revoke(token, null, adapter)).toMatchObject({ ok: false, needsPassword: true });
    host.requests.length = 0;
    expect(await revoke(token, password, adapter)).toMatchObject({ ok: true, status: 204 });
    expect(deletions()).toEqual(["/api/v1/users/alice/tokens/1001"]);
    expect(await verify(token, adapter)).toMatchObject({ ok: false, reason: "rejected" });
    expect(await verify(other, adapter)).toMatchObject({ ok: true });
  });

  it("and one that is dead already is no error, with and without it", async () => {
    await start(options);
    const token = host.addToken();
    host.revokeToken(token);
    host.addToken();
    for (const given of [null, password]) {
      expect(await revoke(token, given, adapter)).toMatchObject({ ok: true, status: 401 });
    }
    expect(deletions().filter((path) => path.includes("/users/"))).toEqual([]);
  });
});

describe("the password's token", () => {
  const version = "1.24.0";

  it("is left alone when another ends in the same eight characters", async () => {
    await start({ version });
    const token = host.addToken({ value: `${"a".repeat(32)}01234567` });
    host.addToken({ value: `${"b".repeat(32)}01234567` });
    expect(await revoke(token, password)).toMatchObject({
      ok: false,
      message: expect.stringMatching(/cannot tell which/),
    });
    expect(deletions()).toEqual([]);
    expect(await verify(token)).toMatchObject({ ok: true });
  });

  it("is left alone when the list goes on, or has it not", async () => {
    await start({ version, maxResponseItems: 2 });
    const tokens = [host.addToken(), host.addToken(), host.addToken()];
    expect(await revoke(tokens[0] ?? "", password)).toMatchObject({ ok: false, reason: "unexpected" });
    const bobs = host.addToken({ user: { login: "bob" } });
    expect(await revoke(bobs, password)).toMatchObject({ ok: false, reason: "unexpected" });
    expect(deletions()).toEqual([]);
  });

  it("is left alone after a wrong password, which is asked for again", async () => {
    await start({ version });
    const token = host.addToken();
    const answer = await revoke(token, "another's pass word");
    expect(answer).toMatchObject({ ok: false, reason: "rejected", needsPassword: true });
    expect(await verify(token)).toMatchObject({ ok: true });
  });

  it("is for the page where the account has a second factor", async () => {
    await start({ version });
    host.addUser({ login: "alice", hasSecondFactor: true });
    const answer = await revoke(host.addToken(), password);
    expect(answer).toMatchObject({ ok: false, reason: "unexpected", message: expect.stringMatching(/second factor/) });
    expect(answer).not.toHaveProperty("needsPassword");
  });

  it("is for the page where nobody knows whose it is", async () => {
    await start({ version });
    const token = host.addToken({ scopes: ["read:misc"] });
    for (const given of [null, password]) {
      expect(await revoke(token, given, gitea, null)).toMatchObject({ ok: false, reason: "unexpected" });
    }
  });
});

it("the token of an app or of a job is not ended from here", async () => {
  await start();
  expect(await revoke(host.addToken({ kind: "oauth" }))).toMatchObject({
    ok: false,
    message: expect.stringMatching(/app/),
  });
  const job = { ...alice, id: "-2", isBot: true };
  expect(await revoke(host.addToken({ kind: "job" }), null, gitea, job)).toMatchObject({ ok: false });
  expect(host.requests).toEqual([]);
});

it("the last use is what Gitea tells of the time before our question", async () => {
  await start();
  const token = host.addToken();
  // The simulated one notes each request at once.
  expect(await verify(token)).not.toHaveProperty("lastUsedAt");
  const at = new Date("2026-01-02T03:04:05Z");
  const user = { id: 40, login: "alice" };
  const body = { id: 1, name: "ci", scopes: ["all"], created_at: "2026-01-01T00:00:00Z", user };
  host.respondAt("/token", { status: 200, body: { ...body, last_used_at: at.toISOString() } });
  expect(await verify(token)).toMatchObject({ ok: true, lastUsedAt: at });
  host.respondAt("/token", { status: 200, body: { ...body, last_used_at: "lately" } });
  expect(await verify(token)).not.toHaveProperty("lastUsedAt");
});
