import { describe, expect, it } from "vitest";
import { github } from "../hosts/github/adapter";
import { gitlab } from "../hosts/gitlab/adapter";
import type { RequiredScope } from "../hosts/scopes";
import { assess, type Checked, type Outcome } from "./assessment";

const now = new Date("2026-11-22T12:00:00Z");
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);
const batch = { id: "1", name: "Batch Changes" };
const atlantis = { id: "2", name: "Atlantis" };
const required: RequiredScope[] = [
  { scope: "repo", why: "to push", consumer: batch },
  { scope: "read:org", why: "to ask teams", consumer: batch },
  { scope: "repo", why: "to comment", consumer: atlantis },
];
const valid: Checked = {
  outcome: "valid",
  type: "classic",
  scopes: ["repo", "read:org"],
  expiry: { known: true, at: null },
  isMoved: false,
};
const of = (more: Partial<Checked>, needs = required) => assess(github, { ...valid, ...more }, needs, now);

describe("the state of a credential", () => {
  it.each<[string, Partial<Checked>, string, string]>([
    ["has all that is needed", {}, "ok", "works"],
    ["has it by implication", { scopes: ["repo", "admin:org"] }, "ok", "works"],
    ["lacks a scope", { scopes: ["repo"] }, "warn", "lacks 1 scope"],
    ["lacks two scopes", { scopes: [] }, "warn", "lacks 2 scopes"],
    ["ends in 13 days", { expiry: { known: true, at: inDays(13) } }, "warn", "ends soon"],
    ["ends in 15 days", { expiry: { known: true, at: inDays(15) } }, "ok", "works"],
    ["has ended since it was checked", { expiry: { known: true, at: inDays(-1) } }, "bad", "expired"],
    ["does not tell its scopes", { scopes: null, type: "fine-grained" }, "off", "scopes cannot be told"],
    ["was entered for another address", { isMoved: true }, "bad", "enter it again"],
  ])("%s", (_, more, state, word) => {
    expect(of(more)).toMatchObject({ state, word });
  });

  it.each<[Outcome, string]>([
    ["rejected", "bad"],
    ["expired", "bad"],
    ["revoked", "bad"],
    ["blocked", "bad"],
    ["sso-required", "warn"],
    ["insufficient-scope", "warn"],
    ["rate-limited", "off"],
    ["unreachable", "off"],
    ["redirected", "off"],
    ["unexpected", "off"],
    ["unchecked", "off"],
  ])("whose last check ended %s is %s, and suffices for nobody for certain", (outcome, state) => {
    const assessment = of({ outcome });
    expect(assessment.state).toBe(state);
    const expected = state === "bad" ? "no" : "unknown";
    expect(assessment.consumers.map(({ suffices }) => suffices)).toEqual([expected, expected]);
  });

  it("is never green when a needed scope was not proven", () => {
    const needs = [{ scope: "read_repository", why: "to clone", consumer: batch }];
    const project = { ...valid, type: "project", scopes: ["api"] };
    expect(assess(gitlab, project, needs, now)).toMatchObject({ state: "off", consumers: [{ suffices: "unknown" }] });
    expect(assess(gitlab, { ...project, type: "personal" }, needs, now).state).toBe("ok");
  });

  it("is green for a working token when no consumer needs anything", () => {
    expect(of({ scopes: [] }, []).state).toBe("ok");
  });
});

describe("for whom it suffices", () => {
  it("is told for each consumer", () => {
    expect(of({ scopes: ["repo"] }).consumers).toEqual([
      { ...batch, suffices: "no" },
      { ...atlantis, suffices: "yes" },
    ]);
  });

  it("names what is more than needed, with its risk", () => {
    const [excess] = of({ scopes: ["repo", "read:org", "delete_repo"] }).excess;
    expect(excess).toMatchObject({ scope: "delete_repo" });
    expect(excess?.danger).toBeTruthy();
    expect(of({ scopes: ["repo", "admin:org"] }).excess.map(({ scope }) => scope)).toEqual(["admin:org"]);
  });
});
