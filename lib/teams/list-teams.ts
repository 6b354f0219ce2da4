import { z } from "zod";
import type { Actor } from "../authz";
import { countNeedingByTeam } from "../credentials/list";
import { authorise, database } from "../db";
import { escapeLike, parse } from "../input";
import type { Prisma } from "../prisma-client/client";
import { fail, ok, type Result } from "../result";
import type { TeamRole } from "./team";

/**
 * The teams that somebody is in, with what needs somebody there; and for site admins all of them, by name. Paged by
 * (name, id), which the unique index on the name serves.
 */
export interface TeamSummary {
  id: string;
  name: string;
  description: string;
  memberCount: number;
  credentialCount: number;
  /** False: only site admins can run it. Maintainers who are disabled do not count. */
  hasMaintainer: boolean;
  /** Credentials that somebody has to do something about. */
  needing: number;
}

export interface MyTeam extends TeamSummary {
  role: TeamRole;
}

export interface TeamPage {
  teams: TeamSummary[];
  /** Matching the text, on all pages. */
  total: number;
  next: string | null;
  previous: string | null;
}

export async function listMyTeams(actor: Actor): Promise<Result<MyTeam[]>> {
  const permit = await authorise(actor, "team.list", null, { type: "team" });
  if (!permit.ok) return permit;
  const roles = new Map(actor.type === "user" ? actor.teams.map(({ id, role }) => [id, role]) : []);
  const ids = [...roles.keys()];
  const [rows, needing] = await Promise.all([
    database(permit.value).team.findMany({ where: { id: { in: ids } }, orderBy: byName("asc"), select: shown }),
    countNeedingByTeam(actor, ids),
  ]);
  return ok(rows.map((row) => ({ ...summarise(row, needing), role: roles.get(row.id) ?? "MEMBER" })));
}

const query = z.strictObject({
  /** Part of a name or description. */
  text: z.string().max(200).default(""),
  /** `next` of the page before, or `previous` of the page after. */
  after: z.uuid().nullable().default(null),
  before: z.uuid().nullable().default(null),
  limit: z.number().int().min(1).max(200).default(50),
});

/** All teams, for site admins. */
export async function listTeams(actor: Actor, input: z.input<typeof query> = {}): Promise<Result<TeamPage>> {
  const permit = await authorise(actor, "team.create", null, { type: "team" });
  if (!permit.ok) return permit;
  const parsed = parse(query, input);
  if (!parsed.ok) return fail("invalid-input", "This list cannot be shown. Open it again.");
  const { text, after, before, limit } = parsed.value;
  const contains = escapeLike(text.replaceAll("\0", "").trim());
  const like = { contains, mode: "insensitive" } as const;
  const where = contains ? { OR: [{ name: like }, { description: like }] } : {};
  const db = database(permit.value);
  const isBackward = before !== null;
  const [way, order] = isBackward ? (["lt", "desc"] as const) : (["gt", "asc"] as const);
  const id = before ?? after;
  const edge = id === null ? null : await db.team.findUnique({ where: { id }, select: { name: true } });
  const beyond = edge ? { name: { [way]: edge.name } } : {};
  const [total, rows] = await Promise.all([
    db.team.count({ where }),
    db.team.findMany({ where: { AND: [where, beyond] }, orderBy: byName(order), take: limit + 1, select: shown }),
  ]);
  const hasMore = rows.length > limit;
  const page = isBackward ? rows.slice(0, limit).reverse() : rows.slice(0, limit);
  const needing = await countNeedingByTeam(
    actor,
    page.map((row) => row.id),
  );
  return ok({
    teams: page.map((row) => summarise(row, needing)),
    total,
    next: hasMore || isBackward ? (page.at(-1)?.id ?? null) : null,
    previous: (isBackward ? hasMore : edge) ? (page[0]?.id ?? null) : null,
  });
}

/** Credentials of the teams that the actor runs which need somebody: for the badge in the navigation. */
export async function countTeamsNeedingYou(actor: Actor): Promise<number> {
  if (actor.type !== "user") return 0;
  const ids = actor.teams.filter(({ role }) => role === "MAINTAINER").map(({ id }) => id);
  const counts = await countNeedingByTeam(actor, ids);
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

const byName = (order: "asc" | "desc") => [{ name: order }];

const shown = {
  id: true,
  name: true,
  description: true,
  _count: { select: { members: true, credentials: true } },
  members: { where: { role: "MAINTAINER", user: { disabledAt: null } }, take: 1, select: { userId: true } },
} satisfies Prisma.TeamSelect;

function summarise(
  { _count, members, ...team }: Prisma.TeamGetPayload<{ select: typeof shown }>,
  needing: ReadonlyMap<string, number>,
): TeamSummary {
  return {
    ...team,
    memberCount: _count.members,
    credentialCount: _count.credentials,
    hasMaintainer: members.length > 0,
    needing: needing.get(team.id) ?? 0,
  };
}
