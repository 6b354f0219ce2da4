import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type AzureDevopsSimulator, startAzureDevopsSimulator } from "../simulators/azure-devops";
import type { AzureDevopsOptions } from "../simulators/azure-devops-state";
import { mintLong } from "../simulators/azure-devops-tokens";
import { azureDevops } from "./adapter";
import { connect, enter, type Sent } from "./connect-fixture";
import { parsePath } from "./probe";

const options: AzureDevopsOptions = {};
let host: AzureDevopsSimulator;

beforeAll(async () => {
  host = await startAzureDevopsSimulator(options);
  host.addRepository("Fabrikam Fiber/web app");
  host.addRepository("Fabrikam Fiber/read only", { "alice@example.com": 2 });
  host.addRepository("Fabrikam Fiber/no branches", { "alice@example.com": 2 + 4 });
  host.addRepository("Fabrikam Fiber/secret", {});
});
afterAll(() => host.close());
afterEach(() => {
  host.respondNextWith(null);
  delete options.permissionsNeedFull;
  delete options.pushCheckedLate;
  delete options.scopeCheckedLate;
});

async function probe(token: string, repository = "Fabrikam Fiber/web app") {
  const sent: Sent[] = [];
  const answer = await azureDevops.probe?.(connect(host.baseUrl, azureDevops, sent), enter(token), repository);
  if (!answer?.ok) return { reason: answer?.reason, sent };
  const abilities = Object.fromEntries(answer.abilities.map(({ ability, answer }) => [ability, answer]));
  const why = Object.fromEntries(answer.abilities.map(({ ability, why }) => [ability, why]));
  return { abilities, why, sent };
}

describe("probe", () => {
  it.each([
    ["Code (Read & write), who may contribute", ["vso.code_write"], "web app", "yes unknown unknown"],
    ["full access, who may contribute", ["app_token"], "web app", "yes unknown unknown"],
    ["Code (Read), who may contribute", ["vso.code"], "web app", "yes no unknown"],
    ["Code (Read & write), who may read", ["vso.code_write"], "read only", "yes no no"],
    ["Code (Read), who may read", ["vso.code"], "read only", "yes no no"],
    ["Code (Status), who may contribute", ["vso.code_status"], "web app", "no no unknown"],
    ["Code (Read & write), and a repository that is hidden", ["vso.code_write"], "secret", "no no no"],
    ["Code (Read & write), and a repository that is not there", ["vso.code_write"], "none", "no no no"],
  ])("%s", async (_, scopes, name, expected) => {
    const [read, push, status] = expected.split(" ");
    expect((await probe(host.addToken({ scopes }), `Fabrikam Fiber/${name}`)).abilities).toEqual({
      read,
      push,
      status,
    });
  });

  it("asks for the permissions by their bits, and tells which are lacking", async () => {
    const { why, sent } = await probe(host.addToken(), "Fabrikam Fiber/no branches");
    expect(why?.push).toMatch(
      /^A push would begin, .* The account lacks the permission Create branch and the permission Contribute to pull requests\.$/,
    );
    const asked = sent.map(({ url }) => new URL(url)).filter(({ pathname }) => pathname.includes("/permissions/"));
    expect(asked.map(({ pathname }) => pathname.split("/").at(-1)).sort()).toEqual(["16", "16384", "4"]);
    for (const { searchParams } of asked) {
      expect(searchParams.get("tokens")).toMatch(/^repoV2\/[0-9a-f-]{36}\/[0-9a-f-]{36}$/);
      expect(searchParams.get("api-version")).toBe("7.1");
    }
  });

  it("goes by Git alone where permissions are not told", async () => {
    options.permissionsNeedFull = true;
    const { abilities, why } = await probe(host.addToken());
    expect(abilities).toEqual({ read: "yes", push: "unknown", status: "unknown" });
    expect(why?.push).toMatch(/^A push would begin, .* Branch policies may refuse too\.$/);
  });

  it("does not take the beginning of a push for the scope, which may be looked at only at the push", async () => {
    options.scopeCheckedLate = true;
    const { abilities } = await probe(host.addToken({ scopes: ["vso.code"] }));
    expect(abilities).toEqual({ read: "yes", push: "unknown", status: "unknown" });
  });

  it("believes the permissions where Git would refuse only the push itself", async () => {
    options.pushCheckedLate = true;
    const { abilities } = await probe(host.addToken(), "Fabrikam Fiber/read only");
    expect(abilities).toEqual({ read: "yes", push: "no", status: "no" });
  });

  it("takes an address with _git, and sends spaces encoded", async () => {
    const { abilities, sent } = await probe(host.addToken(), "Fabrikam Fiber/_git/web app");
    expect(abilities?.read).toBe("yes");
    expect(
      sent.some(({ url }) => url.endsWith("/Fabrikam%20Fiber/_git/web%20app/info/refs?service=git-receive-pack")),
    ).toBe(true);
  });

  it("tells a dead token from a hidden repository", async () => {
    expect((await probe(mintLong())).reason).toBe("rejected");
    expect((await probe(host.addToken({ state: "expired" }))).reason).toBe("expired");
  });

  it.each([
    "web app",
    "a/b/c",
    "/x",
    "x/",
    "../x",
    "x/..",
    " a/b",
    "a/b ",
    "a:b/c",
    "a/b?c",
    "a\\b/c",
    `a/${"b".repeat(129)}`,
  ])("asks nothing for %j", async (repository) => {
    const { reason, sent } = await probe(host.addToken(), repository);
    expect(reason).toBe("unexpected");
    expect(sent).toEqual([]);
  });

  it("keeps names as they are", () => {
    expect(parsePath("Fabrikam Fiber/web app.wiki")).toEqual({ project: "Fabrikam Fiber", name: "web app.wiki" });
    expect(parsePath("Größe/R&D + co")).toEqual({ project: "Größe", name: "R&D + co" });
    expect(parsePath("_git/app")).toEqual({ project: "_git", name: "app" });
  });
});
