import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { ContractSubject } from "./contract";
import { kinds } from "./registry";
import { githubContract } from "./simulators/github";
import { gitlabContract } from "./simulators/gitlab";

/** Each kind runs the suite beside its adapter, so that kinds run side by side. */
const subjects: Record<string, [folder: string, subject: ContractSubject, name: string]> = {
  github: ["github", githubContract, "githubContract"],
  gitlab: ["gitlab", gitlabContract, "gitlabContract"],
};

it("every registered kind has a simulator to pass the contract against", () => {
  expect(Object.entries(subjects).map(([kind, [, { adapter }]]) => [kind, adapter.kind])).toEqual(
    kinds.map((kind) => [kind, kind]),
  );
});

it.each(Object.values(subjects))("%s runs the contract suite", (folder, _subject, name) => {
  const source = readFileSync(new URL(`${folder}/contract.test.ts`, import.meta.url), "utf8");
  expect(source).toContain(`describeAdapterContract(${name});`);
});
