import { describe, expect, it } from "vitest";
import { compareScopes } from "../scopes";
import { guideGitlab } from "./guide";
import { gitlabScopes } from "./scopes";

const request = {
  baseUrl: "https://git.example.com/gitlab",
  type: "personal",
  scopes: ["api", "read_repository"],
  tokenName: "Forgepass & co",
  expiresInDays: 90,
};

describe("guideGitlab", () => {
  it("links to the token page below the relative root, with name, description and scopes filled in", () => {
    const { tokenPage, managePage } = guideGitlab(request);
    const url = new URL(tokenPage?.url ?? "");
    expect(url.origin + url.pathname).toBe(managePage);
    expect(managePage).toBe("https://git.example.com/gitlab/-/user_settings/personal_access_tokens");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      name: "Forgepass & co",
      description: "Kept in Forgepass",
      scopes: "api,read_repository",
    });
  });

  it("does not claim that GitLab fills in the expiry, and asks for it in a step", () => {
    const { tokenPage, steps } = guideGitlab(request);
    expect(tokenPage?.prefilled).toEqual(["name", "scopes"]);
    expect(steps.some(({ text }) => text.includes("90 days from now"))).toBe(true);
    expect(guideGitlab({ ...request, scopes: [] }).tokenPage?.prefilled).toEqual(["name"]);
  });

  it.each([
    ["personal", "https://git.example.com/gitlab/-/profile/personal_access_tokens"],
    ["fine-grained", "https://git.example.com/gitlab/-/profile/personal_access_tokens"],
    ["oauth", "https://git.example.com/gitlab/-/profile/applications"],
  ])("leads to where a release before 17 keeps a %s token", (type, page) => {
    const older = guideGitlab({ ...request, type, version: "16" });
    const newer = guideGitlab({ ...request, type, version: "17" });
    expect(older.managePage).toBe(page);
    expect(newer.managePage).toBe(page.replace("/-/profile/", "/-/user_settings/"));
    expect(guideGitlab({ ...request, type })).toEqual(newer);
    if (older.tokenPage) expect(older.tokenPage.url.split("?")[0]).toBe(page);
  });

  it("says that a release before 17 has no fine-grained tokens, and how to make one that it has", () => {
    const { steps } = guideGitlab({ ...request, type: "fine-grained", version: "16" });
    expect(steps[0]?.text).toMatch(/no fine-grained tokens/);
    expect(steps.slice(1)).toEqual(guideGitlab({ ...request, version: "16" }).steps);
  });

  it.each([
    ["personal", "17", /user settings/],
    ["project", "17", /^Open the project/],
    ["group", "16", /^Open the group/],
    ["oauth", "17", /application/],
  ])("says how to remove a %s token (%s)", (type, version, removal) => {
    expect(guideGitlab({ ...request, type, version }).removal).toMatch(removal);
  });

  it.each(["project", "group"])("says where a %s token is made, as there is no page to link to", (type) => {
    const { tokenPage, steps } = guideGitlab({ ...request, type });
    expect(tokenPage).toBeNull();
    expect(steps[0]?.text).toContain(type);
  });

  it("has project and group tokens tick read_api where read_user is needed, which they do not offer", () => {
    const ticks = (scopes: string[]) =>
      guideGitlab({ ...request, type: "project", scopes }).steps.find(({ part }) => part === "scopes")?.ticks;
    expect(ticks(["read_user", "write_repository"])).toEqual(["read_api", "write_repository"]);
    expect(ticks(["api", "read_user"])).toEqual(["api"]);
    expect(ticks(["api"])).toBeUndefined();
  });
});

describe("gitlabScopes", () => {
  function compare(type: string, granted: string[], needed: string) {
    const required = [{ scope: needed, why: "to test", consumer: { id: "c", name: "C" } }];
    const { satisfied, missing, unknown } = compareScopes({ table: gitlabScopes, type, required, granted });
    return satisfied.length > 0 ? "satisfied" : missing.length > 0 ? "missing" : unknown.length > 0 ? "unknown" : null;
  }

  it.each([
    ["personal", "api", "write_repository", "satisfied"],
    ["personal", "api", "read_repository", "satisfied"],
    ["project", "api", "write_repository", "unknown"],
    ["group", "api", "read_repository", "unknown"],
    ["project", "api", "read_user", "satisfied"],
    ["personal", "api", "k8s_proxy", "unknown"],
    ["personal", "api", "sudo", "missing"],
    ["personal", "api", "admin_mode", "missing"],
    ["personal", "read_api", "read_user", "satisfied"],
    ["personal", "read_api", "api", "missing"],
    ["personal", "write_repository", "read_repository", "satisfied"],
    ["personal", "write_repository", "api", "missing"],
    ["personal", "read_repository", "write_repository", "missing"],
    ["personal", "write_registry", "read_registry", "missing"],
  ])("a %s token with %s that needs %s: %s", (type, granted, needed, expected) => {
    expect(compare(type, [granted], needed)).toBe(expected);
  });
});
