import { describe, expect, it } from "vitest";
import { forgejo, gitea } from "./adapter";

const normalise = (adapter: typeof gitea, text: string) => String(adapter.normaliseBaseUrl(new URL(text)));

describe("the base URL", () => {
  it.each([
    ["https://git.example.com/", "https://git.example.com/"],
    ["https://git.example.com/api/v1/version", "https://git.example.com/"],
    ["https://git.example.com/user/settings/applications", "https://git.example.com/"],
    ["https://git.example.com/explore/repos?q=1#top", "https://git.example.com/"],
    ["https://example.com/git/", "https://example.com/git"],
    ["https://example.com/git/api/v1", "https://example.com/git"],
    ["https://example.com/git/-/admin", "https://example.com/git"],
    ["https://example.com/tools/git/api/swagger", "https://example.com/tools/git"],
    ["http://127.0.0.1:3000/user/login", "http://127.0.0.1:3000/"],
  ])("of %s is %s", (typed, stored) => {
    expect(normalise(gitea, typed)).toBe(stored);
    expect(normalise(forgejo, typed)).toBe(stored);
    expect(normalise(gitea, stored)).toBe(stored);
  });

  it.each([
    ["https://github.com/acme", /GitHub/],
    ["https://gitlab.com/", /GitLab/],
    ["https://bitbucket.org/", /Bitbucket/],
    ["https://git.example.com/acme/app.git", /repository's address/],
    ["https://git.example.com/acme/app/src/branch/main", /page in a repository/],
    ["https://docs.codeberg.org/", /Use https:\/\/codeberg\.org/],
    ["https://acme.codeberg.page/", /Use https:\/\/codeberg\.org/],
  ])("is not %s", (typed, why) => {
    expect(normalise(gitea, typed)).toMatch(why);
    expect(normalise(forgejo, typed)).toMatch(why);
  });

  it("of Codeberg is a Forgejo's, and of gitea.com a Gitea's", () => {
    expect(normalise(forgejo, "https://www.codeberg.org/explore")).toBe("https://codeberg.org/");
    expect(normalise(gitea, "https://codeberg.org/")).toMatch(/Add it as Forgejo\.$/);
    expect(normalise(gitea, "https://gitea.com/explore")).toBe("https://gitea.com/");
    expect(normalise(forgejo, "https://gitea.com/")).toMatch(/Add it as Gitea\.$/);
  });
});
