import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { contractSubjects } from "./contract-subjects";
import { kinds } from "./registry";

/** Each kind runs the suite beside its adapter, so that kinds run side by side. */
it("every registered kind has a simulator to pass the contract against", () => {
  expect(Object.keys(contractSubjects)).toEqual(kinds);
  for (const [kind, { adapter }] of Object.entries(contractSubjects)) expect(adapter.kind).toBe(kind);
});

it("every one of them runs the suite", () => {
  const folder = new URL(".", import.meta.url);
  const suites = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith("/contract.test.ts"))
    .map((name) => readFileSync(new URL(name, folder), "utf8"))
    .join("\n");
  const names = Object.keys(contractSubjects).map(
    (kind) => `${kind.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Contract`,
  );
  for (const name of names) expect(suites).toContain(`describeAdapterContract(${name});`);
});
