import { z } from "zod";
import type { Actor } from "../authz";
import { authorise, change, database } from "../db";
import type { Notification, Prisma } from "../prisma-client/client";
import { fail, ok, type Result } from "../result";
import type { Scope } from "./event-groups";

/**
 * What stands under the bell: a person's own notifications, newest first, keyset-paged, and how many are unread. Nobody
 * reads or marks another's.
 */
export interface NotificationView {
  id: string;
  event: string;
  scope: Scope;
  title: string;
  body: string;
  href: string;
  at: string;
  isRead: boolean;
}

export interface NotificationPage {
  notifications: NotificationView[];
  unread: number;
  /** Cursors of the pages beside this one; null where there is none. */
  older: string | null;
  newer: string | null;
}

const PAGE = 30;
/** A bell that says 99+ needs to count no further. */
const COUNTED = 100;

export async function countUnread(actor: Actor): Promise<number> {
  const permit = await authorise(actor, "notification.manage", { id: idOf(actor) });
  if (!permit.ok) return 0;
  const [row] = await database(permit.value).$queryRaw<{ unread: bigint }[]>`
    SELECT count(*) AS unread FROM (SELECT 1 FROM "Notification"
      WHERE "userId" = ${idOf(actor)}::uuid AND "inPortal" AND "readAt" IS NULL LIMIT ${COUNTED}) counted`;
  return Number(row?.unread ?? 0);
}

const cursorText = z
  .string()
  .max(100)
  .regex(/^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z~[0-9a-f-]{36}$/)
  .nullable();

export async function listNotifications(
  actor: Actor,
  place: { olderThan?: string | null; newerThan?: string | null } = {},
): Promise<Result<NotificationPage>> {
  const permit = await authorise(actor, "notification.manage", { id: idOf(actor) });
  if (!permit.ok) return permit;
  const read = cursorText.safeParse(place.newerThan ?? place.olderThan ?? null);
  const cursor = read.success ? parseCursor(read.data) : undefined;
  if (cursor === undefined) return fail("invalid-input", "This page cannot be shown. Open the notifications again.");
  const isForwards = cursor !== null && typeof place.newerThan === "string";
  const order = isForwards ? "asc" : "desc";
  const where: Prisma.NotificationWhereInput = { userId: idOf(actor), inPortal: true };
  const [rows, unread] = await Promise.all([
    database(permit.value).notification.findMany({
      where: { AND: [where, cursor ? beyond(cursor, isForwards ? "gt" : "lt") : {}] },
      orderBy: [{ createdAt: order }, { id: order }],
      take: PAGE + 1,
    }),
    countUnread(actor),
  ]);
  const shown = isForwards ? rows.slice(0, PAGE).reverse() : rows.slice(0, PAGE);
  const [newest, oldest] = [shown[0], shown.at(-1)];
  const isMore = rows.length > PAGE;
  return ok({
    notifications: shown.map(view),
    unread,
    older: oldest && (isForwards || isMore) ? writeCursor(oldest) : null,
    newer: newest && cursor && (!isForwards || isMore) ? writeCursor(newest) : null,
  });
}

/** Marked already is fine too. */
export async function markRead(actor: Actor, id: string): Promise<Result<null>> {
  const permit = await authorise(actor, "notification.manage", { id: idOf(actor) });
  if (!permit.ok) return permit;
  const where = { id, userId: idOf(actor), inPortal: true };
  if (!z.uuid().safeParse(id).success || !(await database(permit.value).notification.count({ where }))) {
    return fail("not-found", "There is no such notification. Reload the page.");
  }
  await change(permit.value, async (tx) => {
    await tx.$executeRaw`UPDATE "Notification" SET "readAt" = clock_timestamp()
      WHERE id = ${id}::uuid AND "userId" = ${where.userId}::uuid AND "readAt" IS NULL`;
    return { value: null, audit: null };
  });
  return ok(null);
}

export async function markAllRead(actor: Actor): Promise<Result<{ marked: number }>> {
  const permit = await authorise(actor, "notification.manage", { id: idOf(actor) });
  if (!permit.ok) return permit;
  const marked = await change(permit.value, async (tx) => {
    const count = await tx.$executeRaw`UPDATE "Notification" SET "readAt" = clock_timestamp()
      WHERE "userId" = ${idOf(actor)}::uuid AND "inPortal" AND "readAt" IS NULL`;
    return { value: count, audit: null };
  });
  return ok({ marked });
}

interface Cursor {
  at: Date;
  id: string;
}

/** Undefined: not one of ours. */
function parseCursor(text: string | null): Cursor | null | undefined {
  if (text === null) return null;
  const [time = "", id = ""] = text.split("~");
  const at = new Date(time);
  return Number.isNaN(at.getTime()) || !z.uuid().safeParse(id).success ? undefined : { at, id };
}

function writeCursor({ createdAt, id }: Notification): string {
  return `${createdAt.toISOString()}~${id}`;
}

function beyond({ at, id }: Cursor, side: "lt" | "gt"): Prisma.NotificationWhereInput {
  return { OR: [{ createdAt: { [side]: at } }, { createdAt: at, id: { [side]: id } }] };
}

function view({ id, event, scope, title, body, href, createdAt, readAt }: Notification): NotificationView {
  const at = createdAt.toISOString();
  return { id, event, scope: scope as Scope, title, body, href, at, isRead: readAt !== null };
}

function idOf(actor: Actor): string {
  return actor.type === "user" ? actor.id : "";
}
