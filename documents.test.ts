/*
 * Holds the documents to what is there. DECISIONS.md and CHANGELOG.md tell of their day and may name what is gone.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { capabilityTable } from "./lib/hosts/capabilities";
import { adapters } from "./lib/hosts/registry";

const root = import.meta.dirname;
const read = (name: string) => readFileSync(join(root, name), "utf8");
const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? "");

describe.each(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "bench/README.md"])("%s", (name) => {
  const text = read(name);

  it("links to what exists", () => {
    const targets = found(text, /\]\(([^)#:]+)\)/g);
    expect(targets.filter((target) => !existsSync(join(root, dirname(name), target)))).toEqual([]);
  });

  it("names files and folders that exist", () => {
    const paths = found(text, /`((?:app|bench|bin|components|e2e|lib|prisma)\/[^`\s<*]*)`/g);
    // What runs leave behind is not in a fresh clone.
    const kept = paths.filter((path) => path !== "bench/results/");
    expect(kept.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it("names commands that exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const commands = found(text, /npm run (?:-s )?([\w-]+)/g);
    expect(commands.filter((command) => !Object.hasOwn(scripts, command))).toEqual([]);
  });
});

it("README.md names every setting of lib/env.ts, and no other", () => {
  const settings = found(read("lib/env.ts"), /^ {2}([A-Z][A-Z_]+): z/gm);
  const rows = read("README.md")
    .split("\n")
    .filter((line) => /^\| `[A-Z]/.test(line));
  const documented = rows.flatMap((row) => found(row.split("|")[1] ?? "", /`([A-Z_]+)`/g));
  expect(settings.length).toBeGreaterThan(5);
  expect(documented.sort()).toEqual(settings.sort());
});

it("README.md's table of code hosts is what the adapters say", async () => {
  const table = /(?<=-u -->\n\n)[\s\S]*?(?=\n\n)/;
  const text = read("README.md");
  expect(text).toMatch(table);
  await expect(text.replace(table, capabilityTable(Object.values(adapters)))).toMatchFileSnapshot("README.md");
});

it("an entry of DECISIONS.md has its number, its date, three parts and at most 15 lines", () => {
  const entries = read("DECISIONS.md").split(/^## /m).slice(1);
  for (const [index, entry] of entries.entries()) {
    expect(entry).toMatch(new RegExp(`^${index + 1}\\. .+\\n\\n\\d{4}-\\d\\d-\\d\\d · \\w+`));
    for (const part of ["Context", "Decision", "Consequence"]) expect(entry).toContain(`**${part}.**`);
    expect(entry.trim().split("\n").length).toBeLessThanOrEqual(15);
  }
});
