import type { Actor } from "./authz";
import { hashToken, mintToken } from "./opaque-tokens";
import { prisma, type Tx } from "./prisma";

/**
 * Sessions: an opaque token in the cookie, its SHA-256 in the database. Everything that a request may do is read from
 * the database in that request: a session that was ended, a user that was disabled or an admin that was demoted counts
 * at once. A session ends after 30 minutes without use, and after 12 hours whatever happens, by the database's clock.
 */
export const idleMinutes = 30;
export const absoluteHours = 12;

type SignedIn = Extract<Actor, { type: "user" }>;

interface LiveSession {
  sessionId: string;
  id: string;
  email: string;
  name: string;
  role: SignedIn["role"];
  teams: SignedIn["teams"];
  isTouchDue: boolean;
}

/** Who this token is, now; null when it is nobody's. `lastSeenAt` is written at most once a minute. */
export async function findActor(token: string, ip: string | null): Promise<SignedIn | null> {
  if (!/^[\w-]{43}$/.test(token)) return null;
  const [live] = await prisma().$queryRaw<LiveSession[]>`
    SELECT s.id AS "sessionId", u.id, u.email, u.name, u.role::text AS role,
           coalesce((SELECT json_agg(json_build_object('id', m."teamId", 'role', m.role)) FROM "TeamMember" m
                     WHERE m."userId" = u.id), '[]') AS teams,
           s."lastSeenAt" < now() - interval '1 minute' AS "isTouchDue"
    FROM "Session" s JOIN "User" u ON u.id = s."userId"
    WHERE s."tokenHash" = ${hashToken(token)} AND u."disabledAt" IS NULL
      AND s."expiresAt" > now() AND s."lastSeenAt" > now() - make_interval(mins => ${idleMinutes}::int)`;
  if (!live) return null;
  const { isTouchDue, ...user } = live;
  if (isTouchDue) {
    await prisma().$executeRaw`
      UPDATE "Session" SET "lastSeenAt" = now()
      WHERE id = ${user.sessionId}::uuid AND "lastSeenAt" < now() - interval '1 minute'`;
  }
  return { type: "user", ...user, ip };
}

/** A fresh session, and the cookie's token, which is not kept. The user's dead sessions go. */
export async function createSession(
  tx: Tx,
  userId: string,
  from: { ip: string | null; userAgent: string | null },
): Promise<string> {
  await tx.$executeRaw`
    DELETE FROM "Session" WHERE "userId" = ${userId}::uuid
      AND ("expiresAt" <= now() OR "lastSeenAt" <= now() - make_interval(mins => ${idleMinutes}::int))`;
  const { token, tokenHash } = mintToken();
  await tx.$executeRaw`
    INSERT INTO "Session" ("tokenHash", "userId", ip, "userAgent", "expiresAt")
    VALUES (${tokenHash}, ${userId}::uuid, ${from.ip}, ${from.userAgent?.replaceAll("\0", "").slice(0, 400) ?? null},
            now() + make_interval(hours => ${absoluteHours}::int))`;
  return token;
}
