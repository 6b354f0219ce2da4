import { afterEach, describe, expect, it } from "vitest";
import { type AzureDevopsSimulator, startAzureDevopsSimulator } from "../simulators/azure-devops";
import type { AzureDevopsOptions, AzureDevopsProduct } from "../simulators/azure-devops-state";
import { mintShort } from "../simulators/azure-devops-tokens";
import { azureDevops, azureDevopsServer } from "./adapter";
import { connect, enter, verify } from "./connect-fixture";

describe("a server", () => {
  let host: AzureDevopsSimulator | null = null;
  afterEach(async () => {
    await host?.close();
    host = null;
  });

  async function start(options: AzureDevopsOptions): Promise<AzureDevopsSimulator> {
    host = await startAzureDevopsSimulator(options);
    host.addRepository("Fabrikam Fiber/web app");
    return host;
  }

  it.each([
    ["tfs-2015", "Team Foundation Server", "2015"],
    ["tfs-2017", "Team Foundation Server", "2017"],
    ["tfs-2017.1", "Team Foundation Server", "2017.1"],
    ["tfs-2017.2", "Team Foundation Server", "2017.2"],
    ["tfs-2018", "Team Foundation Server", "2018"],
    ["tfs-2018.2", "Team Foundation Server", "2018.2"],
    ["server-2019", "Azure DevOps Server", "2019"],
    ["server-2019.1", "Azure DevOps Server", "2019.1"],
    ["server-2020", "Azure DevOps Server", "2020"],
    ["server-2022", "Azure DevOps Server", "2022"],
    ["server-2022.1", "Azure DevOps Server", "2022.1"],
  ] as const)(
    "of release %s is asked in api-versions that it knows",
    async (product: AzureDevopsProduct, _, version) => {
      const server = await start({ product });
      const { verdict, steps, sent } = await verify(server.baseUrl, server.addToken(), azureDevopsServer);
      expect(verdict).toMatchObject({ ok: true, account: { login: "alice" }, scopes: ["vso.code"] });
      expect(steps[0]).toMatchObject({ step: "reachable", version });
      // Services' own addresses are nothing to a server.
      expect(sent.every(({ url }) => url.startsWith(`${server.baseUrl}/`))).toBe(true);
      const probe = await azureDevopsServer.probe?.(
        connect(server.baseUrl, azureDevopsServer),
        enter(server.addToken()),
        "Fabrikam Fiber/web app",
      );
      expect(probe).toMatchObject({
        ok: true,
        abilities: [{ answer: "yes" }, { answer: "unknown" }, { answer: "unknown" }],
      });
    },
  );

  it("is found below its virtual directory and collection, and not beside them", async () => {
    const server = await start({ product: "server-2020", virtualDirectory: "/devops", collection: "Main" });
    expect(server.baseUrl).toMatch(/\/devops\/Main$/);
    const token = server.addToken();
    expect((await verify(server.baseUrl, token, azureDevopsServer)).verdict).toMatchObject({ ok: true });
    const beside = await verify(`${server.url}/DefaultCollection`, token, azureDevopsServer);
    expect(beside.verdict).toMatchObject({ ok: false, reason: "unexpected" });
  });

  it("that rejects a token says so by IIS's page, and is not linked to a page of unknown place", async () => {
    const server = await start({ product: "server-2022" });
    const { verdict } = await verify(server.baseUrl, mintShort(), azureDevopsServer);
    expect(verdict).toMatchObject({ ok: false, reason: "rejected", url: null });
    expect(!verdict.ok && verdict.hostSaid).toBe("401 - Unauthorized: Access is denied due to invalid credentials.");
    expect(!verdict.ok && verdict.message).toMatch(/switch off Basic Authentication in IIS\.$/);
  });

  it("that lets in Windows sign-ins only is no word against the token, and what to do is said", async () => {
    const server = await start({ product: "tfs-2018.2", windowsOnly: true });
    const { verdict } = await verify(server.baseUrl, server.addToken(), azureDevopsServer);
    expect(verdict).toMatchObject({ ok: false, reason: "unexpected" });
    expect(!verdict.ok && verdict.message).toMatch(/Windows sign-ins only.* administrator has to let tokens through/);
    const identification = await azureDevopsServer.identify(connect(server.baseUrl, azureDevopsServer));
    expect(identification).toMatchObject({ ok: false, message: expect.stringMatching(/Windows sign-ins only/) });
  });

  it("whose IIS takes the token for a password is no word against the token", async () => {
    const server = await start({ product: "tfs-2018.2", iisBasic: true });
    const { verdict } = await verify(server.baseUrl, server.addToken(), azureDevopsServer);
    expect(verdict).toMatchObject({ ok: false, reason: "unexpected" });
    expect(!verdict.ok && verdict.message).toMatch(/took the token for a Windows password/);
  });

  it("shows that a token is expired", async () => {
    const server = await start({ product: "tfs-2018.2" });
    const { verdict } = await verify(server.baseUrl, server.addToken({ state: "expired" }), azureDevopsServer);
    expect(verdict).toMatchObject({ ok: false, reason: "expired", hostSaid: expect.stringMatching(/has expired/) });
  });
});

describe("identify", () => {
  it.each([
    [{}, "Azure DevOps Services"],
    [{ publicProjects: true }, "Azure DevOps Services"],
    [{ product: "server-2022" }, "Azure DevOps Server"],
    [{ product: "tfs-2018" }, "Azure DevOps Server"],
  ] as const)("knows %j without a token", async (options, product) => {
    const host = await startAzureDevopsSimulator(options);
    const adapter = "product" in options ? azureDevopsServer : azureDevops;
    const identification = await adapter.identify(connect(host.baseUrl, adapter));
    await host.close();
    expect(identification).toMatchObject({ ok: true, product, version: null });
    expect(host.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });
});
