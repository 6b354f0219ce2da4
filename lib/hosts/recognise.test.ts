import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { recognitionCorpus } from "./contract-corpus";
import { fastest } from "./contract-watch";
import { cleanToken, recogniseAnywhere } from "./recognise";

// Body and checksum of a token that was published dead; see the facts about GitHub's checksum.
const classic = "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";
const routable = "glpat-AAAAAAAAAAAAAAAAAAAAAGM6MQpvOjEKdToxegw.01.1318heka5";
const legacy = "glpat-abcdefghij0123456789";

describe("a token of the host itself", () => {
  it.each([
    [classic, "github", "classic"],
    [`github_pat_${"a".repeat(22)}_${"b".repeat(59)}`, "github", "fine-grained"],
    ["0123456789abcdef0123456789abcdef01234567", "github", "classic"],
    [routable, "gitlab", "personal"],
    [legacy, "gitlab", "personal"],
    ["acme-abcdefghij0123456789", "gitlab", "personal"],
  ])("%s is taken for %s", (token, kind, type) => {
    expect(recogniseAnywhere(token, kind)).toMatchObject({
      cleaned: token,
      removed: null,
      verdict: "ok",
      message: null,
      recognition: { type },
      otherKind: null,
    });
  });

  it.each([
    [`${classic.slice(0, -1)}8`, "github"],
    [classic.slice(0, -1), "github"],
    [`${routable.slice(0, -1)}6`, "gitlab"],
  ])("%s is called damaged, which is no refusal", (token, kind) => {
    const pasted = recogniseAnywhere(token, kind);
    expect(pasted.verdict).toBe("damaged");
    expect(pasted.message).toContain("Copy it again");
  });

  it.each([
    [`ghr_${"a".repeat(76)}`, "github", "refresh"],
    ["gldt-abcdefghij0123456789", "gitlab", "deploy"],
    ["glptt-0123456789abcdef0123456789abcdef01234567", "gitlab", "trigger"],
  ])("%s is of a type that is not stored, and why is said", (token, kind, type) => {
    const pasted = recogniseAnywhere(token, kind);
    expect(pasted).toMatchObject({ verdict: "refused-type", recognition: { type } });
    expect(pasted.message).toMatch(/instead\.$/);
  });
});

describe("a token of another kind of host", () => {
  it.each([
    [routable, "github", "gitlab", "GitLab"],
    [legacy, "github", "gitlab", "GitLab"],
    [classic, "gitlab", "github", "GitHub"],
    [`${classic.slice(0, -1)}8`, "gitlab", "github", "GitHub"],
    [`github_pat_${"a".repeat(22)}_${"b".repeat(59)}`, "gitlab", "github", "GitHub"],
    ["gldt-abcdefghij0123456789", "github", "gitlab", "GitLab"],
    // Cut off where it has the length of an old GitLab token.
    [classic.slice(0, 20), "gitlab", "github", "GitHub"],
  ])("%s at %s is named", (token, kind, otherKind, name) => {
    const pasted = recogniseAnywhere(token, kind);
    expect(pasted).toMatchObject({ verdict: "wrong-host", otherKind });
    expect(pasted.message).toContain(`looks like a ${name} token`);
  });

  it("is not guessed from a shape that only may be its own", () => {
    expect(recogniseAnywhere("0123456789abcdef0123456789abcdef01234567", "gitlab")).toMatchObject({
      verdict: "unrecognised",
      otherKind: null,
    });
  });
});

describe("an unknown form", () => {
  it.each([
    ["correct-horse-battery-staple", "github"],
    ["x", "gitlab"],
    ["x", "a kind that does not exist"],
    ["x", "__proto__"],
  ])("%s at %s is mentioned and never refused", (token, kind) => {
    expect(recogniseAnywhere(token, kind)).toMatchObject({ verdict: "unrecognised", recognition: null });
  });
});

describe("what is copied along with a token", () => {
  it.each([
    [` ${classic}`, /spaces/],
    [`${classic}\r\n`, /line breaks/],
    [`\u00a0\u200b${classic}\ufeff`, /spaces/],
    [`"${classic}"`, /quotation marks/],
    [`  'Bearer ${classic}' `, /header.*quotation/],
    [`“${classic}”`, /quotation marks/],
    [`\`${classic}\``, /quotation marks/],
    [`Bearer ${classic}`, /header/],
    [`token ${classic}`, /header/],
    [`Authorization: Bearer ${classic}`, /header/],
    [`Authorization:bearer\t${classic}\n`, /header/],
    [`PRIVATE-TOKEN: ${classic}`, /header/],
  ])("is left out of %j, and this is said", (text, said) => {
    const pasted = recogniseAnywhere(text, "github");
    expect(pasted).toMatchObject({ cleaned: classic, verdict: "ok" });
    expect(
      pasted.removed?.replace(/quotation marks, the header's words/, "the header's words, quotation marks"),
    ).toMatch(said);
  });

  it("is nothing when there is nothing", () => {
    for (const token of [classic, "tokenlike", "Bearer", '"', "bearer-abc", "private-token"]) {
      expect(cleanToken(token)).toEqual({ cleaned: token, removed: null });
    }
  });
});

describe("what cannot be a token", () => {
  it.each([
    ["", /Paste/],
    [" \n\t", /Paste/],
    ['""', /Paste/],
    [`ghp_${"a".repeat(10)} ${"a".repeat(10)}`, /spaces/],
    [`${classic}\nX-Evil: 1`, /spaces/],
    [`${classic.slice(0, 10)}\u00a0${classic.slice(10)}`, /spaces/],
    [`ghp_${"é".repeat(36)}`, /plain/],
    [`${classic.slice(0, 10)}\u0000${classic.slice(10)}`, /plain/],
    ["🙂", /plain/],
    ["a".repeat(4097), /4,096/],
    [`Bearer ${" ".repeat(100_000)}${"a ".repeat(50_000)}`, /4,096/],
  ])("%# is refused with a reason", (text, said) => {
    const pasted = recogniseAnywhere(text, "github");
    expect(pasted.verdict).toBe("unusable");
    expect(pasted.message).toMatch(said);
  });

  it("is a limit: 4,096 characters are allowed", () => {
    expect(recogniseAnywhere("a".repeat(4096), "gitlab").verdict).toBe("unrecognised");
  });
});

it("answers any text at once, and repeats none of it", () => {
  const corpus = [...recognitionCorpus, " ".repeat(100_000), `x${" ".repeat(100_000)}x`, `"${'"'.repeat(100_000)}`];
  for (const text of corpus) {
    for (const kind of ["github", "gitlab", "other"]) {
      expect(fastest(() => recogniseAnywhere(text, kind))).toBeLessThan(100);
      const { message, removed } = recogniseAnywhere(text, kind);
      if (text.trim().length > 5) expect(`${message} ${removed}`).not.toContain(text.trim());
    }
  }
});

it("imports nothing that a browser does not have", () => {
  const seen = new Set<string>();
  const visit = (file: URL) => {
    if (seen.has(file.href)) return;
    seen.add(file.href);
    const source = readFileSync(file, "utf8");
    for (const [, what = "", from = ""] of source.matchAll(/^import (type )?[^;]*?from "([^"]+)";/gm)) {
      if (what !== "") continue;
      expect(from, file.pathname).toMatch(/^\.\.?\//);
      visit(new URL(`${from}.ts`, file));
    }
    expect(source).not.toMatch(/\bBuffer\b|\bprocess\b|\brequire\(/);
  };
  visit(new URL("./recognise.ts", import.meta.url));
  expect(seen.size).toBeGreaterThan(2);
});
