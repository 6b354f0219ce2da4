import { z } from "zod";
import type { Answer } from "./client";

/**
 * Reads a project's access rules and says what they surely allow. It never says no: Gerrit shows only the rules that
 * the account may see, and where something is denied, blocked or exclusive the outcome is left to Gerrit.
 */
const rule = z.object({ action: z.string(), min: z.number().nullish(), max: z.number().nullish() });
const permission = z.object({ exclusive: z.boolean().nullish(), rules: z.record(z.string(), rule).nullish() });
const section = z.object({ permissions: z.record(z.string(), permission).nullish() });

const projectBody = z.object({
  local: z.record(z.string(), section).nullish(),
  inherits_from: z.object({ name: z.string().min(1).max(500) }).nullish(),
  is_owner: z.boolean().nullish(),
  can_add: z.boolean().nullish(),
});

export interface ProjectRules {
  /** By reference pattern, by permission's name. */
  sections: Record<string, z.infer<typeof section>>;
  parent: string | null;
  isOwner: boolean;
  /** It may create references. `can_upload` is not read: it is about changes to the rules themselves (GetAccess). */
  canAdd: boolean;
}

/** GET /access/?project={name}: a map with that one project (Documentation/rest-api-access.txt). */
export function readRules(answer: Answer | null, project: string): ProjectRules | null {
  const parsed = answer?.status === 200 ? z.record(z.string(), projectBody).safeParse(answer.json) : null;
  const body = parsed?.success && Object.hasOwn(parsed.data, project) ? parsed.data[project] : undefined;
  if (!body) return null;
  return {
    sections: body.local ?? {},
    parent: body.inherits_from?.name ?? null,
    isOwner: body.is_owner ?? false,
    canAdd: body.can_add ?? false,
  };
}

/** Everybody who is signed in is in these two (SystemGroupBackend). */
const everybody = ["global:Registered-Users", "global:Anonymous-Users"];

/** GET /accounts/self/groups: their ids are escaped as in an address. */
export function readGroups(answer: Answer | null): ReadonlySet<string> {
  const parsed = answer?.status === 200 ? z.array(z.object({ id: z.string() })).safeParse(answer.json) : null;
  const own = parsed?.success ? parsed.data.map(({ id }) => unescapeId(id)) : [];
  return new Set([...everybody, ...own]);
}

function unescapeId(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

/** All: on every branch. Some: on branches of some names. Untold: nothing is proven. */
export type Reach = "all" | "some" | "untold";

export const branches = ["refs/heads/"];
/** A push to refs/for/x makes a change for review on x. */
export const reviews = ["refs/for/refs/heads/", "refs/for/"];

/** @param chain the project's rules and its parents' */
export function reachOf(
  chain: readonly ProjectRules[],
  groups: ReadonlySet<string>,
  name: string,
  roots: readonly string[],
): Reach {
  const whole = ["refs/*", ...roots.map((root) => `${root}*`)];
  let [isAll, isSome] = [false, false];
  for (const { sections, isOwner } of chain) {
    for (const [pattern, { permissions }] of Object.entries(sections)) {
      const isWhole = whole.includes(pattern);
      const found = permissions && Object.hasOwn(permissions, name) ? permissions[name] : undefined;
      // A regular expression may reach anywhere.
      if (!found || !(isWhole || pattern.startsWith("^") || roots.some((root) => pattern.startsWith(root)))) continue;
      if (found.exclusive) return "untold";
      const own = Object.entries(found.rules ?? {}).filter(
        ([group]) => groups.has(group) || (isOwner && group === "global:Project-Owners"),
      );
      if (own.some(([, { action }]) => action !== "ALLOW")) return "untold";
      if (!own.some(([, given]) => !name.startsWith("label-") || isVote(given))) continue;
      if (isWhole) isAll = true;
      else if (!/^(\^|refs\/for\/refs\/(?!heads\/))/.test(pattern)) isSome = true;
    }
  }
  return isAll ? "all" : isSome ? "some" : "untold";
}

function isVote({ min, max }: z.infer<typeof rule>): boolean {
  return (min ?? 0) !== 0 || (max ?? 0) !== 0;
}

/** Labels that the rules speak of, by name. */
export function labelsOf(chain: readonly ProjectRules[]): readonly string[] {
  const names = chain.flatMap(({ sections }) =>
    Object.values(sections).flatMap(({ permissions }) => Object.keys(permissions ?? {})),
  );
  return [...new Set(names.flatMap((name) => /^label-([\w-]{1,100})$/.exec(name)?.[1] ?? []))].sort();
}
