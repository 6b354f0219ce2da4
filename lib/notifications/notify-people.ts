import type { Tx } from "../prisma";
import { Prisma } from "../prisma-client/client";
import type { LifecycleEvent } from "./event";
import { groupOf, groups, isLocked, type Scope } from "./event-groups";

/**
 * Tells whom it concerns: the owner, the team's maintainers (the site admins where it has none), or the site admins for
 * a global one. Nobody who is disabled, each once, and as each has chosen; one statement, whatever the number of people.
 */
export async function notifyPeople(tx: Tx, told: LifecycleEvent): Promise<void> {
  const { event, credential, title, body } = told;
  const scope = scopeOf(credential);
  const group = groupOf(event);
  const { byMail, atOnce } = groups[group];
  const locked = isLocked(group, scope);
  await tx.$executeRaw`
    INSERT INTO "Notification" ("userId", event, scope, "credentialId", title, body, href, "dedupeKey", "inPortal", mail)
    SELECT person.id, ${event}, ${scope}, ${credential.id}::uuid, ${title}, ${body} || ${ownerSentence(credential)},
      ${hrefOf(told)}, ${`${event} ${credential.id} ${told.once}`}, wanted.portal,
      CASE WHEN wanted.mail THEN ${atOnce ? "now" : "digest"} ELSE 'no' END
    FROM (${recipients(credential)}) whom (id)
    JOIN "User" person ON person.id = whom.id
    LEFT JOIN "NotificationChoice" choice
      ON choice."userId" = person.id AND choice.event = ${group} AND choice.scope = ${scope}
    CROSS JOIN LATERAL (SELECT
      ${locked}::boolean OR coalesce(choice."inPortal", true) AS portal,
      ${locked}::boolean OR coalesce(choice."byMail", ${byMail}::boolean) AS mail) wanted
    WHERE person."disabledAt" IS NULL AND (wanted.portal OR wanted.mail)
    ON CONFLICT ("userId", "dedupeKey") DO NOTHING`;
}

type Owned = LifecycleEvent["credential"];

function scopeOf({ ownerId, teamId }: Owned): Scope {
  if (ownerId !== null) return "own";
  return teamId === null ? "site" : "team";
}

const admins = Prisma.sql`SELECT id FROM "User" WHERE role = 'ADMIN'`;

function recipients({ ownerId, teamId }: Owned): Prisma.Sql {
  if (ownerId !== null) return Prisma.sql`SELECT ${ownerId}::uuid`;
  if (teamId === null) return admins;
  const maintainers = Prisma.sql`
    SELECT m."userId" FROM "TeamMember" m JOIN "User" u ON u.id = m."userId"
    WHERE m."teamId" = ${teamId}::uuid AND m.role = 'MAINTAINER' AND u."disabledAt" IS NULL`;
  return Prisma.sql`${maintainers} UNION ALL ${admins} AND NOT EXISTS (${maintainers})`;
}

/** A mail shows no owner beside it. */
function ownerSentence({ ownerId, teamId }: Owned): Prisma.Sql {
  if (ownerId !== null) return Prisma.sql`''`;
  if (teamId === null) return Prisma.sql`' It is a global one.'`;
  return Prisma.sql`coalesce((SELECT ' Its owner is the team ' || name || '.' FROM "Team" WHERE id = ${teamId}::uuid), '')`;
}

/** Where it is put right: the code host's row on the screen of credentials, or the receipts of what was removed. */
function hrefOf({ event, credential, isToReplace }: LifecycleEvent): string {
  const { ownerId, teamId, hostName, codeHostId } = credential;
  const screen = ownerId !== null ? "/settings" : teamId !== null ? `/teams/${teamId}` : "/admin";
  const isRemoved = event === "credential.revoked" || event === "credential.still-alive";
  if (isRemoved) return ownerId !== null ? "/settings/credentials" : `${screen}/stale?tab=receipts`;
  const replace = isToReplace ? `&replace=${credential.id}` : "";
  return `${screen}/credentials?q=${encodeURIComponent(hostName.slice(0, 100))}${replace}#host-${codeHostId}`;
}
