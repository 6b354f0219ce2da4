import { builtInConsumers } from "../../lib/consumers/built-in";
import { offlineKind } from "../../lib/hosts/offline";

/** What somebody enters to add a credential: the secret itself, its type where that has to be chosen, and the fields. */
export interface Entry {
  token: string;
  /** Null: as the token shows. */
  type: string | null;
  /** By the id of the type's field. */
  fields: Readonly<Record<string, string>>;
}

/** Whose it is and what it may do. Scopes: what the tools need, unless told otherwise. Days: 90; null: no end. */
export interface Wish {
  login: string;
  scopes?: readonly string[];
  days?: number | null;
}

/** A credential as its fields are labelled in the dialog, the secret last. */
export function labelled(kind: string, { token, type, fields }: Entry): [label: string, value: string][] {
  const types = offlineKind(kind)?.credentialTypes ?? [];
  const chosen = types.find(({ id }) => id === type) ?? types[0];
  const asked = (chosen?.fields ?? []).filter(({ id }) => fields[id] !== undefined);
  return [
    ...asked.map(({ id, label }): [string, string] => [label, fields[id] ?? ""]),
    [chosen?.label ?? "Token", token],
  ];
}

/** What the consumers of a new portal need of a kind, in the kind's own names. */
export function neededScopes(kind: string): string[] {
  const rows = builtInConsumers.flatMap(({ requirements }) => requirements);
  return [...new Set(rows.filter((row) => row.kind === kind).map(({ scope }) => scope))];
}

export function inDays(days: number): Date {
  // Half a day more, so that the screen still says so in the evening.
  return new Date(Date.now() + (days + 0.5) * 86_400_000);
}

/** As GitLab writes it: the token ends at that day's first minute. */
export function dateIn(days: number): string {
  return inDays(days).toISOString().slice(0, 10);
}
