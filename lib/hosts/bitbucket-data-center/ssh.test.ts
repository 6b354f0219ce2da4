import { createHash, randomBytes } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import { openTransport } from "../http";
import {
  type BitbucketDataCenterSimulator,
  startBitbucketDataCenterSimulator,
} from "../simulators/bitbucket-data-center";
import { bitbucketDataCenter } from "./adapter";
import { bitbucketDataCenterSsh } from "./ssh";

let host: BitbucketDataCenterSimulator;
afterEach(() => host?.close());

const account = { id: "101", login: "alice", name: null, url: null, isBot: false };

function makeKey(comment = "forgepass") {
  const type = "ssh-ed25519";
  const blob = Buffer.concat([
    Buffer.from([0, 0, 0, 11]),
    Buffer.from(type),
    Buffer.from([0, 0, 0, 32]),
    randomBytes(32),
  ]);
  const digest = createHash("sha256").update(blob).digest("base64").replace("=", "");
  return { publicKey: `${type} ${blob.toString("base64")} ${comment}`, fingerprint: `SHA256:${digest}` };
}

function open(token: string, type = "http-access-token") {
  const transport = openTransport({ origins: [host.url], caCertificate: null, allowedNetworks: ["127.0.0.0/8"] });
  const connection = { baseUrl: host.baseUrl, transport };
  const entered = { type, token: new Secret(token), fields: { username: "alice" }, secrets: {} };
  const { keys } = bitbucketDataCenterSsh;
  if (!keys) throw new Error("no API");
  return {
    list: () => keys.list(connection, entered, account, "git"),
    add: (publicKey: string) => keys.add(connection, entered, account, { publicKey, title: "Forgepass", use: "git" }),
    remove: (id: string) => keys.remove(connection, entered, account, id, "git"),
  };
}

describe("keys at Bitbucket", () => {
  it("are added, found by their fingerprint, and removed, also twice", async () => {
    host = await startBitbucketDataCenterSimulator({ contextPath: "/bitbucket", tokensAddKeys: true });
    const keys = open(host.addToken());
    const key = makeKey();
    const added = await keys.add(key.publicKey);
    expect(added).toEqual({ ok: true, id: "1", user: null });
    expect(await keys.list()).toEqual({ ok: true, keys: [{ id: "1", fingerprint: key.fingerprint, user: null }] });
    expect(await keys.remove("1")).toEqual({ ok: true });
    expect(await keys.remove("1")).toEqual({ ok: true });
    expect(await keys.list()).toEqual({ ok: true, keys: [] });
  });

  it("are read page by page", async () => {
    host = await startBitbucketDataCenterSimulator({ tokensAddKeys: true });
    const keys = open(host.addToken());
    for (let count = 0; count < 130; count++) await keys.add(makeKey().publicKey);
    host.requests.length = 0;
    const listed = await keys.list();
    expect(host.requests).toHaveLength(2);
    expect(listed.ok && new Set(listed.keys.map(({ id }) => id)).size).toBe(130);
  });

  it("that are on the system already, for anybody, are duplicates", async () => {
    host = await startBitbucketDataCenterSimulator({ tokensAddKeys: true });
    const { publicKey } = makeKey();
    await open(host.addToken({ user: { name: "bob" } })).add(publicKey);
    expect(await open(host.addToken()).add(publicKey)).toMatchObject({
      ok: false,
      reason: "duplicate",
      hostSaid: expect.stringMatching(/\S/),
    });
  });

  it("that Bitbucket does not take are not duplicates", async () => {
    host = await startBitbucketDataCenterSimulator({ tokensAddKeys: true });
    const answer = await open(host.addToken()).add("ssh-ed25519 AAAA forgepass");
    expect(answer).toMatchObject({
      ok: false,
      reason: "unexpected",
      message: expect.stringMatching(/does not take this key/),
    });
  });

  it("are left to the owner's hand where a token may not touch them", async () => {
    host = await startBitbucketDataCenterSimulator({ contextPath: "/bitbucket" });
    const page = `${host.baseUrl}/plugins/servlet/ssh/account/keys`;
    for (const [token, type] of [
      [host.addToken(), "http-access-token"],
      [host.addToken({ project: "ACME" }), "project-token"],
    ]) {
      const keys = open(String(token), type);
      const refusal = {
        ok: false,
        reason: "insufficient-scope",
        message: expect.stringMatching(/by hand\.$/),
        url: page,
      };
      expect(await keys.add(makeKey().publicKey)).toMatchObject(refusal);
      expect(await keys.list()).toMatchObject(refusal);
      expect(await keys.remove("1")).toMatchObject(refusal);
    }
  });

  it("are a password's to add", async () => {
    host = await startBitbucketDataCenterSimulator();
    host.addUser({ name: "alice", password: "correct horse" });
    expect(await open("correct horse", "password").add(makeKey().publicKey)).toMatchObject({ ok: true });
  });

  it("are not listed for whom Bitbucket does not know", async () => {
    host = await startBitbucketDataCenterSimulator({ unknownGets: "anonymous" });
    expect(await open("BBDC-nobody").list()).toMatchObject({ ok: false, reason: "rejected" });
    host.respondNextWith({ status: 200, body: { isLastPage: true, values: [] } });
    expect(await open("BBDC-nobody").list()).toMatchObject({ ok: false });
    host.respondNextWith({ status: 502, body: "no" });
    expect(await open("BBDC-nobody").add(makeKey().publicKey)).toMatchObject({ ok: false, reason: "unreachable" });
    expect(await open("BBDC-nobody").remove("1")).toMatchObject({ ok: false, reason: "unreachable" });
  });

  it("are removed by their number and by nothing else", async () => {
    host = await startBitbucketDataCenterSimulator({ tokensAddKeys: true });
    expect(await open(host.addToken()).remove("../users")).toMatchObject({ ok: false, reason: "unexpected" });
    expect(host.requests).toHaveLength(0);
  });
});

describe("adding one by hand", () => {
  it("opens the page below the context path, and says what is particular to signing", () => {
    const baseUrl = "https://example.com/bitbucket";
    const git = bitbucketDataCenterSsh.guide({ baseUrl, use: "git" });
    const signing = bitbucketDataCenterSsh.guide({ baseUrl, use: "signing" });
    expect(git.page).toBe("https://example.com/bitbucket/plugins/servlet/ssh/account/keys");
    expect(git.steps.at(-1)).toMatch(/7999/);
    expect(signing.steps.at(-1)).toMatch(/verified/);
  });

  it("expects the server at port 7999 of the same name", () => {
    expect(bitbucketDataCenter.ssh.endpoint("https://example.com:8443/bitbucket")).toEqual({
      user: "git",
      host: "example.com",
      port: 7999,
    });
  });
});
