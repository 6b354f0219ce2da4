import { describe, expect, it } from "vitest";
import { compareScopes } from "../scopes";
import { forgejoGuideVersions, guideForgejo, guideGitea } from "./guide";
import { giteaScopes } from "./scopes";

const request = {
  baseUrl: "https://example.com/git",
  type: "token",
  scopes: ["read:repository", "write:repository", "write:issue"],
  tokenName: "Forgepass & co",
  expiresInDays: 90,
};

function ticks(guide: typeof guideGitea, more: Partial<typeof request> & { version?: string } = {}) {
  return guide({ ...request, ...more }).steps.find(({ part }) => part === "scopes")?.ticks;
}

describe("the guide", () => {
  it("links to the page below the path, and claims that nothing is filled in", () => {
    const page = "https://example.com/git/user/settings/applications";
    expect(guideGitea(request)).toMatchObject({ tokenPage: { url: page, prefilled: [] }, managePage: page });
  });

  it("names one level for each category, and what the check itself needs", () => {
    expect(ticks(guideGitea)).toEqual(["repository: Read and write", "issue: Read and write", "user: Read"]);
    expect(ticks(guideGitea, { scopes: ["write:user"] })).toEqual(["user: Read and write"]);
    expect(ticks(guideForgejo, { scopes: [] })).toEqual(["user: Read"]);
  });

  it("uses 1.19's names for 1.19, and offers no scopes before", () => {
    expect(ticks(guideGitea, { version: "1.19" })).toEqual(["repo", "read:user"]);
    expect(ticks(guideGitea, { version: "1.18" })).toBeUndefined();
    expect(guideGitea({ ...request, version: "1.18" }).steps.some(({ text }) => text.includes("no scopes"))).toBe(true);
  });

  it("mentions the limit to repositories for Forgejo 15 alone", () => {
    const mentions = (guide: typeof guideGitea, version?: string) =>
      guide({ ...request, ...(version && { version }) }).steps.some(({ text }) => text.includes("limit the token"));
    expect(forgejoGuideVersions.map(({ id }) => mentions(guideForgejo, id))).toEqual([true, false, false, false]);
    expect(mentions(guideForgejo)).toBe(true);
    expect(mentions(guideGitea)).toBe(false);
  });
});

describe("the scope table", () => {
  function compare(granted: string[], needed: string) {
    const required = [{ scope: needed, why: "to test", consumer: { id: "c", name: "C" } }];
    const { satisfied, missing } = compareScopes({ table: giteaScopes, type: "token", required, granted });
    return satisfied.length > 0 ? "satisfied" : missing.length > 0 ? "missing" : "unknown";
  }

  it("does not call 1.19's only scope for repositories too much where all of it is needed", () => {
    const excess = (scopes: string[]) => {
      const required = scopes.map((scope) => ({ scope, why: "to test", consumer: { id: "c", name: "C" } }));
      return compareScopes({ table: giteaScopes, type: "token", required, granted: ["repo"] }).excess;
    };
    expect(excess(["write:repository", "write:issue"])).toEqual([]);
    expect(excess(["read:repository"])).toHaveLength(1);
  });

  it.each([
    ["all", "write:repository", "satisfied"],
    ["all", "read:admin", "satisfied"],
    ["all", "public-only", "missing"],
    ["write:repository", "read:repository", "satisfied"],
    ["read:repository", "write:repository", "missing"],
    ["write:repository", "write:issue", "missing"],
    ["write:organization", "read:repository", "missing"],
    ["public-only", "read:repository", "missing"],
    ["repo", "write:issue", "satisfied"],
    ["repo", "repo:status", "satisfied"],
    ["repo", "read:user", "missing"],
    ["admin:org", "write:organization", "satisfied"],
    ["read:org", "write:organization", "missing"],
    ["user", "read:user", "satisfied"],
    ["repo:status", "write:repository", "missing"],
  ])("%s for %s: %s", (granted, needed, outcome) => {
    expect(compare([granted], needed)).toBe(outcome);
  });
});
