import { afterEach, describe, expect, it, vi } from "vitest";
import { compareScopes } from "../scopes";
import { azureDevops, azureDevopsServer } from "./adapter";
import { azureDevopsScopes } from "./scopes";

const request = {
  baseUrl: "https://dev.azure.com/acme",
  type: "pat",
  scopes: ["vso.code_write", "vso.code_status"],
  tokenName: "Forgepass",
  expiresInDays: 90,
};
const onServer = { ...request, baseUrl: "https://tfs.example.com/tfs/Main" };

const words = (guide: { steps: readonly { text: string }[] }) => guide.steps.map(({ text }) => text).join(" ");
const ticks = (guide: { steps: readonly { part: string; ticks?: readonly string[] }[] }) =>
  guide.steps.find(({ part }) => part === "scopes")?.ticks;

describe("the guide to a token of Azure DevOps Services", () => {
  afterEach(() => void vi.useRealTimers());

  it("links to the organization's token page, at its new and its old address, and claims no prefill", () => {
    expect(azureDevops.guide(request).tokenPage).toEqual({
      url: "https://dev.azure.com/acme/_usersSettings/tokens",
      prefilled: [],
    });
    const old = azureDevops.guide({ ...request, baseUrl: "https://acme.visualstudio.com/" });
    expect(old.managePage).toBe("https://acme.visualstudio.com/_usersSettings/tokens");
    expect(words(old)).toContain("choose acme");
  });

  it("names scopes as the page does, and what it has no label for by its own name", () => {
    const scopes = [...request.scopes, "vso.memberentitlementmanagement", "vso.future"];
    expect(ticks(azureDevops.guide({ ...request, scopes }))).toEqual([
      "Code: Read & write",
      "Code: Status",
      "Member Entitlement Management: Read",
      "vso.future",
    ]);
  });

  it.each([
    ["2026-11-30T23:59:59Z", "stop working on 1 December 2026"],
    ["2026-12-01T00:00:00Z", "stopped working on 1 December 2026"],
  ])("at %s says that tokens for all organizations %s", (now, sentence) => {
    vi.useFakeTimers({ now: new Date(now), toFake: ["Date"] });
    expect(words(azureDevops.guide(request))).toContain(sentence);
  });
});

describe("the guide to a token of a server", () => {
  it.each([
    ["2020-2022", "https://tfs.example.com/tfs/Main/_usersSettings/tokens", /user settings/],
    ["2019", "https://tfs.example.com/tfs/Main/_details/security/tokens", /Security/],
    ["tfs", "https://tfs.example.com/tfs/Main/_details/security/tokens", /Authorized Scopes choose Selected scopes/],
  ])("for %s leads to %s", (version, page, sentence) => {
    const guide = azureDevopsServer.guide({ ...onServer, version });
    expect(guide.tokenPage?.url).toBe(page);
    expect(words(guide)).toMatch(sentence);
    expect(words(guide)).not.toContain("1 December 2026");
  });

  it("uses the words of the old screens for TFS only, and the newest by default", () => {
    expect(ticks(azureDevopsServer.guide({ ...onServer, version: "tfs" }))).toEqual([
      "Code (read and write)",
      "Code (status)",
    ]);
    expect(ticks(azureDevopsServer.guide({ ...onServer, version: "2019" }))).toEqual([
      "Code: Read & write",
      "Code: Status",
    ]);
    expect(azureDevopsServer.guide(onServer)).toEqual(azureDevopsServer.guide({ ...onServer, version: "2020-2022" }));
  });
});

describe("scopes", () => {
  it.each([
    ["vso.code_write", "vso.code", "satisfied"],
    ["vso.code_write", "vso.code_status", "satisfied"],
    ["vso.code_write", "vso.threads_full", "satisfied"],
    ["vso.code_write", "vso.profile", "satisfied"],
    ["vso.code_full", "vso.code_write", "satisfied"],
    ["app_token", "vso.memberentitlementmanagement", "satisfied"],
    ["vso.code", "vso.code_write", "missing"],
    ["vso.code", "vso.code_status", "missing"],
    ["vso.code_status", "vso.code", "missing"],
    ["vso.code_write", "vso.memberentitlementmanagement", "missing"],
    ["vso.work", "vso.code", "missing"],
  ])("%s, where %s is needed: %s", (granted, needed, expected) => {
    const required = [{ scope: needed, why: "to test", consumer: { id: "c", name: "C" } }];
    const { satisfied } = compareScopes({ table: azureDevopsScopes, type: "pat", required, granted: [granted] });
    expect(satisfied.length > 0 ? "satisfied" : "missing").toBe(expected);
  });
});

describe("git over SSH", () => {
  it("is elsewhere than the web address on Services, and on the same host on a server", () => {
    expect(azureDevops.ssh.endpoint("https://dev.azure.com/acme")).toEqual({
      user: "git",
      host: "ssh.dev.azure.com",
      port: 22,
    });
    expect(azureDevops.ssh.endpoint("https://acme.visualstudio.com/")).toEqual({
      user: "acme",
      host: "vs-ssh.visualstudio.com",
      port: 22,
    });
    expect(azureDevops.ssh.endpoint("http://127.0.0.1:4321/acme").host).toBe("127.0.0.1");
    expect(azureDevopsServer.ssh.endpoint(onServer.baseUrl)).toEqual({
      user: "git",
      host: "tfs.example.com",
      port: 22,
    });
  });

  it("takes RSA only, has no API for keys, and publishes fingerprints for Services alone", () => {
    for (const { ssh } of [azureDevops, azureDevopsServer]) expect(ssh).toMatchObject({ algorithm: "rsa", keys: null });
    expect(Object.keys(azureDevops.ssh.published)).toEqual(["ssh.dev.azure.com", "vs-ssh.visualstudio.com"]);
    expect(azureDevopsServer.ssh.published).toEqual({});
  });

  it("guides to the page for keys of each release", () => {
    const page = (version?: string) =>
      azureDevopsServer.ssh.guide({ baseUrl: onServer.baseUrl, use: "git", ...(version && { version }) }).page;
    expect(page()).toBe("https://tfs.example.com/tfs/Main/_usersSettings/keys");
    expect(page("2019")).toBe("https://tfs.example.com/tfs/Main/_details/security/keys");
    expect(azureDevops.ssh.guide({ baseUrl: request.baseUrl, use: "git" }).page).toBe(
      "https://dev.azure.com/acme/_usersSettings/keys",
    );
  });
});
