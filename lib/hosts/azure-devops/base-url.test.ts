import { describe, expect, it } from "vitest";
import { azureDevops, azureDevopsServer } from "./adapter";
import { normaliseServerUrl, normaliseServicesUrl } from "./base-url";

describe("an address of Azure DevOps Services", () => {
  it.each([
    ["https://dev.azure.com/acme", "https://dev.azure.com/acme"],
    ["http://dev.azure.com/acme/", "https://dev.azure.com/acme"],
    ["https://dev.azure.com/acme/Fabrikam%20Fiber/_git/web%20app?path=/a#b", "https://dev.azure.com/acme"],
    ["https://dev.azure.com/acme/_usersSettings/tokens", "https://dev.azure.com/acme"],
    ["https://dev.azure.com/acme/_apis/projects", "https://dev.azure.com/acme"],
    ["https://vssps.dev.azure.com/acme/_apis/graph/users", "https://dev.azure.com/acme"],
    ["https://acme.visualstudio.com", "https://acme.visualstudio.com/"],
    ["https://acme.visualstudio.com/DefaultCollection/Fiber/_git/app", "https://acme.visualstudio.com/"],
    ["https://acme.vssps.visualstudio.com/_apis", "https://acme.visualstudio.com/"],
    ["http://127.0.0.1:4321/acme/Fiber", "http://127.0.0.1:4321/acme"],
    ["http://localhost:4321/acme", "http://localhost:4321/acme"],
  ])("%s → %s", (given, expected) => {
    const normal = normaliseServicesUrl(new URL(given));
    expect(String(normal)).toBe(expected);
    expect(String(normaliseServicesUrl(new URL(String(normal))))).toBe(expected);
  });

  it.each([
    ["https://dev.azure.com", /Add your organization/],
    ["https://dev.azure.com/_git/x", /Add your organization/],
    ["http://127.0.0.1:4321/", /Add your organization/],
    ["https://ssh.dev.azure.com/v3/acme", /SSH only/],
    ["https://app.vssps.visualstudio.com/_signin", /not where an organization's repositories are/],
    ["https://azure.microsoft.com/products/devops", /not where an organization's repositories are/],
    ["https://tfs.example.com/tfs/DefaultCollection", /as Azure DevOps Server/],
    ["https://dev.azure.com.evil.example/acme", /not an address of Azure DevOps Services/],
    ["https://github.com/acme", /GitHub/],
    ["https://gitlab.com/acme", /GitLab/],
  ])("%s is answered with a sentence", (given, sentence) => {
    expect(normaliseServicesUrl(new URL(given))).toMatch(sentence);
  });

  it("lets requests go to it and to where profiles are, and from a stand-in to itself only", () => {
    const profiles = "https://app.vssps.visualstudio.com";
    expect(azureDevops.origins("https://dev.azure.com/acme")).toEqual(["https://dev.azure.com", profiles]);
    expect(azureDevops.origins("https://acme.visualstudio.com/")).toEqual(["https://acme.visualstudio.com", profiles]);
    expect(azureDevops.origins("http://127.0.0.1:4321/acme")).toEqual(["http://127.0.0.1:4321"]);
  });
});

describe("an address of a server", () => {
  it.each([
    ["https://tfs.example.com/DefaultCollection", "https://tfs.example.com/DefaultCollection"],
    ["https://tfs.example.com/DefaultCollection/", "https://tfs.example.com/DefaultCollection"],
    ["http://tfs.example.com:8080/tfs/DefaultCollection", "http://tfs.example.com:8080/tfs/DefaultCollection"],
    ["http://tfs.example.com:8080/tfs/defaultcollection/Fiber", "http://tfs.example.com:8080/tfs/defaultcollection"],
    ["http://tfs.example.com:8080/tfs/Main/Fiber/_git/app", "http://tfs.example.com:8080/tfs/Main"],
    ["http://tfs.example.com:8080/tfs/Main/_details/security/tokens", "http://tfs.example.com:8080/tfs/Main"],
    ["https://tfs.example.com/Main/Fiber%20One/_git/app", "https://tfs.example.com/Main"],
    ["https://tfs.example.com/DefaultCollection/Fiber", "https://tfs.example.com/DefaultCollection"],
    ["https://tfs.example.com/devops/DefaultCollection/Fiber", "https://tfs.example.com/devops/DefaultCollection"],
    ["https://tfs.example.com/Main/_git/app", "https://tfs.example.com/Main"],
    ["https://tfs.example.com/Main/_usersSettings/tokens", "https://tfs.example.com/Main"],
    ["https://tfs.example.com/devops/Main/_usersSettings/tokens", "https://tfs.example.com/devops/Main"],
    ["https://tfs.example.com/devops/Main/Fiber/_git/app", "https://tfs.example.com/devops/Main"],
    ["https://tfs.example.com/devops/Main", "https://tfs.example.com/devops/Main"],
    ["http://127.0.0.1:4321/tfs/DefaultCollection", "http://127.0.0.1:4321/tfs/DefaultCollection"],
  ])("%s → %s", (given, expected) => {
    const normal = normaliseServerUrl(new URL(given));
    expect(String(normal)).toBe(expected);
    expect(String(normaliseServerUrl(new URL(String(normal))))).toBe(expected);
  });

  it.each([
    ["https://tfs.example.com", /as in https:\/\/tfs\.example\.com\/DefaultCollection\.$/],
    ["http://tfs.example.com:8080/tfs/", /as in http:\/\/tfs\.example\.com:8080\/tfs\/DefaultCollection\.$/],
    ["http://tfs.example.com:8080/tfs/_home", /Add the collection/],
    ["https://dev.azure.com/acme", /Azure DevOps Services/],
    ["https://acme.visualstudio.com", /Azure DevOps Services/],
    ["https://github.com/acme", /GitHub/],
  ])("%s is answered with a sentence", (given, sentence) => {
    expect(normaliseServerUrl(new URL(given))).toMatch(sentence);
  });

  it("lets requests go to itself only", () => {
    expect(azureDevopsServer.origins("https://tfs.example.com/Main")).toEqual(["https://tfs.example.com"]);
  });
});
