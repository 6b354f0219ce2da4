import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { Account, Connection, RotateSupport } from "../adapter";
import { openTransport } from "../http";
import { type GitlabSimulator, startGitlabSimulator } from "../simulators/gitlab";
import type { GitlabOptions } from "../simulators/gitlab-state";
import { gitlab } from "./adapter";

const rotate = gitlab.rotate as RotateSupport;
const alice: Account = { id: "40", login: "alice", name: "Alice", url: null, isBot: false };
let host: GitlabSimulator;

async function start(options: GitlabOptions = {}): Promise<GitlabSimulator> {
  host = await startGitlabSimulator(options);
  return host;
}
afterEach(() => host.close());

function connect(deadlineMs = 4_000): Connection {
  const origins = gitlab.origins(host.baseUrl);
  const transport = openTransport({ origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"], deadlineMs });
  return { baseUrl: host.baseUrl, transport };
}

const enter = (token: string, type = "personal") => ({ type, token: new Secret(token), fields: {}, secrets: {} });
const ask = (token: string, { account = alice, type = "personal", expiresAt = null as Date | null } = {}) =>
  rotate.successor(connect(), enter(token, type), account, { expiresAt, password: null });
const works = async (token: string) => (await gitlab.verify(connect(), enter(token), () => {})).ok;
const rotations = () => host.requests.filter(({ method }) => method === "POST");

describe("a token's successor", () => {
  it("works as the same account with the same scopes, ends when it was asked to, and the old one is dead", async () => {
    await start({ relativeRoot: "/gitlab" });
    const token = host.addToken({ scopes: ["api", "read_user"] });
    const expiresAt = new Date(Date.now() + 30 * 86_400_000);
    const made = await ask(token, { expiresAt });
    expect(made).toMatchObject({ ok: true, prefix: "glpat-", entered: { type: "personal" } });
    if (!made.ok) return;
    const day = new Date(`${expiresAt.toISOString().slice(0, 10)}T00:00:00Z`);
    expect(made.expiry).toEqual({ known: true, at: day });
    const verdict = await gitlab.verify(connect(), made.entered, () => {});
    expect(verdict).toMatchObject({ ok: true, account: { login: "alice" }, scopes: ["api", "read_user"] });
    expect(await works(token)).toBe(false);
    expect(rotations()).toHaveLength(1);
    expect(JSON.stringify(made)).not.toContain(made.entered.token.reveal());
  });

  it("gets a year when nothing else is wanted, and not GitLab's one week", async () => {
    await start();
    const made = await ask(host.addToken());
    const days = made.ok && made.expiry.known ? ((made.expiry.at?.getTime() ?? 0) - Date.now()) / 86_400_000 : 0;
    expect(days).toBeGreaterThan(360);
  });

  it("of a project's or group's token is asked for where those are", async () => {
    await start();
    for (const kind of ["project", "group"] as const) {
      const login = kind === "project" ? "project_500_bot_5f2d0a1c9b" : "group_70_bot_0c4be1f7aa";
      const made = await ask(host.addToken({ kind }), { type: kind, account: { ...alice, login, isBot: true } });
      expect(made).toMatchObject({ ok: true, entered: { type: kind } });
    }
    expect(rotations().map(({ path }) => path)).toEqual([
      "/api/v4/personal_access_tokens/self/rotate",
      "/api/v4/projects/500/access_tokens/self/rotate",
      "/api/v4/personal_access_tokens/self/rotate",
      "/api/v4/groups/70/access_tokens/self/rotate",
    ]);
  });

  it.each([
    ["lacks both scopes", {}, { scopes: ["read_user"] }, "insufficient-scope"],
    ["would live too long", { maximumDays: 30 }, {}, "unexpected"],
    ["is on an old server", { version: "16.9.1" }, {}, "unexpected"],
    ["is of another kind", {}, { kind: "project" as const }, "unexpected"],
    ["has expired", {}, { state: "expired" as const }, "expired"],
    ["meets a limit", {}, { state: "rate-limited" as const }, "rate-limited"],
  ])("is surely not made when the token %s", async (_why, options, spec, reason) => {
    await start(options);
    const token = host.addToken(spec);
    const made = await ask(token);
    expect(made).toMatchObject({ ok: false, reason, isUnchanged: true });
    expect(made.ok ? "" : made.message).toMatch(/^\S.*\.$/);
    expect(rotations()).toHaveLength(1);
  });

  it.each([
    ["a server error", { status: 502, body: "" }],
    ["a page", { status: 200, headers: { "content-type": "text/html" }, body: "<h1>Hello</h1>" }],
    ["a token that cannot be read", { status: 200, body: { token: 7, note: "glpat-InTheOpen0123456789" } }],
    ["another program's 404", { status: 404, body: "nothing" }],
  ])("may have been made when %s comes, and nothing of it is shown", async (what, response) => {
    await start();
    const token = host.addToken();
    if (what.startsWith("another")) host.respondNextWith({ status: 404, body: "nothing" });
    else host.respondAt("/personal_access_tokens/self/rotate", response);
    const made = await ask(token);
    expect(made).toMatchObject({ ok: false, isUnchanged: false });
    expect(JSON.stringify(made)).not.toContain("InTheOpen");
    expect(rotations()).toHaveLength(1);
  });
});

describe("after a lost answer", () => {
  it("the token that was not rotated is told unchanged, the one that was is lost, and neither is rotated again", async () => {
    await start();
    const [one, other] = [host.addToken(), host.addToken()];
    host.onRotation((moment) => {
      if (moment === "asked") throw new Error("lost on the way there");
    });
    expect(await ask(one)).toMatchObject({ ok: false, isUnchanged: false });
    host.onRotation((moment) => {
      if (moment === "made") throw new Error("lost on the way back");
    });
    expect(await ask(other)).toMatchObject({ ok: false, isUnchanged: false });
    host.onRotation(null);
    const settled = (token: string) => rotate.settle(connect(), enter(token), alice, new Date());
    expect(await settled(one)).toMatchObject({ state: "unchanged" });
    expect(await settled(other)).toMatchObject({ state: "lost", message: expect.stringMatching(/Make a new token/) });
    host.respondNextWith({ status: 503, body: "" });
    expect(await settled(other)).toMatchObject({ state: "unclear" });
    expect(rotations()).toHaveLength(2);
  });

  it("a token that is asked for again by a dead one costs its family: the simulator is as strict as GitLab", async () => {
    await start();
    const token = host.addToken();
    const made = await ask(token);
    expect(made.ok && (await works(made.entered.token.reveal()))).toBe(true);
    expect(await ask(token)).toMatchObject({ ok: false });
    expect(made.ok && (await works(made.entered.token.reveal()))).toBe(false);
  });
});

it("is refused offline for what GitLab would not rotate", () => {
  const refusal = (type: string, scopes: string[] | null) =>
    rotate.refusal("https://gitlab.example.com", { type, fields: {}, scopes });
  expect(refusal("personal", ["self_rotate"])).toBeNull();
  expect(refusal("project", ["api"])).toBeNull();
  expect(refusal("fine-grained", null)).toBeNull();
  expect(refusal("personal", ["read_api"])).toMatch(/self_rotate/);
  expect(refusal("oauth", ["api"])).toMatch(/application/);
});
