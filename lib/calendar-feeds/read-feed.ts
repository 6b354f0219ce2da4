import type { Actor } from "../authz";
import { authorise, database, type Permit } from "../db";
import { beginWalk } from "../ledger/list-ledger";
import type { LedgerRow } from "../ledger/row";
import { walkLedger } from "../ledger/scan";
import { type LedgerScope, maySeeLedger } from "../ledger/scope";
import { hashToken } from "../opaque-tokens";
import { scopeOfFeed } from "./feed";
import { writeCalendar } from "./write-calendar";

/**
 * What a calendar link answers, to whoever has it and without a session. Each reading is authorised anew, as the person
 * who made the link is now: disabled, out of the team, no admin any more, and it answers nothing, in the same way as a
 * link that never was. A refusal is not written down: calendars ask again and again by themselves.
 */
/** Each takes half a millisecond of the process, and nobody looks at more in a calendar. */
const maxEvents = 500;
const KEPT_DAYS = 30;

interface Found {
  id: string;
  scope: string;
  teamId: string | null;
  teamName: string | null;
  userId: string;
  email: string;
  name: string;
  role: "USER" | "ADMIN";
  teams: { id: string; role: "MEMBER" | "MAINTAINER" }[];
  isTouchDue: boolean;
}

/** The calendar (RFC 5545); null: there is none. */
export async function readFeed(token: string, ip: string | null): Promise<string | null> {
  const permit = await authorise({ type: "system", name: "calendar link" }, "user.manage", null);
  if (!permit.ok) return null;
  const found = await findFeed(permit.value, token);
  const scope = found && scopeOfFeed(found, found.userId);
  if (!found || !scope) return null;
  const { userId: id, email, name, role, teams } = found;
  const actor: Actor = { type: "user", id, email, name, role, teams, sessionId: found.id, ip };
  if (!maySeeLedger(actor, scope)) return null;
  const calendar = await draw(actor, scope, found.teamName);
  if (found.isTouchDue) await touch(permit.value, found.id);
  return calendar;
}

/** By the SHA-256 of whatever was sent, so that the answer takes as long for what cannot be a token. */
async function findFeed(permit: Permit, token: string): Promise<Found | null> {
  const [found] = await database(permit).$queryRaw<Found[]>`
    SELECT f.id, f.scope, f."teamId", t.name AS "teamName", u.id AS "userId", u.email, u.name, u.role::text AS role,
           coalesce((SELECT json_agg(json_build_object('id', m."teamId", 'role', m.role)) FROM "TeamMember" m
                     WHERE m."userId" = u.id), '[]') AS teams,
           coalesce(f."lastReadAt" < now() - interval '1 minute', true) AS "isTouchDue"
    FROM "CalendarFeed" f JOIN "User" u ON u.id = f."userId" LEFT JOIN "Team" t ON t.id = f."teamId"
    WHERE f."tokenHash" = ${hashToken(token)} AND u."disabledAt" IS NULL`;
  return found ?? null;
}

async function draw(actor: Actor, scope: LedgerScope, teamName: string | null): Promise<string | null> {
  const walk = await beginWalk(actor, scope, {});
  if (!walk.ok) return null;
  const { now } = walk.value;
  const since = { part: 0, at: new Date(now.getTime() - KEPT_DAYS * 86_400_000), id: NIL };
  const rows: LedgerRow[] = [];
  let isCut = false;
  for await (const row of walkLedger(walk.value, { beyond: since, batch: 500 })) {
    // What has no end that is known comes after all that has.
    if (!row.end.known || row.end.at === null) break;
    if (rows.length === maxEvents) {
      isCut = true;
      break;
    }
    rows.push(row);
  }
  return writeCalendar({ scope, teamName, rows, isCut, now });
}

const NIL = "00000000-0000-0000-0000-000000000000";

async function touch(permit: Permit, id: string): Promise<void> {
  await database(permit).$executeRaw`
    UPDATE "CalendarFeed" SET "lastReadAt" = now()
    WHERE id = ${id}::uuid AND coalesce("lastReadAt" < now() - interval '1 minute', true)`;
}
