import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Adapter } from "./adapter";
import { offlineKind, offlineKinds } from "./offline";
import { adapterFor, adapters, kinds } from "./registry";

const folder = new URL(".", import.meta.url);

describe("the registry", () => {
  it("has a row for each adapter of each folder, and no other", async () => {
    const folders = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/adapter.ts`, folder)))
      .map((entry) => entry.name);
    const modules = await Promise.all(folders.map((name) => import(`./${name}/adapter.ts`)));
    const onDisk = modules.flatMap((module) => Object.values(module as Record<string, Adapter>));
    expect(onDisk.map(({ kind }) => kind).sort()).toEqual([...kinds].sort());
    for (const [kind, adapter] of Object.entries(adapters)) {
      expect(adapter.kind).toBe(kind);
      expect(onDisk).toContain(adapter);
    }
  });

  it("agrees with what the browser knows offline", () => {
    expect(Object.keys(offlineKinds)).toEqual(kinds);
    for (const [kind, adapter] of Object.entries(adapters)) {
      const offline = offlineKind(kind);
      if (!offline) throw new Error(`${kind} is not there`);
      const { name, credentialTypes, repositoryExample, guideVersions, exampleUrl } = offline;
      expect({ name, repositoryExample }).toEqual({ name: adapter.name, repositoryExample: adapter.repositoryExample });
      expect(credentialTypes).toBe(adapter.credentialTypes);
      expect(guideVersions).toEqual(adapter.guideVersions);
      expect(adapter.normaliseBaseUrl(new URL(exampleUrl))).toBeInstanceOf(URL);
      for (const type of adapter.credentialTypes.filter(({ refusal }) => refusal === null)) {
        const request = {
          baseUrl: exampleUrl,
          type: type.id,
          scopes: adapter.scopes.slice(0, 2).map(({ id }) => id),
          tokenName: "Forgepass",
          expiresInDays: 90,
        };
        expect(offline.guide(request)).toEqual(adapter.guide(request));
      }
    }
  });

  it("knows no kind but its own", () => {
    for (const kind of ["", "GitHub", "gogs", "__proto__", "constructor", "toString"]) {
      expect(adapterFor(kind)).toBeNull();
    }
    expect(adapterFor("github")?.name).toBe("GitHub");
  });
});
