import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { Verdict, VerifyStep } from "../adapter";
import { openTransport } from "../http";
import { compareScopes } from "../scopes";
import {
  type BitbucketDataCenterSimulator,
  startBitbucketDataCenterSimulator,
} from "../simulators/bitbucket-data-center";
import type { DataCenterOptions } from "../simulators/bitbucket-data-center-state";
import { bitbucketDataCenter } from "./adapter";

let host: BitbucketDataCenterSimulator;
afterEach(() => host.close());

/** alice may write to ACME and read PUB, a public project; bob may write to one repository only. */
async function start(options: DataCenterOptions = {}): Promise<void> {
  host = await startBitbucketDataCenterSimulator({ contextPath: "/bitbucket", ...options });
  host.addProject({ key: "ACME", access: { alice: 2 } });
  host.addProject({ key: "PUB", public: true, access: { carol: 1 } });
  host.addRepository("ACME/app");
  host.addRepository("ACME/tools", { access: { bob: 2 } });
}

function connect(baseUrl = host.baseUrl) {
  const origins = bitbucketDataCenter.origins(baseUrl);
  const guarded = { origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"], deadlineMs: 4_000 };
  return { baseUrl, transport: openTransport(guarded) };
}

async function verify(token: string, type = "http-access-token", fields: Record<string, string> = {}) {
  const steps: VerifyStep[] = [];
  host.requests.length = 0;
  const entered = { type, token: new Secret(token), fields, secrets: {} };
  const verdict = await bitbucketDataCenter.verify(connect(), entered, (step) => steps.push(step));
  expect(host.requests.length).toBeLessThanOrEqual(6);
  expect(host.requests.every(({ path }) => path.startsWith("/bitbucket/rest/"))).toBe(true);
  return { verdict, steps };
}

const password = (name: string, word: string) => verify(word, "password", { username: name });
const requested = () => host.requests.map(({ path }) => path.replace("/bitbucket/rest/", "")).sort();

function compare(verdict: Verdict, ...scopes: string[]) {
  if (!verdict.ok) throw new Error(verdict.message);
  const { satisfied, missing, unknown } = compareScopes({
    table: bitbucketDataCenter.scopes,
    type: verdict.type,
    required: scopes.map((scope) => ({ scope, why: "", consumer: { id: "a", name: "A" } })),
    granted: verdict.scopes,
    absent: verdict.absent ?? null,
  });
  const names = (rows: { scope: string }[]) => rows.map(({ scope }) => scope);
  return { satisfied: names(satisfied), missing: names(missing), unknown: names(unknown) };
}

/** Far enough ahead for as long as these tests may run. */
const createdAt = Date.parse("2026-10-01T08:00:00Z");
const expiryDays = 36_500;
const endsAt = new Date(createdAt + expiryDays * 24 * 60 * 60 * 1000);

describe("where a token may read its own record", () => {
  it.each(["number", "string"] as const)(
    "tells exactly what it may do and until when, with dates as a %s",
    async (dates) => {
      await start({ tokensReadThemselves: true, dates });
      const token = host.addToken({
        permissions: ["PROJECT_READ", "REPO_WRITE"],
        createdAt,
        expiryDays,
        id: "080920112506",
      });
      const { verdict, steps } = await verify(token);
      expect(verdict).toEqual({
        ok: true,
        account: { id: "101", login: "alice", name: "Alice", url: `${host.baseUrl}/users/alice`, isBot: false },
        scopes: ["PROJECT_READ", "REPO_WRITE"],
        expiry: { known: true, at: endsAt },
        type: "http-access-token",
        notes: [],
      });
      expect(steps.map(({ step }) => step)).toEqual(["reachable", "account", "scopes", "expiry"]);
      expect(steps[0]).toMatchObject({ version: "9.4.0" });
      expect(compare(verdict, "REPO_WRITE", "PROJECT_WRITE")).toMatchObject({
        missing: ["PROJECT_WRITE"],
        unknown: [],
      });
    },
  );

  it("knows a token that never ends", async () => {
    await start({ tokensReadThemselves: true });
    expect((await verify(host.addToken())).verdict).toMatchObject({ expiry: { known: true, at: null } });
  });

  it.each(["project-token", "repository-token"])("finds the record of a %s by what it sees", async (type) => {
    await start({ tokensReadThemselves: true });
    const place = type === "project-token" ? { project: "ACME" } : { project: "ACME", repository: "app" };
    const permissions = type === "project-token" ? ["PROJECT_READ", "REPO_READ"] : ["REPO_WRITE"];
    const { verdict } = await verify(host.addToken({ ...place, permissions, createdAt, expiryDays }), type);
    expect(verdict).toMatchObject({ ok: true, type, scopes: permissions, account: { isBot: true, url: null } });
    expect(verdict).toMatchObject({ expiry: { known: true, at: endsAt } });
  });

  it("does not believe the record of another token", async () => {
    await start();
    for (const body of [
      { id: "000000000001", permissions: ["PROJECT_ADMIN"] },
      { id: 5 },
      { permissions: ["REPO_ADMIN"] },
    ]) {
      host.respondAt("/access-tokens/users/alice/123456789012", { status: 200, body });
      const { verdict } = await verify(host.addToken({ id: "123456789012" }));
      expect(verdict).toMatchObject({ ok: true, scopes: ["PROJECT_READ", "REPO_READ"], expiry: { known: false } });
    }
  });

  it("takes the end from a record that does not tell permissions", async () => {
    await start();
    const body = { id: "123456789012", createdDate: "2026-10-01T08:00:00Z", expiryDays: 2 };
    host.respondAt("/access-tokens/users/alice/123456789012", { status: 200, body });
    const { verdict } = await verify(host.addToken({ id: "123456789012" }));
    expect(verdict).toMatchObject({ scopes: ["PROJECT_READ", "REPO_READ"], absent: ["PROJECT_WRITE"] });
    expect(verdict).toMatchObject({ expiry: { known: true, at: new Date("2026-10-03T08:00:00Z") } });
  });
});

describe("where a token may not", () => {
  it("proves reading, and holds writing to be neither there nor absent", async () => {
    await start();
    const { verdict } = await verify(host.addToken({ permissions: ["PROJECT_WRITE"], id: "123456789012" }));
    expect(verdict).toMatchObject({ ok: true, scopes: ["PROJECT_READ", "REPO_READ"], absent: [] });
    expect(verdict).toMatchObject({
      expiry: { known: false },
      notes: [expect.stringMatching(/does not tell a token/)],
    });
    expect(compare(verdict, "PROJECT_READ", "REPO_WRITE", "REPO_ADMIN")).toEqual({
      satisfied: ["PROJECT_READ"],
      missing: [],
      unknown: ["REPO_WRITE", "REPO_ADMIN"],
    });
    expect(requested()).toContain("access-tokens/latest/users/alice/123456789012");
  });

  it.each([true, false])(
    "takes nothing to write to for the lack of writing (filter sees the token: %s)",
    async (seen) => {
      await start({ filterSeesToken: seen });
      const reading = (await verify(host.addToken({ permissions: ["PROJECT_READ", "REPO_READ"] }))).verdict;
      expect(reading).toMatchObject({ absent: seen ? ["PROJECT_WRITE", "REPO_WRITE"] : [] });
      expect(reading.ok && reading.notes.some((note) => /no repository that it may write to/.test(note))).toBe(seen);
      const unknown = ["PROJECT_WRITE", "PROJECT_ADMIN"];
      expect(compare(reading, ...unknown)).toMatchObject(seen ? { missing: unknown } : { unknown });
      const bob = (await verify(host.addToken({ user: { name: "bob" }, permissions: ["REPO_WRITE"] }))).verdict;
      expect(bob).toMatchObject({ scopes: ["REPO_READ"], absent: ["PROJECT_READ", "PROJECT_WRITE"] });
    },
  );

  it("does not take a public project for a proof of reading", async () => {
    await start();
    const token = host.addToken({ user: { name: "carol" }, permissions: ["PROJECT_READ", "REPO_READ"] });
    expect((await verify(token)).verdict).toMatchObject({ scopes: ["REPO_READ"] });
  });

  it("knows that a repository's token can have nothing on projects", async () => {
    await start();
    const token = host.addToken({ project: "ACME", repository: "app", permissions: ["REPO_WRITE"] });
    const { verdict } = await verify(token, "repository-token");
    expect(verdict).toMatchObject({ type: "repository-token", scopes: ["REPO_READ"], absent: ["PROJECT_READ"] });
    expect(compare(verdict, "PROJECT_WRITE", "REPO_WRITE")).toMatchObject({
      missing: ["PROJECT_WRITE"],
      unknown: ["REPO_WRITE"],
    });
  });
});

describe("the token of a project or repository", () => {
  it("asks for no record where it sees more than one of them", async () => {
    await start({ tokensReadThemselves: true });
    host.addProject({ key: "MORE", access: { alice: 1 } });
    host.addRepository("MORE/one");
    for (const type of ["project-token", "repository-token"]) {
      expect((await verify(host.addToken(), type)).verdict).toMatchObject({ ok: true, expiry: { known: false } });
      expect(requested().join(" ")).not.toContain("access-tokens");
    }
  });

  it("may read repositories though it sees none", async () => {
    await start();
    host.respondAt("/api/repos", { status: 200, body: { isLastPage: true, values: [] } });
    const token = host.addToken({ project: "ACME", repository: "app", permissions: ["REPO_WRITE"] });
    const { verdict } = await verify(token, "repository-token");
    expect(verdict).toMatchObject({ scopes: ["REPO_READ"], absent: ["PROJECT_READ", "REPO_WRITE"] });
  });
});

describe("whose it is", () => {
  it.each([
    ["Alice.Smith", "alice.smith", "users/alice.smith"],
    ["jörg.köhler@acme", "j_rg.k_hler_acme", "users"],
  ])("finds %s by the slug %s", async (name, slug, path) => {
    await start({ tokensReadThemselves: true });
    host.addUser({ name: `${name}2` });
    const { verdict } = await verify(host.addToken({ user: { name }, permissions: ["REPO_READ"] }));
    expect(verdict).toMatchObject({
      account: { login: name, url: `${host.baseUrl}/users/${slug}` },
      scopes: ["REPO_READ"],
    });
    expect(requested()).toContain(`api/latest/${path}`);
  });

  it("keeps to the header where the user may not be read", async () => {
    await start();
    host.respondAt("/api/users/alice", {
      status: 401,
      body: { errors: [{ context: null, message: "no", exceptionName: null }] },
    });
    const { verdict } = await verify(host.addToken());
    expect(verdict).toMatchObject({ account: { id: "101", login: "alice", name: null, url: null, isBot: false } });
  });

  it.each(["a b", "@alice", "", "anonymous", "%E0%A4%A", "a+b", "a\u00a0b"])(
    "has no name from a header with %j",
    async (name) => {
      await start();
      const body = { version: "9.4.0", buildNumber: "1", buildDate: "1", displayName: "Bitbucket" };
      const header = ["%E0%A4%A", "a+b"].includes(name) ? name : encodeURIComponent(name);
      host.respondAt("/api/application-properties", { status: 200, headers: { "x-ausername": header }, body });
      const { verdict } = await verify(host.addToken());
      // Asked for users, the server names the caller properly.
      expect(verdict).toMatchObject({ ok: true, account: { login: "alice" } });
      expect(requested()).toContain("api/latest/users");
    },
  );

  it("is a project's or repository's where Bitbucket lists no such user", async () => {
    await start();
    const body = {
      errors: [{ context: null, message: "no", exceptionName: "com.atlassian.bitbucket.user.NoSuchUserException" }],
    };
    host.respondAt("/api/users/alice", { status: 404, body });
    expect((await verify(host.addToken())).verdict).toMatchObject({ account: { login: "alice", isBot: true } });
  });

  it("does not make addresses of a token that comes back as a name", async () => {
    await start();
    const token = host.addToken();
    const headers = { "x-ausername": encodeURIComponent(token) };
    host.respondNextWith({ status: 200, headers, body: { version: "9.4.0", buildNumber: "1", displayName: "B" } });
    expect((await verify(token)).verdict).toMatchObject({ ok: false, reason: "unexpected" });
    expect(JSON.stringify(host.requests.map(({ path, query }) => [path, String(query)]))).not.toContain(token.slice(5));
  });

  it("calls a person's token a person's, and says when one looks like a project's", async () => {
    await start();
    for (const type of ["project-token", "repository-token"]) {
      expect((await verify(host.addToken(), type)).verdict).toMatchObject({ type: "http-access-token" });
    }
    const { verdict } = await verify(host.addToken({ project: "ACME" }));
    expect(verdict).toMatchObject({ type: "http-access-token", account: { isBot: true } });
    expect(verdict.ok && verdict.notes.at(-1)).toMatch(/choose that type\.$/);
  });
});

describe("a password", () => {
  it("may do what its account may, and is sent once before anything else", async () => {
    await start();
    host.addUser({ name: "alice", password: "correct horse" });
    const { verdict } = await password("alice", "correct horse");
    expect(verdict).toMatchObject({
      ok: true,
      type: "password",
      account: { login: "alice" },
      scopes: ["PROJECT_READ", "PROJECT_WRITE", "REPO_READ", "REPO_WRITE"],
      absent: [],
      expiry: { known: false },
      notes: [expect.stringMatching(/HTTP access token/)],
    });
    host.addUser({ name: "bob", password: "battery staple" });
    expect((await password("bob", "battery staple")).verdict).toMatchObject({
      scopes: ["REPO_READ", "REPO_WRITE"],
      absent: ["PROJECT_READ", "PROJECT_WRITE"],
    });
  });

  it("that is wrong is tried once, and the fifth time it is known that a CAPTCHA bars the account", async () => {
    await start();
    host.addUser({ name: "alice", password: "correct horse" });
    for (let round = 0; round < 5; round++) {
      expect((await password("alice", "wrong")).verdict).toMatchObject({ ok: false, reason: "rejected" });
      expect(host.requests).toHaveLength(1);
    }
    expect((await password("alice", "correct horse")).verdict).toMatchObject({
      ok: false,
      reason: "blocked",
      message: expect.stringMatching(/CAPTCHA .* in a browser/),
      url: `${host.baseUrl}/login`,
    });
    expect((await verify(host.addToken())).verdict).toMatchObject({ ok: true });
  });

  it("is not taken where the site switched passwords off, and a token is", async () => {
    await start({ passwords: false });
    host.addUser({ name: "alice", password: "correct horse" });
    expect((await password("alice", "correct horse")).verdict).toMatchObject({
      ok: false,
      reason: "blocked",
      hostSaid: "Basic Authentication has been disabled on this instance.",
      message: expect.stringMatching(/Make an HTTP access token/),
    });
    expect((await verify(host.addToken())).verdict).toMatchObject({ ok: true });
  });

  it("is not sent without a user name that Basic can carry", async () => {
    await start();
    for (const name of ["", "a:b"])
      expect((await password(name, "correct horse")).verdict).toMatchObject({ ok: false });
    expect(host.requests).toHaveLength(0);
  });

  it("goes out as UTF-8", async () => {
    await start();
    host.addUser({ name: "jörg", password: "пароль с пробелом" });
    expect((await password("jörg", "пароль с пробелом")).verdict).toMatchObject({
      ok: true,
      account: { login: "jörg" },
    });
  });
});
