import { describe, expect, it } from "vitest";
import { ticksFor } from "./access-token-scopes";
import { guideBitbucketCloud } from "./guide";

const baseUrl = "https://bitbucket.org";
const b = (...names: string[]) => names.map((name) => `${name}:bitbucket`);
const atlantis = b("read:repository", "read:pullrequest", "write:pullrequest");

function guide(type: string, scopes: readonly string[]) {
  return guideBitbucketCloud({ baseUrl, type, scopes, tokenName: "Forgepass", expiresInDays: 90 });
}

describe("the guide", () => {
  it("leads to the Atlassian account for an API token, which needs each scope and the one for its account", () => {
    const { steps, tokenPage } = guide("api-token", atlantis);
    expect(tokenPage).toEqual({ url: "https://id.atlassian.com/manage-profile/security/api-tokens", prefilled: [] });
    expect(steps.find(({ part }) => part === "scopes")?.ticks).toEqual(["read:user:bitbucket", ...atlantis]);
    const needed = guide("api-token", b("read:user")).steps.find(({ part }) => part === "scopes");
    expect(needed).toBeDefined();
    expect(needed?.ticks).toBeUndefined();
  });

  it("says for access tokens where to make them, and what to tick in the page's words", () => {
    const { steps, tokenPage, removal } = guide("repository-token", atlantis);
    expect(tokenPage).toBeNull();
    expect(steps.find(({ part }) => part === "scopes")?.ticks).toEqual(["Pull requests: Write"]);
    expect(removal).toMatch(/settings of the repository/);
    expect(guide("workspace-token", atlantis).steps[0]?.text).toMatch(/Premium/);
    expect(steps[0]?.text).not.toMatch(/Premium/);
    expect(guide("project-token", []).steps.find(({ part }) => part === "scopes")?.ticks).toEqual([
      "Repositories: Read",
    ]);
  });

  it("says what no access token can have", () => {
    const { steps } = guide("repository-token", b("read:repository", "read:user"));
    expect(steps.find(({ part }) => part === "scopes")?.text).toMatch(/cannot have read:user:bitbucket/);
  });
});

describe("ticksFor", () => {
  it.each([
    [b("read:repository"), ["Repositories: Read"]],
    [b("write:repository"), ["Repositories: Write"]],
    [b("read:repository", "read:pullrequest"), ["Pull requests: Read"]],
    [b("read:pullrequest", "write:repository", "read:repository"), ["Pull requests: Read", "Repositories: Write"]],
    [b("write:pullrequest", "write:repository"), ["Pull requests: Write"]],
    [b("read:pipeline", "write:repository"), ["Pipelines: Read", "Repositories: Write"]],
    [b("admin:pipeline"), ["Pipelines: Edit variables"]],
    [b("read:webhook"), ["Webhooks: Read and write"]],
    [b("read:project"), []],
  ])("%j → %j", (required, expected) => {
    expect(ticksFor(required, "repository-token").ticks.sort()).toEqual(expected);
  });

  it("offers projects where there are any", () => {
    expect(ticksFor(b("read:project"), "project-token")).toEqual({ ticks: ["Projects: Read"], beyond: [] });
    expect(ticksFor(b("read:project"), "repository-token").beyond).toEqual(b("read:project"));
  });
});
