import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import { type AwsSimulator, startAwsSimulator } from "../simulators/aws";
import { type AwsStatement, fullAccess, mintId, mintSecret } from "../simulators/aws-state";
import { patience } from "./client";
import { probeAws } from "./probe";
import { connect, enter, type Key } from "./wire-fixture";

const aboutItself = fullAccess.slice(1);
const allow = (...actions: string[]): AwsStatement => ({ effect: "Allow", actions, resources: ["*"] });

describe("probe", () => {
  let host: AwsSimulator;
  beforeAll(async () => {
    patience.afterBadSignatureMs = 20;
    host = await startAwsSimulator({ grudgeMs: 5 });
    host.addRepository("app");
  });
  afterAll(async () => {
    patience.afterBadSignatureMs = 5_200;
    await host.close();
  });
  afterEach(() => {
    host.respondAt("SimulatePrincipalPolicy", null);
    host.requests.length = 0;
  });

  let users = 0;
  const keyWith = (...statements: AwsStatement[]) => host.addKey({ user: { name: `user${users++}`, statements } });
  const probe = (key: Key, repository = "app") => probeAws(connect(host.baseUrl), enter(key), repository);

  async function answers(key: Key, repository?: string) {
    const told = await probe(key, repository);
    if (!told.ok) throw new Error(told.message);
    return Object.fromEntries(told.abilities.map(({ ability, answer }) => [ability, answer]));
  }

  it("tells what the policies allow on it, and that CodeCommit has no statuses", async () => {
    const told = await probe(keyWith(allow("codecommit:*"), ...aboutItself));
    expect(told).toMatchObject({
      ok: true,
      repository: "app",
      abilities: [
        { ability: "read", answer: "yes" },
        { ability: "push", answer: "yes", why: expect.stringMatching(/may still protect single branches/) },
        { ability: "status", answer: "no", why: expect.stringMatching(/CodeCommit has no commit statuses/) },
      ],
    });
    const simulated = host.requests.find(({ body }) => body.startsWith("Action=Simulate"));
    expect(new URLSearchParams(simulated?.body).get("ResourceArns.member.1")).toBe(
      "arn:aws:codecommit:us-east-1:123456789012:app",
    );
  });

  it("takes the repository's whole address too", async () => {
    const key = keyWith(allow("codecommit:*"), ...aboutItself);
    expect(await answers(key, "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/app")).toMatchObject({
      push: "yes",
    });
  });

  it("tells reading from pushing", async () => {
    expect(await answers(keyWith(allow("codecommit:GitPull"), ...aboutItself))).toMatchObject({
      read: "yes",
      push: "no",
    });
    expect(await answers(keyWith(allow("codecommit:GitPush"), ...aboutItself))).toMatchObject({
      read: "no",
      push: "yes",
    });
    expect(await answers(keyWith(...aboutItself))).toMatchObject({ read: "no", push: "no" });
  });

  it("permission of the API is none of Git's", async () => {
    const key = keyWith(allow("codecommit:Get*", "codecommit:CreateBranch"), ...aboutItself);
    expect(await answers(key)).toMatchObject({ read: "no", push: "no" });
  });

  it("where IAM may not be asked, beginning a push proves nothing, and being refused one does", async () => {
    expect(await answers(keyWith(allow("codecommit:*")))).toMatchObject({ read: "yes", push: "unknown" });
    expect(await answers(keyWith(allow("codecommit:GitPull")))).toMatchObject({ read: "yes", push: "no" });
    expect(await answers(keyWith())).toMatchObject({ read: "no", push: "unknown" });
  });

  it("says neither yes nor no where Git and IAM differ", async () => {
    const key = keyWith(allow("codecommit:*"), ...aboutItself);
    const decisions = (decision: string) =>
      ["GitPull", "GitPush"]
        .map(
          (action) =>
            `<member><EvalActionName>codecommit:${action}</EvalActionName><EvalDecision>${decision}</EvalDecision></member>`,
        )
        .join("");
    host.respondAt("SimulatePrincipalPolicy", {
      status: 200,
      headers: { "content-type": "text/xml" },
      body: `<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><EvaluationResults>${decisions("explicitDeny")}</EvaluationResults><IsTruncated>false</IsTruncated></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>`,
    });
    expect(await answers(key)).toMatchObject({ push: "unknown" });
  });

  it("what policies allow on a repository that nobody has seen is no yes", async () => {
    const key = keyWith(allow("codecommit:GitPull", "codecommit:GitPush"), ...aboutItself);
    expect(await answers(key, "gone")).toMatchObject({ read: "unknown", push: "unknown" });
  });

  it("asks CodeCommit for nothing but the repository", async () => {
    await probe(keyWith(allow("codecommit:*"), ...aboutItself));
    const targets = host.requests.flatMap(({ headers }) => headers["x-amz-target"] ?? []);
    expect(targets).toEqual(["CodeCommit_20150413.GetRepository"]);
  });

  it("says that there is no such repository in this region", async () => {
    const told = await probe(keyWith(allow("codecommit:*")), "gone");
    expect(told).toMatchObject({ ok: false, message: expect.stringMatching(/no repository gone in us-east-1/) });
  });

  it("signs Git's question with the key, for this repository, without the secret", async () => {
    const key = keyWith(allow("codecommit:*"));
    await probe(key);
    const asked = host.requests.filter(({ method }) => method === "GET");
    expect(asked.map(({ path, query }) => [path, query.get("service")]).sort()).toEqual([
      ["/us-east-1/v1/repos/app/info/refs", "git-receive-pack"],
      ["/us-east-1/v1/repos/app/info/refs", "git-upload-pack"],
    ]);
    for (const { headers } of asked) {
      const pair = Buffer.from(headers.authorization?.split(" ")[1] ?? "", "base64").toString();
      expect(pair).toMatch(new RegExp(`^${key.id}:\\d{8}T\\d{6}Z[0-9a-f]{64}$`));
    }
  });

  it("a temporary key pulls with its session token", async () => {
    const session = { token: mintSecret(200), expiresAt: new Date("2099-01-01") };
    const key = host.addKey({ session, user: { name: "temporary", statements: [allow("codecommit:*")] } });
    expect(await answers(key)).toMatchObject({ read: "yes" });
  });

  it.each(["", "a/b", "..", "a b", "a?b", "é", "x".repeat(101)])(
    "sends nothing for a repository named %j",
    async (name) => {
      expect(await probe(keyWith(allow("codecommit:*")), name)).toMatchObject({ ok: false, reason: "unexpected" });
      expect(host.requests).toHaveLength(0);
    },
  );

  it("gives AWS's word on a key that it does not know, and asks twice before it calls a secret wrong", async () => {
    const unknown = { id: mintId("AKIA", host.accountId), secret: mintSecret(), session: null };
    expect(await probe(unknown)).toMatchObject({ ok: false, reason: "rejected" });
    host.requests.length = 0;
    const key = keyWith(allow("codecommit:*"));
    const wrong = { ...enter(key), token: new Secret(mintSecret()) };
    expect(await probeAws(connect(host.baseUrl), wrong, "app")).toMatchObject({ ok: false, reason: "rejected" });
    expect(host.requests.filter(({ body }) => body.startsWith("Action=GetCallerIdentity"))).toHaveLength(2);
  });
});
