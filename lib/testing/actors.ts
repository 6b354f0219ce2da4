import { randomUUID } from "node:crypto";
import type { Actor } from "../authz";

export type UserActor = Extract<Actor, { type: "user" }>;

/** Somebody signed in, for domain functions; in the database only if the test puts them there. */
export function userActor(name: string, role: UserActor["role"] = "USER"): UserActor {
  return {
    type: "user",
    id: randomUUID(),
    email: `${name}@example.com`,
    name: name.charAt(0).toUpperCase() + name.slice(1),
    role,
    teams: [],
    sessionId: randomUUID(),
    ip: null,
  };
}
