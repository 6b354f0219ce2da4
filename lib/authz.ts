/**
 * The whole policy, pure: may this actor do this to that? Everything that reads or writes asks here through
 * `authorise` in db.ts. Roles are those that the database had when the request came in.
 */
export type Actor =
  | {
      type: "user";
      id: string;
      email: string;
      name: string;
      role: "USER" | "ADMIN";
      sessionId: string;
      ip: string | null;
    }
  | { type: "system"; name: string }
  | { type: "anonymous"; ip: string | null };

/** Who a credential belongs to. */
export type Owner = { type: "user"; id: string } | { type: "site" };

export type Action =
  /** See an owner's credentials: account, scopes, state. Never the token. */
  | "credential.list"
  /** Add, check, replace, remove. */
  | "credential.manage"
  | "code-host.list"
  | "code-host.manage"
  | "consumer.list"
  | "consumer.manage"
  /** How tokens are made, with the scopes that the enabled consumers need: for everybody. */
  | "guide.read"
  | "user.manage"
  /** One's own name, e-mail, password, sessions. */
  | "account.manage"
  /** Signing in, claiming the portal, accepting an invitation: for whoever is not signed in. */
  | "session.create"
  | "audit.read";

export type Subject<A extends Action> = A extends "credential.list" | "credential.manage"
  ? Owner
  : A extends "account.manage"
    ? { id: string }
    : null;

export function can<A extends Action>(actor: Actor, action: A, subject: Subject<A>): boolean {
  if (actor.type === "system") return action !== "account.manage" && action !== "session.create";
  if (action === "session.create" || action === "guide.read") return true;
  if (actor.type === "anonymous") return false;
  const isAdmin = actor.role === "ADMIN";
  switch (action) {
    case "code-host.list":
    case "consumer.list":
      return true;
    case "credential.list":
    case "credential.manage": {
      const owner = subject as Owner;
      return isAdmin || (owner.type === "user" && owner.id === actor.id);
    }
    case "account.manage":
      return (subject as { id: string }).id === actor.id;
    default:
      return isAdmin;
  }
}
