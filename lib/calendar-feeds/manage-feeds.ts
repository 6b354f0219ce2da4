import { z } from "zod";
import type { Actor } from "../authz";
import { authorise, change, database } from "../db";
import { env } from "../env";
import { parse } from "../input";
import { authoriseLedger, type LedgerScope, maySeeLedger } from "../ledger/scope";
import { mintToken } from "../opaque-tokens";
import { fail, ok, type Result } from "../result";
import { feedColumns, idOf, scopeOfFeed } from "./feed";

/**
 * People make private links to a calendar of what ends, see when each was last read, and revoke them; that counts at the
 * next reading. The link is shown once: the database keeps the SHA-256 of its token only.
 */
export const maxFeeds = 20;

export interface NewFeed {
  id: string;
  /** https://…/calendar/TOKEN.ics */
  link: string;
}

export interface FeedView {
  id: string;
  kind: LedgerScope["type"];
  /** Null: it is not about a team, or the person is in the team no more. */
  teamName: string | null;
  /** False: what it leads to, its maker may not see any more; it answers nothing. */
  works: boolean;
  createdAt: string;
  lastReadAt: string | null;
}

/** "me": one's own; "all": the whole site's; or a team's. */
const wanted = z.strictObject({
  of: z.union([z.literal(["me", "all"]), z.templateLiteral(["team:", z.uuid()])], "Choose whose calendar it is."),
});

export async function makeFeed(actor: Actor, given: unknown): Promise<Result<NewFeed>> {
  const userId = idOf(actor);
  const permit = await authorise(actor, "notification.manage", { id: userId }, { type: "calendar-link" });
  if (!permit.ok) return permit;
  const parsed = parse(wanted, given);
  if (!parsed.ok) return parsed;
  const scope = readWanted(parsed.value.of, userId);
  const seen = await authoriseLedger(actor, scope);
  if (!seen.ok) return scope.type === "team" ? fail("not-found", "There is no such team. Reload the page.") : seen;
  const { token, tokenHash } = mintToken();
  return await change<Result<NewFeed>>(permit.value, async (tx) => {
    // Those of one person wait for each other, so that the limit holds.
    await tx.$queryRaw`SELECT 1 FROM "User" WHERE id = ${userId}::uuid FOR NO KEY UPDATE`;
    if ((await tx.calendarFeed.count({ where: { userId } })) >= maxFeeds) {
      return { value: fail("conflict", `You have ${maxFeeds} links. Revoke one first.`), audit: null };
    }
    const { id } = await tx.calendarFeed.create({
      data: { ...feedColumns(scope), userId, tokenHash },
      select: { id: true },
    });
    return {
      value: ok({ id, link: `${env().publicUrl}/calendar/${token}.ics` }),
      audit: {
        action: "calendar-link.create",
        target: { type: "calendar-link", id },
        outcome: "ok",
        details: { of: parsed.value.of },
      },
    };
  });
}

/** One's own, the newest first. */
export async function listFeeds(actor: Actor): Promise<Result<FeedView[]>> {
  const userId = idOf(actor);
  const permit = await authorise(actor, "notification.manage", { id: userId }, { type: "calendar-link" });
  if (!permit.ok) return permit;
  const rows = await database(permit.value).calendarFeed.findMany({
    where: { userId },
    orderBy: [{ createdAt: "desc" }, { id: "asc" }],
    select: {
      id: true,
      scope: true,
      teamId: true,
      team: { select: { name: true } },
      createdAt: true,
      lastReadAt: true,
    },
  });
  return ok(
    rows.flatMap(({ id, team, createdAt, lastReadAt, ...columns }) => {
      const scope = scopeOfFeed(columns, userId);
      if (!scope) return [];
      const works = maySeeLedger(actor, scope);
      return [
        {
          ...{ id, kind: scope.type, works, teamName: works ? (team?.name ?? null) : null },
          ...{ createdAt: createdAt.toISOString(), lastReadAt: lastReadAt?.toISOString() ?? null },
        },
      ];
    }),
  );
}

/** The link answers nothing from the next reading on. */
export async function revokeFeed(actor: Actor, given: unknown): Promise<Result<null>> {
  const userId = idOf(actor);
  const permit = await authorise(actor, "notification.manage", { id: userId }, { type: "calendar-link" });
  if (!permit.ok) return permit;
  const parsed = parse(z.strictObject({ id: z.uuid("There is no such link.") }), given);
  if (!parsed.ok) return parsed;
  const { id } = parsed.value;
  return await change<Result<null>>(permit.value, async (tx) => {
    const { count } = await tx.calendarFeed.deleteMany({ where: { id, userId } });
    if (count === 0) return { value: fail("not-found", "This link was revoked already."), audit: null };
    const target = { type: "calendar-link", id };
    return { value: ok(null), audit: { action: "calendar-link.revoke", target, outcome: "ok" } };
  });
}

function readWanted(of: string, userId: string): LedgerScope {
  if (of === "all") return { type: "site-all" };
  return of === "me" ? { type: "user", id: userId } : { type: "team", id: of.slice("team:".length) };
}
