import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { offlineKinds } from "./offline";
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

  it("agrees with what the browser knows offline", () => {
    expect(Object.keys(offlineKinds)).toEqual(kinds);
    for (const [kind, adapter] of Object.entries(adapters)) {
      expect(offlineKinds[kind]?.name).toBe(adapter.name);
      expect(offlineKinds[kind]?.credentialTypes).toBe(adapter.credentialTypes);
      for (const type of adapter.credentialTypes.filter(({ refusal }) => refusal === null)) {
        const request = {
          baseUrl: "https://git.example.com",
          type: type.id,
          scopes: adapter.scopes.slice(0, 2).map(({ id }) => id),
          tokenName: "Forgepass",
          expiresInDays: 90,
        };
        expect(offlineKinds[kind]?.guide(request)).toEqual(adapter.guide(request));
      }
    }
  });

  it("knows no kind but its own", () => {
    for (const kind of ["", "GitHub", "gitea", "__proto__", "constructor", "toString"]) {
      expect(adapterFor(kind)).toBeNull();
    }
    expect(adapterFor("github")?.name).toBe("GitHub");
  });
});
