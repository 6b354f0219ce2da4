import type { Actor } from "../authz";
import { ok, type Result } from "../result";
import { listUsers } from "../users/list-users";

const SHOWN = 8;

/** A few people whose name or e-mail address has the text in it, for site admins only: others type the whole address. */
export async function suggestPeople(actor: Actor, text: unknown): Promise<Result<{ name: string; email: string }[]>> {
  const words = typeof text === "string" ? text.slice(0, 254) : "";
  const page = await listUsers(actor, { text: words, limit: SHOWN });
  if (!page.ok) return page;
  const people = page.value.users.filter(({ isDisabled }) => !isDisabled);
  return ok(people.map(({ name, email }) => ({ name, email })));
}
