import type { Actor, Owner } from "../authz";
import { requirementsByKind } from "../consumers/list-consumers";
import type { State } from "../credentials/assessment";
import { databaseNow } from "../credentials/clock";
import { assessRow } from "../credentials/list";
import { authoriseOwner, ownerColumns, ownerName, ownerOf } from "../credentials/owner";
import { SUMMARY_COLUMNS } from "../credentials/summary";
import { database, type Permit } from "../db";
import { judgeRow, rowState, UNJUDGED } from "../policy/judge-row";
import { HOST_POLICY_COLUMNS, policyFor } from "../policy/site-policy";
import { readSiteSettings } from "../policy/site-settings";
import { fail, ok, type Result } from "../result";

/**
 * What needs somebody today, over everything that they answer for: their own credentials, those of the teams that they
 * maintain, and for site admins the global ones. The worst first, then what ends first.
 */
export interface NeedingYou {
  credentialId: string;
  /** As the screens name owners: "site", "team:ID", or the id of a person. */
  owner: string;
  /** Name of the team; null: one's own, or the site's. */
  teamName: string | null;
  host: { id: string; kind: string; name: string };
  state: Exclude<State, "ok" | "off" | "none">;
  /** "rejected", "lacks 2 scopes", "breaks the policy" */
  word: string;
  login: string | null;
  /** Our sentence about the last check, or about the site's policy, when that is what is wrong. */
  detail: string | null;
  /** Scopes that it lacks. */
  missing: string[];
  /** Consumers for which it does not suffice, by name. */
  failing: string[];
  expiresAt: string | null;
}

export interface NeedingYouList {
  rows: NeedingYou[];
  /** Credentials that were looked at. */
  total: number;
  /** Those whose scopes cannot be told, or that were not checked. */
  unclear: number;
  /** The next that ends, of those that need nobody yet. */
  next: { hostName: string; expiresAt: string } | null;
  now: string;
}

export async function listNeedingYou(actor: Extract<Actor, { type: "user" }>): Promise<Result<NeedingYouList>> {
  const owners: Owner[] = [
    { type: "user", id: actor.id },
    ...actor.teams.filter(({ role }) => role === "MAINTAINER").map(({ id }): Owner => ({ type: "team", id })),
    ...(actor.role === "ADMIN" ? [{ type: "site" } as const] : []),
  ];
  let permit: Permit | null = null;
  for (const owner of owners) {
    const { ownerId, teamId } = ownerColumns(owner);
    const asked = await authoriseOwner(actor, "credential.list", owner, { type: "owner", id: ownerId ?? teamId });
    if (!asked.ok) return asked;
    permit = asked.value;
  }
  if (!permit) return fail("signed-out", "Sign in to go on.");
  const db = database(permit);
  const [found, needs, now, settings] = await Promise.all([
    db.credential.findMany({
      where: { OR: owners.map(ownerColumns) },
      select: {
        ...SUMMARY_COLUMNS,
        codeHost: { select: { id: true, kind: true, name: true, baseUrl: true, ...HOST_POLICY_COLUMNS } },
        team: { select: { name: true } },
      },
    }),
    requirementsByKind(actor),
    databaseNow(db),
    readSiteSettings(db),
  ]);
  if (!needs.ok) return needs;
  const rows: NeedingYou[] = [];
  const calm: { hostName: string; expiresAt: string }[] = [];
  let unclear = 0;
  for (const { codeHost: host, team, ...row } of found) {
    const assessment = assessRow(host, row, needs.value.get(host.kind) ?? [], now);
    const judgement = assessment ? judgeRow(policyFor(settings, host), host, row, assessment, now) : UNJUDGED;
    const state = rowState(assessment, judgement);
    const expiresAt = row.expiryKnown ? (row.expiresAt?.toISOString() ?? null) : null;
    if (!assessment || state === "off" || state === "none") unclear += 1;
    else if (state === "ok") {
      if (expiresAt) calm.push({ hostName: host.name, expiresAt });
    } else {
      // What is wrong with the token itself is said first.
      const isByPolicy = state !== assessment.state;
      const trouble = row.outcome === "valid" ? null : row.outcomeDetail;
      rows.push({
        credentialId: row.id,
        owner: ownerName(ownerOf(row)),
        teamName: team?.name ?? null,
        host: { id: host.id, kind: host.kind, name: host.name },
        state,
        word: isByPolicy ? "breaks the policy" : assessment.word,
        login: row.accountLogin,
        detail: isByPolicy ? judgement.broken.map(({ sentence }) => sentence).join(" ") : trouble,
        missing: assessment.missing.map(({ scope }) => scope),
        failing: assessment.consumers.filter(({ suffices }) => suffices === "no").map(({ name }) => name),
        expiresAt,
      });
    }
  }
  rows.sort(compare);
  const next = calm.sort((a, b) => a.expiresAt.localeCompare(b.expiresAt))[0] ?? null;
  return ok({ rows, total: found.length, unclear, next, now: now.toISOString() });
}

const NEVER = "9999";

function compare(a: NeedingYou, b: NeedingYou): number {
  const worse = Number(b.state === "bad") - Number(a.state === "bad");
  const sooner = (a.expiresAt ?? NEVER).localeCompare(b.expiresAt ?? NEVER);
  return worse || sooner || a.host.name.localeCompare(b.host.name) || a.credentialId.localeCompare(b.credentialId);
}
