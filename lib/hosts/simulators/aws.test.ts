import { CreateAccessKeyCommand, IAMClient } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openClient, patience } from "../aws-codecommit/client";
import { connect, enter, type Key } from "../aws-codecommit/wire-fixture";
import { type AwsSimulator, startAwsSimulator } from "./aws";
import { decide, mintId, mintSecret } from "./aws-state";

/** Sends what AWS's own client signed, changed on its way. */
async function sendChanged(
  host: AwsSimulator,
  key: Key,
  change: (headers: Record<string, string>, body: string) => string | undefined,
) {
  const real = connect(host.baseUrl);
  const transport: typeof real.transport = {
    fetch(input, init) {
      const headers = { ...(init?.headers as Record<string, string>) };
      const body = change(headers, String(init?.body)) ?? String(init?.body);
      return real.transport.fetch(input, { ...init, headers, body });
    },
  };
  return openClient({ ...real, transport }, enter(key)).identity();
}

describe("the AWS simulator", () => {
  let host: AwsSimulator;
  beforeAll(async () => {
    host = await startAwsSimulator({ grudgeMs: 0 });
    patience.afterBadSignatureMs = 1;
  });
  afterAll(async () => {
    patience.afterBadSignatureMs = 5_200;
    await host.close();
  });
  const client = (key: Key, simulator = host) => openClient(connect(simulator.baseUrl), enter(key));

  describe("checks every signature", () => {
    it("accepts what AWS's own client signs, for all three services", async () => {
      const own = client(host.addKey());
      expect(await own.identity()).toMatchObject({
        kind: "answered",
        output: { Arn: "arn:aws:iam::123456789012:user/alice", Account: "123456789012" },
      });
      expect(await own.accessKeys()).toMatchObject({ kind: "answered" });
      expect(await own.repositories()).toMatchObject({ kind: "answered", output: { repositories: [] } });
    });

    it.each<[string, Parameters<typeof sendChanged>[2], string]>([
      ["another body", (_, body) => body.replace("GetCallerIdentity", "GetSessionToken"), "SignatureDoesNotMatch"],
      [
        "another body, with its own hash",
        (headers) => {
          headers["x-amz-content-sha256"] = "0".repeat(64);
          return undefined;
        },
        "SignatureDoesNotMatch",
      ],
      [
        "a signed header changed",
        (headers) => {
          headers["amz-sdk-request"] = "attempt=2; max=1";
          return undefined;
        },
        "SignatureDoesNotMatch",
      ],
      [
        "a signed header left out",
        (headers) => {
          delete headers["x-amz-user-agent"];
          return undefined;
        },
        "SignatureDoesNotMatch",
      ],
      [
        "fewer headers said to be signed",
        (headers) => {
          headers.authorization = headers.authorization?.replace("amz-sdk-request;", "") ?? "";
          return undefined;
        },
        "SignatureDoesNotMatch",
      ],
      [
        "another service",
        (headers) => {
          headers.authorization = headers.authorization?.replace("/sts/", "/iam/") ?? "";
          return undefined;
        },
        "SignatureDoesNotMatch",
      ],
      [
        "no signature",
        (headers) => {
          delete headers.authorization;
          return undefined;
        },
        "MissingAuthenticationToken",
      ],
      [
        "half a signature",
        (headers) => {
          headers.authorization = headers.authorization?.replace(/, Signature=.*/, "") ?? "";
          return undefined;
        },
        "IncompleteSignature",
      ],
    ])("refuses %s", async (_what, change, code) => {
      expect(await sendChanged(host, host.addKey(), change)).toMatchObject({ kind: "refused", code });
    });

    it("takes a header that nobody signed", async () => {
      const answer = await sendChanged(host, host.addKey(), (headers) => {
        headers["x-forwarded-proto"] = "https";
        return undefined;
      });
      expect(answer).toMatchObject({ kind: "answered" });
    });

    it("refuses another's secret, an unknown key, one that is switched off, deleted or too new", async () => {
      const key = host.addKey();
      const other = host.addKey();
      expect(await client({ ...key, secret: other.secret }).identity()).toMatchObject({
        code: "SignatureDoesNotMatch",
      });
      const unknown = { id: mintId("AKIA", host.accountId), secret: mintSecret(), session: null };
      expect(await client(unknown).identity()).toMatchObject({ code: "InvalidClientTokenId", raw: { status: 403 } });
      host.deactivateKey(key.id);
      expect(await client(key).identity()).toMatchObject({ code: "InvalidClientTokenId" });
      host.deleteKey(other.id);
      expect(await client(other).identity()).toMatchObject({ code: "InvalidClientTokenId" });
      const fresh = host.addKey({ knownFrom: new Date(Date.now() + 60_000) });
      expect(await client(fresh).identity()).toMatchObject({ code: "InvalidClientTokenId" });
    });

    it("says that a clock is wrong in AWS's own words", async () => {
      const [fast, slow] = await Promise.all([
        startAwsSimulator({ clockAheadMs: 20 * 60_000 }),
        startAwsSimulator({ clockAheadMs: -20 * 60_000 }),
      ]);
      expect(await client(fast.addKey(), fast).identity()).toMatchObject({
        code: "SignatureDoesNotMatch",
        message: expect.stringMatching(/^Signature expired: \d{8}T\d{6}Z is now earlier than \S+ \(\S+ - 5 min\.\)$/),
      });
      expect(await client(slow.addKey(), slow).identity()).toMatchObject({
        message: expect.stringMatching(/^Signature not yet current: \S+ is still later than \S+ \(\S+ \+ 5 min\.\)$/),
      });
      await Promise.all([fast.close(), slow.close()]);
    });

    it("refuses the right secret too for a while after a wrong one", async () => {
      const grudging = await startAwsSimulator({ grudgeMs: 60_000 });
      const key = grudging.addKey();
      const other = grudging.addKey();
      await client({ ...key, secret: mintSecret() }, grudging).identity();
      expect(await client(key, grudging).identity()).toMatchObject({ code: "SignatureDoesNotMatch" });
      expect(await client(other, grudging).identity()).toMatchObject({ kind: "answered" });
      await grudging.close();
    });
  });

  describe("answers as the fact sheet says", () => {
    it("has CodeCommit use the names of the JSON protocol, with status 400", async () => {
      const unknown = { id: mintId("AKIA", host.accountId), secret: mintSecret(), session: null };
      expect(await client(unknown).repositories()).toMatchObject({
        code: "UnrecognizedClientException",
        raw: { status: 400 },
      });
      const key = host.addKey({ user: { name: "none", statements: [] } });
      expect(await client(key).repositories()).toMatchObject({
        code: "AccessDeniedException",
        message: expect.stringMatching(/is not authorized to perform: codecommit:ListRepositories on resource: arn:/),
      });
      expect(await client(host.addKey()).repository("gone")).toMatchObject({
        code: "RepositoryDoesNotExistException",
        message: "gone does not exist",
      });
    });

    it("refuses a third key with 409, and counts those that are switched off", async () => {
      const first = host.addKey({ user: { name: "full" } });
      const second = host.addKey({ user: { name: "full" } });
      host.deactivateKey(second.id);
      const answer = await createAccessKey(host, first);
      expect(answer).toMatchObject({
        name: "LimitExceededException",
        Code: "LimitExceeded",
        message: "Cannot exceed quota for AccessKeysPerUser: 2",
        $metadata: { httpStatusCode: 409, attempts: 1 },
      });
      host.deleteKey(second.id);
      expect(await createAccessKey(host, first)).toMatchObject({ AccessKey: { UserName: "full" } });
    });

    it("can lose the reply to what it carried out", async () => {
      const key = host.addKey({ user: { name: "lost" } });
      host.loseReplyTo("CreateAccessKey");
      await expect(createAccessKey(host, key)).rejects.toThrow();
      const listed = await client(key).accessKeys();
      expect(listed.kind === "answered" && listed.output.AccessKeyMetadata).toHaveLength(2);
    });

    it("says N/A of a key that was never used", async () => {
      const key = host.addKey();
      expect(await client(key).lastUsed(key.id)).toMatchObject({
        output: { AccessKeyLastUsed: { ServiceName: "N/A", Region: "N/A" } },
      });
      const used = host.addKey({
        lastUsed: { at: new Date("2013-10-02T17:01:44Z"), service: "s3", region: "eu-west-1" },
      });
      expect(await client(used).lastUsed(used.id)).toMatchObject({
        output: { AccessKeyLastUsed: { ServiceName: "s3", LastUsedDate: new Date("2013-10-02T17:01:44Z") } },
      });
    });

    it("names root, roles and users as STS does", async () => {
      const arnOf = async (spec: Parameters<AwsSimulator["addKey"]>[0]) => {
        const answer = await client(host.addKey(spec)).identity();
        return answer.kind === "answered" ? answer.output.Arn : null;
      };
      const session = { token: mintSecret(200), expiresAt: new Date("2099-01-01") };
      expect(await arnOf({ user: { name: "eve", path: "/team/" } })).toBe("arn:aws:iam::123456789012:user/team/eve");
      expect(await arnOf({ principal: "root" })).toBe("arn:aws:iam::123456789012:root");
      expect(await arnOf({ principal: { role: "ci", session: "run-1" }, session })).toBe(
        "arn:aws:sts::123456789012:assumed-role/ci/run-1",
      );
    });

    it("simulates one decision per action, the strictest, and each resource's inside", async () => {
      const statements = [{ effect: "Allow" as const, actions: ["iam:*", "codecommit:GitPull"], resources: ["*"] }];
      const key = host.addKey({ user: { name: "sim", statements } });
      const arn = "arn:aws:iam::123456789012:user/sim";
      const answer = await client(key).simulate(arn, ["codecommit:GitPull", "codecommit:GitPush"], ["arn:a", "arn:b"]);
      expect(answer).toMatchObject({
        output: {
          EvaluationResults: [
            { EvalActionName: "codecommit:GitPull", EvalDecision: "allowed", MatchedStatements: [] },
            { EvalActionName: "codecommit:GitPush", EvalDecision: "implicitDeny" },
          ],
        },
      });
      expect(await client(key).simulate(`${arn}2`, ["codecommit:GitPull"], ["*"])).toMatchObject({
        code: "NoSuchEntity",
        raw: { status: 404 },
      });
    });
  });

  it("a denial wins over what is allowed, and patterns are those of policies", () => {
    const statements = [
      { effect: "Allow" as const, actions: ["codecommit:Git*"], resources: ["arn:aws:codecommit:*:*:team-?"] },
      { effect: "Deny" as const, actions: ["codecommit:GitPush"], resources: ["*-b"] },
    ];
    expect(decide(statements, "codecommit:gitpull", "arn:aws:codecommit:us-east-1:1:team-a")).toBe("allowed");
    expect(decide(statements, "codecommit:GitPull", "arn:aws:codecommit:us-east-1:1:team-ab")).toBe("implicitDeny");
    expect(decide(statements, "codecommit:GitPush", "arn:aws:codecommit:us-east-1:1:team-b")).toBe("explicitDeny");
  });
});

/** What the portal does not call, through AWS's own client: its result, or the error that it throws. */
async function createAccessKey(host: AwsSimulator, key: Key) {
  const credentials = { accessKeyId: key.id, secretAccessKey: key.secret };
  const client = new IAMClient({ endpoint: host.url, region: "us-east-1", credentials, maxAttempts: 1 });
  try {
    return await client.send(new CreateAccessKeyCommand({}));
  } catch (error) {
    if (error instanceof Error && "Code" in error) return error;
    throw error;
  } finally {
    client.destroy();
  }
}
