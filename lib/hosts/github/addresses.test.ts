import { describe, expect, it } from "vitest";
import { apiBaseOf, normaliseBaseUrl, originsOf, ownLink } from "./addresses";

describe("the base URL", () => {
  it.each([
    ["https://github.com", "https://github.com/"],
    ["http://github.com/", "https://github.com/"],
    ["https://www.github.com/octo-org/website/pull/1?a=b#c", "https://github.com/"],
    ["https://api.github.com/user", "https://github.com/"],
    ["https://GitHub.com:443/settings/tokens", "https://github.com/"],
    ["https://github.com./", "https://github.com/"],
    ["https://user:pass@github.com/", "https://github.com/"],
    ["https://octocorp.ghe.com/", "https://octocorp.ghe.com/"],
    ["https://api.octocorp.ghe.com/user", "https://octocorp.ghe.com/"],
    ["http://octocorp.ghe.com:8443/a/b", "https://octocorp.ghe.com/"],
    ["https://git.example.com/api/v3", "https://git.example.com/"],
    ["https://git.example.com/api/v3/", "https://git.example.com/"],
    ["https://git.example.com/api/graphql", "https://git.example.com/"],
    ["https://git.example.com:8443/octo-org/website", "https://git.example.com:8443/"],
    ["http://127.0.0.1:4000/api/v3", "http://127.0.0.1:4000/"],
    ["https://github.com.example.com/", "https://github.com.example.com/"],
    ["https://github.example.com/", "https://github.example.com/"],
    ["https://notgithub.com/", "https://notgithub.com/"],
    ["https://octocorp.ghe.com.example.com/", "https://octocorp.ghe.com.example.com/"],
  ])("%s becomes %s", (typed, stored) => {
    expect(String(normaliseBaseUrl(new URL(typed)))).toBe(stored);
  });

  it.each([
    "https://ghe.com/",
    "https://www.ghe.com/",
    "https://a.b.ghe.com/",
    "https://uploads.github.com/x",
    "https://raw.githubusercontent.com/",
    "ftp://git.example.com/",
  ])("%s is refused with a sentence that says what to enter", (typed) => {
    expect(normaliseBaseUrl(new URL(typed))).toMatch(/Enter .*\.$/);
  });

  it.each([
    ["https://github.com/", "https://api.github.com", ["https://api.github.com", "https://github.com"]],
    [
      "https://octocorp.ghe.com",
      "https://api.octocorp.ghe.com",
      ["https://api.octocorp.ghe.com", "https://octocorp.ghe.com"],
    ],
    ["https://git.example.com:8443/", "https://git.example.com:8443/api/v3", ["https://git.example.com:8443"]],
    ["http://127.0.0.1:4000", "http://127.0.0.1:4000/api/v3", ["http://127.0.0.1:4000"]],
    [
      "https://octocorp.ghe.com.example.com",
      "https://octocorp.ghe.com.example.com/api/v3",
      ["https://octocorp.ghe.com.example.com"],
    ],
  ])("of %s has its API at %s and nothing is sent elsewhere", (baseUrl, api, origins) => {
    expect(apiBaseOf(baseUrl)).toBe(api);
    expect(originsOf(baseUrl)).toEqual(origins);
  });
});

describe("a link that the host gave", () => {
  it.each([
    ["https://github.com/alice", "https://github.com/alice"],
    [
      "https://github.com/orgs/octo-org/sso?authorization_request=x",
      "https://github.com/orgs/octo-org/sso?authorization_request=x",
    ],
    ["http://github.com/alice", null],
    ["https://github.com.example.com/alice", null],
    ["https://github.com@example.com/", null],
    ["https://alice@github.com/", null],
    ["javascript:alert(1)", null],
    ["//github.com/alice", null],
    ["/alice", null],
    [`https://github.com/${"a".repeat(2_000)}`, null],
    ["", null],
    [7, null],
  ])("%j is kept as %j", (link, kept) => {
    expect(ownLink(link, "https://github.com")).toBe(kept);
  });
});
