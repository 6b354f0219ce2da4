import { describe, expect, it } from "vitest";
import type { SunsetFacts } from "./adapter";
import { adapterFor } from "./registry";

/** When the rules of the kinds take effect; GitHub's are tested beside it. */
const facts: SunsetFacts = {
  baseUrl: "https://bitbucket.org",
  type: "api-token",
  prefix: "ATATT3x",
  fields: {},
  notes: [],
  enteredAt: new Date("2026-03-01T00:00:00Z"),
  lastUsedAt: null,
};

function endsOf(kind: string, changed: Partial<SunsetFacts>) {
  const sunsets = adapterFor(kind)?.sunsets ?? [];
  return sunsets.flatMap(({ id, endsAt }) => {
    const at = endsAt({ ...facts, ...changed });
    return at ? [`${id} ${at.toISOString().slice(0, 10)}`] : [];
  });
}

describe("Bitbucket Cloud", () => {
  it("takes no app passwords since 28 July 2026, and every other kind", () => {
    expect(endsOf("bitbucket-cloud", { type: "app-password" })).toEqual(["app-passwords 2026-07-28"]);
    expect(endsOf("bitbucket-cloud", { prefix: "ATBB" })).toEqual(["app-passwords 2026-07-28"]);
    for (const type of ["api-token", "repository-token", "project-token", "workspace-token"]) {
      expect(endsOf("bitbucket-cloud", { type })).toEqual([]);
    }
  });
});

describe("Azure DevOps Services", () => {
  it("may end a token on 1 December 2026, which it does not tell", () => {
    expect(endsOf("azure-devops", { type: "pat" })).toEqual(["all-organizations 2026-12-01"]);
    expect(adapterFor("azure-devops")?.sunsets[0]?.isUncertain).toBe(true);
  });

  it("has not ended one that was entered or used since", () => {
    const since = new Date("2026-12-01T00:00:01Z");
    expect(endsOf("azure-devops", { type: "pat", enteredAt: since })).toEqual([]);
    expect(endsOf("azure-devops", { type: "pat", lastUsedAt: since })).toEqual([]);
    const before = new Date("2026-11-30T23:59:59Z");
    expect(endsOf("azure-devops", { type: "pat", lastUsedAt: before })).toEqual(["all-organizations 2026-12-01"]);
  });

  it("is not a server of the site's own", () => {
    expect(endsOf("azure-devops-server", { type: "pat" })).toEqual([]);
  });
});
