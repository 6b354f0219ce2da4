import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { recognisers } from "./recognise";
import { adapterFor, adapters, kinds } from "./registry";

const folder = new URL(".", import.meta.url);

describe("the registry", () => {
  it("has a row for each folder with an adapter, and no other", () => {
    const onDisk = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/adapter.ts`, folder)))
      .map((entry) => entry.name);
    expect([...kinds].sort()).toEqual(onDisk.sort());
    for (const [kind, adapter] of Object.entries(adapters)) expect(adapter.kind).toBe(kind);
  });

  it("agrees with what the browser recognises offline", () => {
    expect(Object.keys(recognisers)).toEqual(kinds);
    for (const [kind, adapter] of Object.entries(adapters)) {
      expect(recognisers[kind]?.name).toBe(adapter.name);
      expect(recognisers[kind]?.credentialTypes).toBe(adapter.credentialTypes);
    }
  });

  it("knows no kind but its own", () => {
    for (const kind of ["", "GitHub", "gitea", "__proto__", "constructor", "toString"]) {
      expect(adapterFor(kind)).toBeNull();
    }
    expect(adapterFor("github")?.name).toBe("GitHub");
  });
});
