import type { Actor } from "../authz";
import { requirementsByKind } from "../consumers/list-consumers";
import type { Assessment } from "../credentials/assessment";
import { databaseNow } from "../credentials/clock";
import { assessRow } from "../credentials/list";
import { type CredentialRow, SUMMARY_COLUMNS } from "../credentials/summary";
import { authorise, database } from "../db";
import { parse } from "../input";
import type { Tx } from "../prisma";
import { ok, type Result } from "../result";
import { type Policy, type Rule, type RuleVerdict, rules } from "./judge";
import { judgeRow } from "./judge-row";
import { type PolicyInput, policyInput } from "./policy-input";
import { HOST_POLICY_COLUMNS, policyFor } from "./site-policy";
import { readSiteSettings } from "./site-settings";

/**
 * The stored credentials that break the site's policy as it is, or as it would be with what an admin has typed: counted
 * all, the first fifty of them named. Judged from what was told at their last check; nothing is asked of any host.
 */
export interface Breaking {
  count: number;
  byRule: Record<Rule, number>;
  /** Of which some rule cannot be told. */
  untold: number;
  shown: BreakingCredential[];
}

export interface BreakingCredential {
  id: string;
  host: { id: string; kind: string; name: string };
  owner: { type: "user" | "team" | "site"; id: string | null; name: string };
  login: string | null;
  broken: RuleVerdict[];
}

const BATCH = 1000;
const SHOWN = 50;

/** @param draft what is typed and not saved; null: the policy as it is */
export async function findBreaking(actor: Actor, draft: PolicyInput | null = null): Promise<Result<Breaking>> {
  const permit = await authorise(actor, "site.manage", null, { type: "policy" });
  if (!permit.ok) return permit;
  const parsed = draft === null ? ok(null) : parse(policyInput, draft);
  if (!parsed.ok) return parsed;
  const wanted = parsed.value;
  const db = database(permit.value);
  const [saved, hosts, needs, now] = await Promise.all([
    readSiteSettings(db),
    db.codeHost.findMany({ select: { id: true, kind: true, name: true, baseUrl: true, ...HOST_POLICY_COLUMNS } }),
    requirementsByKind(actor),
    databaseNow(db),
  ]);
  if (!needs.ok) return needs;
  const places = new Map(
    hosts.map((host) => {
      const changed = wanted?.hosts.find(({ id }) => id === host.id);
      return [host.id, { host, policy: policyFor(wanted ?? saved, changed ?? host) }];
    }),
  );
  const codeHostIds = [...places.values()].filter(({ policy }) => hasRules(policy)).map(({ host }) => host.id);
  const found: Breaking = { count: 0, byRule: noneOf(), untold: 0, shown: [] };
  const rows: (CredentialRow & { broken: RuleVerdict[] })[] = [];
  for await (const row of credentialsOn(db, codeHostIds)) {
    const place = places.get(row.codeHostId);
    if (!place) continue;
    const { host, policy } = place;
    const excess = policy.forbidExcess ? excessOf(host, row, needs.value.get(host.kind) ?? [], now) : [];
    const { broken, untold } = judgeRow(policy, host, row, { excess }, now);
    if (untold.length > 0) found.untold += 1;
    if (broken.length === 0) continue;
    found.count += 1;
    for (const { rule } of broken) found.byRule[rule] += 1;
    if (rows.length < SHOWN) rows.push({ ...row, broken });
  }
  found.shown = await nameOwners(db, rows, places);
  return ok(found);
}

function hasRules({ maxLifetimeDays, requireExpiry, forbidExcess, forbiddenTypes, globalUse }: Policy): boolean {
  return maxLifetimeDays !== null || requireExpiry || forbidExcess || forbiddenTypes.length > 0 || globalUse === "must";
}

function noneOf(): Record<Rule, number> {
  return Object.fromEntries(rules.map((rule) => [rule, 0])) as Record<Rule, number>;
}

type Requirements = Parameters<typeof assessRow>[2];

function excessOf(host: { kind: string; baseUrl: string }, row: CredentialRow, required: Requirements, now: Date) {
  return assessRow(host, row, required, now)?.excess ?? ([] as Assessment["excess"]);
}

/** In batches: there may be many. */
async function* credentialsOn(db: Tx, codeHostIds: readonly string[]): AsyncGenerator<CredentialRow> {
  if (codeHostIds.length === 0) return;
  let after: string | null = null;
  for (;;) {
    const rows: CredentialRow[] = await db.credential.findMany({
      where: { codeHostId: { in: [...codeHostIds] }, ...(after && { id: { gt: after } }) },
      orderBy: { id: "asc" },
      take: BATCH,
      select: SUMMARY_COLUMNS,
    });
    yield* rows;
    after = rows.at(-1)?.id ?? null;
    if (rows.length < BATCH) return;
  }
}

async function nameOwners(
  db: Tx,
  rows: readonly (CredentialRow & { broken: RuleVerdict[] })[],
  places: ReadonlyMap<string, { host: { id: string; kind: string; name: string } }>,
): Promise<BreakingCredential[]> {
  const ids = (column: "ownerId" | "teamId") => [
    ...new Set(rows.map((row) => row[column]).filter((id) => id !== null)),
  ];
  const [people, teams] = await Promise.all([
    db.user.findMany({ where: { id: { in: ids("ownerId") } }, select: { id: true, name: true } }),
    db.team.findMany({ where: { id: { in: ids("teamId") } }, select: { id: true, name: true } }),
  ]);
  const names = new Map([...people, ...teams].map(({ id, name }) => [id, name]));
  return rows.flatMap(({ id, codeHostId, ownerId, teamId, accountLogin, broken }) => {
    const place = places.get(codeHostId);
    if (!place) return [];
    const { host } = place;
    const ownedBy = ownerId ?? teamId;
    const owner = {
      type: ownerId !== null ? ("user" as const) : teamId !== null ? ("team" as const) : ("site" as const),
      id: ownedBy,
      name: ownedBy === null ? "This site (global)" : (names.get(ownedBy) ?? "Somebody who has left"),
    };
    return [{ id, host: { id: host.id, kind: host.kind, name: host.name }, owner, login: accountLogin, broken }];
  });
}
