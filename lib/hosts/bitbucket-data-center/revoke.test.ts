import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { Account, Connection, Entered } from "../adapter";
import { openTransport } from "../http";
import {
  type BitbucketDataCenterSimulator,
  startBitbucketDataCenterSimulator,
} from "../simulators/bitbucket-data-center";
import type { DataCenterOptions } from "../simulators/bitbucket-data-center-state";
import { bitbucketDataCenter } from "./adapter";
import { bitbucketDataCenterRevocation } from "./revoke";

const password = "alice's pass word";
let host: BitbucketDataCenterSimulator;

async function start(options: DataCenterOptions = {}): Promise<BitbucketDataCenterSimulator> {
  host = await startBitbucketDataCenterSimulator({ contextPath: "/bitbucket", ...options });
  host.addUser({ name: "alice", password });
  return host;
}
afterEach(() => host.close());

function connect(): Connection {
  const origins = bitbucketDataCenter.origins(host.baseUrl);
  const transport = openTransport({ origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"] });
  return { baseUrl: host.baseUrl, transport };
}

const alice: Account = { id: "101", login: "alice", name: "Alice", url: null, isBot: false };
const enter = (token: string, type = "http-access-token"): Entered => ({
  type,
  token: new Secret(token),
  fields: {},
  secrets: {},
});
const verify = (token: string) => bitbucketDataCenter.verify(connect(), enter(token), () => {});
const revoke = (token: string, given: string | null = null, account: Account = alice) =>
  bitbucketDataCenterRevocation.revoke(connect(), enter(token), account, {
    password: given === null ? null : new Secret(given),
  });
const deletions = () => host.requests.filter(({ method }) => method === "DELETE");

describe("a person's token", () => {
  it("is ended by the account's password alone, and no other token with it", async () => {
    await start();
    const [token, other] = [host.addToken(), host.addToken()];
    const first = await revoke(token);
    expect(first).toMatchObject({ ok: false, reason: "insufficient-scope", needsPassword: true });
    expect(await verify(token)).toMatchObject({ ok: true });
    expect(await revoke(token, password)).toEqual({ ok: true, status: 204, hostSaid: null, isLater: false });
    expect(await verify(token)).toMatchObject({ ok: false, reason: "rejected" });
    expect(await verify(other)).toMatchObject({ ok: true });
  });

  it("ends itself where Bitbucket lets it, and the password is not asked for", async () => {
    await start({ tokensManageThemselves: true });
    const token = host.addToken({ id: "000000000042" });
    expect(await revoke(token)).toMatchObject({ ok: true, status: 204 });
    expect(deletions().map(({ path }) => path)).toEqual([
      "/bitbucket/rest/access-tokens/latest/users/alice/000000000042",
    ]);
  });

  it.each(["refused", "anonymous"] as const)(
    "that is dead already is no error, where the unknown is %s",
    async (gets) => {
      await start(gets === "anonymous" ? { unknownGets: "anonymous" } : {});
      const token = host.addToken();
      host.revokeToken(token);
      for (const given of [null, password]) {
        expect(await revoke(token, given)).toMatchObject({
          ok: true,
          status: 401,
          hostSaid: expect.stringMatching(/\S/),
        });
      }
      // With the password nothing was deleted: the token did not answer any more.
      expect(deletions()).toHaveLength(1);
    },
  );

  it("is as it was after a wrong password, which is asked for again", async () => {
    await start();
    const token = host.addToken();
    const answer = await revoke(token, "another's pass word");
    expect(answer).toMatchObject({ ok: false, reason: "rejected", needsPassword: true });
    expect(JSON.stringify(answer)).not.toContain("another's");
    expect(deletions()).toHaveLength(1);
    expect(await verify(token)).toMatchObject({ ok: true });
  });

  it("says that a CAPTCHA stands before the password", async () => {
    await start();
    const token = host.addToken();
    for (let tries = 0; tries < 5; tries++) await revoke(token, "wrong");
    const answer = await revoke(token, password);
    expect(answer).toMatchObject({ ok: false, reason: "blocked", message: expect.stringMatching(/CAPTCHA/) });
    expect(answer).not.toHaveProperty("needsPassword");
  });

  it("is not ended when it is another account's", async () => {
    await start();
    const token = host.addToken({ user: { name: "bob" } });
    expect(await revoke(token, password)).toMatchObject({
      ok: false,
      message: expect.stringMatching(/another account/),
    });
    expect(deletions()).toEqual([]);
  });

  it("is not ended by a number that is not in it", async () => {
    await start();
    expect(await revoke("not-in-Bitbuckets-form-at-all", password)).toMatchObject({ ok: false });
    expect(host.requests).toEqual([]);
  });

  it("is not called dead because something in front takes the names away", async () => {
    await start();
    const token = host.addToken();
    const nobody = { errors: [{ context: null, message: "You are not permitted to access this resource" }] };
    host.respondAt(`/access-tokens/users/alice/${idOf(token)}`, {
      status: 401,
      headers: { "x-ausername": "" },
      body: nobody,
    });
    expect(await revoke(token)).toMatchObject({ ok: false, needsPassword: true });
  });
});

it.each(["project-token", "repository-token", "password"])("a %s is not ended from here", async (type) => {
  await start();
  const entered = enter(host.addToken(), type);
  expect(bitbucketDataCenterRevocation.refusal(host.baseUrl, entered)).toMatch(/^\S.*\.$/);
  const given = { password: new Secret(password) };
  expect(await bitbucketDataCenterRevocation.revoke(connect(), entered, alice, given)).toMatchObject({ ok: false });
  expect(host.requests).toEqual([]);
});

describe("last used", () => {
  const month = 30 * 86_400_000;

  it("is what the token's record tells, where it may read that, and not our own question", async () => {
    await start({ tokensReadThemselves: true, dates: "string" });
    const token = host.addToken({ lastAuthenticatedAt: Date.now() - month });
    // The simulated one notes each request at once.
    expect(await verify(token)).not.toHaveProperty("lastUsedAt");
    const at = new Date(Date.now() - month);
    const body = { id: idOf(token), createdDate: 1, permissions: ["REPO_READ"], lastAuthenticated: at.toISOString() };
    host.respondAt(`/access-tokens/users/alice/${idOf(token)}`, { status: 200, body });
    expect(await verify(token)).toMatchObject({ lastUsedAt: at });
  });
});

function idOf(token: string): string {
  return Buffer.from(token.replace("BBDC-", ""), "base64").toString("latin1").slice(0, 12);
}
