import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { Entered } from "../adapter";
import { openTransport } from "../http";
import { type GerritSimulator, startGerritSimulator } from "../simulators/gerrit";
import { type GerritOptions, type GerritSections, registeredUsers } from "../simulators/gerrit-state";
import { gerrit } from "./adapter";

let host: GerritSimulator;
let token = "";
const options: GerritOptions = { subPath: "/r" };
const allow = { action: "ALLOW" } as const;
const developers = "developers-uuid";

beforeAll(async () => {
  host = await startGerritSimulator(options);
  token = host.addToken({ user: { groups: [developers] } });
});
afterAll(() => host.close());
afterEach(() => {
  host.requests.length = 0;
  delete options.gitOverHttp;
});

function enter(secret: string, username = "alice"): Entered {
  return { type: "token", token: new Secret(secret), fields: { username }, secrets: {} };
}

async function probe(repository: string, entered = enter(token)) {
  const origins = gerrit.origins(host.baseUrl);
  const transport = openTransport({ origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"] });
  const answer = await gerrit.probe?.({ baseUrl: host.baseUrl, transport }, entered, repository);
  if (!answer) throw new Error("no probe");
  if (!answer.ok)
    return { reason: answer.reason, read: "", push: "", status: "", why: { push: "", status: "", read: "" } };
  const of = (ability: string) => answer.abilities.find((row) => row.ability === ability);
  const why = { read: of("read")?.why ?? "", push: of("push")?.why ?? "", status: of("status")?.why ?? "" };
  const [read, push, status] = ["read", "push", "status"].map((ability) => of(ability)?.answer);
  return { reason: "ok", read, push, status, why };
}

/** A project that inherits nothing but being readable. */
function addProject(name: string, sections: GerritSections): string {
  const parent = "Readable-Projects";
  if (!host.state.projects.some((row) => row.name === parent)) {
    const read = { "refs/*": { read: { rules: { [registeredUsers]: allow } } } };
    host.addProject({ name: parent, parent: null, sections: read });
  }
  return host.addProject({ name, parent, sections }).name;
}

const push = (pattern: string, group = developers): GerritSections => ({
  [pattern]: { push: { rules: { [group]: allow } } },
});

describe("what may be done to a project", () => {
  it("rights that are inherited from All-Projects are found", async () => {
    host.addProject({ name: "tools/build/sub", parent: "All-Projects" });
    expect(await probe("tools/build/sub")).toMatchObject({
      read: "yes",
      push: "yes",
      status: "unknown",
      why: {
        push: "It may push for review (refs/for/*).",
        status: expect.stringMatching(/no commit statuses.*may vote on Code-Review/),
      },
    });
  });

  it("a project's name keeps its slashes in Git's address and is escaped in a query", async () => {
    host.addProject({ name: "a b/c+d" });
    expect(await probe("a b/c+d.git")).toMatchObject({ read: "yes" });
    expect(host.requests.map(({ path }) => path)).toContain("/r/a/a%20b/c%2Bd/info/refs");
    expect(host.requests.map(({ query }) => query.get("project"))).toContain("a b/c+d");
  });

  it("a service user that may vote on Verified may set a status", async () => {
    host.addProject({ name: "voted" });
    const bot = host.addToken({ user: { username: "ci", isServiceUser: true } });
    expect(await probe("voted", enter(bot, "ci"))).toMatchObject({
      status: "yes",
      why: { status: expect.stringContaining("may vote on Verified") },
    });
  });

  it.each<[string, GerritSections, string, RegExp]>([
    ["review", push("refs/for/*"), "yes", /^It may push for review \(refs\/for\/\*\)\.$/],
    ["review of branches", push("refs/for/refs/heads/*"), "yes", /^It may push for review \(refs\/for\/\*\)\.$/],
    ["review of some branches", push("refs/for/refs/heads/stable-*"), "yes", /to some branches\)\.$/],
    ["branches", push("refs/heads/*"), "yes", /^It may push directly to branches\.$/],
    ["some branches", push("refs/heads/sandbox/*"), "yes", /^It may push directly to some branches\.$/],
    ["everything", push("refs/*"), "yes", /for review \(refs\/for\/\*\) and directly to branches\.$/],
    ["tags alone", push("refs/tags/*"), "yes", /do not say to which branches/],
    ["reviews of tags alone", push("refs/for/refs/tags/*"), "yes", /do not say to which branches/],
    ["a regular expression", push("^refs/heads/[a-z]+"), "yes", /do not say to which branches/],
    ["another group", push("refs/heads/*", "others"), "no", /Upload denied for project/],
    [
      "branches, exclusive",
      { "refs/heads/*": { push: { exclusive: true, rules: { [developers]: allow } } } },
      "yes",
      /do not say/,
    ],
    [
      "branches, though denied to everybody on one",
      { ...push("refs/heads/*"), "refs/heads/main": { push: { rules: { [registeredUsers]: { action: "DENY" } } } } },
      "yes",
      /do not say/,
    ],
    [
      "branches, blocked",
      {
        ...push("refs/heads/*"),
        ...push("refs/tags/*"),
        "refs/*": { push: { rules: { [developers]: { action: "BLOCK" } } } },
      },
      "no",
      /Upload denied/,
    ],
  ])("a push that the rules give for %s", async (title, sections, answer, why) => {
    const found = await probe(addProject(`push/${title.replace(/[^a-z]+/g, "-")}`, sections));
    expect({ push: found.push, why: found.why.push }).toMatchObject({ push: answer, why: expect.stringMatching(why) });
  });

  it("a group whose id is escaped in the list of groups is found in the rules", async () => {
    const group = "ldap:cn=developers,ou=groups";
    const secret = host.addToken({ user: { username: "lena", groups: [group] } });
    const name = addProject("directory", push("refs/for/*", group));
    expect((await probe(name, enter(secret, "lena"))).why.push).toContain("for review");
  });

  it("a label that may be voted nothing but zero on sets no status", async () => {
    const vote = (min: number, max: number): GerritSections => ({
      "refs/heads/*": { "label-Verified": { rules: { [developers]: { action: "ALLOW", min, max } } } },
    });
    expect(await probe(addProject("zero", vote(0, 0)))).toMatchObject({ status: "unknown" });
    expect(await probe(addProject("minus", vote(-1, 0)))).toMatchObject({ status: "yes" });
  });

  it("creating branches is told where the host tells it", async () => {
    const sections = {
      "refs/heads/*": { ...push("refs/heads/*")["refs/heads/*"], create: { rules: { [developers]: allow } } },
    };
    expect((await probe(addProject("creating", sections))).why.push).toContain("It may create branches.");
  });

  it("can_upload, which is about the rules themselves, proves no push", async () => {
    const owned = addProject("owned", { "refs/*": { owner: { rules: { [developers]: allow } } } });
    expect(await probe(owned)).toMatchObject({ read: "yes", push: "no" });
  });

  it("what Gerrit refuses a push with is quoted", async () => {
    const uploadRefusal = "No Contributor Agreement on file for user Alice (id=1000000)";
    host.addProject({ name: "agreed", uploadRefusal });
    expect(await probe("agreed")).toMatchObject({ push: "no", why: { push: expect.stringContaining(uploadRefusal) } });
  });

  it("without Git over HTTPS a push is unknown, whatever the rules say", async () => {
    host.addProject({ name: "silent" });
    options.gitOverHttp = false;
    expect(await probe("silent")).toMatchObject({ read: "unknown", push: "unknown" });
  });

  it("a project that is hidden or missing is no for all", async () => {
    host.addProject({ name: "hidden", parent: null });
    for (const name of ["hidden", "missing"]) {
      expect(await probe(name)).toMatchObject({ read: "no", push: "no", status: "no" });
    }
  });

  it("parents that inherit from each other do not go on for ever", async () => {
    const sections = { "refs/*": { read: { rules: { [registeredUsers]: allow } } } };
    host.addProject({ name: "ring", parent: null, sections });
    const body = `)]}'\n${JSON.stringify({ ring: { local: {}, inherits_from: { name: "ring" } } })}`;
    host.respondAt("/a/access/", { status: 200, headers: { "content-type": "application/json" }, body });
    expect(await probe("ring")).toMatchObject({ read: "yes" });
    host.respondAt("/a/access/", null);
    expect(host.requests.length).toBeLessThan(8);
  });

  it.each(["", "/a", "a/", "a//b", "../a", "a/./b", "a?b", "a%2fb", "a\nb", "a#b", "\ud800", "x".repeat(301)])(
    "nothing is sent for a project named %j",
    async (name) => {
      expect(await probe(name)).toMatchObject({ reason: "unexpected" });
      expect(host.requests).toHaveLength(0);
    },
  );

  it("a wrong password is rejected, not called hidden", async () => {
    expect(await probe("tools/build", enter("wrong"))).toMatchObject({ reason: "rejected" });
  });
});
