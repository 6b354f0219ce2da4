import { randomUUID } from "node:crypto";
import { addUser, type CredentialsFixture, createCredentialsFixture, GITHUB_SCOPES } from "../credentials/fixture";
import type { UserActor } from "../testing/actors";

/** Two people, an admin, a team and credentials by plain SQL, for the tests of the ledger and its calendar links. */
export interface LedgerFixture extends CredentialsFixture {
  teamId: string;
  /** In the team. */
  member: UserActor;
  maintainer: UserActor;
  /** Writes a credential past everything. */
  put(made: Put): Promise<string>;
  /** So many of one owner, a day apart from `from` on, each on a code host of its own. */
  fill(owner: Pick<Put, "ownerId" | "teamId">, count: number, from?: number): Promise<void>;
}

export interface Put {
  ownerId?: string;
  teamId?: string;
  hostId?: string;
  type?: string;
  outcome?: string;
  login?: string;
  /** Null: not told. */
  scopes?: string[] | null;
  /** PostgreSQL's interval from now ("12 days", "-3 days 2 hours"); null: never; undefined: not told. */
  endsIn?: string | null;
  /** Days ago. */
  enteredAgo?: number;
  usedBy?: string;
}

export async function createLedgerFixture(): Promise<LedgerFixture> {
  const f = await createCredentialsFixture();
  const { database } = f;
  const [team] = await database.query(`INSERT INTO "Team" (name, "updatedAt") VALUES ('Platform', now()) RETURNING id`);
  const teamId = String(team?.id);
  const join = async (person: UserActor, role: "MEMBER" | "MAINTAINER"): Promise<UserActor> => {
    await database.query(`INSERT INTO "TeamMember" ("teamId", "userId", role) VALUES ($1, $2, $3::"TeamRole")`, [
      teamId,
      person.id,
      role,
    ]);
    return { ...person, teams: [{ id: teamId, role }] };
  };
  const [member, maintainer] = [
    await join(f.bob, "MEMBER"),
    await join(await addUser(database, "mia", "USER"), "MAINTAINER"),
  ];
  return {
    ...f,
    ...{ teamId, member, maintainer },
    put: (made) => put(f, made),
    fill: async ({ ownerId = null, teamId: ofTeam = null }, count, from = 1) => {
      await database.query(
        `WITH hosts AS (
           INSERT INTO "CodeHost" (kind, name, "baseUrl", "updatedAt")
           SELECT 'github', 'Host ' || n, 'https://' || gen_random_uuid() || '.example', now()
           FROM generate_series(1, $1::int) n RETURNING id, name, "baseUrl")
         INSERT INTO "Credential" (id, "codeHostId", "ownerId", "teamId", type, sealed, kid, "sealedFor", prefix,
           "lastFour", outcome, scopes, "scopesKnown", "expiryKnown", "expiresAt", "updatedAt")
         SELECT gen_random_uuid(), id, $2, $3, 'classic', 'x', 'k', "baseUrl", 'ghp_', 'abcd', 'valid', $4, true, true,
           date_trunc('day', now()) + ($5 + substr(name, 6)::int) * interval '1 day', now() FROM hosts`,
        [count, ownerId, ofTeam, GITHUB_SCOPES, from - 1],
      );
    },
  };
}

async function put({ database, githubId }: CredentialsFixture, made: Put): Promise<string> {
  const id = randomUUID();
  const { ownerId = null, teamId = null, hostId = githubId, scopes = GITHUB_SCOPES, endsIn } = made;
  await database.query(
    `INSERT INTO "Credential" (id, "codeHostId", "ownerId", "teamId", type, sealed, kid, "sealedFor", prefix, "lastFour",
       "accountLogin", outcome, scopes, "scopesKnown", "expiryKnown", "expiresAt", "enteredAt", "lastUsedAt",
       "lastUsedById", "updatedAt")
     SELECT $1, h.id, $3, $4, coalesce($5, CASE h.kind WHEN 'gitlab' THEN 'personal-access-token' ELSE 'classic' END),
       'x', 'k', h."baseUrl", 'ghp_', 'abcd', $6, $7, $8, $9, $10,
       CASE WHEN $11 <> 'never' THEN now() + $11::interval END, now() - make_interval(days => $12::int),
       CASE WHEN $13::uuid IS NOT NULL THEN now() - interval '1 day' END, $13, now()
     FROM "CodeHost" h WHERE h.id = $2`,
    [
      ...[id, hostId, ownerId, teamId, made.type ?? null, made.login ?? "octo", made.outcome ?? "valid"],
      ...[scopes ?? [], scopes !== null, endsIn !== undefined, endsIn === null ? "never" : (endsIn ?? "never")],
      ...[made.enteredAgo ?? 0, made.usedBy ?? null],
    ],
  );
  return id;
}
