import { describe, expect, it } from "vitest";
import { closure, compareScopes } from "../scopes";
import { bitbucketCloudScopes } from "./scopes";

const ids = bitbucketCloudScopes.map(({ id }) => id);

function includes(scope: string): string[] {
  return [...closure(bitbucketCloudScopes, [scope], "").proven].filter((one) => one !== scope).sort();
}

describe("the scope table", () => {
  it("has no implication between new names", () => {
    for (const { id, implies } of bitbucketCloudScopes) {
      if (id.endsWith(":bitbucket")) expect(implies).toEqual([]);
    }
    expect(ids.filter((id) => id.endsWith(":bitbucket"))).toHaveLength(37);
  });

  it.each([
    ["repository", ["read:repository:bitbucket"]],
    ["repository:write", ["read:repository:bitbucket", "repository", "write:repository:bitbucket"]],
    ["repository:admin", ["admin:repository:bitbucket"]],
    ["repository:delete", ["delete:repository:bitbucket"]],
    ["project", ["read:project:bitbucket", "read:repository:bitbucket", "repository"]],
    ["project:admin", ["admin:project:bitbucket"]],
    ["project:write", []],
    [
      "pullrequest:write",
      [
        "pullrequest",
        "read:pullrequest:bitbucket",
        "read:repository:bitbucket",
        "repository",
        "repository:write",
        "write:pullrequest:bitbucket",
        "write:repository:bitbucket",
      ],
    ],
    [
      "pipeline:variable",
      ["admin:pipeline:bitbucket", "pipeline", "pipeline:write", "read:pipeline:bitbucket", "write:pipeline:bitbucket"],
    ],
    ["webhook", ["delete:webhook:bitbucket", "read:webhook:bitbucket", "write:webhook:bitbucket"]],
  ])("%s includes what Atlassian says, and nothing else", (scope, expected) => {
    expect(includes(scope)).toEqual(expected);
  });

  it("compares what is required in new names with what an access token carries in old ones", () => {
    const consumer = { id: "1", name: "Atlantis" };
    const required = ["read:repository:bitbucket", "write:repository:bitbucket"].map((scope) => ({
      scope,
      why: "to push",
      consumer,
    }));
    const compare = (granted: string[]) => {
      const type = "repository-token";
      const { satisfied, missing, excess } = compareScopes({ table: bitbucketCloudScopes, type, required, granted });
      return [satisfied.length, missing.map(({ scope }) => scope), excess.map(({ scope }) => scope)];
    };
    expect(compare(["repository:write"])).toEqual([2, [], []]);
    expect(compare(["repository"])).toEqual([1, ["write:repository:bitbucket"], []]);
    expect(compare(["pullrequest:write"])).toEqual([2, [], ["pullrequest:write"]]);
    expect(compare(["pullrequest"])).toEqual([1, ["write:repository:bitbucket"], ["pullrequest"]]);
    expect(compare(["repository:admin"])).toEqual([
      0,
      ["read:repository:bitbucket", "write:repository:bitbucket"],
      ["repository:admin"],
    ]);
    expect(compare(["write:repository:bitbucket"])).toEqual([1, ["read:repository:bitbucket"], []]);
  });

  it("calls nothing too much that the guide says to tick", () => {
    const consumer = { id: "1", name: "Atlantis" };
    const scopes = ["read:repository:bitbucket", "read:pullrequest:bitbucket", "write:pullrequest:bitbucket"];
    const required = scopes.map((scope) => ({ scope, why: "to merge", consumer }));
    const type = "repository-token";
    const granted = ["pullrequest:write"];
    const { missing, excess } = compareScopes({ table: bitbucketCloudScopes, type, required, granted });
    expect([missing, excess]).toEqual([[], []]);
  });
});
