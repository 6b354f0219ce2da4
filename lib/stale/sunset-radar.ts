import type { Actor } from "../authz";
import { database } from "../db";
import { adapters } from "../hosts/registry";
import { ok, type Result } from "../result";
import { authoriseScope, type Scope } from "../revocations/scope";
import { scanStale } from "./scan-stale";

/** Every rule by which the code hosts of this site end credentials: from when, where it is written, how many it concerns. */
export interface RadarEntry {
  kind: string;
  kindName: string;
  id: string;
  rule: string;
  instead: string;
  source: string;
  /** When the rule was read there: 2026-11-22. */
  readOn: string;
  /** The host does not tell which ones it concerns; `count` is how many it may. */
  isUncertain: boolean;
  count: number;
  /** When the first of them ends; null: none is concerned. */
  firstEndsAt: string | null;
}

/** Those that concern something first, by when. */
export async function sunsetRadar(actor: Actor, scope: Scope): Promise<Result<RadarEntry[]>> {
  const permit = await authoriseScope(actor, scope);
  if (!permit.ok) return permit;
  const [kinds, { found }] = await Promise.all([
    database(permit.value).codeHost.findMany({ distinct: ["kind"], select: { kind: true } }),
    scanStale(permit.value, scope),
  ]);
  const concerned = new Map<string, { count: number; firstMs: number }>();
  for (const { kind, judged } of found) {
    for (const { rule, endsAt } of judged.concerns) {
      const key = `${kind} ${rule.id}`;
      const { count, firstMs } = concerned.get(key) ?? { count: 0, firstMs: Number.POSITIVE_INFINITY };
      concerned.set(key, { count: count + 1, firstMs: Math.min(firstMs, endsAt.getTime()) });
    }
  }
  const inUse = Object.values(adapters).filter(({ kind }) => kinds.some((one) => one.kind === kind));
  const entries = inUse.flatMap(({ kind, name, sunsets }) =>
    sunsets.map(({ id, rule, instead, source, readOn, isUncertain = false }): RadarEntry => {
      const ends = concerned.get(`${kind} ${id}`);
      const told = { id, rule, instead, source, readOn, isUncertain };
      return {
        ...told,
        kind,
        kindName: name,
        count: ends?.count ?? 0,
        firstEndsAt: ends ? new Date(ends.firstMs).toISOString() : null,
      };
    }),
  );
  return ok(entries.sort((a, b) => (a.firstEndsAt ?? "9").localeCompare(b.firstEndsAt ?? "9")));
}
