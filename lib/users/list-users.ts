import { z } from "zod";
import type { Actor } from "../authz";
import { authorise, database } from "../db";
import { escapeLike, parse } from "../input";
import type { Prisma } from "../prisma-client/client";
import { fail, ok, type Result } from "../result";
import type { UserSummary } from "./user";

/**
 * The people of this site, oldest first, for admins. Paged by (createdAt, id), so that someone who joins or leaves
 * meanwhile neither hides nor doubles anybody.
 */
const query = z.strictObject({
  /** Part of a name or e-mail address. */
  text: z.string().max(254).default(""),
  /** `next` of the page before, or `previous` of the page after. */
  after: z.uuid().nullable().default(null),
  before: z.uuid().nullable().default(null),
  limit: z.number().int().min(1).max(200).default(50),
});

export interface UserPage {
  users: UserSummary[];
  /** Matching the text, on all pages. */
  total: number;
  next: string | null;
  previous: string | null;
}

export async function listUsers(actor: Actor, input: z.input<typeof query> = {}): Promise<Result<UserPage>> {
  const permit = await authorise(actor, "user.manage", null, { type: "user" });
  if (!permit.ok) return permit;
  const parsed = parse(query, input);
  if (!parsed.ok) return fail("invalid-input", "This list cannot be shown. Open it again.");
  const { text, after, before, limit } = parsed.value;
  const contains = escapeLike(text.replaceAll("\0", "").trim());
  const like = { contains, mode: "insensitive" } as const;
  const where = contains ? { OR: [{ name: like }, { email: like }] } : {};
  const db = database(permit.value);
  const isBackward = before !== null;
  const [way, order] = isBackward ? (["lt", "desc"] as const) : (["gt", "asc"] as const);
  const id = before ?? after;
  const edge = id === null ? null : await db.user.findUnique({ where: { id }, select: { id: true, createdAt: true } });
  const beyond = edge
    ? { OR: [{ createdAt: { [way]: edge.createdAt } }, { createdAt: edge.createdAt, id: { [way]: edge.id } }] }
    : {};
  const [total, rows] = await Promise.all([
    db.user.count({ where }),
    db.user.findMany({
      where: { AND: [where, beyond] },
      orderBy: [{ createdAt: order }, { id: order }],
      take: limit + 1,
      select: shown,
    }),
  ]);
  const hasMore = rows.length > limit;
  const page = rows.slice(0, limit);
  const users = (isBackward ? page.reverse() : page).map(({ _count, sessions, disabledAt, ...user }) => ({
    ...user,
    isDisabled: disabledAt !== null,
    credentialCount: _count.credentials,
    lastSeenAt: sessions[0]?.lastSeenAt ?? null,
  }));
  return ok({
    users,
    total,
    next: hasMore || isBackward ? (users.at(-1)?.id ?? null) : null,
    previous: (isBackward ? hasMore : edge) ? (users[0]?.id ?? null) : null,
  });
}

const shown = {
  id: true,
  name: true,
  email: true,
  role: true,
  disabledAt: true,
  createdAt: true,
  _count: { select: { credentials: true } },
  sessions: { orderBy: { lastSeenAt: "desc" }, take: 1, select: { lastSeenAt: true } },
} satisfies Prisma.UserSelect;
