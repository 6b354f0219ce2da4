import { z } from "zod";
import { adapterFor } from "../hosts/registry";
import { line } from "../input";
import type { Consumer, ConsumerRequirement, Prisma } from "../prisma-client/client";
import { builtInConsumers } from "./built-in";

/**
 * A consumer as it is shown, and as it is typed: strict input, only scopes that the kind of code host really has, each
 * once, each with why.
 */
export interface Requirement {
  /** Code host kind. */
  kind: string;
  /** Under the code host's own name for it. */
  scope: string;
  /** Reads after "is needed by Atlantis …". */
  why: string;
}

export interface ConsumerSummary {
  id: string;
  name: string;
  description: string;
  enabled: boolean;
  /** Built-in ones can be disabled and reset, not removed. */
  isBuiltIn: boolean;
  /** Built in, and its scopes are no longer those of its documentation. */
  isChanged: boolean;
  requirements: Requirement[];
}

export const id = z.uuid("This is not a consumer.");

const requirement = z.strictObject({
  kind: z.string({ error: "Choose a kind." }).max(40),
  scope: line(100, "Enter a scope."),
  why: line(200, "Say what it is needed for."),
});

export const consumerFields = z
  .strictObject({
    name: line(100, "Enter a name."),
    description: z
      .string({ error: "Enter text." })
      .max(300, "Use at most 300 characters.")
      .refine((text) => !/\p{Cc}/u.test(text), "Use one line of plain text.")
      .trim()
      .default(""),
    requirements: z.array(requirement, { error: "Enter scopes." }).max(200, "That is too many scopes for one tool."),
  })
  .superRefine(({ requirements }, context) => {
    const seen = new Set<string>();
    for (const [index, { kind, scope }] of requirements.entries()) {
      const message = seen.has(`${kind} ${scope}`) ? `The scope ${scope} is there twice.` : checkScope(kind, scope);
      seen.add(`${kind} ${scope}`);
      if (message) context.addIssue({ code: "custom", path: ["requirements", index, "scope"], message });
    }
  });

export type ConsumerFields = z.input<typeof consumerFields>;

/** What is wrong with a scope of this kind, with close matches; null when nothing is. */
function checkScope(kind: string, scope: string): string | null {
  const adapter = adapterFor(kind);
  if (!adapter) return "Choose a kind from the list.";
  const known = adapter.scopes.map(({ id }) => id);
  if (known.includes(scope)) return null;
  const close = findClose(scope, known);
  const hint =
    close.length > 0 ? ` Did you mean ${new Intl.ListFormat("en-GB", { type: "disjunction" }).format(close)}?` : "";
  return `${adapter.name} has no scope ${scope}.${hint}`;
}

/** Up to three, nearest first: the same but for case and signs, containing it, or at most two edits away. */
export function findClose(scope: string, known: readonly string[]): string[] {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const wanted = plain(scope).slice(0, 60);
  const ranked = known.map((id) => ({ id, distance: rank(wanted, plain(id)) }));
  return ranked
    .filter(({ distance }) => distance <= 2)
    .sort((a, b) => a.distance - b.distance || a.id.length - b.id.length)
    .slice(0, 3)
    .map(({ id }) => id);
}

function rank(wanted: string, id: string): number {
  const contains = wanted.length >= 3 && (id.includes(wanted) || wanted.includes(id));
  return contains ? Math.min(1, editDistance(wanted, id)) : editDistance(wanted, id);
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** Zod's first issue per field ("requirements.2.scope"). Never quotes what was submitted but scope names. */
export function fieldErrors(error: z.ZodError): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) {
    const unknown = issue.code === "unrecognized_keys";
    const field = unknown ? "form" : issue.path.join(".") || "form";
    fields[field] ??= unknown ? "The form holds a field that is not known. Reload the page." : issue.message;
  }
  return fields;
}

export const withRequirements = { requirements: true } satisfies Prisma.ConsumerInclude;

export function summarise(row: Consumer & { requirements: ConsumerRequirement[] }): ConsumerSummary {
  const { id, name, description, enabled, slug } = row;
  const builtIn = builtInConsumers.find((candidate) => candidate.slug === slug);
  const kinds = [...new Set(row.requirements.map(({ kind }) => kind))].sort();
  const requirements = kinds.flatMap((kind) =>
    inTableOrder(
      kind,
      row.requirements.filter((one) => one.kind === kind).map(({ scope, why }) => ({ kind, scope, why })),
    ),
  );
  return {
    id,
    name,
    description,
    enabled,
    isBuiltIn: slug !== null,
    isChanged: builtIn !== undefined && scopeList(requirements) !== scopeList(builtIn.requirements),
    requirements,
  };
}

/** As the adapter lists its scopes: the ones that matter most come first. */
export function inTableOrder<T extends { scope: string }>(kind: string, requirements: readonly T[]): T[] {
  const table = (adapterFor(kind)?.scopes ?? []).map(({ id }) => id);
  return requirements.toSorted((a, b) => table.indexOf(a.scope) - table.indexOf(b.scope));
}

function scopeList(requirements: readonly Requirement[]): string {
  return requirements
    .map(({ kind, scope }) => `${kind} ${scope}`)
    .sort()
    .join("\n");
}
