import { type Actor, can, type Owner } from "../authz";
import { requirementsByKind } from "../consumers/list-consumers";
import { authorise, database } from "../db";
import { adapterFor } from "../hosts/registry";
import { type ComparedScope, groupByScope, type RequiredScope } from "../hosts/scopes";
import { findClosed, type Judgement, type Policy } from "../policy/judge";
import { judgeRow, rowState, UNJUDGED } from "../policy/judge-row";
import { HOST_POLICY_COLUMNS, policyFor } from "../policy/site-policy";
import { readSiteSettings } from "../policy/site-settings";
import type { Tx } from "../prisma";
import type { Prisma } from "../prisma-client/client";
import { ok, type Result } from "../result";
import { findRotationFacts, type RotationFacts } from "../rotations/facts";
import type { SshKeyState } from "../ssh-keys/ssh-key";
import { type Assessment, assess, type State } from "./assessment";
import { databaseNow } from "./clock";
import { authoriseOwner, type OwnerColumns, ownerColumns } from "./owner";
import { type CredentialRow, type CredentialSummary, expiryOf, SUMMARY_COLUMNS, summarise } from "./summary";
import { findUses, NO_USES, type Uses } from "./uses";

/**
 * Every code host once, with the owner's credential on it or what will be asked for: the credentials screen. States
 * depend on the enabled consumers, so all rows are assessed and only one page of them is made out in full.
 */
export interface CredentialListRow {
  host: { id: string; kind: string; name: string; baseUrl: string; gitOverSsh: boolean };
  state: State;
  credential: CredentialSummary | null;
  assessment: Assessment | null;
  /** Its key pair for git over SSH. */
  sshKey: { state: SshKeyState; isMoved: boolean } | null;
  /** On a person's list: the global one, which is used while they have none of their own, where the policy lets it. */
  global: { login: string | null; state: State } | null;
  /** Null: none, or its kind of code host rotates nothing. */
  rotation: RotationFacts | null;
  /** Which credentials tools use here. */
  uses: Uses;
  required: ComparedScope[];
  policy: Policy;
  /** Which of the site's rules its credential breaks. */
  judgement: Judgement;
  /** Why none may be added here; null: one may. */
  closed: string | null;
}

export interface CredentialList {
  rows: CredentialListRow[];
  /** Within the search, by filter. */
  counts: Record<Filter, number>;
  /** Rows that the filter has; `rows` is the first of them. */
  total: number;
  now: string;
}

export const filters = ["all", "works", "needs-you", "unclear", "missing"] as const;
export type Filter = (typeof filters)[number];

export interface ListQuery {
  search: string;
  filter: Filter;
  /** How many rows to make out, from the first. */
  take: number;
}

const FILTER_OF: Record<State, Filter> = {
  ok: "works",
  warn: "needs-you",
  bad: "needs-you",
  off: "unclear",
  none: "missing",
};

export async function listCredentials(actor: Actor, owner: Owner, query: ListQuery): Promise<Result<CredentialList>> {
  const owned = ownerColumns(owner);
  const permit = await authoriseOwner(actor, "credential.list", owner, { type: "owner", id: idOf(owned) });
  if (!permit.ok) return permit;
  const db = database(permit.value);
  const [hosts, own, site, needs, now, settings] = await Promise.all([
    db.codeHost.findMany({
      select: { id: true, kind: true, name: true, baseUrl: true, gitOverSsh: true, ...HOST_POLICY_COLUMNS },
      orderBy: [{ name: "asc" }, { id: "asc" }],
    }),
    db.credential.findMany({ where: owned, select: SUMMARY_COLUMNS }),
    owner.type === "site"
      ? []
      : db.credential.findMany({ where: ownerColumns({ type: "site" }), select: SUMMARY_COLUMNS }),
    requirementsByKind(actor),
    databaseNow(db),
    readSiteSettings(db),
  ]);
  if (!needs.ok) return needs;
  const requirements = needs.value;
  const ownByHost = new Map(own.map((row) => [row.codeHostId, row]));
  const siteByHost = new Map(site.map((row) => [row.codeHostId, row]));
  const words = query.search.toLowerCase().split(/\s+/).filter(Boolean);
  const matching = hosts
    .filter(({ name, baseUrl }) => words.every((word) => `${name} ${baseUrl}`.toLowerCase().includes(word)))
    .map((host) => {
      const row = ownByHost.get(host.id) ?? null;
      const policy = policyFor(settings, host);
      const needed = requirements.get(host.kind) ?? [];
      const assessment = row && assessRow(host, row, needed, now);
      const judgement = row && assessment ? judgeRow(policy, host, row, assessment, now) : UNJUDGED;
      const place = { owner: owner.type, host, types: adapterFor(host.kind)?.credentialTypes ?? [] };
      const closed = findClosed(policy, place);
      const shared = isGlobalUsed(owner, policy) ? siteByHost.get(host.id) : undefined;
      const global = shared
        ? { login: shared.accountLogin, state: assessRow(host, shared, needed, now)?.state ?? "off" }
        : null;
      // Who may have none of their own does not lack one where the global one does.
      const state = row === null && closed !== null && global ? global.state : rowState(assessment, judgement);
      return { host, row, policy, assessment, judgement, closed, global, state };
    });
  const counts: Record<Filter, number> = { all: matching.length, works: 0, "needs-you": 0, unclear: 0, missing: 0 };
  for (const { state } of matching) counts[FILTER_OF[state]] += 1;
  const kept = matching.filter(({ state }) => query.filter === "all" || FILTER_OF[state] === query.filter);
  // One list for each kind: what several rows share is sent to the browser once.
  const grouped = new Map([...requirements].map(([kind, required]) => [kind, groupByScope(required)]));
  const shown = kept.slice(0, query.take);
  const hostsShown = shown.map(({ host }) => host);
  const [keys, uses, rotations] = await Promise.all([
    findGitKeys(db, shown),
    findUses(permit.value, owner, hostsShown, now),
    findRotationFacts(db, rotatable(shown), { maxLifetimeDays: settings.maxLifetimeDays, now }),
  ]);
  const rows = shown.map(({ host: { forbiddenTypes: _, globalUse: __, ...host }, row, ...rest }): CredentialListRow => {
    const adapter = adapterFor(host.kind);
    const key = row && keys.get(row.id);
    return {
      ...rest,
      host,
      credential: row && adapter ? summarise(row, adapter, host.baseUrl) : null,
      sshKey: key ? { state: key.state as SshKeyState, isMoved: key.sealedFor !== host.baseUrl } : null,
      rotation: (row && rotations.get(row.id)) ?? null,
      required: grouped.get(host.kind) ?? [],
      uses: uses.get(host.id) ?? NO_USES,
    };
  });
  return ok({ rows, counts, total: kept.length, now: now.toISOString() });
}

/** By policy the site's may be out of people's reach. */
function isGlobalUsed(owner: Owner, { globalUse }: Policy): boolean {
  return owner.type !== "user" || globalUse !== "must-not";
}

function rotatable(shown: readonly { host: { kind: string }; row: CredentialRow | null }[]): string[] {
  return shown.flatMap(({ host, row }) => (row && adapterFor(host.kind)?.rotate ? [row.id] : []));
}

/** Of the credentials that are shown, on hosts where git goes over SSH: mostly none, and then nothing is asked. */
async function findGitKeys(db: Tx, shown: readonly { host: { gitOverSsh: boolean }; row: CredentialRow | null }[]) {
  const ids = shown.flatMap(({ host, row }) => (host.gitOverSsh && row ? [row.id] : []));
  if (ids.length === 0) return new Map<string, never>();
  const keys = await db.sshKey.findMany({
    where: { credentialId: { in: ids }, use: "git" },
    select: { credentialId: true, state: true, sealedFor: true },
  });
  return new Map(keys.map((key) => [key.credentialId, key]));
}

function idOf({ ownerId, teamId }: OwnerColumns): string | null {
  return ownerId ?? teamId;
}

export function assessRow(
  host: { kind: string; baseUrl: string },
  row: CredentialRow,
  required: readonly RequiredScope[],
  now: Date,
): Assessment | null {
  const adapter = adapterFor(host.kind);
  if (!adapter) return null;
  const checked = {
    outcome: row.outcome as Parameters<typeof assess>[1]["outcome"],
    type: row.type,
    scopes: row.scopesKnown ? row.scopes : null,
    absent: row.scopesPartial ? row.scopesAbsent : null,
    expiry: expiryOf(row),
    isMoved: row.sealedFor !== host.baseUrl,
  };
  return assess(adapter, checked, required, now);
}

/** How many of the owner's credentials need somebody: for the badge in the navigation. */
export async function countNeedingYou(actor: Actor, owner: Owner): Promise<number> {
  const owned = ownerColumns(owner);
  const permit = await authoriseOwner(actor, "credential.list", owner, { type: "owner", id: idOf(owned) });
  if (!permit.ok) return 0;
  return (await findNeeding(database(permit.value), actor, owned)).length;
}

/** The same by team, of those whose credentials the actor may see; a team with none is not in the map. */
export async function countNeedingByTeam(
  actor: Actor,
  teamIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const ids = teamIds.filter((id) => can(actor, "credential.list", { type: "team", id }));
  if (ids.length === 0) return new Map();
  const permit = await authorise(actor, "team.list", null, { type: "team" });
  if (!permit.ok) return new Map();
  const counts = new Map<string, number>();
  for (const { teamId } of await findNeeding(database(permit.value), actor, { teamId: { in: ids } })) {
    if (teamId !== null) counts.set(teamId, (counts.get(teamId) ?? 0) + 1);
  }
  return counts;
}

/** The credentials that somebody has to do something about. */
async function findNeeding(db: Tx, actor: Actor, where: Prisma.CredentialWhereInput): Promise<CredentialRow[]> {
  const host = { select: { kind: true, name: true, baseUrl: true, ...HOST_POLICY_COLUMNS } };
  const [rows, needs, now, settings] = await Promise.all([
    db.credential.findMany({ where, select: { ...SUMMARY_COLUMNS, codeHost: host } }),
    requirementsByKind(actor),
    databaseNow(db),
    readSiteSettings(db),
  ]);
  if (!needs.ok) return [];
  return rows.filter(({ codeHost, ...row }) => {
    const assessment = assessRow(codeHost, row, needs.value.get(codeHost.kind) ?? [], now);
    if (!assessment) return false;
    const judgement = judgeRow(policyFor(settings, codeHost), codeHost, row, assessment, now);
    return FILTER_OF[rowState(assessment, judgement)] === "needs-you";
  });
}
