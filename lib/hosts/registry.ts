import type { Adapter } from "./adapter";
import { github } from "./github/adapter";
import { gitlab } from "./gitlab/adapter";

/** The kinds of code host that the portal knows. A row here, a folder beside, and a row in offline.ts make one. */
export const adapters: Readonly<Record<string, Adapter>> = { github, gitlab };

export const kinds: readonly string[] = Object.keys(adapters);

/** Null for a kind that is not, or no longer, known. */
export function adapterFor(kind: string): Adapter | null {
  return Object.hasOwn(adapters, kind) ? (adapters[kind] ?? null) : null;
}
