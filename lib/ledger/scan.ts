import { database } from "../db";
import type { RequiredScope } from "../hosts/scopes";
import { Prisma } from "../prisma-client/client";
import { ownerAndHost, type ReadLedgerFilter, windowCondition } from "./filter";
import { type LedgerRecord, type LedgerRow, makeRow } from "./row";
import { type LedgerPermit, type LedgerScope, scopeCondition } from "./scope";

/**
 * Walks a ledger row by row, in batches that the database finds by key: first the ends that are known, the earliest
 * first, then what never ends and what has no known end, the longest kept first. Forth or back, from any row on,
 * without losing or repeating one.
 */
export interface Walk {
  permit: LedgerPermit;
  scope: LedgerScope;
  filter: ReadLedgerFilter;
  /** What the enabled consumers need, by code host kind. */
  needs: ReadonlyMap<string, readonly RequiredScope[]>;
  now: Date;
}

/** Where a row stands: which part of the ledger, its sort time, its id. */
export interface Place {
  part: number;
  at: Date;
  id: string;
}

interface Part {
  condition: Prisma.Sql;
  sort: Prisma.Sql;
}

const KNOWN = Prisma.sql`c."expiryKnown" AND c."expiresAt" IS NOT NULL`;
const NEVER = Prisma.sql`c."expiryKnown" AND c."expiresAt" IS NULL`;
const NOT_TOLD = Prisma.sql`NOT c."expiryKnown"`;

function partsOf({ filter: { window }, now }: Walk): (Part | null)[] {
  const ends = windowCondition(window, now);
  const others = (condition: Prisma.Sql, name: string) =>
    window === "" || window === name ? { condition, sort: Prisma.sql`c."enteredAt"` } : null;
  return [
    ends && { condition: Prisma.sql`${KNOWN} AND ${ends}`, sort: Prisma.sql`c."expiresAt"` },
    others(NEVER, "never"),
    others(NOT_TOLD, "not-told"),
  ];
}

/** @param batch how many rows to ask for at a time */
export async function* walkLedger(
  walk: Walk,
  { beyond = null, isBackwards = false, batch }: { beyond?: Place | null; isBackwards?: boolean; batch: number },
): AsyncGenerator<LedgerRow> {
  const parts = partsOf(walk);
  const order = isBackwards ? [2, 1, 0] : [0, 1, 2];
  for (const number of order) {
    const part = parts[number];
    if (!part || (beyond && (isBackwards ? number > beyond.part : number < beyond.part))) continue;
    let place = beyond?.part === number ? beyond : null;
    for (;;) {
      const records = await readBatch(walk, part, { place, isBackwards, batch });
      for (const record of records) {
        const row = makeRow(record, walk.needs, walk.now);
        if (isFor(row, walk.filter.consumer)) yield row;
      }
      const last = records.at(-1);
      if (!last || records.length < batch) break;
      place = { part: number, at: sortTime(last, number), id: last.id };
    }
  }
}

async function readBatch(
  { permit, scope, filter, needs }: Walk,
  { condition, sort }: Part,
  { place, isBackwards, batch }: { place: Place | null; isBackwards: boolean; batch: number },
): Promise<LedgerRecord[]> {
  const beyond = place
    ? Prisma.sql`AND (${sort}, c.id) ${isBackwards ? Prisma.sql`<` : Prisma.sql`>`} (${place.at}::timestamptz, ${place.id}::uuid)`
    : Prisma.empty;
  const direction = isBackwards ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  return await database(permit).$queryRaw<LedgerRecord[]>`
    SELECT c.id, c.version, c."codeHostId", h.kind, h.name AS "hostName", h."baseUrl", c."ownerId", c."teamId",
           u.name AS "userName", u.email AS "userEmail", t.name AS "teamName", c.type, c.prefix, c."lastFour",
           c."accountLogin", c.scopes, c."scopesKnown", c."scopesPartial", c."scopesAbsent", c.outcome, c."sealedFor",
           c."expiresAt", c."expiryKnown", c."enteredAt", c."checkedAt", c."lastUsedAt", c."lastUsedById",
           k.name AS "lastUsedBy"
    FROM ${FROM}
    WHERE ${scopeCondition(scope)} AND ${ownerAndHost(filter)} ${consumerCondition(filter, needs)}
      AND ${condition} ${beyond}
    ORDER BY ${sort} ${direction}, c.id ${direction} LIMIT ${batch}`;
}

export const FROM = Prisma.sql`"Credential" c JOIN "CodeHost" h ON h.id = c."codeHostId"
  LEFT JOIN "User" u ON u.id = c."ownerId" LEFT JOIN "Team" t ON t.id = c."teamId"
  LEFT JOIN "Consumer" k ON k.id = c."lastUsedById"`;

/** What can be ruled out before a row is assessed: kinds of hosts that the consumer needs nothing of. */
function consumerCondition({ consumer }: ReadLedgerFilter, needs: Walk["needs"]): Prisma.Sql {
  if (consumer === "") return Prisma.empty;
  const kinds = [...needs].filter(([, all]) => all.some((one) => one.consumer.id === consumer)).map(([kind]) => kind);
  return Prisma.sql`AND (c."lastUsedById" = ${consumer}::uuid OR h.kind = ANY(${kinds}::text[]))`;
}

function isFor({ serves, mayServe, lastUsed }: LedgerRow, consumer: string): boolean {
  if (consumer === "" || lastUsed?.by?.id === consumer) return true;
  return [...serves, ...mayServe].some(({ id }) => id === consumer);
}

function sortTime({ expiresAt, enteredAt }: LedgerRecord, part: number): Date {
  return part === 0 && expiresAt ? expiresAt : enteredAt;
}

/** Of a row that was shown. */
export function placeOf({ id, end, enteredAt }: LedgerRow): Place {
  const part = end.known ? (end.at === null ? 1 : 0) : 2;
  return { part, at: new Date(end.known && end.at !== null ? end.at : enteredAt), id };
}
