import type { Actor } from "../authz";
import { authorise, database } from "../db";
import { ok, type Result } from "../result";
import { noSuchUser, userId } from "./user";

/** One user, for an admin's page about them. */
export async function findUser(actor: Actor, id: string): Promise<Result<{ id: string; name: string; email: string }>> {
  const permit = await authorise(actor, "user.manage", null, { type: "user", id });
  if (!permit.ok) return permit;
  if (!userId.safeParse(id).success) return noSuchUser();
  const select = { id: true, name: true, email: true };
  const user = await database(permit.value).user.findUnique({ where: { id }, select });
  return user ? ok(user) : noSuchUser();
}
