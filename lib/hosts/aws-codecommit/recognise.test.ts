import { describe, expect, it } from "vitest";
import { accountOfKeyId } from "./account-id";
import { awsCredentialTypes, recogniseAws } from "./recognise";

const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

describe("recogniseAws", () => {
  it("takes a secret access key for likely, and leaves open which of the two types it is", () => {
    expect(recogniseAws(secret)).toEqual({
      type: "access-key",
      confidence: "likely",
      mayBe: ["temporary-key"],
      prefix: "",
      checksum: "none",
    });
  });

  it.each([
    ["forty hexadecimal digits", "0123456789abcdef0123456789abcdef01234567"],
    ["forty of them in both cases", "0123456789ABCDEF0123456789abcdef01234567"],
    ["forty small letters and digits", "z1".repeat(20)],
    ["forty capitals and digits", "Z1".repeat(20)],
    ["a classic GitHub token", `ghp_${"aB3".repeat(12)}`],
    ["39 characters", secret.slice(1)],
    ["41 characters", `${secret}a`],
    ["a sign that no secret has", secret.replace("/", "-")],
  ])("does not claim %s", (_what, text) => {
    expect(recogniseAws(text)).toBeNull();
  });

  it.each([
    ["AKIAIOSFODNN7EXAMPLE", "access-key-id", "AKIA"],
    ["ASIAQNZGKIQY56JQ7WML", "access-key-id", "ASIA"],
    ["AIDACKCEVSQ6C2EXAMPLE", "user-id", "AIDA"],
    ["AROADBQP57FF2AEXAMPLE", "role-id", "AROA"],
    ["APKAEIBAERJR2EXAMPLE", "ssh-key-id", "APKA"],
    ["ACCA2EXAMPLEEXAMPLE12", "git-credential", "ACCA"],
    ["ASCACKCEVSQ6C2EXAMPLE", "certificate-id", "ASCA"],
    ["ABIACKCEVSQ6C2EXAMPLE", "bearer-token-id", "ABIA"],
  ])("knows %s, and refuses it with what it is", (id, type, prefix) => {
    expect(recogniseAws(id)).toEqual({ type, confidence: "certain", prefix, checksum: "none" });
    const told = awsCredentialTypes.find((one) => one.id === type);
    expect(told?.refusal).toMatch(/^\S.*\.$/);
  });

  it("says where an access key ID goes", () => {
    const told = awsCredentialTypes.find(({ id }) => id === "access-key-id");
    expect(told?.refusal).toMatch(/not its secret\. Put it into the field Access key ID/);
  });

  it("refuses Git's own user name with a reason, as nobody can check the pair", () => {
    expect(recogniseAws("alice-at-123456789012")).toMatchObject({ type: "git-credential", confidence: "likely" });
    expect(recogniseAws("alice-at-123456789012+1")).toMatchObject({ type: "git-credential" });
    expect(awsCredentialTypes.find(({ id }) => id === "git-credential")?.refusal).toMatch(/no way to check/);
  });
});

describe("the fields of a key", () => {
  const check = (type: string, field: string, value: string) =>
    awsCredentialTypes
      .find(({ id }) => id === type)
      ?.fields?.find(({ id }) => id === field)
      ?.check(value);

  it.each([
    ["access-key", "accessKeyId", "AKIAIOSFODNN7EXAMPLE", null],
    ["access-key", "accessKeyId", "ASIAQNZGKIQY56JQ7WML", /type Temporary access key/],
    ["access-key", "accessKeyId", "AIDACKCEVSQ6C2EXAMPLE", /AIDA begins the User ID/],
    ["access-key", "accessKeyId", "akiaiosfodnn7example", /begins with AKIA/],
    ["access-key", "accessKeyId", secret, /begins with AKIA/],
    ["temporary-key", "accessKeyId", "ASIAQNZGKIQY56JQ7WML", null],
    ["temporary-key", "accessKeyId", "AKIAIOSFODNN7EXAMPLE", /type Access key/],
    ["temporary-key", "sessionToken", "FwoGZXIvYXdzEBYaDkabc/+=".repeat(10), null],
    ["temporary-key", "sessionToken", "two words", /one long line/],
  ])("%s: %s of %s", (type, field, value, problem) => {
    const told = check(type, field, value);
    if (problem === null) expect(told).toBeNull();
    else expect(told).toMatch(problem);
  });

  it("the session token is kept as a secret", () => {
    const fields = awsCredentialTypes.find(({ id }) => id === "temporary-key")?.fields ?? [];
    expect(fields.filter((field) => field.secret).map((field) => field.id)).toEqual(["sessionToken"]);
  });
});

describe("accountOfKeyId", () => {
  it("reads the account of a key made since 2019", () => {
    expect(accountOfKeyId("ASIAQNZGKIQY56JQ7WML")).toBe("029608264753");
  });

  it.each(["AKIAIOSFODNN7EXAMPLE", "AKIAJOSFODNN7EXAMPLE", "AIDACKCEVSQ6C2EXAMPLE", "", "AKIA018901890189018", "é"])(
    "reads none in %j",
    (id) => {
      expect(accountOfKeyId(id)).toBeNull();
    },
  );
});
