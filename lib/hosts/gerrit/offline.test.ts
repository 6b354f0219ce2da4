import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import { compareScopes } from "../scopes";
import { gerrit } from "./adapter";
import { normaliseGerritUrl } from "./base-url";
import { guideGerrit } from "./guide";
import { gerritCredentialTypes, recogniseGerrit } from "./recognise";
import { gerritScopes } from "./scopes";

describe("normaliseGerritUrl", () => {
  it.each([
    ["https://review.example.com", "https://review.example.com/"],
    ["https://review.example.com/r/", "https://review.example.com/r"],
    ["https://review.example.com/a/b/r", "https://review.example.com/"],
    ["https://review.example.com/code/r/a/accounts/self", "https://review.example.com/code/r"],
    ["https://review.example.com/r/c/tools/build/+/42", "https://review.example.com/r"],
    ["https://review.example.com/q/status:open+-is:wip", "https://review.example.com/"],
    ["https://review.example.com/settings/#HTTPCredentials", "https://review.example.com/"],
    ["https://review.example.com/r/login/%2F", "https://review.example.com/r"],
    ["https://review.example.com:8443/gerrit/dashboard/self", "https://review.example.com:8443/gerrit"],
    ["https://review.example.com/Documentation/index.html", "https://review.example.com/"],
    ["http://127.0.0.1:8080/r", "http://127.0.0.1:8080/r"],
    ["http://localhost:8080/admin/repos", "http://localhost:8080/"],
    ["https://go-review.googlesource.com/q/status:open", "https://go-review.googlesource.com/"],
  ])("%s → %s", (typed, stored) => {
    expect(String(normaliseGerritUrl(new URL(typed)))).toBe(stored);
  });

  it.each([
    ["https://github.com/alice", "GitHub"],
    ["https://gitlab.com", "GitLab"],
    ["https://review.example.com/tools/build.git", "repository"],
    ["https://go.googlesource.com/go", "https://go-review.googlesource.com"],
  ])("%s is refused with what to do", (typed, word) => {
    expect(normaliseGerritUrl(new URL(typed))).toEqual(expect.stringContaining(word));
  });

  it("keeps what it made", () => {
    const once = normaliseGerritUrl(new URL("https://review.example.com/r/c/x/+/1"));
    expect(String(normaliseGerritUrl(new URL(String(once))))).toBe(String(once));
  });
});

describe("recogniseGerrit", () => {
  it.each(["ETxgpih8xrNs", "ghp_0123456789abcdef0123456789abcdef0123", ""])("claims nothing of %j", (text) => {
    expect(recogniseGerrit(text)).toBeNull();
  });

  it("every type asks for the username, and lets through what Gerrit takes as one", () => {
    for (const { fields = [], secretForm } of gerritCredentialTypes) {
      expect(secretForm).toBe("password");
      const [username, ...others] = fields;
      expect(others).toEqual([]);
      expect(username).toMatchObject({ id: "username", secret: false, optional: false });
      for (const name of ["alice", "a.b-c_d", "svc@example", "A1"]) expect(username?.check(name)).toBeNull();
      for (const name of ["a:b", "a b", "älice", "x".repeat(256)]) expect(username?.check(name)).toMatch(/username/);
    }
  });
});

describe("guideGerrit", () => {
  const request = {
    baseUrl: "https://review.example.com/r/",
    type: "token",
    scopes: [],
    tokenName: "Forgepass & co",
    expiresInDays: 90,
  };
  const textOf = (version?: string, type = "token") => {
    const { steps } = guideGerrit({ ...request, type, ...(version && { version }) });
    return steps.map(({ text }) => text).join(" ");
  };

  it("has a token with an ID and a lifetime from 3.13 on, and one password that replaces the other before", () => {
    expect(textOf("3.13")).toMatch(/Forgepass-co as the ID.*90d/);
    expect(textOf("3.12")).toMatch(/Generate a new password\. This ends the one before/);
    expect(textOf("3.12")).not.toContain("lifetime");
  });

  it("without a version, tells of the release that makes what was chosen", () => {
    expect(textOf()).toBe(textOf("3.13"));
    expect(textOf(undefined, "http-password")).toBe(textOf("3.12", "http-password"));
  });

  it("removes a password as a password, whichever release it is on", () => {
    for (const version of ["3.13", "3.12"]) {
      expect(guideGerrit({ ...request, type: "http-password", version }).removal).toMatch(/password/);
    }
    expect(guideGerrit({ ...request, version: "3.13" }).removal).toMatch(/token by its ID/);
  });

  it("says so when a release does not make what was chosen", () => {
    expect(textOf("3.12")).toMatch(/choose the kind HTTP password/);
    expect(textOf("3.13", "http-password")).toMatch(/choose the kind Authentication token/);
    for (const text of [textOf("3.13"), textOf("3.12", "http-password")]) expect(text).not.toContain("choose the kind");
  });

  it("links to the settings below the path, and does not claim that anything is filled in", () => {
    const { tokenPage, managePage } = guideGerrit(request);
    expect(tokenPage).toEqual({ url: "https://review.example.com/r/settings/#HTTPCredentials", prefilled: [] });
    expect(managePage).toBe(tokenPage?.url);
  });

  it("asks for the username that is shown, in both releases", () => {
    for (const version of ["3.13", "3.12"]) expect(textOf(version)).toMatch(/username that is shown/);
  });
});

describe("gerritScopes", () => {
  function compare(granted: string[], needed: string) {
    const required = [{ scope: needed, why: "to test", consumer: { id: "c", name: "C" } }];
    const { satisfied, missing } = compareScopes({ table: gerritScopes, type: "token", required, granted });
    return satisfied.length > 0 ? "satisfied" : missing.length > 0 ? "missing" : "unknown";
  }

  it.each([
    ["administrateServer", "createProject", "satisfied"],
    ["administrateServer", "viewQueue", "satisfied"],
    ["administrateServer", "runAs", "missing"],
    ["administrateServer", "accessDatabase", "missing"],
    ["maintainServer", "flushCaches", "satisfied"],
    ["maintainServer", "createAccount", "missing"],
    ["createGroup", "createProject", "missing"],
  ])("%s with %s needed: %s", (granted, needed, expected) => {
    expect(compare([granted], needed)).toBe(expected);
  });

  it("what every account has is not called too much", () => {
    const granted = ["emailReviewers", "queryLimit"];
    expect(compareScopes({ table: gerritScopes, type: "token", required: [], granted }).excess).toEqual([]);
  });

  it("an administrator's credential is called too much where nothing asks for it, with its danger", () => {
    const { excess } = compareScopes({
      table: gerritScopes,
      type: "token",
      required: [],
      granted: ["administrateServer"],
    });
    expect(excess).toMatchObject([{ scope: "administrateServer", risk: "admin", danger: expect.stringMatching(/\S/) }]);
  });
});

describe("gitCredential", () => {
  it("is the pair that was entered, whatever the account is called now", () => {
    const token = new Secret("ETxgpih8xrNs");
    const entered = { type: "token", token, fields: { username: "alice" }, secrets: {} };
    const account = { id: "1", login: "renamed", name: null, url: null, isBot: false };
    const remote = new URL("https://review.example.com/r/a/tools/build");
    expect(gerrit.gitCredential(entered, account, remote)).toEqual({
      username: "alice",
      password: token,
      expiresAt: null,
    });
  });
});

it("what the browser loads needs no more than a browser has", () => {
  for (const name of ["recognise", "guide", "base-url"]) {
    const source = readFileSync(new URL(`${name}.ts`, import.meta.url), "utf8");
    const imports = [...source.matchAll(/^import (?!type).* from "(.+)";$/gm)].map(([, from]) => from);
    expect(imports.filter((from) => from !== "./base-url")).toEqual([]);
  }
});
