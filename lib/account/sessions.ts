import { z } from "zod";
import type { Actor } from "../authz";
import { authorise, change, database } from "../db";
import { parse } from "../input";
import { fail, ok, type Result } from "../result";
import { idleMinutes } from "../session-store";
import { describeDevice } from "./describe-device";

/** People see where they are signed in, and end those sessions; each counts on the next request. */
export interface OwnSession {
  id: string;
  /** "Chrome on macOS" */
  device: string;
  ip: string | null;
  createdAt: Date;
  lastSeenAt: Date;
  /** The one that asks. */
  isCurrent: boolean;
}

/** Most recently used first, the current one at the top. At most 100. */
export async function listSessions(actor: Actor): Promise<Result<OwnSession[]>> {
  const id = actor.type === "user" ? actor.id : "";
  const permit = await authorise(actor, "account.manage", { id }, { type: "session" });
  if (!permit.ok) return permit;
  const current = actor.type === "user" ? actor.sessionId : "";
  const rows = await database(permit.value).$queryRaw<(Omit<OwnSession, "device"> & { userAgent: string | null })[]>`
    SELECT id, ip, "userAgent", "createdAt", "lastSeenAt", id = ${current}::uuid AS "isCurrent" FROM "Session"
    WHERE "userId" = ${id}::uuid AND "expiresAt" > now()
      AND "lastSeenAt" > now() - make_interval(mins => ${idleMinutes}::int)
    ORDER BY "isCurrent" DESC, "lastSeenAt" DESC, id LIMIT 100`;
  return ok(rows.map(({ userAgent, ...session }) => ({ ...session, device: describeDevice(userAgent) })));
}

/** Ends one of one's own sessions: another, or the current one (signing out). */
export async function endSession(actor: Actor, given: unknown): Promise<Result<null>> {
  const userId = actor.type === "user" ? actor.id : "";
  const permit = await authorise(actor, "account.manage", { id: userId }, { type: "session" });
  if (!permit.ok) return permit;
  const parsed = parse(z.strictObject({ id: z.uuid("There is no such session.") }), given);
  if (!parsed.ok) return parsed;
  const { id } = parsed.value;
  return await change<Result<null>>(permit.value, async (tx) => {
    const { count } = await tx.session.deleteMany({ where: { id, userId } });
    if (count === 0) return { value: fail("not-found", "This session ended already."), audit: null };
    return { value: ok(null), audit: { action: "session.end", target: { type: "session", id }, outcome: "ok" } };
  });
}

/** Ends all of one's own sessions but the current one. */
export async function endOtherSessions(actor: Actor): Promise<Result<{ sessionsEnded: number }>> {
  const userId = actor.type === "user" ? actor.id : "";
  const permit = await authorise(actor, "account.manage", { id: userId }, { type: "session" });
  if (!permit.ok) return permit;
  const current = actor.type === "user" ? actor.sessionId : "";
  return await change<Result<{ sessionsEnded: number }>>(permit.value, async (tx) => {
    const { count } = await tx.session.deleteMany({ where: { userId, id: { not: current } } });
    if (count === 0) return { value: ok({ sessionsEnded: 0 }), audit: null };
    const target = { type: "user", id: userId };
    const audit = { action: "session.end", target, outcome: "ok" as const, details: { sessionsEnded: count } };
    return { value: ok({ sessionsEnded: count }), audit };
  });
}
