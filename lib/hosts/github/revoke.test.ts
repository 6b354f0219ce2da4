import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { Connection, Entered, SunsetFacts } from "../adapter";
import { openTransport } from "../http";
import { type GithubSimulator, type GithubSimulatorOptions, startGithubSimulator } from "../simulators/github";
import { github } from "./adapter";
import { githubRevocation } from "./revoke";
import { githubSunsets } from "./sunsets";

let host: GithubSimulator;

async function start(options: GithubSimulatorOptions = {}): Promise<GithubSimulator> {
  host = await startGithubSimulator({ flavour: "github.com", ...options });
  return host;
}
afterEach(() => host?.close());

/** The simulator plays https://github.com and https://api.github.com. */
function connect(baseUrl = "https://github.com"): Connection {
  const own = new URL(host.url).origin;
  const guarded = openTransport({ origins: [own], caCertificate: null, allowedNetworks: ["127.0.0.0/8"] });
  return {
    baseUrl,
    transport: {
      fetch(input, init) {
        const { origin, pathname, search } = new URL(String(input));
        expect([...github.origins(baseUrl), own]).toContain(origin);
        return guarded.fetch(`${own}${pathname}${search}`, init);
      },
    },
  };
}

function enter(token: string): Entered {
  return { type: github.recognise(token)?.type ?? "", token: new Secret(token), fields: {}, secrets: {} };
}

const revoke = (token: string, baseUrl?: string) =>
  githubRevocation.revoke(connect(baseUrl), enter(token), null, { password: null });
const verify = (token: string, baseUrl?: string) => github.verify(connect(baseUrl), enter(token), () => {});

describe("on github.com a token is revoked by whoever holds it", () => {
  it.each(["classic", "fine-grained", "oauth", "app-user"] as const)(
    "a %s one, with nobody signed in",
    async (kind) => {
      await start({ requestsUntilDead: 3 });
      const token = host.addToken({ kind });
      expect(await revoke(token)).toEqual({ ok: true, status: 202, hostSaid: null, isLater: true });
      expect(host.requests).toHaveLength(1);
      expect(host.requests[0]).toMatchObject({ method: "POST", path: "/credentials/revoke" });
      expect(host.requests[0]?.headers.authorization).toBeUndefined();
      expect(JSON.parse(host.requests[0]?.body ?? "")).toEqual({ credentials: [token] });
      // It answered that it will, not that it has.
      expect(await verify(token)).toMatchObject({ ok: true });
      for (let tries = 0; tries < 3; tries++) await verify(token);
      expect(await verify(token)).toMatchObject({ ok: false, reason: "rejected" });
    },
  );

  it("a refresh token too, though it cannot be stored", async () => {
    await start();
    expect(await revoke(`ghr_${"a".repeat(76)}`)).toMatchObject({ ok: true, status: 202 });
  });

  it("not one without a prefix, which is sent nowhere", async () => {
    await start();
    const token = host.addToken({ kind: "legacy" });
    expect(await revoke(token)).toMatchObject({ ok: false, message: expect.stringMatching(/by hand/) });
    expect(host.requests).toHaveLength(0);
  });

  it("as often as an hour allows, and then it says until when", async () => {
    await start({ revocationLimit: 1 });
    await revoke(host.addToken());
    const answer = await revoke(host.addToken());
    expect(answer).toMatchObject({
      ok: false,
      reason: "rate-limited",
      message: expect.stringMatching(/60 .* an hour/),
    });
    const waitMs = answer.ok || !answer.retryAt ? 0 : answer.retryAt.getTime() - Date.now();
    expect(waitMs).toBeGreaterThan(1_700_000);
  });

  it.each([401, 403, 422])("and a %i is not a word on the token", async (status) => {
    await start();
    host.respondNextWith({ status, body: { message: "Bad credentials" } });
    expect(await revoke(host.addToken())).toMatchObject({
      ok: false,
      reason: "unexpected",
      hostSaid: "Bad credentials",
    });
  });
});

describe("elsewhere", () => {
  it("an Enterprise Server's token is revoked by hand, and nothing is sent", async () => {
    await start({ flavour: "ghes" });
    for (const type of ["classic", "fine-grained", "oauth", "app-user", "refresh"]) {
      expect(githubRevocation.refusal(host.url, { type, fields: {} })).toMatch(/by hand/);
    }
    expect(await revoke(host.addToken(), host.url)).toMatchObject({ ok: false });
    expect(host.requests).toHaveLength(0);
  });

  it("a tenant of ghe.com is tried, and may not have it", async () => {
    await start({ flavour: "ghe.com" });
    expect(await revoke(host.addToken(), "https://octocorp.ghe.com")).toMatchObject({ ok: true, status: 202 });
    await host.close();
    await start({ flavour: "ghe.com", hasNoRevocation: true });
    expect(await revoke(host.addToken(), "https://octocorp.ghe.com")).toMatchObject({
      ok: false,
      reason: "unexpected",
      message: "This GitHub has no API to revoke a token with. Delete it by hand.",
    });
  });
});

describe("an installation token ends itself", () => {
  it.each(["github.com", "ghes"] as const)("at once, on %s", async (flavour) => {
    await start({ flavour });
    const baseUrl = flavour === "ghes" ? host.url : "https://github.com";
    const kind = flavour === "ghes" ? "installation" : "installation-stateless";
    const [token, other] = [host.addToken({ kind }), host.addToken({ kind })];
    expect(githubRevocation.refusal(baseUrl, { type: "installation", fields: {} })).toBeNull();
    expect(await revoke(token, baseUrl)).toEqual({ ok: true, status: 204, hostSaid: null, isLater: false });
    expect(host.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `DELETE ${flavour === "ghes" ? "/api/v3" : ""}/installation/token`,
    ]);
    expect(await verify(token, baseUrl)).toMatchObject({ ok: false, reason: "rejected" });
    expect(await verify(other, baseUrl)).not.toMatchObject({ reason: "rejected" });
    // Dead already: no error.
    expect(await revoke(token, baseUrl)).toMatchObject({ ok: true, status: 401, hostSaid: "Bad credentials" });
  });
});

describe("a token that nobody uses", () => {
  const facts: SunsetFacts = {
    baseUrl: "https://github.com",
    type: "classic",
    prefix: "ghp_",
    fields: {},
    notes: [],
    enteredAt: new Date("2025-03-01T00:00:00Z"),
    lastUsedAt: new Date("2025-06-30T12:00:00Z"),
  };
  const endsAt = (changed: Partial<SunsetFacts> = {}) => githubSunsets[0]?.endsAt({ ...facts, ...changed });

  it("may be removed a year after its last use, or after it was entered where no use is known", () => {
    expect(endsAt()).toEqual(new Date("2026-06-30T12:00:00Z"));
    expect(endsAt({ lastUsedAt: null })).toEqual(new Date("2026-03-01T00:00:00Z"));
    expect(endsAt({ baseUrl: "https://octocorp.ghe.com", type: "oauth" })).toEqual(new Date("2026-06-30T12:00:00Z"));
    expect(githubSunsets[0]?.isUncertain).toBe(true);
  });

  it("is not removed on an Enterprise Server, nor when an app made it", () => {
    expect(endsAt({ baseUrl: "https://git.example.com" })).toBeNull();
    expect(endsAt({ type: "app-user" })).toBeNull();
  });
});
