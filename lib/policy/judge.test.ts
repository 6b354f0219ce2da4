import { describe, expect, it } from "vitest";
import { adapterFor } from "../hosts/registry";
import { allowedTypes, type Found, findClosed, judgeOffline, judgePolicy, type Place, type Policy } from "./judge";

const none: Policy = {
  maxLifetimeDays: null,
  requireExpiry: false,
  forbidExcess: false,
  forbiddenTypes: [],
  globalUse: "may",
};
const now = new Date("2026-11-22T12:00:00Z");
const place = (kind: string, owner: Place["owner"] = "user"): Place => ({
  owner,
  host: { name: "The host" },
  types: adapterFor(kind)?.credentialTypes ?? [],
});
const endsIn = (days: number) => ({ known: true, at: new Date(now.getTime() + days * 86_400_000) }) as const;
const never = { known: true, at: null } as const;
const untold = { known: false } as const;
const found = (more: Partial<Found> = {}): Found => ({
  type: "classic",
  expiry: endsIn(30),
  enteredAt: now,
  now,
  excess: [],
  ...more,
});
const names = (verdicts: { rule: string }[]) => verdicts.map(({ rule }) => rule);

describe("the site's rules", () => {
  const lifetime = { ...none, maxLifetimeDays: 90 };
  const expiry = { ...none, requireExpiry: true };
  const both = { ...lifetime, requireExpiry: true };
  const excess = { ...none, forbidExcess: true };
  const tooMuch = [{ scope: "delete_repo" }];
  const cases: [string, Policy, string, Partial<Found>, string[], string[]][] = [
    ["no rules stop nothing", none, "github", { expiry: never, excess: tooMuch }, [], []],
    ["one that ends in time", lifetime, "github", {}, [], []],
    ["one that ends on the last day, as the host counts", lifetime, "github", { expiry: endsIn(90.9) }, [], []],
    ["one that ends too late", lifetime, "github", { expiry: endsIn(200) }, ["lifetime"], []],
    ["one that never ends, against a longest life", lifetime, "github", { expiry: never }, ["lifetime"], []],
    ["an end that was not told, against a longest life", lifetime, "github", { expiry: untold }, [], ["lifetime"]],
    ["one that never ends, where an end is wanted", expiry, "github", { expiry: never }, ["expiry-required"], []],
    ["one that ends some day, where an end is wanted", expiry, "github", { expiry: endsIn(3000) }, [], []],
    ["an end not told where it always is", expiry, "github", { expiry: untold }, ["expiry-required"], []],
    ["the same against both rules, told once", both, "github", { expiry: untold }, ["lifetime"], []],
    ["one that never ends against both rules, told once", both, "github", { expiry: never }, ["lifetime"], []],
    [
      "a host that never tells an end",
      both,
      "bitbucket-cloud",
      { type: "api-token", expiry: untold },
      [],
      ["lifetime"],
    ],
    [
      "a host that tells an end only in part",
      expiry,
      "azure-devops",
      { type: "pat", expiry: untold },
      [],
      ["expiry-required"],
    ],
    ["more scopes than needed", excess, "github", { excess: tooMuch }, ["excess-scopes"], []],
    ["no more scopes than needed, or none told", excess, "github", { excess: [] }, [], []],
    ["a kind that is not allowed", { ...none, forbiddenTypes: ["classic"] }, "github", {}, ["forbidden-type"], []],
    ["another kind", { ...none, forbiddenTypes: ["classic"] }, "github", { type: "fine-grained" }, [], []],
    [
      "everything at once",
      { ...both, forbidExcess: true, forbiddenTypes: ["classic"] },
      "github",
      { expiry: never, excess: tooMuch },
      ["forbidden-type", "lifetime", "excess-scopes"],
      [],
    ],
  ];
  it.each(cases)("%s", (_, policy, kind, facts, broken, open) => {
    const judged = judgePolicy(policy, place(kind), found(facts));
    expect(names(judged.broken)).toEqual(broken);
    expect(names(judged.untold)).toEqual(open);
  });

  it("count a life from when the token was entered, not from today", () => {
    const enteredAt = new Date(now.getTime() - 80 * 86_400_000);
    expect(names(judgePolicy(lifetime, place("github"), found({ enteredAt, expiry: endsIn(20) })).broken)).toEqual([
      "lifetime",
    ]);
    expect(judgePolicy(lifetime, place("github"), found({ enteredAt, expiry: endsIn(10) })).broken).toEqual([]);
  });
});

describe("people and the global credential", () => {
  it.each([
    ["user", ["global-only"]],
    ["team", ["global-only"]],
    ["site", []],
  ] as const)("where everybody must use it, what a %s may add", (owner, broken) => {
    const policy = { ...none, globalUse: "must" as const };
    expect(names(judgeOffline(policy, place("github", owner), "classic"))).toEqual(broken);
    expect(names(judgePolicy(policy, place("github", owner), found()).broken)).toEqual(broken);
    expect(findClosed(policy, place("github", owner)) === null).toBe(broken.length === 0);
  });

  it("where nobody may use it, everybody adds their own", () => {
    const policy = { ...none, globalUse: "must-not" as const };
    expect(judgeOffline(policy, place("github"), "classic")).toEqual([]);
    expect(findClosed(policy, place("github"))).toBeNull();
  });
});

describe("each sentence says what the rule is and what to do", () => {
  const sentence = (policy: Partial<Policy>, facts: Partial<Found>, kind = "github") => {
    const { broken, untold: open } = judgePolicy({ ...none, ...policy }, place(kind), found(facts));
    return [...broken, ...open].map((one) => one.sentence).join(" | ");
  };

  it.each([
    [
      sentence({ maxLifetimeDays: 90 }, { expiry: endsIn(200) }),
      "Tokens may live 90 days here, from when they are entered; this one lives 200 days. Make one that ends by 2027-02-20.",
    ],
    [
      sentence({ requireExpiry: true }, { expiry: never }),
      "This site wants tokens that have an end; this one never ends. Make one with an end date.",
    ],
    [
      sentence({ maxLifetimeDays: 1 }, { type: "api-token", expiry: untold }, "bitbucket-cloud"),
      "Tokens may live 1 day here, from when they are entered; The host does not say when this one ends, so nobody can check it. Let it end by 2026-11-23.",
    ],
    [
      sentence({ forbidExcess: true }, { excess: ["a", "b", "c", "d", "e", "f", "g"].map((scope) => ({ scope })) }),
      "This site allows no scopes beyond what the tools need; this token has a, b, c, d, e and 2 more besides. Make one with only what the tools need.",
    ],
    [
      sentence({ forbiddenTypes: ["classic", "app-user"] }, {}),
      "Personal access token (classic): not allowed for The host on this site. Use Fine-grained personal access token or OAuth app token instead.",
    ],
  ])("%s", (told, wanted) => {
    expect(told).toBe(wanted);
  });

  it("sends to an admin where nothing is left to use", () => {
    const all = place("github").types.map(({ id }) => id);
    expect(sentence({ forbiddenTypes: all }, {})).toContain("Ask a site admin what to use instead.");
    expect(findClosed({ ...none, forbiddenTypes: all }, place("github"))).toContain("No kind of token may be added");
    expect(allowedTypes({ forbiddenTypes: all }, place("github").types)).toEqual([]);
  });
});
