import type { Tx } from "../prisma";
import type { Prisma } from "../prisma-client/client";
import type { AffectedCredentials, NeedsConfirmation } from "./code-host";

/** Whose credentials a change of this code host would touch: the site's first, then by e-mail. */
export async function findAffected(tx: Tx, where: Prisma.CredentialWhereInput): Promise<AffectedCredentials> {
  const [count, rows] = await Promise.all([
    tx.credential.count({ where }),
    tx.credential.findMany({
      where,
      take: 10,
      orderBy: { owner: { email: "asc" } },
      select: {
        ownerId: true,
        teamId: true,
        owner: { select: { name: true, email: true } },
        team: { select: { name: true } },
      },
    }),
  ]);
  const site = rows.some(({ ownerId, teamId }) => ownerId === null && teamId === null)
    ? true
    : count > rows.length && (await tx.credential.count({ where: { ...where, ownerId: null, teamId: null } })) > 0;
  const people = rows.flatMap(({ owner, team }) =>
    owner ? [`${owner.name} (${owner.email})`] : team ? [`the team ${team.name}`] : [],
  );
  return { count, owners: [...(site ? ["this site (global)"] : []), ...people].slice(0, 10) };
}

/** "3 credentials: this site (global), Alice (alice@example.com) and 1 more" */
export function nameAffected({ count, owners }: AffectedCredentials): string {
  const more = count - owners.length;
  const listed = more > 0 ? [...owners, `${more} more`] : owners;
  const names = new Intl.ListFormat("en-GB", { type: "conjunction" }).format(listed);
  return `${count === 1 ? "1 credential" : `${count} credentials`}: ${names}`;
}

export function needsConfirmation(
  message: string,
  affected: AffectedCredentials,
): { ok: false; error: NeedsConfirmation } {
  return { ok: false, error: { code: "needs-confirmation", message, affected } };
}

/** Held to the end of the transaction: nobody can add a credential to this code host meanwhile. */
export async function lockCodeHost(tx: Tx, id: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM "CodeHost" WHERE id = ${id}::uuid FOR UPDATE`;
}
