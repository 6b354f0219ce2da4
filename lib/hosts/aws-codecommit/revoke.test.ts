import { afterEach, expect, it } from "vitest";
import type { Secret } from "../../secret";
import { type AwsSimulator, startAwsSimulator } from "../simulators/aws";
import { fullAccess, mintSecret } from "../simulators/aws-state";
import { awsCodecommit } from "./adapter";
import { patience } from "./client";
import { awsRevocation } from "./revoke";
import { connect, enter, type Key } from "./wire-fixture";

let host: AwsSimulator;
const patienceBefore = patience.afterBadSignatureMs;

async function start(): Promise<AwsSimulator> {
  host = await startAwsSimulator({ grudgeMs: 0 });
  return host;
}
afterEach(async () => {
  patience.afterBadSignatureMs = patienceBefore;
  await host.close();
});

const revoke = (key: Key) =>
  awsRevocation.revoke(connect(host.baseUrl), enter(key), null, { password: null as Secret | null });
const verify = (key: Key) => awsCodecommit.verify(connect(host.baseUrl), enter(key), () => {});
const actions = () => host.requests.map(({ body }) => new URLSearchParams(body).get("Action"));

/** IAM for the key itself, except for these. */
function without(...denied: string[]) {
  const deny = { effect: "Deny" as const, actions: denied, resources: ["*"] };
  return { name: "eve", statements: [...fullAccess, deny] };
}

it("an access key deletes itself, and its user's other one stays", async () => {
  await start();
  const [key, other] = [host.addKey(), host.addKey()];
  expect(await revoke(key)).toEqual({ ok: true, status: 200, hostSaid: null, isLater: true });
  expect(actions()).toEqual(["DeleteAccessKey"]);
  expect(host.requests[0]?.body).toContain(`AccessKeyId=${key.id}`);
  expect(host.requests[0]?.body).not.toContain("UserName");
  expect(host.keysOf("alice")).toEqual([other.id]);
  expect(await verify(key)).toMatchObject({ ok: false, reason: "rejected" });
  expect(await verify(other)).toMatchObject({ ok: true });
});

it("one that may not delete itself switches itself off, and AWS's word on that is kept", async () => {
  await start();
  const key = host.addKey({ user: without("iam:DeleteAccessKey") });
  const answer = await revoke(key);
  expect(answer).toMatchObject({ ok: true, status: 200, isLater: true });
  expect(answer.hostSaid).toMatch(/not authorized to perform: iam:DeleteAccessKey/);
  expect(actions()).toEqual(["DeleteAccessKey", "UpdateAccessKey"]);
  expect(host.keysOf("eve")).toEqual([key.id]);
  expect(await verify(key)).toMatchObject({ ok: false, reason: "rejected" });
});

it("one that may do neither says so, and is as it was", async () => {
  await start();
  const key = host.addKey({ user: without("iam:DeleteAccessKey", "iam:UpdateAccessKey") });
  expect(await revoke(key)).toMatchObject({
    ok: false,
    reason: "insufficient-scope",
    message: expect.stringMatching(/iam:DeleteAccessKey/),
  });
  expect(await verify(key)).toMatchObject({ ok: true });
});

it.each(["deleted", "switched off"])("one that is %s already is no error", async (how) => {
  await start();
  const key = host.addKey();
  if (how === "deleted") host.deleteKey(key.id);
  else host.deactivateKey(key.id);
  expect(await revoke(key)).toMatchObject({
    ok: true,
    status: 403,
    hostSaid: "The security token included in the request is invalid.",
  });
});

it("a wrong secret ends nothing, though its ID is known", async () => {
  await start();
  patience.afterBadSignatureMs = 0;
  const key = host.addKey();
  expect(await revoke({ ...key, secret: mintSecret() })).toMatchObject({ ok: false, reason: "rejected" });
  expect(await verify(key)).toMatchObject({ ok: true });
});

it("a lost answer is not asked for again", async () => {
  await start();
  const key = host.addKey();
  host.loseReplyTo("DeleteAccessKey");
  expect(await revoke(key)).toMatchObject({ ok: false, reason: "unreachable" });
  expect(actions()).toEqual(["DeleteAccessKey"]);
  expect(await verify(key)).toMatchObject({ ok: false, reason: "rejected" });
});

it("a temporary key cannot be ended, and AWS is not asked", async () => {
  await start();
  const key = host.addKey({ session: { token: mintSecret(300), expiresAt: new Date(Date.now() + 3_600_000) } });
  const { type, fields } = enter(key);
  expect(awsRevocation.refusal(host.baseUrl, { type, fields })).toMatch(/ends by itself within hours/);
  expect(await revoke(key)).toMatchObject({ ok: false });
  expect(host.requests).toEqual([]);
});

it("the last use is what AWS tells of the time before our question", async () => {
  await start();
  const at = new Date("2026-03-04T05:06:07Z");
  const used = host.addKey({ lastUsed: { at, service: "codecommit", region: "us-east-1" } });
  expect(await verify(used)).toMatchObject({ lastUsedAt: at });
  const now = host.addKey({ lastUsed: { at: new Date(), service: "sts", region: "us-east-1" } });
  expect(await verify(now)).not.toHaveProperty("lastUsedAt");
  expect(await verify(host.addKey())).toMatchObject({ lastUsedAt: null });
  const untold = host.addKey({ user: without("iam:GetAccessKeyLastUsed") });
  expect(await verify(untold)).not.toHaveProperty("lastUsedAt");
});
