import { describe, expect, it } from "vitest";
import { mintToken } from "../simulators/bitbucket-cloud-tokens";
import { readProject, readRepository, readWorkspace } from "./place";
import { bitbucketCloudCredentialTypes, recogniseBitbucketCloud } from "./recognise";

const apiToken = mintToken("api-token");
const accessToken = mintToken("project");

describe("recogniseBitbucketCloud", () => {
  it.each([
    [apiToken, "api-token", "certain", "ATATT3x", "good"],
    [accessToken, "repository-token", "certain", "ATCTT3x", "good"],
    // Nobody confirmed the checksum, so a mismatch is no reason to speak.
    [`${apiToken.slice(0, -8)}00000000`, "api-token", "certain", "ATATT3x", "none"],
    [`${apiToken.slice(0, -8)}0a0b0c0d`, "api-token", "certain", "ATATT3x", "none"],
    [apiToken.slice(0, -1), "api-token", "certain", "ATATT3x", "bad"],
    [apiToken.slice(0, 100), "api-token", "certain", "ATATT3x", "bad"],
    [`ATATT4${apiToken.slice(6)}`, "api-token", "likely", "ATATT", "none"],
    [mintToken("app-password"), "app-password", "certain", "ATBB", "none"],
    ["ATBB_something=else", "app-password", "likely", "ATBB", "none"],
  ])("%s", (token, type, confidence, prefix, checksum) => {
    expect(recogniseBitbucketCloud(token)).toMatchObject({ type, confidence, prefix, checksum });
  });

  it.each(["", "ATATT", "ghp_abc", "ATATT3x with spaces", "BBDC-MTIz", "x".repeat(40), `ATATT3x${"A".repeat(2_000)}`])(
    "%j is not certainly one",
    (token) => {
      expect(recogniseBitbucketCloud(token)?.confidence ?? "none").not.toBe("certain");
    },
  );

  it("leaves open which of the three kinds of access token it is", () => {
    expect(recogniseBitbucketCloud(accessToken)?.mayBe).toEqual(["project-token", "workspace-token"]);
    expect(recogniseBitbucketCloud(apiToken)?.mayBe).toBeUndefined();
  });

  it("app passwords may not be stored, and say what to make instead", () => {
    const refused = bitbucketCloudCredentialTypes.filter(({ refusal }) => refusal !== null);
    expect(refused.map(({ id }) => id)).toEqual(["app-password"]);
    expect(refused[0]?.refusal).toMatch(/API token with scopes instead\.$/);
  });
});

describe("what is asked besides the token", () => {
  const check = (type: string, value: string) =>
    bitbucketCloudCredentialTypes.find(({ id }) => id === type)?.fields?.[0]?.check(value) ?? null;

  it.each([
    ["api-token", "alice@example.com", true],
    ["api-token", "alice", false],
    ["api-token", "a:b@example.com", false],
    ["repository-token", "acme/app", true],
    ["repository-token", "https://bitbucket.org/acme/app.git", true],
    ["repository-token", "acme", false],
    ["repository-token", "acme/app/src", false],
    ["project-token", "acme/WEB", true],
    ["project-token", "acme/web", false],
    ["workspace-token", "acme", true],
    ["workspace-token", "", false],
    ["workspace-token", "a b", false],
  ])("%s: %j", (type, value, isGood) => {
    expect(check(type, value) === null).toBe(isGood);
  });

  it.each(["..", "../app", "acme/..", 'acme/a"b', "acme/a?b", "acme/a%2e", "é/ü", `acme/${"a".repeat(101)}`])(
    "%j names no place",
    (text) => {
      expect(readRepository(text)).toBeNull();
      expect(readProject(text)).toBeNull();
    },
  );

  it("reads a workspace out of a longer path", () => {
    expect(readWorkspace("https://bitbucket.org/acme/app")).toEqual({
      kind: "workspace",
      workspace: "acme",
      path: "acme",
    });
    expect(readWorkspace("../x")).toBeNull();
  });
});
