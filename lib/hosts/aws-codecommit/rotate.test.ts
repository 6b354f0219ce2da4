import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { Connection, Entered, RotateSupport } from "../adapter";
import { openTransport } from "../http";
import { type AwsSimulator, startAwsSimulator } from "../simulators/aws";
import type { AwsKey } from "../simulators/aws-state";
import { awsCodecommit } from "./adapter";

const rotate = awsCodecommit.rotate as RotateSupport;
let host: AwsSimulator;

beforeEach(async () => {
  host = await startAwsSimulator();
});
afterEach(() => host.close());

function connect(): Connection {
  const origins = awsCodecommit.origins(host.baseUrl);
  const transport = openTransport({ origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"] });
  return { baseUrl: host.baseUrl, transport };
}

function enter({ id, secret }: Pick<AwsKey, "id" | "secret">): Entered {
  return { type: "access-key", token: new Secret(secret), fields: { accessKeyId: id }, secrets: {} };
}

const ask = (key: AwsKey) => rotate.successor(connect(), enter(key), null, { expiresAt: null, password: null });
const creations = () => host.requests.filter(({ body }) => body.startsWith("Action=CreateAccessKey"));
const settle = (key: AwsKey, since: Date) => rotate.settle(connect(), enter(key), null, since);
const unused = { at: new Date(0), service: "s3", region: "us-east-1" };

describe("a key's successor", () => {
  it("is a second key of the same user, unknown at first, and the first one lives", async () => {
    const key = host.addKey();
    const made = await ask(key);
    expect(made).toMatchObject({ ok: true, expiry: { known: true, at: null }, entered: { type: "access-key" } });
    if (!made.ok) return;
    expect(made.entered.fields.accessKeyId).not.toBe(key.id);
    expect(made.entered.token.reveal()).not.toBe(key.secret);
    const early = await awsCodecommit.verify(connect(), made.entered, () => {});
    expect(early).toMatchObject({ ok: false, reason: "rejected" });
    host.knowAllKeys();
    const [late, old] = await Promise.all([
      awsCodecommit.verify(connect(), made.entered, () => {}),
      awsCodecommit.verify(connect(), enter(key), () => {}),
    ]);
    expect(late).toMatchObject({ ok: true, account: { login: "alice" } });
    expect(old).toMatchObject({ ok: true, account: { login: "alice" } });
    expect(creations()).toHaveLength(1);
  });

  it.each(["Active", "Inactive"] as const)("is not asked for while there is a second key, %s", async (status) => {
    const key = host.addKey();
    const other = host.addKey({ status });
    const made = await ask(key);
    expect(made).toMatchObject({ ok: false, reason: "blocked", isUnchanged: true });
    expect(made.ok ? "" : made.message).toContain(other.id);
    expect(creations()).toHaveLength(0);
  });

  it("is surely not made without the permission, and the permission is named", async () => {
    const may = (...actions: string[]) => [{ effect: "Allow" as const, actions, resources: ["*"] }];
    const blind = host.addKey({ user: { name: "blind", statements: may("codecommit:*") } });
    expect(await ask(blind)).toMatchObject({ isUnchanged: true, message: expect.stringMatching(/iam:ListAccessKeys/) });
    const meek = host.addKey({ user: { name: "meek", statements: may("iam:List*") } });
    expect(await ask(meek)).toMatchObject({ isUnchanged: true, message: expect.stringMatching(/iam:CreateAccessKey/) });
  });

  it("may have been made when AWS breaks, and is asked for once", async () => {
    const key = host.addKey();
    const headers = { "content-type": "text/xml" };
    const body = "<ErrorResponse><Error><Code>ServiceFailure</Code><Message>x</Message></Error></ErrorResponse>";
    host.respondAt("CreateAccessKey", { status: 500, headers, body });
    expect(await ask(key)).toMatchObject({ ok: false, isUnchanged: false });
    host.respondAt("CreateAccessKey", {
      status: 200,
      headers,
      body: "<CreateAccessKeyResponse></CreateAccessKeyResponse>",
    });
    expect(await ask(key)).toMatchObject({ ok: false, isUnchanged: false });
    expect(creations()).toHaveLength(2);
  });
});

describe("after a lost answer", () => {
  it("the key that nobody has is deleted, and the first one works", async () => {
    const key = host.addKey({ createdAt: new Date(0) });
    const since = new Date();
    host.loseReplyTo("CreateAccessKey");
    expect(await ask(key)).toMatchObject({ ok: false, isUnchanged: false });
    expect(host.keysOf("alice")).toHaveLength(2);
    expect(await settle(key, since)).toMatchObject({ state: "unchanged", message: expect.stringMatching(/deleted/) });
    expect(host.keysOf("alice")).toEqual([key.id]);
    expect(await settle(key, since)).toMatchObject({
      state: "unchanged",
      message: expect.stringMatching(/no new key/),
    });
  });

  it("a key that is older, or that something has used, is left alone", async () => {
    const key = host.addKey({ createdAt: new Date(0) });
    const other = host.addKey({ createdAt: new Date(Date.now() - 3_600_000) });
    expect(await settle(key, new Date())).toMatchObject({ state: "unchanged" });
    host.deleteKey(other.id);
    const used = host.addKey({ lastUsed: unused });
    expect(await settle(key, new Date())).toMatchObject({ message: expect.stringContaining(used.id) });
    expect(host.keysOf("alice")).toEqual([key.id, used.id]);
  });

  it("a key of which AWS does not tell whether it was used is left alone", async () => {
    const key = host.addKey({ createdAt: new Date(0) });
    const since = new Date();
    host.loseReplyTo("CreateAccessKey");
    await ask(key);
    const headers = { "content-type": "text/xml" };
    const body = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
    host.respondAt("GetAccessKeyLastUsed", { status: 403, headers, body });
    const settled = await settle(key, since);
    host.respondAt("GetAccessKeyLastUsed", null);
    expect(settled).toMatchObject({ state: "unchanged", message: expect.stringMatching(/does not tell/) });
    expect(host.keysOf("alice")).toHaveLength(2);
  });

  it("a key that is dead is lost, and AWS's silence is unclear", async () => {
    const key = host.addKey();
    host.respondNextWith({ status: 503, body: "" });
    expect(await settle(key, new Date())).toMatchObject({ state: "unclear" });
    host.respondNextWith(null);
    host.deleteKey(key.id);
    expect(await settle(key, new Date())).toMatchObject({ state: "lost" });
  });
});
