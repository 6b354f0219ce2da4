import { describe, expect, it } from "vitest";
import { mintRoutable } from "../simulators/gitlab-tokens";
import { gitlabCredentialTypes, recogniseGitlab } from "./recognise";

const body = "abcDEF0123456789-_xy";
const vectors = [
  "glpat-AAAAAAAAAAAAAAAAAAAAAGM6MQpvOjEKdToxegw.01.1318heka5",
  "glpat-AAECAwQFBgcICQoLDA0OD286MQp1OmExYjJjM2QN.01.1404o8q02",
];

describe("recogniseGitlab", () => {
  it.each([
    [`glpat-${body}`, "personal", "certain", "glpat-", "none"],
    [vectors[0], "personal", "certain", "glpat-", "good"],
    [vectors[1], "personal", "certain", "glpat-", "good"],
    [`glpat-${body.slice(1)}`, "personal", "certain", "glpat-", "bad"],
    ["glpat-", "personal", "certain", "glpat-", "bad"],
    [vectors[0]?.slice(0, -1), "personal", "certain", "glpat-", "bad"],
    [vectors[0]?.slice(0, 40), "personal", "certain", "glpat-", "bad"],
    ["glpat-3fZ1p5y4XWcCvMGVlfakeW86MQp1Oml3Ymg0Cw.01.1203afake", "personal", "certain", "glpat-", "bad"],
    [`gldt-${body}`, "deploy", "certain", "gldt-", "none"],
    [`glrt-${body}`, "runner", "certain", "glrt-", "none"],
    [`glrtr-${body}`, "runner", "certain", "glrtr-", "none"],
    [mintRoutable("glrt-", { o: "1", g: "7" }), "runner", "certain", "glrt-", "good"],
    [`GR1348941${body}`, "runner-registration", "certain", "GR1348941", "none"],
    [`glptt-${"0a".repeat(20)}`, "trigger", "certain", "glptt-", "none"],
    [`glcbt-64_${body}`, "ci-job", "certain", "glcbt-", "none"],
    [`gloas-${"0a".repeat(32)}`, "oauth-secret", "certain", "gloas-", "none"],
    [`glsoat-${body}`, "scim", "certain", "glsoat-", "none"],
    [`glft-${body}`, "feed", "certain", "glft-", "none"],
    [`glimt-${body}`, "incoming-mail", "certain", "glimt-", "none"],
    [`glagent-${body}`, "agent", "certain", "glagent-", "none"],
    [`glwt-${body}`, "workspace", "certain", "glwt-", "none"],
    [`glffct-${body}`, "feature-flags", "certain", "glffct-", "none"],
    ["_gitlab_session=0123456789abcdef", "session", "certain", "_gitlab_session=", "none"],
    [`acme-${body}`, "personal", "likely", "acme-", "none"],
    [mintRoutable("acme-", { o: "1", u: "1z" }), "personal", "likely", "acme-", "good"],
    [mintRoutable("", { o: "1", u: "1z" }), "personal", "likely", "", "good"],
    [`acme-gldt-${body}`, "deploy", "likely", "acme-gldt-", "none"],
    ["0123456789abcdef".repeat(4), "oauth", "likely", "", "none"],
    [body, "personal", "likely", "", "none"],
  ])("%s is of type %s, %s, prefix %j, checksum %s", (token, type, confidence, prefix, checksum) => {
    const mayBe = type === "personal" ? { mayBe: ["project", "group", "fine-grained"] } : {};
    expect(recogniseGitlab(token ?? "")).toEqual({ type, ...mayBe, confidence, prefix, checksum });
  });

  it.each([
    "",
    "hello",
    `ghp_${"a".repeat(36)}`,
    `github_pat_${"a".repeat(82)}`,
    "0".repeat(40),
    "é".repeat(20),
    ` ${body}`,
    "x".repeat(4096),
  ])("%j is none of GitLab's", (token) => {
    expect(recogniseGitlab(token)).toBeNull();
  });

  it("notices every single changed character of a routable token", () => {
    const token = vectors[1] ?? "";
    for (let at = "glpat-".length; at < token.length; at++) {
      const changed = token.slice(0, at) + (token[at] === "a" ? "b" : "a") + token.slice(at + 1);
      expect(recogniseGitlab(changed)?.checksum, changed).toBe("bad");
    }
  });

  it("names only types that exist, and gives each refused type a reason and a remedy", () => {
    const refusals = gitlabCredentialTypes.flatMap((type) => type.refusal ?? []);
    expect(refusals).toHaveLength(gitlabCredentialTypes.length - 5);
    for (const refusal of refusals) expect(refusal).toMatch(/\. Make a personal, project or group access token/);
    expect(gitlabCredentialTypes[0]?.id).toBe("personal");
  });
});
