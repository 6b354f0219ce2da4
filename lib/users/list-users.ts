import { z } from "zod";
import type { Actor } from "../authz";
import { authorise, database } from "../db";
import { parse } from "../input";
import { ok, type Result } from "../result";
import type { UserSummary } from "./user";

/**
 * The people of this site, oldest first, for admins. Paged by (createdAt, id), so that someone who joins or leaves
 * meanwhile neither hides nor doubles anybody.
 */
const query = z.strictObject({
  /** Part of a name or e-mail address. */
  text: z.string().max(254).default(""),
  /** `next` of the page before. */
  after: z.uuid().nullable().default(null),
  limit: z.number().int().min(1).max(200).default(50),
});

export interface UserPage {
  users: UserSummary[];
  /** Matching the text, on all pages. */
  total: number;
  next: string | null;
}

export async function listUsers(actor: Actor, input: z.input<typeof query> = {}): Promise<Result<UserPage>> {
  const permit = await authorise(actor, "user.manage", null, { type: "user" });
  if (!permit.ok) return permit;
  const parsed = parse(query, input);
  if (!parsed.ok) return parsed;
  const { text, after, limit } = parsed.value;
  const contains = text
    .replaceAll("\0", "")
    .trim()
    .replaceAll(/[\\%_]/g, "\\$&");
  const like = { contains, mode: "insensitive" } as const;
  const where = contains ? { OR: [{ name: like }, { email: like }] } : {};
  const db = database(permit.value);
  const last =
    after === null ? null : await db.user.findUnique({ where: { id: after }, select: { id: true, createdAt: true } });
  const from = last
    ? { OR: [{ createdAt: { gt: last.createdAt } }, { createdAt: last.createdAt, id: { gt: last.id } }] }
    : {};
  const [total, rows] = await Promise.all([
    db.user.count({ where }),
    db.user.findMany({
      where: { AND: [where, from] },
      orderBy: [{ createdAt: "asc" }, { id: "asc" }],
      take: limit + 1,
      select: {
        id: true,
        name: true,
        email: true,
        role: true,
        disabledAt: true,
        createdAt: true,
        _count: { select: { credentials: true } },
        sessions: { orderBy: { lastSeenAt: "desc" }, take: 1, select: { lastSeenAt: true } },
      },
    }),
  ]);
  const users = rows.slice(0, limit).map(({ _count, sessions, disabledAt, ...user }) => ({
    ...user,
    isDisabled: disabledAt !== null,
    credentialCount: _count.credentials,
    lastSeenAt: sessions[0]?.lastSeenAt ?? null,
  }));
  return ok({ users, total, next: rows.length > limit ? (users.at(-1)?.id ?? null) : null });
}
