import { randomUUID } from "node:crypto";
import type { Actor } from "../../lib/authz";
import { createAdmin } from "../../lib/set-up";
import { acceptInvitation } from "../../lib/users/accept-invitation";
import { inviteUser } from "../../lib/users/invitations";
import { listUsers } from "../../lib/users/list-users";
import { succeed } from "./succeed";

/** The people of the demo, who join as people do: an admin made by command, users by an admin's invitation. */
export type Person = Extract<Actor, { type: "user" }>;

export interface People {
  admin: Person;
  alice: Person;
  bob: Person;
  /** Who only have credentials; the last of them has left. */
  others: readonly Person[];
  signIns: { email: string; password: string; about: string }[];
}

// Fixed, and printed: there is nothing to protect, and it can be typed again after a restart.
const password = "try-forgepass";

export async function addPeople(): Promise<People> {
  await succeed(createAdmin({ name: "Ada Admin", email: "admin@example.com", password }));
  const admin = await findPerson("admin@example.com");
  const alice = await join(admin, "Alice Example", "alice@example.com");
  const bob = await join(admin, "Bob Example", "bob@example.com");
  await succeed(inviteUser(admin, { email: "carol@example.com", role: "USER" }));
  const others: Person[] = [];
  for (const name of ["Erin", "Frank", "Grace", "Heidi", "Dave"]) {
    others.push(await join(admin, `${name} Example`, `${name.toLowerCase()}@example.com`));
  }
  return {
    ...{ admin, alice, bob, others },
    signIns: [
      { email: alice.email, password, about: "a credential in every state; maintains the team Platform" },
      { email: bob.email, password, about: "four credentials, one of them rejected; a member of Platform" },
      { email: admin.email, password, about: "the site admin, with the global service accounts" },
    ],
  };
}

async function join(admin: Person, name: string, email: string): Promise<Person> {
  const { link } = await succeed(inviteUser(admin, { email, role: "USER" }));
  const token = new URL(link).searchParams.get("token");
  await succeed(acceptInvitation({ type: "anonymous", ip: "127.0.0.1" }, { token, name, password }));
  return await findPerson(email);
}

async function findPerson(email: string): Promise<Person> {
  const { users } = await succeed(listUsers({ type: "system", name: "demo" }, { text: email }));
  const user = users[0];
  if (!user) throw new Error(`${email} was not made`);
  const { id, name, role } = user;
  return { type: "user", id, email, name, role, teams: [], sessionId: randomUUID(), ip: "127.0.0.1" };
}
