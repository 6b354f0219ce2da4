import { describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import { isGitPassword } from "../simulators/aws-sigv4";
import { awsCodecommit } from "./adapter";
import { signForGit } from "./git-credential";

const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const entered = {
  type: "access-key",
  token: new Secret(secret),
  fields: { accessKeyId: "AKIAIOSFODNN7EXAMPLE" },
  secrets: {},
};
const remote = new URL("https://git-codecommit.us-east-1.amazonaws.com/v1/repos/MyDemoRepo");
const at = new Date("2026-11-22T00:00:00.000Z");
// Computed with botocore for this key, path and time.
const password = "20261122T000000Zbeb0f671155e222ed28dd5ff9fbc9876481dd41103b0d6ee39f9366ef96052b9";

describe("signForGit", () => {
  it("makes the password that AWS's own helper makes", () => {
    const credential = signForGit(entered, remote, "us-east-1", at);
    expect(credential.username).toBe("AKIAIOSFODNN7EXAMPLE");
    expect(credential.password.reveal()).toBe(password);
    expect(credential.expiresAt).toEqual(new Date("2026-11-22T00:15:00.000Z"));
  });

  it("signs for the repository, the host and the region, and for nothing else", () => {
    const sign = (address: string, region: string) =>
      signForGit(entered, new URL(address), region, at).password.reveal();
    expect(sign(`${remote.href}/`, "us-east-1")).toBe(password);
    for (const other of [
      sign(`${remote.href}2`, "us-east-1"),
      sign(remote.href.replace("us-east-1", "us-east-2"), "us-east-1"),
      sign(remote.href, "us-east-2"),
    ]) {
      expect(other).not.toBe(password);
      expect(other).toMatch(/^20261122T000000Z[0-9a-f]{64}$/);
    }
  });

  it("gives the session token of a temporary key with the user name, as git has no other place for it", () => {
    const temporary = {
      ...entered,
      type: "temporary-key",
      fields: { accessKeyId: "ASIAQNZGKIQY56JQ7WML" },
      secrets: { sessionToken: new Secret("FwoGZXIvYXdz/+=") },
    };
    expect(signForGit(temporary, remote, "us-east-1", at).username).toBe("ASIAQNZGKIQY56JQ7WML%FwoGZXIvYXdz/+=");
  });

  it("takes the region from the remote's address", () => {
    const far = new URL("https://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/app");
    const { password: signed } = awsCodecommit.gitCredential(entered, null, far);
    const place = { region: "cn-north-1", host: "git-codecommit.cn-north-1.amazonaws.com.cn", path: "/v1/repos/app" };
    expect(isGitPassword(signed.reveal(), secret, place)).toBe(true);
    expect(isGitPassword(signed.reveal(), secret, { ...place, region: "us-east-1" })).toBe(false);
  });
});

it("the simulator's own check accepts the vector, and no other secret's", () => {
  const place = { region: "us-east-1", host: remote.host, path: remote.pathname };
  expect(isGitPassword(password, secret, place)).toBe(true);
  expect(isGitPassword(password, secret.replace("w", "x"), place)).toBe(false);
  expect(isGitPassword(password.replace("Z", ""), secret, place)).toBe(false);
});
