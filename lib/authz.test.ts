import { describe, expect, it } from "vitest";
import { type Action, type Actor, can, type Subject } from "./authz";

const alice: Actor = {
  type: "user",
  id: "alice",
  email: "alice@example.com",
  name: "Alice",
  role: "USER",
  sessionId: "s1",
  ip: null,
};
const actors = {
  self: alice,
  other: { ...alice, id: "bob", email: "bob@example.com" },
  admin: { ...alice, id: "carol", email: "carol@example.com", role: "ADMIN" },
  system: { type: "system", name: "checks" },
  anonymous: { type: "anonymous", ip: null },
} satisfies Record<string, Actor>;
type Who = keyof typeof actors;

const owned = { type: "user", id: "alice" } as const;
const site = { type: "site" } as const;

/** Who may; everybody else may not. An action that is missing here does not compile. */
const policy: { [A in Action]: [subject: Subject<A>, may: Who[]][] } = {
  "credential.list": [
    [owned, ["self", "admin", "system"]],
    [site, ["admin", "system"]],
  ],
  "credential.manage": [
    [owned, ["self", "admin", "system"]],
    [site, ["admin", "system"]],
  ],
  "code-host.list": [[null, ["self", "other", "admin", "system"]]],
  "code-host.manage": [[null, ["admin", "system"]]],
  "consumer.list": [[null, ["self", "other", "admin", "system"]]],
  "consumer.manage": [[null, ["admin", "system"]]],
  "guide.read": [[null, ["self", "other", "admin", "system", "anonymous"]]],
  "user.manage": [[null, ["admin", "system"]]],
  "account.manage": [[{ id: "alice" }, ["self"]]],
  "session.create": [[null, ["self", "other", "admin", "anonymous"]]],
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
