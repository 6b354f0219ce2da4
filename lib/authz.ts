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
      /** The teams that they are in. */
      teams: readonly { id: string; role: "MEMBER" | "MAINTAINER" }[];
      sessionId: string;
      ip: string | null;
    }
  | { type: "system"; name: string }
  | { type: "anonymous"; ip: string | null };

/** Who a credential belongs to. */
export type Owner = { type: "user"; id: string } | { type: "team"; id: string } | { type: "site" };

export type Action =
  /** See an owner's credentials: account, scopes, state. Never the token. */
  | "credential.list"
  /** Add, check, replace, remove, rotate, revoke. */
  | "credential.manage"
  /** Which teams there are: those that one is in, or all. */
  | "team.list"
  /** See one team: its members. */
  | "team.read"
  /** Its members and its description. */
  | "team.manage"
  /** Make teams, name and delete them. */
  | "team.create"
  /** One's own notifications, choices and calendar links. */
  | "notification.manage"
  /** Policy, mail, webhooks, background work; the state of the whole site, and what ends, of all owners. */
  | "site.manage"
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
  : A extends "account.manage" | "notification.manage" | "team.read" | "team.manage"
    ? { id: string }
    : null;

const NEVER_SYSTEM: readonly Action[] = ["account.manage", "notification.manage", "session.create"];

export function can<A extends Action>(actor: Actor, action: A, subject: Subject<A>): boolean {
  if (actor.type === "system") return !NEVER_SYSTEM.includes(action);
  if (action === "session.create" || action === "guide.read") return true;
  if (actor.type === "anonymous") return false;
  const isAdmin = actor.role === "ADMIN";
  switch (action) {
    case "code-host.list":
    case "consumer.list":
    case "team.list":
      return true;
    case "credential.list":
    case "credential.manage": {
      const owner = subject as Owner;
      if (isAdmin || owner.type === "site") return isAdmin;
      if (owner.type === "user") return owner.id === actor.id;
      return isInTeam(actor.teams, owner.id, action === "credential.manage");
    }
    case "team.read":
    case "team.manage":
      return isAdmin || isInTeam(actor.teams, (subject as { id: string }).id, action === "team.manage");
    case "account.manage":
    case "notification.manage":
      return (subject as { id: string }).id === actor.id;
    default:
      return isAdmin;
  }
}

function isInTeam(teams: readonly { id: string; role: string }[], id: string, asMaintainer: boolean): boolean {
  return teams.some((team) => team.id === id && (!asMaintainer || team.role === "MAINTAINER"));
}
