import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { VerifyStep } from "../adapter";
import { type AwsSimulator, startAwsSimulator } from "../simulators/aws";
import { fail, type Protocol } from "../simulators/aws-answers";
import { mintSecret } from "../simulators/aws-state";
import { awsCodecommit } from "./adapter";
import { connect, enter, type Key } from "./wire-fixture";

describe("a refusal of AWS", () => {
  let host: AwsSimulator;
  beforeAll(async () => {
    host = await startAwsSimulator();
  });
  afterAll(() => host.close());
  afterEach(() => host.respondAt("GetCallerIdentity", null));

  async function verify(key: Key = host.addKey()) {
    const steps: VerifyStep[] = [];
    const verdict = await awsCodecommit.verify(connect(host.baseUrl), enter(key), (step) => steps.push(step));
    return { verdict, steps };
  }

  describe("what AWS says, and what it means", () => {
    it.each<[code: string, status: number, message: string, reason: string, ours: RegExp]>([
      ["ExpiredToken", 403, "The security token included in the request is expired", "expired", /has ended/],
      ["AccessDenied", 403, "User: arn:aws:iam::1:user/x is not authorized", "insufficient-scope", /key works/],
      ["IncompleteSignature", 400, "", "unexpected", /IncompleteSignature/],
      ["MissingAuthenticationToken", 403, "Request is missing Authentication Token", "unexpected", /Missing/],
      ["InvalidAction", 400, "Could not find operation", "unexpected", /InvalidAction/],
      ["Throttling", 400, "Rate exceeded", "rate-limited", /too many requests/],
      ["RequestLimitExceeded", 503, "Request limit exceeded.", "rate-limited", /too many requests/],
      ["OptInRequired", 403, "The AWS Access Key Id needs a subscription", "blocked", /us-east-1 is not switched on/],
      ["RequestExpired", 400, "Request has expired.", "unexpected", /clock/],
      ["ServiceUnavailable", 503, "", "unreachable", /not working \(status 503\)/],
      ["InternalFailure", 500, "", "unreachable", /not working \(status 500\)/],
      ["InvalidClientTokenId", 500, "", "unreachable", /not working/],
      ["SomethingNew", 400, "Who knows", "unexpected", /refused the request with SomethingNew/],
    ])("%s with %i: %s", async (code, status, message, reason, ours) => {
      host.respondAt("GetCallerIdentity", fail("sts", status, code, message));
      const { verdict } = await verify();
      expect(verdict).toMatchObject({ ok: false, reason, message: expect.stringMatching(ours) });
      if (message !== "") expect(verdict).toMatchObject({ hostSaid: message });
    });

    const page = "<!doctype html><title>InvalidClientTokenId</title>";
    const xml = { "content-type": "text/xml" };
    it.each([
      ["a page that holds the code", { status: 403, headers: { "content-type": "text/html" }, body: page }],
      ["a page that calls itself XML", { status: 403, headers: xml, body: page }],
      [
        "other XML with the code",
        { status: 403, headers: xml, body: "<Error><Code>InvalidClientTokenId</Code></Error>" },
      ],
      ["a proxy's JSON", { status: 403, body: { message: "The security token included in the request is invalid." } }],
      ["a refusal with status 200", { ...fail("sts", 403, "InvalidClientTokenId", "no"), status: 200 }],
      ["an answer without an ARN", { status: 200, headers: xml, body: "<GetCallerIdentityResponse/>" }],
    ])("%s proves nothing", async (_what, response) => {
      host.respondAt("GetCallerIdentity", response);
      expect((await verify()).verdict).toMatchObject({ ok: false, reason: "unexpected" });
    });

    it("an answer that holds the secret is not shown", async () => {
      const key = host.addKey();
      const fields = `<Arn>arn:aws:iam::123456789012:user/${key.secret.replaceAll("/", "")}</Arn><UserId>${key.secret}</UserId><Account>123456789012</Account>`;
      host.respondAt("GetCallerIdentity", {
        status: 200,
        headers: xml,
        body: `<GetCallerIdentityResponse><GetCallerIdentityResult>${fields}</GetCallerIdentityResult></GetCallerIdentityResponse>`,
      });
      const { verdict, steps } = await verify(key);
      expect(verdict).toMatchObject({ ok: false, reason: "unexpected" });
      expect(JSON.stringify([verdict, steps])).not.toContain(key.secret);
    });
  });

  it("neither the secret nor the session token is quoted from what AWS says", async () => {
    const session = { token: mintSecret(400), expiresAt: new Date("2099-01-01") };
    const key = host.addKey({ session });
    host.respondAt("GetCallerIdentity", fail("sts", 400, "Odd", `${key.secret} and ${session.token}`));
    const { verdict } = await verify(key);
    expect(verdict).toMatchObject({ hostSaid: "[token] and [token]" });
  });
});

describe("identify", () => {
  it.each<[string, Protocol, string]>([
    ["CodeCommit", "codecommit", "MissingAuthenticationToken"],
    ["an older front", "codecommit", "IncompleteSignature"],
    ["one in XML", "sts", "MissingAuthenticationToken"],
  ])("knows %s by how it refuses who does not sign", async (_what, protocol, code) => {
    const host = await startAwsSimulator();
    host.respondNextWith(fail(protocol, 403, code, "Request is missing Authentication Token"));
    expect(await awsCodecommit.identify(connect(host.baseUrl))).toMatchObject({
      ok: true,
      product: "AWS CodeCommit",
      version: null,
    });
    await host.close();
  });
});
