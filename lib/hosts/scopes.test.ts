import { describe, expect, it } from "vitest";
import type { Scope } from "./adapter";
import { closure, compareScopes, groupByScope } from "./scopes";

function scope(id: string, risk: Scope["risk"], implies: Scope["implies"] = []): Scope {
  return { id, meaning: `may ${id}`, risk, implies, ...(risk !== "read" && { danger: `could ${id}` }) };
}

const table: readonly Scope[] = [
  scope("repo", "write", [{ scope: "repo:status" }, { scope: "public_repo" }]),
  scope("repo:status", "write"),
  scope("public_repo", "write"),
  scope("admin:org", "admin", [{ scope: "write:org" }]),
  scope("write:org", "write", [{ scope: "read:org" }]),
  scope("read:org", "read"),
  scope("api", "write", [{ scope: "read_api" }, { scope: "read_repository", unconfirmedFor: ["project"] }]),
  scope("read_api", "read"),
  scope("read_repository", "read", [{ scope: "read_wiki" }]),
  scope("read_wiki", "read"),
  { ...scope("old:read", "read", [{ scope: "new:read" }]), isAlias: true },
  { ...scope("old:write", "write", [{ scope: "old:read" }, { scope: "new:write" }]), isAlias: true },
  scope("new:read", "read"),
  scope("new:write", "write"),
  scope("loop:a", "read", [{ scope: "loop:b" }]),
  scope("loop:b", "read", [{ scope: "loop:a" }]),
];

const atlantis = { id: "1", name: "Atlantis" };
const jira = { id: "2", name: "Jira" };

function compare(
  required: string[],
  granted: readonly string[] | null,
  type = "classic",
  absent: readonly string[] | null = null,
) {
  const comparison = compareScopes({
    table,
    type,
    required: required.map((id) => ({ scope: id, why: `to ${id}`, consumer: atlantis })),
    granted,
    absent,
  });
  const ids = (rows: readonly { scope: string }[]) => rows.map((row) => row.scope);
  return {
    satisfied: ids(comparison.satisfied),
    missing: ids(comparison.missing),
    unknown: ids(comparison.unknown),
    excess: ids(comparison.excess),
  };
}

const none = { satisfied: [], missing: [], unknown: [], excess: [] };

describe("compareScopes", () => {
  it.each([
    ["granted itself", ["repo"], ["repo"], { satisfied: ["repo"] }],
    ["implied", ["repo:status"], ["repo"], { satisfied: ["repo:status"], excess: ["repo"] }],
    ["implied through another", ["read:org"], ["admin:org"], { satisfied: ["read:org"], excess: ["admin:org"] }],
    ["not implied upwards", ["repo"], ["repo:status"], { missing: ["repo"] }],
    ["not granted", ["repo", "read:org"], ["repo"], { satisfied: ["repo"], missing: ["read:org"] }],
    ["nothing granted", ["repo"], [], { missing: ["repo"] }],
    ["what a required scope includes is not too much", ["repo"], ["repo", "public_repo"], { satisfied: ["repo"] }],
    [
      "reading more than needed is too much too",
      ["repo"],
      ["repo", "read:org"],
      { satisfied: ["repo"], excess: ["read:org"] },
    ],
    ["a scope nobody knows", ["repo"], ["repo", "new:thing"], { satisfied: ["repo"], excess: ["new:thing"] }],
    ["a required scope nobody knows", ["new:thing"], ["new:thing"], { satisfied: ["new:thing"] }],
    ["case and space matter", ["repo"], ["Repo", " repo"], { missing: ["repo"], excess: ["Repo", " repo"] }],
    ["a circle ends", ["loop:b"], ["loop:a"], { satisfied: ["loop:b"] }],
    ["names of the prototype", ["constructor"], ["__proto__"], { missing: ["constructor"], excess: ["__proto__"] }],
    ["nothing required: reading is no harm", [], ["read:org"], {}],
    ["nothing required: writing is", [], ["repo", "read:org", "odd"], { excess: ["repo", "odd"] }],
  ])("%s", (_, required, granted, expected) => {
    expect(compare(required, granted)).toEqual({ ...none, ...expected });
  });

  it("cannot tell anything when the host does not tell the scopes", () => {
    expect(compare(["repo", "read:org"], null)).toEqual({ ...none, unknown: ["repo", "read:org"] });
  });

  it("cannot tell what only an unconfirmed implication gives, nor what follows from it", () => {
    const required = ["read_api", "read_repository", "read_wiki"];
    expect(compare(required, ["api"], "project")).toEqual({
      ...none,
      satisfied: ["read_api"],
      unknown: ["read_repository", "read_wiki"],
      excess: ["api"],
    });
    expect(compare(required, ["api"], "personal").satisfied).toEqual(required);
    expect(compare(["read_repository"], ["api", "read_repository"], "project").satisfied).toEqual(["read_repository"]);
  });

  it("tells what too much of a scope would allow, and nothing of one that nobody knows", () => {
    const { excess } = compareScopes({ table, type: "classic", required: [], granted: ["admin:org", "odd"] });
    expect(excess).toEqual([
      { scope: "admin:org", meaning: "may admin:org", risk: "admin", danger: "could admin:org" },
      { scope: "odd", meaning: null, risk: null, danger: null },
    ]);
  });
});

describe("groupByScope", () => {
  it("names each scope once, with all who need it and why", () => {
    const rows = groupByScope([
      { scope: "repo", why: "to clone", consumer: atlantis },
      { scope: "read:org", why: "to see teams", consumer: jira },
      { scope: "repo", why: "to link", consumer: jira },
    ]);
    expect(rows).toEqual([
      {
        scope: "repo",
        neededBy: [
          { consumer: atlantis, why: "to clone" },
          { consumer: jira, why: "to link" },
        ],
      },
      { scope: "read:org", neededBy: [{ consumer: jira, why: "to see teams" }] },
    ]);
  });
});

describe("closure", () => {
  it("keeps what is proven apart from what may be", () => {
    const { proven, possible } = closure(table, ["api"], "project");
    expect([...proven]).toEqual(["api", "read_api"]);
    expect([...possible]).toEqual(["api", "read_api", "read_repository", "read_wiki"]);
  });
});

describe("scopes that are told partly", () => {
  it.each([
    ["proven is proven", ["read_api"], ["api"], [], { satisfied: ["read_api"], excess: ["api"] }],
    ["ruled out is missing", ["read:org"], [], ["read:org"], { missing: ["read:org"] }],
    ["who lacks a part lacks the whole", ["admin:org"], [], ["read:org"], { missing: ["admin:org"] }],
    ["who lacks the whole may have a part", ["read:org"], [], ["admin:org"], { unknown: ["read:org"] }],
    ["the rest is open", ["repo", "read:org"], ["read:org"], [], { satisfied: ["read:org"], unknown: ["repo"] }],
  ])("%s", (_, required, granted, absent, expected) => {
    expect(compare(required, granted, "classic", absent)).toEqual({ ...none, ...expected });
  });
});

describe("another name for several scopes", () => {
  it.each([
    ["is not too much where all of them are needed", ["new:read", "new:write"], ["old:write"], []],
    ["is not too much where nothing narrower gives what is needed", ["new:write"], ["old:write"], []],
    ["is too much where something narrower would do", ["new:read"], ["old:write"], ["old:write"]],
    ["does not hide what else is too much", ["new:read"], ["old:read", "new:write"], ["new:write"]],
  ])("%s", (_, required, granted, excess) => {
    expect(compare(required, granted)).toEqual({ ...none, satisfied: required, excess });
  });
});
