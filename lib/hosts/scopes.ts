import type { Scope } from "./adapter";

/**
 * Compares what a token may do with what consumers need: satisfied, missing, cannot be told, and more than needed.
 * A scope that is implied only by an implication nobody confirmed for this type of token cannot be told.
 */
export interface RequiredScope {
  scope: string;
  why: string;
  consumer: { id: string; name: string };
}

/** One scope, and all who need it. */
export interface ComparedScope {
  scope: string;
  neededBy: { consumer: { id: string; name: string }; why: string }[];
}

export interface ExcessScope {
  scope: string;
  /** From the adapter's table; null for a scope that the table does not know. */
  meaning: string | null;
  risk: Scope["risk"] | null;
  danger: string | null;
}

export interface Comparison {
  satisfied: ComparedScope[];
  missing: ComparedScope[];
  unknown: ComparedScope[];
  excess: ExcessScope[];
}

/** Everything that the granted scopes include. Proven: by confirmed implications only. */
export function closure(
  table: readonly Scope[],
  granted: readonly string[],
  type: string,
): { proven: ReadonlySet<string>; possible: ReadonlySet<string> } {
  const byId = new Map(table.map((scope) => [scope.id, scope]));
  const spread = (isFollowed: (unconfirmedFor: readonly string[]) => boolean) => {
    const reached = new Set(granted);
    for (const id of reached) {
      for (const { scope, unconfirmedFor = [] } of byId.get(id)?.implies ?? []) {
        if (isFollowed(unconfirmedFor)) reached.add(scope);
      }
    }
    return reached;
  };
  return { proven: spread((types) => !types.includes(type)), possible: spread(() => true) };
}

/**
 * @param granted what the token surely may do; null when the host does not tell
 * @param absent given when `granted` may not be all: what it surely lacks
 */
export function compareScopes({
  table,
  type,
  required,
  granted,
  absent = null,
}: {
  table: readonly Scope[];
  type: string;
  required: readonly RequiredScope[];
  granted: readonly string[] | null;
  absent?: readonly string[] | null;
}): Comparison {
  const needs = groupByScope(required);
  if (granted === null) return { satisfied: [], missing: [], unknown: needs, excess: [] };
  const { proven, possible } = closure(table, granted, type);
  const isMissing = (scope: string) =>
    absent === null ? !possible.has(scope) : !proven.has(scope) && includesAbsent(table, scope, absent, type);
  return {
    satisfied: needs.filter(({ scope }) => proven.has(scope)),
    missing: needs.filter(({ scope }) => isMissing(scope)),
    unknown: needs.filter(({ scope }) => !proven.has(scope) && !isMissing(scope)),
    excess: findExcess(table, granted, required, type),
  };
}

/** Who lacks a part lacks the whole: a token that may not read cannot have the scope that includes reading. */
function includesAbsent(table: readonly Scope[], scope: string, absent: readonly string[], type: string): boolean {
  const { proven } = closure(table, [scope], type);
  return absent.some((one) => proven.has(one));
}

/** Required scopes, each once, in the order in which they are first named. */
export function groupByScope(required: readonly RequiredScope[]): ComparedScope[] {
  const groups = new Map<string, ComparedScope>();
  for (const { scope, why, consumer } of required) {
    const group = groups.get(scope) ?? { scope, neededBy: [] };
    group.neededBy.push({ consumer, why });
    groups.set(scope, group);
  }
  return [...groups.values()];
}

/** Granted scopes that no required one includes. With nothing required, only what can write or administer is too much. */
function findExcess(
  table: readonly Scope[],
  granted: readonly string[],
  required: readonly RequiredScope[],
  type: string,
): ExcessScope[] {
  const needed = closure(
    table,
    required.map(({ scope }) => scope),
    type,
  ).possible;
  const byId = new Map(table.map((scope) => [scope.id, scope]));
  const isAlias = (id: string) => byId.get(id)?.isAlias === true;
  const isNeeded = (id: string) =>
    needed.has(id) ||
    (isAlias(id) && byId.get(id)?.implies.some(({ scope }) => !isAlias(scope) && needed.has(scope)) === true);
  return granted
    .filter((id) => !isNeeded(id))
    .map((id) => ({
      scope: id,
      meaning: byId.get(id)?.meaning ?? null,
      risk: byId.get(id)?.risk ?? null,
      danger: byId.get(id)?.danger ?? null,
    }))
    .filter(({ risk }) => required.length > 0 || risk !== "read");
}
