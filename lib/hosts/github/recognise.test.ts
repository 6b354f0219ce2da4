import { describe, expect, it } from "vitest";
import type { SimulatedKind } from "../simulators/github-tokens";
import { mintToken } from "../simulators/github-tokens";
import { githubCredentialTypes, recogniseGithub } from "./recognise";

describe("recognising a GitHub token offline", () => {
  it.each<[SimulatedKind, string, string, string, string]>([
    ["classic", "classic", "certain", "ghp_", "good"],
    ["oauth", "oauth", "certain", "gho_", "good"],
    ["app-user", "app-user", "certain", "ghu_", "good"],
    ["installation", "installation", "certain", "ghs_", "good"],
    ["installation-stateless", "installation", "certain", "ghs_", "none"],
    ["fine-grained", "fine-grained", "certain", "github_pat_", "none"],
    ["legacy", "classic", "likely", "", "none"],
  ])("knows a %s token", (kind, type, confidence, prefix, checksum) => {
    for (let round = 0; round < 50; round++) {
      const mayBe = kind === "legacy" ? { mayBe: ["oauth", "app-user"] } : {};
      expect(recogniseGithub(mintToken(kind))).toEqual({ type, ...mayBe, confidence, prefix, checksum });
    }
  });

  it.each([
    // A published, dead sample: the checksum is over the body alone.
    ["a published sample", "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", "good"],
    ["the sample with one letter changed", "ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkK0mLq17", "bad"],
    ["the sample with its case changed", "ghp_zqWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17", "bad"],
    ["the sample cut off", "ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq1", "bad"],
    ["the sample with a letter too many", "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x", "bad"],
    ["the sample with a space inside", "ghp_zQWBuTSOoRi4A9spHcVY5ncns kxkJ0mLq17", "bad"],
    ["a fine-grained token cut off", `github_pat_${"a".repeat(22)}_${"b".repeat(58)}`, "bad"],
    ["a fine-grained token in a longer format", `github_pat_${"a".repeat(22)}_${"b".repeat(80)}`, "none"],
    ["a user token in the announced long format", `ghu_123_${"aA0-_.".repeat(80)}`, "none"],
    ["nothing after the prefix", "gho_", "bad"],
    ["a refresh token", `ghr_${"a".repeat(76)}`, "none"],
    ["a refresh token cut off", `ghr_${"a".repeat(75)}`, "bad"],
    ["an old server's installation token", `v1.${"0".repeat(40)}`, "none"],
  ])("says of %s that its checksum is as it is", (_, token, checksum) => {
    expect(recogniseGithub(token)?.checksum).toBe(checksum);
  });

  it.each(["", "glpat-aaaaaaaaaaaaaaaaaaaa", "GHP_aaaa", "xghp_aaaa", "A".repeat(40), "0".repeat(39), "toString"])(
    "does not claim %j",
    (token) => {
      expect(recogniseGithub(token)).toBeNull();
    },
  );

  it("refuses the kinds that are not worth storing, and says what to make instead", () => {
    const refused = githubCredentialTypes.filter(({ refusal }) => refusal !== null);
    expect(refused.map(({ id }) => id)).toEqual(["installation", "refresh"]);
    for (const { refusal } of refused) expect(refusal).toMatch(/Make a personal access token instead\.$/);
  });
});
