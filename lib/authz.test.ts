import { describe, expect, it } from "vitest";
import { type Action, type Actor, can, type Subject } from "./authz";

const alice: Actor = {
  type: "user",
  id: "alice",
  email: "alice@example.com",
  name: "Alice",
  role: "USER",
  teams: [],
  sessionId: "s1",
  ip: null,
};
const actors = {
  self: alice,
  other: { ...alice, id: "bob", email: "bob@example.com" },
  member: { ...alice, id: "dave", email: "dave@example.com", teams: [{ id: "core", role: "MEMBER" }] },
  maintainer: { ...alice, id: "erin", email: "erin@example.com", teams: [{ id: "core", role: "MAINTAINER" }] },
  elsewhere: { ...alice, id: "frank", email: "frank@example.com", teams: [{ id: "docs", role: "MAINTAINER" }] },
  admin: { ...alice, id: "carol", email: "carol@example.com", role: "ADMIN" },
  system: { type: "system", name: "checks" },
  anonymous: { type: "anonymous", ip: null },
} satisfies Record<string, Actor>;
type Who = keyof typeof actors;

const owned = { type: "user", id: "alice" } as const;
const site = { type: "site" } as const;
const team = { type: "team", id: "core" } as const;
const signedIn: Who[] = ["self", "other", "member", "maintainer", "elsewhere", "admin"];

/** Who may; everybody else may not. An action that is missing here does not compile. */
const policy: { [A in Action]: [subject: Subject<A>, may: Who[]][] } = {
  "credential.list": [
    [team, ["member", "maintainer", "admin", "system"]],
    [owned, ["self", "admin", "system"]],
    [site, ["admin", "system"]],
  ],
  "credential.manage": [
    [team, ["maintainer", "admin", "system"]],
    [owned, ["self", "admin", "system"]],
    [site, ["admin", "system"]],
  ],
  "code-host.list": [[null, [...signedIn, "system"]]],
  "code-host.manage": [[null, ["admin", "system"]]],
  "consumer.list": [[null, [...signedIn, "system"]]],
  "consumer.manage": [[null, ["admin", "system"]]],
  "guide.read": [[null, [...signedIn, "system", "anonymous"]]],
  "user.manage": [[null, ["admin", "system"]]],
  "account.manage": [[{ id: "alice" }, ["self"]]],
  "session.create": [[null, [...signedIn, "anonymous"]]],
  "team.list": [[null, [...signedIn, "system"]]],
  "team.read": [[{ id: "core" }, ["member", "maintainer", "admin", "system"]]],
  "team.manage": [[{ id: "core" }, ["maintainer", "admin", "system"]]],
  "team.create": [[null, ["admin", "system"]]],
  "notification.manage": [[{ id: "alice" }, ["self"]]],
  "site.manage": [[null, ["admin", "system"]]],
  "audit.read": [[null, ["admin", "system"]]],
};

const cases = (Object.keys(policy) as Action[]).flatMap((action) =>
  policy[action].flatMap(([subject, may]) =>
    (Object.keys(actors) as Who[]).map((who) => ({ action, subject, who, expected: may.includes(who) })),
  ),
);

describe("the policy", () => {
  it.each(cases)("$action on $subject: $who → $expected", ({ action, subject, who, expected }) => {
    expect(can(actors[who], action, subject)).toBe(expected);
  });

  it("gives a role that it does not know nothing that admins have", () => {
    const odd = { ...alice, id: "eve", role: "admin" } as unknown as Actor;
    for (const action of ["code-host.manage", "consumer.manage", "user.manage", "audit.read"] as const) {
      expect(can(odd, action, null)).toBe(false);
    }
    expect(can(odd, "credential.manage", owned)).toBe(false);
  });

  it("refuses an action that it does not know", () => {
    expect(can(alice, "portal.burn" as Action, null)).toBe(false);
    expect(can(actors.anonymous, "portal.burn" as Action, null)).toBe(false);
  });
});
