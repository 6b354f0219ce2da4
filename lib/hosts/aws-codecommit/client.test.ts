import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Connection } from "../adapter";
import { type AwsSimulator, startAwsSimulator } from "../simulators/aws";
import { mintSecret } from "../simulators/aws-state";
import { type Simulator, startSimulator } from "../simulators/simulator";
import { openClient, patience } from "./client";
import { connect, enter } from "./wire-fixture";

const arn = "arn:aws:iam::123456789012:user/Bob";

describe("what goes over the wire", () => {
  let host: AwsSimulator;
  beforeAll(async () => {
    host = await startAwsSimulator();
  });
  afterAll(() => host.close());
  afterEach(() => {
    host.requests.length = 0;
  });

  const key = () => host.addKey({ user: { name: "Bob" } });
  const client = (host_: Connection = connect(host.baseUrl)) => openClient(host_, enter(key()));

  it.each([
    ["GetCallerIdentity", () => client().identity(), "Action=GetCallerIdentity&Version=2011-06-15"],
    ["ListAccessKeys", () => client().accessKeys(), "Action=ListAccessKeys&Version=2010-05-08"],
    [
      "GetAccessKeyLastUsed",
      () => client().lastUsed("AKIAIOSFODNN7EXAMPLE"),
      "Action=GetAccessKeyLastUsed&Version=2010-05-08&AccessKeyId=AKIAIOSFODNN7EXAMPLE",
    ],
    [
      "SimulatePrincipalPolicy",
      () => client().simulate(arn, ["codecommit:CreateBranch", "codecommit:GitPull"], ["arn:aws:codecommit:::a b"]),
      "Action=SimulatePrincipalPolicy&Version=2010-05-08&PolicySourceArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Auser%2FBob&ActionNames.member.1=codecommit%3ACreateBranch&ActionNames.member.2=codecommit%3AGitPull&ResourceArns.member.1=arn%3Aaws%3Acodecommit%3A%3A%3Aa%20b",
    ],
    [
      "UploadSSHPublicKey",
      () => client().addSshKey("Jane", "ssh-rsa AAAA"),
      "Action=UploadSSHPublicKey&Version=2010-05-08&UserName=Jane&SSHPublicKeyBody=ssh-rsa%20AAAA",
    ],
    ["ListSSHPublicKeys", () => client().sshKeys("Jane"), "Action=ListSSHPublicKeys&Version=2010-05-08&UserName=Jane"],
    [
      "GetSSHPublicKey",
      () => client().sshKey("Jane", "APKAEIBAERJR2EXAMPLE"),
      "Action=GetSSHPublicKey&Version=2010-05-08&UserName=Jane&SSHPublicKeyId=APKAEIBAERJR2EXAMPLE&Encoding=SSH",
    ],
    [
      "DeleteSSHPublicKey",
      () => client().removeSshKey("Jane", "APKAEIBAERJR2EXAMPLE"),
      "Action=DeleteSSHPublicKey&Version=2010-05-08&UserName=Jane&SSHPublicKeyId=APKAEIBAERJR2EXAMPLE",
    ],
  ])("%s is one POST with this body", async (_name, ask, body) => {
    await ask();
    expect(host.requests.map(({ method, path, body: sent }) => [method, path, sent])).toEqual([["POST", "/", body]]);
    expect(host.requests[0]?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
  });

  it.each([
    ["ListRepositories", () => client().repositories(), {}],
    ["GetRepository", () => client().repository("app"), { repositoryName: "app" }],
  ])("%s is named in a signed header, and its body is JSON", async (name, ask, body) => {
    await ask();
    const [request] = host.requests;
    expect(request?.headers["x-amz-target"]).toBe(`CodeCommit_20150413.${name}`);
    expect(request?.headers["content-type"]).toBe("application/x-amz-json-1.1");
    expect(request?.headers.authorization).toMatch(/SignedHeaders=[^,]*;x-amz-target[;,]/);
    expect(JSON.parse(request?.body ?? "")).toEqual(body);
  });

  it("the body of GetCallerIdentity has the hash that all AWS clients send", async () => {
    await client().identity();
    expect(host.requests[0]?.headers).toMatchObject({
      "x-amz-content-sha256": "ab821ae955788b0e33ebd34c208442ccfc2d406e2edc5e7a39bd6458fbb4f843",
      "amz-sdk-request": "attempt=1; max=1",
      "user-agent": "forgepass",
    });
  });

  it("each service is signed for by its own name and region", async () => {
    const own = client();
    await Promise.all([own.identity(), own.accessKeys(), own.repositories()]);
    const scopes = host.requests.map(({ headers }) => /\/\d{8}\/([^,]*),/.exec(headers.authorization ?? "")?.[1]);
    expect(scopes.sort()).toEqual([
      "us-east-1/codecommit/aws4_request",
      "us-east-1/iam/aws4_request",
      "us-east-1/sts/aws4_request",
    ]);
  });

  it("IAM is signed for in its partition's region, the others in the code host's", async () => {
    const china = await startAwsSimulator({ region: "cn-northwest-1" });
    const own = openClient(connect(china.baseUrl), enter(china.addKey()));
    const answers = await Promise.all([own.identity(), own.accessKeys(), own.repositories()]);
    expect(answers.map(({ kind }) => kind)).toEqual(["answered", "answered", "answered"]);
    await china.close();
  });

  it("sends the session token with a temporary key", async () => {
    const temporary = host.addKey({ session: { token: mintSecret(200), expiresAt: new Date("2099-01-01") } });
    expect(await openClient(connect(host.baseUrl), enter(temporary)).identity()).toMatchObject({ kind: "answered" });
    expect(host.requests[0]?.headers["x-amz-security-token"]).toBe(temporary.session?.token);
  });
});

describe("a bad signature", () => {
  let host: AwsSimulator;
  beforeAll(async () => {
    host = await startAwsSimulator({ grudgeMs: 40 });
    patience.afterBadSignatureMs = 60;
  });
  afterAll(async () => {
    patience.afterBadSignatureMs = 5_200;
    await host.close();
  });

  it("is not believed when it comes of another's wrong secret a moment ago", async () => {
    const key = host.addKey();
    await openClient(connect(host.baseUrl), enter({ ...key, secret: mintSecret() })).identity();
    const sent = host.requests.length;
    const answer = await openClient(connect(host.baseUrl), enter(key)).identity();
    expect(answer).toMatchObject({ kind: "answered" });
    expect(host.requests.length).toBe(sent + 2);
  });

  it("is believed when it is said twice", async () => {
    const key = host.addKey();
    const answer = await openClient(connect(host.baseUrl), enter({ ...key, secret: mintSecret() })).identity();
    expect(answer).toMatchObject({ kind: "refused", code: "SignatureDoesNotMatch" });
  });

  it("waits longer than AWS bears a grudge, and leaves time for an answer within the deadline", () => {
    patience.afterBadSignatureMs = 5_200;
    expect(patience.afterBadSignatureMs).toBeGreaterThan(5_000);
    expect(patience.afterBadSignatureMs).toBeLessThan(8_000);
    patience.afterBadSignatureMs = 60;
  });
});

describe("the environment", () => {
  let host: AwsSimulator;
  let sink: Simulator;
  let folder: string;
  beforeAll(async () => {
    host = await startAwsSimulator();
    sink = await startSimulator(() => ({ status: 200, body: {} }));
    folder = mkdtempSync(join(tmpdir(), "aws-"));
    const profile = [
      `region = eu-west-1`,
      `endpoint_url = ${sink.url}`,
      "aws_access_key_id = AKIAPROFILEPROFILE12",
      "aws_secret_access_key = profile",
      "use_fips_endpoint = true",
      "max_attempts = 5",
    ].join("\n");
    writeFileSync(join(folder, "config"), `[default]\n${profile}\n`);
    const variables: Record<string, string> = {
      AWS_ACCESS_KEY_ID: "AKIAENVIRONMENT12345",
      AWS_SECRET_ACCESS_KEY: "environment",
      AWS_SESSION_TOKEN: "environment-session",
      AWS_REGION: "eu-west-1",
      AWS_DEFAULT_REGION: "eu-west-1",
      AWS_PROFILE: "default",
      AWS_CONFIG_FILE: join(folder, "config"),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, "config"),
      AWS_ENDPOINT_URL: sink.url,
      AWS_ENDPOINT_URL_STS: sink.url,
      AWS_ENDPOINT_URL_IAM: sink.url,
      AWS_ENDPOINT_URL_CODECOMMIT: sink.url,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: sink.url,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${sink.url}/credentials`,
      AWS_USE_FIPS_ENDPOINT: "true",
      AWS_USE_DUALSTACK_ENDPOINT: "true",
      AWS_MAX_ATTEMPTS: "5",
      AWS_RETRY_MODE: "adaptive",
      AWS_SDK_UA_APP_ID: "environment",
      HTTPS_PROXY: sink.url,
      HTTP_PROXY: sink.url,
    };
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
    await host.close();
    await sink.close();
  });

  it("changes nothing: neither key, nor region, nor address, nor the number of requests", async () => {
    const key = host.addKey();
    const own = openClient(connect(host.baseUrl), enter(key));
    const answers = await Promise.all([own.identity(), own.accessKeys(), own.repositories()]);
    expect(answers.map(({ kind }) => kind)).toEqual(["answered", "answered", "answered"]);
    expect(sink.requests).toHaveLength(0);
    host.respondNextWith({ status: 503, body: "" });
    await own.identity();
    expect(host.requests).toHaveLength(4);
    for (const { headers } of host.requests) {
      expect(headers.authorization).toContain(`Credential=${key.id}/`);
      expect(headers.authorization).toContain("/us-east-1/");
      expect(headers["x-amz-security-token"]).toBeUndefined();
      expect(JSON.stringify(headers)).not.toContain("environment");
    }
  });

  it("a key that is not there is not looked for elsewhere", async () => {
    host.respondNextWith(null);
    const nobody = { ...enter(host.addKey()), fields: {} };
    const answer = await openClient(connect(host.baseUrl), nobody)
      .identity()
      .catch((error: unknown) => error);
    expect(answer).not.toMatchObject({ kind: "answered" });
    expect(sink.requests).toHaveLength(0);
  });
});
