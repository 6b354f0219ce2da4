import { describe, expect, it } from "vitest";
import { recogniseGitea } from "./recognise";
import { readRelease, scopeEra } from "./release";

describe("recogniseGitea", () => {
  it("takes 40 hexadecimal digits for likely, and never for certain, because commits look the same", () => {
    expect(recogniseGitea("0123456789abcdef0123456789abcdef01234567")).toEqual({
      type: "token",
      confidence: "likely",
      prefix: "",
      checksum: "none",
    });
  });

  it.each(["A".repeat(40), "0".repeat(39), "0".repeat(41), "g".repeat(40), "", "ghp_0123"])(
    "knows nothing of %j",
    (text) => {
      expect(recogniseGitea(text)).toBeNull();
    },
  );
});

describe("a release", () => {
  const read = (version: unknown) => readRelease({ status: 200, headers: {}, json: { version }, text: "" });

  it.each([
    ["1.24.2", "gitea", 24, null, "categories"],
    ["1.27.0+dev-123-gabcdef", "gitea", 27, null, "categories"],
    ["13.0.0-dev-651-a48dce80+gitea-1.22.0", "forgejo", 22, 13, "categories"],
    ["15.0.2", "forgejo", null, 15, "categories"],
    ["7.0.16+gitea-1.21.11", "forgejo", 21, 7, "categories"],
    ["1.21.11-1", null, 21, null, "categories"],
    ["1.19.4", null, 19, null, "first"],
    ["1.18.5-0", null, 18, null, "unscoped"],
    ["1.4.0", null, 4, null, "unscoped"],
    ["2.0.0", "gitea", null, null, "categories"],
  ] as const)("%s is read", (version, product, minor, major, era) => {
    const release = read(version);
    expect(release).toEqual({ version, product, minor, major });
    expect(scopeEra(release)).toBe(era);
  });

  it.each([undefined, 7, "", "latest", "1", "<b>1.2</b>", `1.2${"x".repeat(200)}`])(
    "is not read from %j",
    (version) => {
      expect(read(version)).toBeNull();
      expect(scopeEra(null)).toBe("categories");
    },
  );
});
