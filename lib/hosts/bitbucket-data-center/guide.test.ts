import { describe, expect, it } from "vitest";
import type { GuideRequest } from "../adapter";
import { bitbucketDataCenterCredentialTypes } from "./credential-types";
import { guideBitbucketDataCenter } from "./guide";

function guide(request: Partial<GuideRequest>) {
  return guideBitbucketDataCenter({
    baseUrl: "https://example.com/bitbucket/",
    type: "http-access-token",
    scopes: ["PROJECT_READ", "REPO_WRITE"],
    tokenName: "Forgepass",
    expiresInDays: 90,
    ...request,
  });
}

const ticks = (request: Partial<GuideRequest>) => guide(request).steps.find(({ part }) => part === "scopes")?.ticks;
const textOf = (request: Partial<GuideRequest>) => JSON.stringify(guide(request));

describe("the guide", () => {
  it("opens the token page below the context path, prefilled with nothing", () => {
    const page = "https://example.com/bitbucket/plugins/servlet/access-tokens/manage";
    expect(guide({})).toMatchObject({ tokenPage: { url: page, prefilled: [] }, managePage: page });
  });

  it("names the page as each release does", () => {
    expect(textOf({})).toContain("HTTP access tokens");
    expect(textOf({})).not.toContain("Personal access tokens");
    expect(textOf({ version: "personal-access-tokens" })).toContain("Personal access tokens");
    expect(textOf({ version: "personal-access-tokens" })).not.toContain("HTTP access tokens");
  });

  it.each([
    [["PROJECT_READ", "REPO_WRITE"], "Project permissions: Read", "Repository permissions: Write"],
    [["PROJECT_WRITE"], "Project permissions: Write", "Repository permissions: Write"],
    [["PROJECT_ADMIN", "REPO_READ"], "Project permissions: Admin", "Repository permissions: Admin"],
    [["PROJECT_READ", "PROJECT_WRITE", "REPO_READ"], "Project permissions: Write", "Repository permissions: Write"],
  ])("asks for one level of each family for %j, on repositories no lower than on projects", (scopes, ...expected) => {
    expect(ticks({ scopes })).toEqual(expected);
  });

  it("asks for no permission on projects where none is needed or none can be had", () => {
    expect(ticks({ scopes: ["REPO_WRITE"] })).toEqual(["Repository permissions: Write"]);
    expect(ticks({ scopes: [] })).toEqual(["Repository permissions: Read"]);
    expect(ticks({ type: "repository-token" })).toEqual(["Repository permissions: Write"]);
    expect(ticks({ type: "repository-token", scopes: ["PROJECT_WRITE"] })).toEqual(["Repository permissions: Write"]);
    expect(ticks({ type: "project-token" })).toEqual(["Project permissions: Read", "Repository permissions: Write"]);
  });

  it("sends to no page for what is made in a project or repository", () => {
    for (const type of ["project-token", "repository-token", "password"]) expect(guide({ type }).tokenPage).toBeNull();
    expect(textOf({ type: "repository-token" })).toContain("Open the repository on Bitbucket.");
  });

  it("says how long it shall live", () => {
    expect(textOf({})).toContain("after 90 days");
    expect(textOf({ expiresInDays: 1 })).toContain("after 1 day.");
    expect(textOf({ type: "project-token", version: "personal-access-tokens" })).toContain("If it asks for an expiry");
  });
});

describe("the user name of a password", () => {
  const check = bitbucketDataCenterCredentialTypes.find(({ id }) => id === "password")?.fields?.[0]?.check;

  it.each(["alice", "Alice.O'Neil", "jörg", "DOMAIN\\alice", "a b"])("may be %s", (name) => {
    expect(check?.(name)).toBeNull();
  });

  it.each(["a:b", "a\nb", "\u0000", "x".repeat(256), "\ud800"])("may not be %j", (name) => {
    expect(check?.(name)).toMatch(/\.$/);
  });
});
