import { z } from "zod";
import type { Actor } from "../authz";
import { requirementsByKind } from "../consumers/list-consumers";
import { databaseNow } from "../credentials/clock";
import { database } from "../db";
import { fail, ok, type Result } from "../result";
import { type LedgerFilter, readFilter } from "./filter";
import type { LedgerRow } from "./row";
import { type Place, placeOf, type Walk, walkLedger } from "./scan";
import { authoriseLedger, type LedgerScope } from "./scope";

/** A page of a ledger: what ends when, by the database's clock. Keyset-paged, forth and back. */
export interface LedgerPage {
  rows: LedgerRow[];
  /** Cursors of the pages before and after; null where there is none. */
  previous: string | null;
  next: string | null;
  now: string;
}

export const PAGE = 50;
/** Where rows are left out after they were read, more are read at a time. */
const BATCH = 500;

export async function listLedger(
  actor: Actor,
  scope: LedgerScope,
  filter: LedgerFilter = {},
  place: { after?: string | null; before?: string | null } = {},
): Promise<Result<LedgerPage>> {
  const walk = await beginWalk(actor, scope, filter);
  if (!walk.ok) return walk;
  const isBackwards = typeof place.before === "string";
  const beyond = readCursor(place.before ?? place.after ?? null);
  if (beyond === undefined) return fail("invalid-input", "This page cannot be shown. Open the list again.");
  const batch = walk.value.filter.consumer === "" ? PAGE + 1 : BATCH;
  const found: LedgerRow[] = [];
  for await (const row of walkLedger(walk.value, { beyond, isBackwards, batch })) {
    found.push(row);
    if (found.length > PAGE) break;
  }
  const isMore = found.length > PAGE;
  const rows = isBackwards ? found.slice(0, PAGE).reverse() : found.slice(0, PAGE);
  const [first, last] = [rows[0], rows.at(-1)];
  return ok({
    rows,
    previous: first && beyond && (!isBackwards || isMore) ? writeCursor(placeOf(first)) : null,
    next: last && (isBackwards || isMore) ? writeCursor(placeOf(last)) : null,
    now: walk.value.now.toISOString(),
  });
}

/** Asks for permission, reads the filter, and looks at the clock once. */
export async function beginWalk(actor: Actor, scope: LedgerScope, filter: LedgerFilter): Promise<Result<Walk>> {
  const permit = await authoriseLedger(actor, scope);
  if (!permit.ok) return permit;
  const read = readFilter(filter);
  if (!read.ok) return read;
  const [needs, now] = await Promise.all([requirementsByKind(actor), databaseNow(database(permit.value))]);
  if (!needs.ok) return needs;
  return ok({ permit: permit.value, scope, filter: read.value, needs: needs.value, now });
}

function writeCursor({ part, at, id }: Place): string {
  return `${part}.${at.getTime()}.${id}`;
}

/** Undefined: it is none. */
function readCursor(text: string | null): Place | null | undefined {
  if (text === null) return null;
  const [part, time, id] = /^([0-2])\.(-?\d{1,14})\.(.{36})$/.exec(text)?.slice(1) ?? [];
  if (!z.uuid().safeParse(id).success) return undefined;
  return { part: Number(part), at: new Date(Number(time)), id: id ?? "" };
}
