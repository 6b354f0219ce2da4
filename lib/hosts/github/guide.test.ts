import { describe, expect, it } from "vitest";
import type { GuideRequest } from "../adapter";
import { guideGithub } from "./guide";
import { permissionsFor } from "./permissions";
import { githubScopes } from "./scopes";

const request: GuideRequest = {
  baseUrl: "https://github.com",
  type: "classic",
  scopes: ["repo", "read:org", "user:email", "workflow"],
  tokenName: "Forgepass & co",
  expiresInDays: 90,
};

function pageOf(more: Partial<GuideRequest>): {
  address: string;
  query: Record<string, string>;
  prefilled: readonly string[];
} {
  const { tokenPage } = guideGithub({ ...request, ...more });
  const url = new URL(tokenPage?.url ?? "");
  return {
    address: url.origin + url.pathname,
    query: Object.fromEntries(url.searchParams),
    prefilled: tokenPage?.prefilled ?? [],
  };
}

describe("the guide", () => {
  it("opens the classic page with name, scopes and one of the page's own terms", () => {
    expect(pageOf({})).toEqual({
      address: "https://github.com/settings/tokens/new",
      query: { description: "Forgepass & co", scopes: "repo,read:org,user:email,workflow", default_expires_at: "90" },
      prefilled: ["name", "scopes"],
    });
    expect(pageOf({ expiresInDays: 45 }).query).not.toHaveProperty("default_expires_at");
  });

  it("opens the fine-grained page with permissions that do what the scopes are for", () => {
    const page = pageOf({ type: "fine-grained", tokenName: "x".repeat(60), baseUrl: "https://octocorp.ghe.com/" });
    expect(page.address).toBe("https://octocorp.ghe.com/settings/personal-access-tokens/new");
    expect(page.query).toEqual({
      name: "x".repeat(40),
      expires_in: "90",
      metadata: "read",
      contents: "write",
      pull_requests: "write",
      statuses: "write",
      workflows: "write",
      emails: "read",
      members: "read",
    });
    expect(page.prefilled).toEqual(["name", "scopes", "expiry"]);
  });

  it.each([
    [0, "1"],
    [400, "366"],
    [29.6, "30"],
  ])("asks for a term of %d days as %s", (expiresInDays, asked) => {
    expect(pageOf({ type: "fine-grained", expiresInDays }).query.expires_in).toBe(asked);
  });

  it("promises nothing of the pages of an Enterprise Server", () => {
    const classic = pageOf({ baseUrl: "https://git.example.com/" });
    expect(classic).toMatchObject({ address: "https://git.example.com/settings/tokens/new", prefilled: [] });
    const fine = pageOf({ baseUrl: "https://git.example.com/", type: "fine-grained" });
    expect(fine).toEqual({
      address: "https://git.example.com/settings/personal-access-tokens/new",
      query: {},
      prefilled: [],
    });
  });

  it("writes out what to tick in GitHub's words, also where the link fills it in", () => {
    const steps = guideGithub({ ...request, type: "fine-grained" }).steps;
    expect(steps.find(({ part }) => part === "scopes")?.ticks).toEqual([
      "Metadata: Read-only",
      "Contents: Read and write",
      "Pull requests: Read and write",
      "Commit statuses: Read and write",
      "Workflows: Read and write",
      "Email addresses (account): Read-only",
      "Members (organization): Read-only",
    ]);
  });

  it("says which scopes a fine-grained token has nothing for", () => {
    const steps = guideGithub({
      ...request,
      type: "fine-grained",
      scopes: ["repo", "write:packages", "notifications"],
    }).steps;
    expect(steps.map(({ text }) => text).join("\n")).toMatch(/nothing for write:packages, notifications/);
  });

  it.each(["classic", "fine-grained", "oauth", "app-user"])(
    "has one field to paste a %s token into, also with no scopes",
    (type) => {
      const { steps, managePage } = guideGithub({ ...request, type, scopes: [] });
      expect(steps.filter(({ part }) => part === "paste")).toHaveLength(1);
      expect(steps.filter(({ part }) => part === "scopes")).toHaveLength(0);
      expect(new URL(managePage).origin).toBe("https://github.com");
    },
  );

  it("leads an Enterprise Server before 3.10 to a classic token, as it has no other", () => {
    const server = { ...request, baseUrl: "https://git.example.com/", version: "3.9" };
    const fine = guideGithub({ ...server, type: "fine-grained" });
    expect(fine.tokenPage?.url).toMatch(/^https:\/\/git\.example\.com\/settings\/tokens\/new\?/);
    expect(fine.steps[0]?.text).toMatch(/no fine-grained tokens/);
    expect(fine.steps.slice(1)).toEqual(guideGithub(server).steps);
    expect(guideGithub({ ...server, type: "fine-grained", version: "3.10" })).toEqual(
      guideGithub({ ...request, baseUrl: "https://git.example.com/", type: "fine-grained" }),
    );
  });

  it.each([
    ["classic", undefined, /Tokens \(classic\)/],
    ["classic", "3.9", /Personal access tokens/],
    ["fine-grained", undefined, /Fine-grained tokens/],
    ["oauth", undefined, /Applications/],
    ["app-user", undefined, /Applications/],
  ])("says how to remove a %s token (%s)", (type, version, removal) => {
    expect(guideGithub({ ...request, type, ...(version && { version }) }).removal).toMatch(removal);
  });

  it("lets write swallow read", () => {
    const { permissions } = permissionsFor(["read:repo_hook", "admin:repo_hook", "read:repo_hook"]);
    expect(permissions.map(({ parameter, level }) => `${parameter}=${level}`)).toEqual([
      "metadata=read",
      "repository_hooks=write",
    ]);
  });

  it("maps only scopes that GitHub has", () => {
    const mapped = githubScopes.map(({ id }) => id).filter((id) => permissionsFor([id]).missing.length === 0);
    expect(mapped).toContain("repo");
    expect(permissionsFor(["constructor", "nonsense"]).missing).toEqual(["constructor", "nonsense"]);
  });
});
