import type { Actor } from "../authz";
import { addUser } from "../credentials/fixture";
import { mintToken } from "../opaque-tokens";
import { findActor } from "../session-store";
import type { UserActor } from "../testing/actors";
import type { TestDatabase } from "../testing/database";
import { addMember } from "./change-members";
import { createTeam } from "./change-team";
import type { TeamRole } from "./team";

export const system: Actor = { type: "system", name: "test" };

/** A person with a session, whom each test asks for anew: as a request finds them. */
export interface Person extends UserActor {
  now(): Promise<UserActor>;
}

export async function addPerson(
  database: TestDatabase,
  name: string,
  role: "USER" | "ADMIN" = "USER",
): Promise<Person> {
  const actor = await addUser(database, name, role);
  const { token, tokenHash } = mintToken();
  await database.query(
    `INSERT INTO "Session" ("tokenHash", "userId", "expiresAt") VALUES ($1, $2, now() + interval '1 hour')`,
    [tokenHash, actor.id],
  );
  return {
    ...actor,
    now: async () => {
      const found = await findActor(token, "127.0.0.1");
      if (!found) throw new Error(`${name} is signed out`);
      return found;
    },
  };
}

/** A team with these people in it, by name, and its id. */
export async function addTeam(name: string, members: [Person, TeamRole][] = []): Promise<string> {
  const made = await createTeam(system, { name, description: "" });
  if (!made.ok) throw new Error(made.error.message);
  for (const [{ email }, role] of members) {
    const added = await addMember(system, { teamId: made.value.id, email, role });
    if (!added.ok) throw new Error(added.error.message);
  }
  return made.value.id;
}
