import { afterEach, describe, expect, it } from "vitest";
import type { Adapter, VerifyStep } from "../adapter";
import { type GiteaSimulator, startGiteaSimulator } from "../simulators/gitea";
import type { GiteaOptions, GiteaTokenSpec } from "../simulators/gitea-state";
import { forgejo, gitea } from "./adapter";
import { connect, entered } from "./connect-fixture";

let host: GiteaSimulator | null = null;

afterEach(async () => {
  await host?.close();
  host = null;
});

async function start(options: GiteaOptions = {}): Promise<GiteaSimulator> {
  host = await startGiteaSimulator(options);
  return host;
}

async function verify(server: GiteaSimulator, token: string, adapter: Adapter = gitea) {
  const steps: VerifyStep[] = [];
  const verdict = await adapter.verify(connect(server.baseUrl), entered(token), (step) => steps.push(step));
  return { verdict, steps };
}

async function accepted(options: GiteaOptions, spec: GiteaTokenSpec, adapter: Adapter = gitea) {
  const server = await start(options);
  const { verdict } = await verify(server, server.addToken(spec), adapter);
  if (!verdict.ok) throw new Error(`refused: ${verdict.message}`);
  return { verdict, paths: server.requests.map(({ path }) => path.replace("/api/v1", "")) };
}

describe("a server that describes tokens", () => {
  it("tells account, scopes and name with three requests, and that there is no end", async () => {
    const server = await start({ relativeRoot: "/git" });
    const token = server.addToken({ name: "ci", scopes: ["write:repository", "read:user", "future:thing"] });
    const { verdict, steps } = await verify(server, token);
    expect(verdict).toEqual({
      ok: true,
      account: { id: "40", login: "alice", name: "Alice", url: `${server.baseUrl}/alice`, isBot: false },
      scopes: ["write:repository", "read:user", "future:thing"],
      expiry: { known: true, at: null },
      type: "token",
      notes: [expect.stringMatching(/called “ci”\. It was made on 2026-03-01\.$/)],
    });
    expect(steps[0]).toMatchObject({ step: "reachable", version: "1.27.0" });
    expect(server.requests.map(({ path }) => path).sort()).toEqual([
      "/git/api/v1/token",
      "/git/api/v1/user",
      "/git/api/v1/version",
    ]);
  });

  it("tells whose the token is even when the token may not read it", async () => {
    const { verdict } = await accepted({}, { scopes: ["write:issue"] });
    expect(verdict).toMatchObject({ account: { id: "40", login: "alice", name: null }, scopes: ["write:issue"] });
  });

  it("links to no profile on another origin", async () => {
    const server = await start();
    const body = { id: 40, login: "alice", full_name: "", html_url: "https://elsewhere.example.com/alice" };
    server.respondAt("/user", { status: 200, body });
    const { verdict } = await verify(server, server.addToken());
    expect(verdict).toMatchObject({ ok: true, account: { login: "alice", name: null, url: null } });
  });

  it("says that a limit to what is public makes the scopes less than they seem", async () => {
    const { verdict } = await accepted({}, { scopes: ["write:repository", "read:user", "public-only"] });
    expect(verdict.scopes).toContain("public-only");
    expect(verdict.notes.join(" ")).toMatch(/public-only.*private/);
  });
});

describe("a server that lists scopes in a refusal", () => {
  const options = { version: "1.25.0" };

  it("lists them when the token may not read who it is, and nothing more is asked", async () => {
    const { verdict, paths } = await accepted(options, { scopes: ["write:issue", "write:repository"] });
    expect(verdict).toMatchObject({ account: null, scopes: ["write:issue", "write:repository"] });
    expect(verdict.absent).toBeUndefined();
    expect(verdict.notes.join(" ")).toContain("read:user");
    expect(paths).toHaveLength(3);
  });

  it("lists them when another category is refused", async () => {
    const { verdict, paths } = await accepted(options, { scopes: ["write:repository", "read:user"] });
    expect(verdict).toMatchObject({ account: { login: "alice" }, scopes: ["write:repository", "read:user"] });
    expect(verdict.absent).toBeUndefined();
    expect(paths).toHaveLength(4);
  });
});

describe("a server that tells no scopes", () => {
  it.each([
    ["Gitea 1.21", gitea, { version: "1.21.11" }],
    ["Forgejo 15", forgejo, { product: "forgejo" }],
    ["Forgejo 7", forgejo, { product: "forgejo", version: "7.0.16+gitea-1.21.11", scopeRefusal: "bare" }],
    ["another wording of the 404", gitea, { version: "1.22.0", unknownPath: "older-json" }],
  ] satisfies [string, Adapter, GiteaOptions][])(
    "has what it may read tried out: %s",
    async (_name, adapter, options) => {
      const scopes = ["write:repository", "read:issue", "write:user"];
      const { verdict } = await accepted(options, { scopes }, adapter);
      expect(verdict.scopes).toEqual(["read:user", "read:issue", "read:repository"]);
      expect([...(verdict.absent ?? [])].sort()).toEqual(
        ["notification", "organization", "package"]
          .flatMap((one) => [`read:${one}`, `write:${one}`])
          .concat("all")
          .sort(),
      );
      // That it may write is neither claimed nor ruled out.
      expect(verdict.absent).not.toContain("write:repository");
      expect(verdict.notes.join(" ")).toContain("tried out");
    },
  );

  it("rules out what a token without read:user may not read, and asks no endpoint that needs it", async () => {
    const { verdict, paths } = await accepted({ version: "1.21.11" }, { scopes: ["write:repository"] });
    expect(verdict).toMatchObject({ account: null, scopes: ["read:repository"] });
    expect(verdict.absent).toEqual(expect.arrayContaining(["read:user", "write:user", "read:issue", "all"]));
    expect(paths.filter((path) => path.startsWith("/user/") || path.startsWith("/packages"))).toEqual([]);
  });

  it("does not rule out the server's administration for who is no administrator, nor try that door", async () => {
    const { verdict, paths } = await accepted({ version: "1.21.11" }, { scopes: ["read:user"] });
    expect(verdict.absent).not.toContain("read:admin");
    expect(paths).not.toContain("/admin/cron");
    const admin = await accepted(
      { version: "1.21.11" },
      { scopes: ["read:user"], user: { login: "root", isAdmin: true } },
    );
    expect(admin.verdict.absent).toContain("read:admin");
  });

  it("leaves open what no answer proves", async () => {
    const server = await start({ version: "1.21.11" });
    server.respondAt("/notifications/new", { status: 502, body: "busy" });
    server.respondAt("/repos/issues/search", { status: 200, headers: { "content-type": "text/html" }, body: "<p>" });
    const { verdict } = await verify(server, server.addToken({ scopes: ["read:user"] }));
    const named = verdict.ok ? [...(verdict.scopes ?? []), ...(verdict.absent ?? [])].join(" ") : "";
    expect(named).toContain("package");
    expect(named).not.toMatch(/notification|issue/);
  });
});

describe("older releases", () => {
  it("1.19: tries its own names out, and rules out today's where they would not suffice", async () => {
    const { verdict } = await accepted({ version: "1.19.4" }, { scopes: ["repo", "read:org", "read:user"] });
    expect(verdict.scopes).toEqual(["repo", "read:org", "read:user"]);
    expect(verdict.absent).toEqual(expect.arrayContaining(["notification", "write:public_key", "all"]));
    await host?.close();
    const { verdict: without } = await accepted({ version: "1.19.4" }, { scopes: ["notification"] });
    expect(without).toMatchObject({ account: { login: "alice" }, scopes: ["notification"] });
    expect(without.absent).toEqual(expect.arrayContaining(["repo", "write:repository", "write:issue"]));
  });

  it.each([
    [gitea, { version: "1.18.5" }],
    [forgejo, { product: "forgejo", version: "1.18.5-0" }],
  ] satisfies [Adapter, GiteaOptions][])(
    "1.18: a token may do everything, and that is said",
    async (adapter, options) => {
      const { verdict, paths } = await accepted(options, { scopes: [] }, adapter);
      expect(verdict.scopes).toEqual(["all"]);
      expect(verdict.absent).toBeUndefined();
      expect(verdict.notes.join(" ")).toContain("has no scopes");
      expect(paths).toHaveLength(3);
    },
  );
});

describe("what else an owner should know", () => {
  it("that Forgejo 15 may limit a token to repositories; not so before, and not on Gitea", async () => {
    const about = /limited to some repositories/;
    expect((await accepted({ product: "forgejo" }, {}, forgejo)).verdict.notes.join(" ")).toMatch(about);
    await host?.close();
    const older = { product: "forgejo", version: "14.0.1+gitea-1.22.0" } as const;
    expect((await accepted(older, {}, forgejo)).verdict.notes.join(" ")).not.toMatch(about);
    await host?.close();
    expect((await accepted({}, {})).verdict.notes.join(" ")).not.toMatch(about);
  });

  it("that OAuth's and a job's tokens end", async () => {
    const { verdict } = await accepted({}, { kind: "oauth" });
    expect(verdict).toMatchObject({
      expiry: { known: false },
      notes: expect.arrayContaining([expect.stringMatching(/OAuth/)]),
    });
    await host?.close();
    const payload = Buffer.from(JSON.stringify({ exp: 1_900_000_000 })).toString("base64url");
    const dated = await accepted({}, { kind: "oauth", value: `eyJhbGciOiJSUzI1NiJ9.${payload}.c2ln` });
    expect(dated.verdict.expiry).toEqual({ known: true, at: new Date(1_900_000_000_000) });
    await host?.close();
    const job = await accepted({ version: "1.25.0" }, { kind: "job" });
    expect(job.verdict).toMatchObject({ account: { isBot: true }, expiry: { known: false } });
  });
});

describe("identify", () => {
  it.each([
    [gitea, {}, "Gitea"],
    [forgejo, { product: "forgejo" }, "Forgejo"],
    // Before 7 and 1.22 the two cannot be told apart.
    [forgejo, { version: "1.20.6-1" }, "Forgejo"],
    [gitea, { version: "1.20.6" }, "Gitea"],
  ] satisfies [Adapter, GiteaOptions, string][])("knows its product", async (adapter, options, product) => {
    const server = await start(options);
    expect(await adapter.identify(connect(server.baseUrl))).toMatchObject({
      ok: true,
      product,
      version: expect.stringMatching(/^\d/),
    });
  });

  it.each([
    [gitea, { product: "forgejo" }, /runs Forgejo 15\.0\.2\+gitea-1\.22\.0\. Add it as Forgejo\.$/],
    [forgejo, {}, /runs Gitea 1\.27\.0\. Add it as Gitea\.$/],
  ] satisfies [Adapter, GiteaOptions, RegExp][])("says so when it is the other", async (adapter, options, message) => {
    const server = await start(options);
    const said = await adapter.identify(connect(server.baseUrl));
    expect(said).toMatchObject({ ok: false, reason: "unexpected", message: expect.stringMatching(message) });
  });

  it("knows a server that tells strangers nothing, without its version", async () => {
    const server = await start({ requiresSignIn: true });
    expect(await gitea.identify(connect(server.baseUrl))).toMatchObject({ ok: true, product: "Gitea", version: null });
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });
});
