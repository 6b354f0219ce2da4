import { z } from "zod";
import type { Actor, Owner } from "../authz";
import { authoriseOwner, ownerColumns } from "../credentials/owner";
import { database } from "../db";
import { fail, ok, type Result } from "../result";
import { RECEIPT_COLUMNS, type Receipt, receiptOf } from "./receipt";
import { authoriseScope, type Scope } from "./scope";

/** Receipts, newest first, keyset-paged by when they were asked for; and those of one owner that are not closed. */
export interface ReceiptPage {
  receipts: Receipt[];
  /** Cursor of the older page; null where there is none. */
  older: string | null;
  /** How many are not closed: not dead, and still to be checked. */
  open: number;
}

const PAGE = 50;
const OPEN = ["asking", "asked", "alive"];
const cursor = z.string().regex(/^\d{1,15}_[0-9a-f-]{36}$/);

export async function listReceipts(
  actor: Actor,
  scope: Scope,
  { after = null, openOnly = false }: { after?: string | null; openOnly?: boolean } = {},
): Promise<Result<ReceiptPage>> {
  const permit = await authoriseScope(actor, scope);
  if (!permit.ok) return permit;
  const within = scope.type === "team" ? { teamId: scope.id } : {};
  const place = readCursor(after);
  if (place === undefined) return fail("invalid-input", "This page cannot be shown. Open it from the start.");
  const db = database(permit.value);
  const [rows, open] = await Promise.all([
    db.revocation.findMany({
      where: { AND: [within, place ?? {}, openOnly ? { state: { in: OPEN } } : {}] },
      orderBy: [{ requestedAt: "desc" }, { id: "desc" }],
      take: PAGE + 1,
      select: RECEIPT_COLUMNS,
    }),
    db.revocation.count({ where: { ...within, state: { in: OPEN } } }),
  ]);
  const shown = rows.slice(0, PAGE);
  const last = shown.at(-1);
  const older = last && rows.length > PAGE ? `${last.requestedAt.getTime()}_${last.id}` : null;
  return ok({ receipts: shown.map(receiptOf), older, open });
}

/** Undefined: not a cursor of ours. */
function readCursor(text: string | null) {
  if (text === null) return null;
  if (!cursor.safeParse(text).success) return undefined;
  const [ms = "", id = ""] = text.split("_");
  const requestedAt = new Date(Number(ms));
  return { OR: [{ requestedAt: { lt: requestedAt } }, { requestedAt, id: { lt: id } }] };
}

const SHOWN_OPEN = 20;

/** What an owner removed and is not known to be dead yet: the end of the credentials screen. */
export async function listOpenReceipts(actor: Actor, owner: Owner): Promise<Result<Receipt[]>> {
  const owned = ownerColumns(owner);
  const target = { type: "owner", id: owned.ownerId ?? owned.teamId };
  const permit = await authoriseOwner(actor, "credential.manage", owner, target);
  if (!permit.ok) return permit;
  const rows = await database(permit.value).revocation.findMany({
    where: { ...owned, state: { in: OPEN } },
    orderBy: [{ requestedAt: "desc" }, { id: "desc" }],
    take: SHOWN_OPEN,
    select: RECEIPT_COLUMNS,
  });
  return ok(rows.map(receiptOf));
}
