import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { Account, Connection, Entered, RotateSupport } from "../adapter";
import { openTransport } from "../http";
import {
  type BitbucketDataCenterSimulator,
  startBitbucketDataCenterSimulator,
} from "../simulators/bitbucket-data-center";
import type { DataCenterOptions } from "../simulators/bitbucket-data-center-state";
import { bitbucketDataCenter } from "./adapter";

const rotate = bitbucketDataCenter.rotate as RotateSupport;
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
const enter = (token: string): Entered => ({
  type: "http-access-token",
  token: new Secret(token),
  fields: {},
  secrets: {},
});
const verify = (entered: Entered) => bitbucketDataCenter.verify(connect(), entered, () => {});
const ask = (token: string, given: string | null = password, expiresAt: Date | null = null) =>
  rotate.successor(connect(), enter(token), alice, { expiresAt, password: given === null ? null : new Secret(given) });
const makings = () => host.requests.filter(({ method }) => method === "PUT");

describe("a token's successor", () => {
  it("has the same owner and permissions and the wanted end, and the first one lives", async () => {
    await start({ tokensReadThemselves: true });
    const token = host.addToken({ permissions: ["PROJECT_READ", "REPO_ADMIN"], name: "Atlantis" });
    const made = await ask(token, password, new Date(Date.now() + 30 * 86_400_000 + 60_000));
    expect(made).toMatchObject({ ok: true, prefix: "BBDC-", entered: { type: "http-access-token" } });
    if (!made.ok) return;
    const verdict = await verify(made.entered);
    expect(verdict).toMatchObject({ ok: true, account: { login: "alice" }, scopes: ["PROJECT_READ", "REPO_ADMIN"] });
    const days =
      verdict.ok && verdict.expiry.known ? ((verdict.expiry.at?.getTime() ?? 0) - Date.now()) / 86_400_000 : 0;
    expect(Math.round(days)).toBe(30);
    expect(await verify(enter(token))).toMatchObject({ ok: true });
    expect(JSON.parse(makings()[0]?.body ?? "")).toMatchObject({
      name: expect.stringMatching(/^Atlantis \(since \d{4}-\d{2}-\d{2}\)$/),
      expiryDays: 30,
    });
  });

  it("is made with the token alone where Bitbucket allows that, and else the password is asked for", async () => {
    await start({ tokensManageThemselves: true });
    expect(await ask(host.addToken(), null)).toMatchObject({ ok: true });
    await host.close();
    for (const options of [{}, { tokensReadThemselves: true }]) {
      await start(options);
      const made = await ask(host.addToken(), null);
      expect(made).toMatchObject({ ok: false, needsPassword: true, isUnchanged: true });
      if (options.tokensReadThemselves) break;
      await host.close();
    }
  });

  it("is surely not made with a wrong password, or when the account has as many as it may", async () => {
    await start({ maximumTokens: 1 });
    const token = host.addToken();
    expect(await ask(token, "wrong")).toMatchObject({ reason: "rejected", needsPassword: true, isUnchanged: true });
    expect(await ask(token)).toMatchObject({
      ok: false,
      isUnchanged: true,
      message: expect.stringMatching(/too many/),
    });
  });

  it("may have been made when Bitbucket breaks, and is asked for once", async () => {
    await start();
    const token = host.addToken();
    for (const response of [
      { status: 500, body: "" },
      { status: 200, headers: { "content-type": "text/html" }, body: "<h1>Hello</h1>" },
      { status: 200, body: { token: 7, note: "InTheOpen0123456789" } },
    ]) {
      host.respondAt("/access-tokens/users/alice", response);
      const made = await ask(token);
      expect(made).toMatchObject({ ok: false, isUnchanged: false });
      expect(JSON.stringify(made)).not.toContain("InTheOpen");
    }
    expect(makings()).toHaveLength(3);
  });
});

describe("after a lost answer", () => {
  it("the token that nobody has is deleted where the old one may do that, and else it is said", async () => {
    await start({ tokensManageThemselves: true });
    const since = new Date();
    const token = host.addToken();
    host.loseNextToken();
    expect(await ask(token)).toMatchObject({ ok: false, isUnchanged: false });
    const settled = () => rotate.settle(connect(), enter(token), alice, since);
    expect(await settled()).toMatchObject({ state: "unchanged", message: expect.stringMatching(/deleted again/) });
    expect(await settled()).toMatchObject({ state: "unchanged", message: expect.stringMatching(/no new token/) });
    expect(await verify(enter(token))).toMatchObject({ ok: true });
    await host.close();
    await start();
    const another = host.addToken();
    const told = await rotate.settle(connect(), enter(another), alice, since);
    expect(told).toMatchObject({ state: "unchanged", message: expect.stringMatching(/delete that/) });
  });

  it("a dead token is lost, and silence is unclear", async () => {
    await start();
    const token = host.addToken();
    host.revokeToken(token);
    expect(await rotate.settle(connect(), enter(token), alice, new Date())).toMatchObject({ state: "lost" });
    host.respondNextWith({ status: 503, body: "" });
    expect(await rotate.settle(connect(), enter(token), alice, new Date())).toMatchObject({ state: "unclear" });
  });
});

it("is refused offline for what only somebody else can renew", () => {
  const refusal = (type: string) => rotate.refusal("https://git.example.com", { type, fields: {}, scopes: null });
  expect(refusal("http-access-token")).toBeNull();
  expect(refusal("project-token")).toMatch(/administrator/);
  expect(refusal("password")).toMatch(/password/);
});
