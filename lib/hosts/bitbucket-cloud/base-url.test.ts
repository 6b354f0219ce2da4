import { describe, expect, it } from "vitest";
import { bitbucketCloud } from "./adapter";
import { apiTokenPage } from "./base-url";

const { normaliseBaseUrl, origins } = bitbucketCloud;

describe("the base URL", () => {
  it.each([
    ["https://bitbucket.org", "https://bitbucket.org/"],
    ["https://www.bitbucket.org/", "https://bitbucket.org/"],
    ["https://api.bitbucket.org/2.0/user", "https://bitbucket.org/"],
    ["https://bitbucket.org/acme/app/src/main/", "https://bitbucket.org/"],
    ["https://bitbucket.org/acme/workspace/overview?x=1", "https://bitbucket.org/"],
    ["http://bitbucket.org./", "https://bitbucket.org/"],
    ["http://127.0.0.1:8080/2.0", "http://127.0.0.1:8080/"],
    ["http://localhost:8080/", "http://localhost:8080/"],
    ["http://[::1]:8080/", "http://[::1]:8080/"],
  ])("%s → %s", (given, expected) => {
    const normal = normaliseBaseUrl(new URL(given));
    expect(String(normal)).toBe(expected);
    expect(String(normaliseBaseUrl(new URL(String(normal))))).toBe(expected);
  });

  it.each([
    ["https://git.example.com/bitbucket", /Data Center/],
    ["https://bitbucket.example.com", /Data Center/],
    ["https://bitbucket.org.example.com", /Data Center/],
    ["https://acme.atlassian.net", /bitbucket\.org/],
    ["https://id.atlassian.com/manage-profile", /bitbucket\.org/],
  ])("%s is answered with a sentence", (given, sentence) => {
    expect(normaliseBaseUrl(new URL(given))).toMatch(sentence);
  });

  it("is asked at its API's origin, a stand-in at its own", () => {
    expect(origins("https://bitbucket.org")).toEqual(["https://api.bitbucket.org", "https://bitbucket.org"]);
    expect(origins("http://127.0.0.1:8080")).toEqual(["http://127.0.0.1:8080"]);
    expect(apiTokenPage("https://bitbucket.org")).toBe("https://id.atlassian.com/manage-profile/security/api-tokens");
    expect(apiTokenPage("http://127.0.0.1:8080")).toBe("http://127.0.0.1:8080/manage-profile/security/api-tokens");
  });
});
