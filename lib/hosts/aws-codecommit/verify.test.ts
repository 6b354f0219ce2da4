import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { VerifyStep } from "../adapter";
import { compareScopes } from "../scopes";
import { type AwsKeySpec, type AwsSimulator, startAwsSimulator } from "../simulators/aws";
import { fail } from "../simulators/aws-answers";
import { type AwsStatement, fullAccess, mintId, mintSecret } from "../simulators/aws-state";
import { awsCodecommit } from "./adapter";
import { patience } from "./client";
import { awsScopes, repositoryActions } from "./scopes";
import { connect, enter, type Key } from "./wire-fixture";

const arn = "arn:aws:codecommit:us-east-1:123456789012:";
const aboutItself = fullAccess.slice(1);

function allow(actions: string[], resources = ["*"]): AwsStatement {
  return { effect: "Allow", actions, resources };
}

describe("verify", () => {
  let host: AwsSimulator;
  beforeAll(async () => {
    patience.afterBadSignatureMs = 20;
    host = await startAwsSimulator({ grudgeMs: 5 });
    for (const name of ["app", "web"]) host.addRepository(name);
  });
  afterAll(async () => {
    patience.afterBadSignatureMs = 5_200;
    await host.close();
  });
  afterEach(() => {
    for (const operation of ["GetCallerIdentity", "ListAccessKeys", "SimulatePrincipalPolicy", "ListRepositories"]) {
      host.respondAt(operation, null);
    }
    host.requests.length = 0;
  });

  async function verify(key: Key, simulator = host) {
    const steps: VerifyStep[] = [];
    const verdict = await awsCodecommit.verify(connect(simulator.baseUrl), enter(key), (step) => steps.push(step));
    return { verdict, steps };
  }

  let users = 0;
  /** Each with a user of its own, as a user's other keys are told too. */
  async function verifyAs(spec: Omit<AwsKeySpec, "user"> & { statements?: readonly AwsStatement[] } = {}) {
    const { statements = fullAccess, ...rest } = spec;
    const key = host.addKey({ ...rest, user: { name: `user${users++}`, statements: [...statements] } });
    return { key, ...(await verify(key)) };
  }

  it("tells the user, the actions and that the key never ends, with five requests that read", async () => {
    const key = host.addKey({ user: { name: "alice", path: "/team/" } });
    const { verdict, steps } = await verify(key);
    expect(verdict).toEqual({
      ok: true,
      account: {
        id: key.user.id,
        login: "alice",
        name: "AWS account 123456789012",
        url: `${host.url}/iam/home#/users/details/alice?section=security_credentials`,
        isBot: false,
      },
      scopes: ["codecommit:ListRepositories", ...repositoryActions],
      absent: [],
      expiry: { known: true, at: null },
      type: "access-key",
      notes: [
        `Made on ${new Date().toISOString().slice(0, 10)}, today.`,
        "Its user has 1 of the 2 access keys that AWS allows, inactive ones counted.",
      ],
      lastUsedAt: null,
    });
    expect(steps.map(({ step }) => step)).toEqual(["reachable", "account", "scopes", "expiry"]);
    const operations = host.requests.map(
      ({ body, headers }) => new URLSearchParams(body).get("Action") ?? headers["x-amz-target"],
    );
    expect(operations.sort()).toEqual([
      "CodeCommit_20150413.ListRepositories",
      "GetAccessKeyLastUsed",
      "GetCallerIdentity",
      "ListAccessKeys",
      "SimulatePrincipalPolicy",
    ]);
  });

  describe("what a key may do", () => {
    it("allowed on every repository is proven", async () => {
      const { verdict } = await verifyAs({
        statements: [allow(["codecommit:GitPull", "codecommit:CreateBranch"], [`${arn}*`]), ...aboutItself],
      });
      expect(verdict).toMatchObject({ scopes: ["codecommit:GitPull", "codecommit:CreateBranch"] });
    });

    it("denied on every repository that there is, is absent", async () => {
      const statements = [allow(["codecommit:GitPull", "codecommit:ListRepositories"]), ...aboutItself];
      const { verdict } = await verifyAs({ statements });
      expect(verdict).toMatchObject({
        scopes: ["codecommit:ListRepositories", "codecommit:GitPull"],
        absent: expect.arrayContaining(["codecommit:CreatePullRequest", "codecommit:GitPush"]),
      });
      expect(verdict.ok && verdict.absent).not.toContain("codecommit:GitPull");
    });

    it("allowed on some repositories is neither proven nor absent, and is said", async () => {
      const statements = [
        allow(["codecommit:ListRepositories"]),
        allow(["codecommit:GitPush"], [`${arn}web`]),
        ...aboutItself,
      ];
      const { verdict } = await verifyAs({ statements });
      if (!verdict.ok) throw new Error(verdict.message);
      expect(verdict.scopes).not.toContain("codecommit:GitPush");
      expect(verdict.absent).not.toContain("codecommit:GitPush");
      expect(verdict.absent).toContain("codecommit:GitPull");
      expect(verdict.notes).toContain("On some repositories only: codecommit:GitPush.");
    });

    it("a decision for all repositories together does not make an action absent", async () => {
      const statements = [allow(["codecommit:ListRepositories"]), ...aboutItself];
      const results = repositoryActions.map(
        (action) =>
          `<member><EvalActionName>${action}</EvalActionName><EvalDecision>implicitDeny</EvalDecision></member>`,
      );
      const result = `<EvaluationResults>${results.join("")}</EvaluationResults><IsTruncated>false</IsTruncated>`;
      host.respondAt("SimulatePrincipalPolicy", {
        status: 200,
        headers: { "content-type": "text/xml" },
        body: `<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult>${result}</SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>`,
      });
      const { verdict } = await verifyAs({ statements });
      expect(verdict).toMatchObject({ scopes: ["codecommit:ListRepositories"], absent: [] });
    });

    it("not allowed on all cannot be told where the repositories are not listed", async () => {
      const statements = [allow(["codecommit:GitPush"], [`${arn}web`]), ...aboutItself];
      const { verdict } = await verifyAs({ statements });
      expect(verdict).toMatchObject({ scopes: [], absent: ["codecommit:ListRepositories"] });
    });

    it("nor where the list of repositories goes on", async () => {
      host.respondAt("ListRepositories", {
        status: 200,
        headers: { "content-type": "application/x-amz-json-1.1" },
        body: JSON.stringify({ repositories: [{ repositoryName: "app", repositoryId: "1" }], nextToken: "more" }),
      });
      const { verdict } = await verifyAs({ statements: [allow(["codecommit:GitPull"]), ...aboutItself] });
      expect(verdict).toMatchObject({ scopes: ["codecommit:ListRepositories", "codecommit:GitPull"], absent: [] });
    });

    it("denied by name on every repository is absent, whatever is listed", async () => {
      const deny: AwsStatement = { effect: "Deny", actions: ["codecommit:GitPush"], resources: ["*"] };
      const { verdict } = await verifyAs({
        statements: [allow(["codecommit:GitPull", "codecommit:GitPush"]), deny, ...aboutItself],
      });
      expect(verdict).toMatchObject({
        scopes: ["codecommit:GitPull"],
        absent: ["codecommit:ListRepositories", "codecommit:GitPush"],
      });
    });

    it("is not guessed where IAM may not be asked, and what the list of repositories proves is kept", async () => {
      const { verdict } = await verifyAs({ statements: [allow(["codecommit:*"])] });
      expect(verdict).toMatchObject({ ok: true, scopes: ["codecommit:ListRepositories"], absent: [] });
      const notes = verdict.ok ? verdict.notes.join(" ") : "";
      expect(notes).toMatch(/may not ask how old it is/);
      expect(notes).toMatch(/may not ask what else uses it/);
      expect(notes).toMatch(/may not ask what it may do\. Allow its user iam:SimulatePrincipalPolicy on itself/);
    });

    it("compared with what a consumer needs: proven, missing and open are told apart", async () => {
      const statements = [
        allow(["codecommit:ListRepositories", "codecommit:CreateBranch"]),
        allow(["codecommit:GitPull"], [`${arn}web`]),
        ...aboutItself,
      ];
      const { verdict } = await verifyAs({ statements });
      if (!verdict.ok) throw new Error(verdict.message);
      const consumer = { id: "1", name: "Git Integration for Jira" };
      const compared = compareScopes({
        table: awsScopes,
        type: verdict.type,
        required: ["CreateBranch", "CreatePullRequest", "GitPull"].map((action) => ({
          scope: `codecommit:${action}`,
          why: "",
          consumer,
        })),
        granted: verdict.scopes,
        absent: verdict.absent ?? null,
      });
      const names = (rows: { scope: string }[]) => rows.map(({ scope }) => scope);
      expect(names(compared.satisfied)).toEqual(["codecommit:CreateBranch"]);
      expect(names(compared.missing)).toEqual(["codecommit:CreatePullRequest"]);
      expect(names(compared.unknown)).toEqual(["codecommit:GitPull"]);
    });

    it("of a role is asked of the role, and not of its session", async () => {
      const session = { token: mintSecret(200), expiresAt: new Date("2099-01-01") };
      const { verdict } = await verifyAs({ principal: { role: "ci", session: "run-7" }, session });
      expect(verdict).toMatchObject({
        ok: true,
        account: { login: "ci/run-7", isBot: true, url: null },
        type: "temporary-key",
        expiry: { known: false },
      });
      expect(verdict.ok && verdict.notes[0]).toMatch(/ends within hours/);
      expect(verdict.ok && verdict.notes.join(" ")).toMatch(/without the policy of its session/);
      const simulated = host.requests.find(({ body }) => body.startsWith("Action=Simulate"));
      expect(new URLSearchParams(simulated?.body).get("PolicySourceArn")).toBe("arn:aws:iam::123456789012:role/ci");
    });

    it("of a role with a path, which IAM does not find by its session's name, is not told", async () => {
      host.respondAt("SimulatePrincipalPolicy", fail("iam", 404, "NoSuchEntity", "The role cannot be found."));
      const { verdict } = await verifyAs();
      expect(verdict).toMatchObject({ ok: true, scopes: ["codecommit:ListRepositories"] });
      expect(verdict.ok && verdict.notes).toContain("AWS did not tell what this key may do.");
    });
  });

  describe("what the owner should know of a key", () => {
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
    const notes = (verdict: Awaited<ReturnType<typeof verify>>["verdict"]) => (verdict.ok ? verdict.notes : []);

    it("its age, and that it is old", async () => {
      const { verdict } = await verifyAs({ createdAt: daysAgo(412) });
      expect(notes(verdict).slice(0, 2)).toEqual([
        `Made on ${daysAgo(412).toISOString().slice(0, 10)}, 412 days ago.`,
        "AWS advises to replace access keys every 90 days. This one is older.",
      ]);
      const young = await verifyAs({ createdAt: daysAgo(89) });
      expect(notes(young.verdict).join(" ")).not.toMatch(/is older/);
    });

    it("the two keys that a user may have, inactive ones counted", async () => {
      const other = host.addKey({ user: { name: "two" } });
      host.deactivateKey(other.id);
      const { verdict } = await verify(host.addKey({ user: { name: "two" } }));
      expect(notes(verdict)).toContain(
        "Its user has 2 access keys, 1 of them inactive. AWS allows 2, so one has to be deleted before another can be made.",
      );
    });

    it("who else uses it, and not the portal's own questions", async () => {
      const at = new Date("2026-11-20T10:00:00Z");
      const used = await verifyAs({ lastUsed: { at, service: "s3", region: "eu-west-1" } });
      expect(notes(used.verdict)).toContain(
        "Something used this key for s3 in eu-west-1 on 2026-11-20. Give each tool a key of its own, and each app its own user.",
      );
      const own = await verifyAs({ lastUsed: { at, service: "sts", region: "us-east-1" } });
      expect(notes(own.verdict).join(" ")).not.toMatch(/Something used/);
    });

    it("that by its form it is another account's", async () => {
      const { verdict } = await verifyAs({ id: "ASIAQNZGKIQY56JQ7WML".replace("ASIA", "AKIA") });
      expect(notes(verdict)).toContain(
        "By its form the key belongs to AWS account 029608264753, but it works in 123456789012.",
      );
    });

    it("that CodeCommit did not answer", async () => {
      host.respondAt("ListRepositories", { status: 503, body: "" });
      const { verdict } = await verifyAs();
      expect(notes(verdict)).toContain("CodeCommit itself could not be asked. Check the credential again later.");
    });
  });

  it("refuses the root user's key, which works", async () => {
    const { verdict } = await verifyAs({ principal: "root" });
    expect(verdict).toMatchObject({
      ok: false,
      reason: "blocked",
      message: expect.stringMatching(/root user of AWS account 123456789012/),
    });
  });

  it("knows a key that IAM knows already and the region does not: it is not rejected", async () => {
    const message = "The security token included in the request is invalid.";
    host.respondAt("GetCallerIdentity", fail("sts", 403, "InvalidClientTokenId", message));
    const { verdict } = await verifyAs();
    expect(verdict).toMatchObject({ ok: false, reason: "unexpected", hostSaid: message });
    expect(!verdict.ok && verdict.message).toMatch(/not in us-east-1\. If it is new, try again in a minute/);
    const denied = await verifyAs({ statements: [] });
    expect(denied.verdict).toMatchObject({ reason: "unexpected" });
  });

  it("says of a key that nobody knows whose it would be, and that a new one takes a moment", async () => {
    const { verdict } = await verify({ id: mintId("AKIA", "029608264753"), secret: mintSecret(), session: null });
    expect(verdict).toMatchObject({ ok: false, reason: "rejected" });
    expect(!verdict.ok && verdict.message).toMatch(/account 029608264753\. If it was made within the last minute/);
  });

  it("rejects a wrong secret when AWS says so twice, and waits before asking again", async () => {
    const key = host.addKey({ user: { name: "typo" } });
    const { verdict, steps } = await verify({ ...key, secret: mintSecret() });
    expect(steps.map(({ step }) => step)).toEqual(["reachable"]);
    expect(verdict).toMatchObject({ ok: false, reason: "rejected", hostSaid: expect.stringMatching(/does not match/) });
    expect(host.requests.filter(({ body }) => body.startsWith("Action=GetCallerIdentity"))).toHaveLength(2);
  });

  it("does not reject a right secret after another's wrong one", async () => {
    const grudging = await startAwsSimulator({ grudgeMs: 15 });
    const key = grudging.addKey();
    patience.afterBadSignatureMs = 0;
    await verify({ ...key, secret: mintSecret() }, grudging);
    patience.afterBadSignatureMs = 40;
    expect((await verify(key, grudging)).verdict).toMatchObject({ ok: true, scopes: expect.any(Array) });
    patience.afterBadSignatureMs = 20;
    await grudging.close();
  });

  it("a host that falls silent after a bad signature is unreachable: the doubt stays", async () => {
    patience.afterBadSignatureMs = 600;
    const key = host.addKey({ user: { name: "doubt" } });
    const entered = { ...enter(key), token: new Secret(mintSecret()) };
    const verdict = await awsCodecommit.verify(connect(host.baseUrl, 300), entered, () => {});
    patience.afterBadSignatureMs = 20;
    expect(verdict).toMatchObject({ ok: false, reason: "unreachable" });
  });

  it("a key that was switched off is rejected", async () => {
    const key = host.addKey({ user: { name: "off" } });
    expect((await verify(key)).verdict).toMatchObject({ ok: true });
    host.deactivateKey(key.id);
    expect((await verify(key)).verdict).toMatchObject({ ok: false, reason: "rejected" });
  });

  it.each([20 * 60_000, -20 * 60_000])("a clock that is wrong by %i ms rejects no key", async (clockAheadMs) => {
    const skewed = await startAwsSimulator({ clockAheadMs });
    const { verdict } = await verify(skewed.addKey(), skewed);
    expect(verdict).toMatchObject({ ok: false, reason: "unexpected" });
    expect(skewed.requests.filter(({ body }) => body.startsWith("Action=GetCallerIdentity"))).toHaveLength(1);
    expect(!verdict.ok && verdict.message).toMatch(/clock .* Ask the site's admin to set it right/);
    await skewed.close();
  });

  it.each([
    ["no access key ID", { fields: {} }, /Enter the access key ID/],
    ["a secret with a line break", { token: new Secret("a\nb") }, /no spaces/],
    ["a temporary key without its session token", { fields: { accessKeyId: "ASIAQNZGKIQY56JQ7WML" } }, /session token/],
  ])("sends nothing for %s", async (_what, change, ours) => {
    const entered = { ...enter(host.addKey()), ...change };
    const verdict = await awsCodecommit.verify(connect(host.baseUrl), entered, () => {});
    expect(verdict).toMatchObject({ ok: false, reason: "unexpected", message: expect.stringMatching(ours) });
    expect(host.requests).toHaveLength(0);
  });
});
