import { describe, expect, it } from "vitest";
import { keysPage, normaliseAwsUrl, originsOf, placeOf } from "./base-url";

describe("normaliseAwsUrl", () => {
  it.each([
    ["https://us-east-1", "https://git-codecommit.us-east-1.amazonaws.com"],
    ["https://us-gov-west-1", "https://git-codecommit.us-gov-west-1.amazonaws.com"],
    ["https://cn-northwest-1", "https://git-codecommit.cn-northwest-1.amazonaws.com.cn"],
    ["https://git-codecommit.eu-west-3.amazonaws.com/v1/repos/app", "https://git-codecommit.eu-west-3.amazonaws.com"],
    ["https://codecommit.ap-southeast-2.amazonaws.com", "https://git-codecommit.ap-southeast-2.amazonaws.com"],
    ["https://git-codecommit-fips.us-east-2.amazonaws.com", "https://git-codecommit.us-east-2.amazonaws.com"],
    ["https://codecommit-fips.ca-central-1.amazonaws.com", "https://git-codecommit.ca-central-1.amazonaws.com"],
    ["https://codecommit.cn-north-1.amazonaws.com.cn", "https://git-codecommit.cn-north-1.amazonaws.com.cn"],
    [
      "https://eu-central-1.console.aws.amazon.com/codesuite/codecommit/repositories",
      "https://git-codecommit.eu-central-1.amazonaws.com",
    ],
    ["https://cn-north-1.console.amazonaws.cn/codesuite", "https://git-codecommit.cn-north-1.amazonaws.com.cn"],
    ["https://GIT-CODECOMMIT.US-EAST-1.AMAZONAWS.COM.", "https://git-codecommit.us-east-1.amazonaws.com"],
    ["http://127.0.0.1:4566/us-east-1/", "http://127.0.0.1:4566/us-east-1"],
    ["http://localhost:4566/eu-west-1/v1/repos/app", "http://localhost:4566/eu-west-1"],
  ])("%s becomes %s, and stays that", (typed, normal) => {
    const url = normaliseAwsUrl(new URL(typed));
    expect(String(url).replace(/\/$/, "")).toBe(normal);
    expect(String(normaliseAwsUrl(new URL(normal)))).toBe(String(url));
  });

  it.each([
    ["http://127.0.0.1:4566", /as the path, as in http:\/\/127\.0\.0\.1:4566\/us-east-1\./],
    ["http://127.0.0.1:4566/acme", /as the path/],
    ["https://console.aws.amazon.com/codesuite", /Give the region's Git address/],
    ["https://amazonaws.com", /Give the region's Git address/],
    ["https://git-codecommit.evil.example", /Give the region's Git address/],
    ["https://git-codecommit.us-east-1.amazonaws.com.evil.example", /Give the region's Git address/],
    ["https://git-codecommit.nowhere.amazonaws.com", /Give the region's Git address/],
    ["https://vpce-0a1b-2c3d.git-codecommit.us-east-1.vpce.amazonaws.com", /one network's endpoint/],
    ["https://codecommit.eusc-de-east-1.amazonaws.eu", /no CodeCommit in this region/],
    ["https://us-iso-east-1", /no CodeCommit in this region/],
    ["https://github.com", /Give the region's Git address/],
  ])("refuses %s", (typed, why) => {
    expect(normaliseAwsUrl(new URL(typed))).toMatch(why);
  });
});

describe("the partition follows the region", () => {
  it.each([
    [
      "https://git-codecommit.eu-central-1.amazonaws.com",
      ["git-codecommit.eu-central-1.amazonaws.com", "codecommit.eu-central-1.amazonaws.com"],
      ["sts.eu-central-1.amazonaws.com", "iam.amazonaws.com"],
      ["aws", "us-east-1", "https://us-east-1.console.aws.amazon.com"],
    ],
    [
      "https://git-codecommit.cn-northwest-1.amazonaws.com.cn",
      ["git-codecommit.cn-northwest-1.amazonaws.com.cn", "codecommit.cn-northwest-1.amazonaws.com.cn"],
      ["sts.cn-northwest-1.amazonaws.com.cn", "iam.cn-north-1.amazonaws.com.cn"],
      ["aws-cn", "cn-north-1", "https://cn-north-1.console.amazonaws.cn"],
    ],
    [
      "https://git-codecommit.us-gov-east-1.amazonaws.com",
      ["git-codecommit.us-gov-east-1.amazonaws.com", "codecommit.us-gov-east-1.amazonaws.com"],
      ["sts.us-gov-east-1.amazonaws.com", "iam.us-gov.amazonaws.com"],
      ["aws-us-gov", "us-gov-west-1", "https://us-gov-west-1.console.amazonaws-us-gov.com"],
    ],
  ])("%s", (baseUrl, own, shared, [partition, iamRegion, console]) => {
    expect(originsOf(baseUrl)).toEqual([...own, ...shared].map((host) => `https://${host}`));
    expect(placeOf(baseUrl)).toMatchObject({ partition, iamRegion, console });
  });

  it("a stand-in is asked for everything at its own origin", () => {
    const baseUrl = "http://127.0.0.1:4566/cn-north-1";
    expect(originsOf(baseUrl)).toEqual(["http://127.0.0.1:4566"]);
    expect(placeOf(baseUrl)).toMatchObject({ region: "cn-north-1", partition: "aws-cn", git: baseUrl });
    expect(keysPage(placeOf(baseUrl))).toBe("http://127.0.0.1:4566/iam/home#/security_credentials");
  });

  it("a user's name cannot change where the page of its keys is", () => {
    const page = keysPage(placeOf("https://git-codecommit.us-east-1.amazonaws.com"), "a/../b?c#d");
    expect(page).toBe(
      "https://us-east-1.console.aws.amazon.com/iam/home#/users/details/a%2F..%2Fb%3Fc%23d?section=security_credentials",
    );
  });
});
