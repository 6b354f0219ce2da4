import { describe, expect, it } from "vitest";
import { normaliseBitbucketDataCenterUrl, trimSlash } from "./base-url";

const normalise = (address: string) => String(normaliseBitbucketDataCenterUrl(new URL(address)));

describe("the base URL", () => {
  it.each([
    ["https://git.example.com", "https://git.example.com/"],
    ["https://git.example.com:7990/", "https://git.example.com:7990/"],
    ["http://127.0.0.1:7990/bitbucket", "http://127.0.0.1:7990/bitbucket"],
    ["https://example.com/tools/bitbucket/", "https://example.com/tools/bitbucket"],
    ["https://git.example.com/projects/ACME/repos/app/browse?at=main", "https://git.example.com/"],
    ["https://example.com/bitbucket/projects/ACME", "https://example.com/bitbucket"],
    ["https://example.com/bitbucket/rest/api/1.0", "https://example.com/bitbucket"],
    ["https://example.com/bitbucket/scm/acme/app.git", "https://example.com/bitbucket"],
    ["https://example.com/bitbucket/users/alice/repos/app", "https://example.com/bitbucket"],
    ["https://example.com/bitbucket/plugins/servlet/access-tokens/manage", "https://example.com/bitbucket"],
    ["https://example.com/bitbucket/login?next=/dashboard", "https://example.com/bitbucket"],
    ["https://example.com/stash/account", "https://example.com/stash"],
  ])("%s is stored as %s", (address, expected) => {
    expect(normalise(address)).toBe(expected);
    expect(normalise(expected)).toBe(expected);
  });

  it.each([
    ["https://bitbucket.org/acme", "This is Bitbucket Cloud. Add it as Bitbucket Cloud."],
    ["https://api.bitbucket.org/2.0", "This is Bitbucket Cloud. Add it as Bitbucket Cloud."],
    ["https://github.com/acme", "This is a GitHub address. Add it as GitHub."],
    ["https://gitlab.com", "This is a GitLab address. Add it as GitLab."],
    ["https://acme.atlassian.net/jira", expect.stringMatching(/^This is an Atlassian cloud site\./)],
    ["https://git.example.com/acme/app.git", expect.stringMatching(/^This is a repository's address\./)],
  ])("%s is not one", (address, message) => {
    expect(normaliseBitbucketDataCenterUrl(new URL(address))).toEqual(message);
  });

  it("loses its trailing slashes before paths are appended", () => {
    expect(trimSlash("https://example.com/bitbucket//")).toBe("https://example.com/bitbucket");
  });
});
