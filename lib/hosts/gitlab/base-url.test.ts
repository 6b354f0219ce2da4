import { describe, expect, it } from "vitest";
import { normaliseGitlabUrl } from "./base-url";

describe("normaliseGitlabUrl", () => {
  it.each([
    ["https://gitlab.com", "https://gitlab.com/"],
    ["https://www.gitlab.com/", "https://gitlab.com/"],
    ["https://gitlab.com/acme/app/-/issues", "https://gitlab.com/"],
    ["https://gitlab.com/acme", "https://gitlab.com/"],
    ["https://git.example.com:8443/", "https://git.example.com:8443/"],
    ["https://git.example.com/api/v4", "https://git.example.com/"],
    ["https://git.example.com/api/v4/user?x=1#y", "https://git.example.com/"],
    ["https://git.example.com/api/graphql", "https://git.example.com/"],
    ["https://git.example.com/-/user_settings/personal_access_tokens", "https://git.example.com/"],
    ["https://git.example.com/-/profile/personal_access_tokens", "https://git.example.com/"],
    ["https://git.example.com/profile/personal_access_tokens", "https://git.example.com/"],
    ["https://git.example.com/users/sign_in", "https://git.example.com/"],
    ["https://git.example.com/dashboard/projects", "https://git.example.com/"],
    ["https://git.example.com/gitlab", "https://git.example.com/gitlab"],
    ["https://git.example.com/gitlab/", "https://git.example.com/gitlab"],
    ["https://git.example.com/gitlab/api/v4/", "https://git.example.com/gitlab"],
    ["https://git.example.com/tools/gitlab/users/sign_in", "https://git.example.com/tools/gitlab"],
    ["https://git.example.com/gitlab/-/user_settings/profile", "https://git.example.com/gitlab"],
  ])("%s → %s", (given, expected) => {
    const normal = normaliseGitlabUrl(new URL(given));
    expect(String(normal)).toBe(expected);
    expect(String(normaliseGitlabUrl(new URL(String(normal))))).toBe(expected);
  });

  it.each([
    ["https://github.com/acme", /GitHub/],
    ["https://acme.ghe.com", /GitHub/],
    ["https://docs.gitlab.com/ee/api", /Use https:\/\/gitlab\.com\./],
    ["https://git.example.com/acme/app.git", /repository/],
    ["https://git.example.com/acme/app/-/merge_requests/7", /project/],
  ])("%s is answered with a sentence", (given, sentence) => {
    expect(normaliseGitlabUrl(new URL(given))).toMatch(sentence);
  });
});
