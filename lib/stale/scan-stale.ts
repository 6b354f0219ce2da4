import { databaseNow } from "../credentials/clock";
import { database, type Permit } from "../db";
import { adapterFor, adapters } from "../hosts/registry";
import { escapeLike } from "../input";
import { readSiteSettings } from "../policy/site-settings";
import type { Scope } from "../revocations/scope";
import { type Judged, judgeStale, type StaleFacts } from "./judge-stale";

/**
 * The credentials of a scope that may be stale, each with its judgement. The database chooses coarsely, by what it knows
 * itself and by the kinds whose hosts retire something; the hosts' rules are functions, so the rest is judged here over a
 * few columns of each: ten thousand of them take about a tenth of a second.
 */
export interface Scanned {
  id: string;
  codeHostId: string;
  kind: string;
  judged: Judged;
}

export interface Scan {
  found: Scanned[];
  now: Date;
  staleAfterDays: number | null;
}

const kindsThatRetire = Object.values(adapters)
  .filter(({ sunsets }) => sunsets.length > 0)
  .map(({ kind }) => kind);

/** @param words each must be in the code host's, the owner's or the account's name */
export async function scanStale(permit: Permit, scope: Scope, words: readonly string[] = []): Promise<Scan> {
  const db = database(permit);
  const [{ staleAfterDays }, now] = await Promise.all([readSiteSettings(db), databaseNow(db)]);
  const teamId = scope.type === "team" ? scope.id : null;
  const patterns = words.map((word) => `%${escapeLike(word)}%`);
  const rows = await db.$queryRaw<(StaleFacts & { id: string; codeHostId: string; kind: string })[]>`
    SELECT c.id, c."codeHostId", c.type, c.prefix, c.fields, c.notes, c."enteredAt", c."expiresAt", c.outcome,
      c."rejectedAt", c."lastUsedAt", c."hostLastUsedAt", u."disabledAt" AS "ownerDisabledAt", h.kind, h."baseUrl"
    FROM "Credential" c
    JOIN "CodeHost" h ON h.id = c."codeHostId"
    LEFT JOIN "User" u ON u.id = c."ownerId"
    LEFT JOIN "Team" t ON t.id = c."teamId"
    WHERE (${teamId}::uuid IS NULL OR c."teamId" = ${teamId}::uuid)
      AND (c."expiresAt" <= ${now} OR c."rejectedAt" IS NOT NULL OR u."disabledAt" IS NOT NULL
        OR h.kind = ANY(${kindsThatRetire}::text[])
        OR greatest(c."enteredAt", c."lastUsedAt") <= ${now}::timestamptz - make_interval(days => ${staleAfterDays}::int))
      AND (SELECT coalesce(bool_and(concat_ws(' ', h.name, h."baseUrl", u.name, u.email, t.name, c."accountLogin")
        ILIKE pattern), true) FROM unnest(${patterns}::text[]) AS pattern)`;
  const found = rows.map(({ id, codeHostId, kind, ...facts }) => {
    const judged = judgeStale(facts, adapterFor(kind)?.sunsets ?? [], staleAfterDays, now);
    return { id, codeHostId, kind, judged };
  });
  return { found, now, staleAfterDays };
}
