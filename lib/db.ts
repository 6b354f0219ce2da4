import { z } from "zod";
import { type AuditInput, append, record } from "./audit";
import { type Action, type Actor, can, type Subject } from "./authz";
import { prisma, type Tx } from "./prisma";
import { countDenial } from "./rate-limits";
import { fail, ok, type Result } from "./result";

/**
 * The way to the database for domain files. It takes a Permit, and a Permit comes only from `authorise`, so a function
 * that forgot to ask does not compile. A denial is audited. Whatever changes goes through `change`, which commits the
 * change and its audit entry together or neither.
 */
declare const asked: unique symbol;

export interface Permit<A extends Action = Action> {
  readonly actor: Actor;
  readonly action: A;
  readonly subject: Subject<A>;
  readonly [asked]: true;
}

/** What was asked for, for the audit log when it is denied. */
export interface Target {
  type: string;
  id?: string | null;
  label?: string | null;
}

/** Denied: an anonymous actor gets signed-out, others forbidden, and the denial is in the audit log. */
export async function authorise<A extends Action>(
  actor: Actor,
  action: A,
  subject: Subject<A>,
  target: Target | null = null,
): Promise<Result<Permit<A>>> {
  if (can(actor, action, subject)) return ok({ actor, action, subject } as unknown as Permit<A>);
  await recordDenial(actor, action, target);
  return actor.type === "anonymous"
    ? fail("signed-out", "Sign in to go on.")
    : fail("forbidden", "Only a site admin may do this.");
}

/**
 * For a row that exists but is not within what the actor may see: the caller answers not-found. Who is denied may have
 * sent anything as an id; what cannot be one is not written down.
 */
export async function recordDenial(actor: Actor, action: Action, target: Target | null): Promise<void> {
  const count = await countOf(actor);
  if (count === "drop") return;
  const id = z.uuid().safeParse(target?.id).data ?? null;
  const details: Record<string, string> = count === "last" ? { further: "not written for a while" } : {};
  await record({ actor, action, target: target && { ...target, id }, outcome: "denied", details });
}

/** Nobody fills the log by being refused again and again. */
function countOf(actor: Actor): ReturnType<typeof countDenial> | "write" {
  if (actor.type === "system") return "write";
  return countDenial(actor.type === "user" ? { userId: actor.id } : { ip: actor.ip });
}

/** Reads within what the permit covers; the query itself is scoped by the caller. */
export function database(_permit: Permit): Tx {
  return prisma();
}

/** One transaction: what `work` writes, and its audit entry. `work` returns the entry's target and details beside its value. */
export async function change<T>(
  permit: Permit,
  work: (tx: Tx) => Promise<{ value: T; audit: Omit<AuditInput, "actor"> | null }>,
): Promise<T> {
  return await prisma().$transaction(
    async (tx) => {
      const { value, audit } = await work(tx);
      if (audit) await append(tx, { ...audit, actor: permit.actor });
      return value;
    },
    { timeout: 15_000, maxWait: 10_000 },
  );
}

/** What a row refers to is gone (Prisma's P2003). */
export function isOrphan(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "P2003";
}

/** A unique constraint refused the write (Prisma's P2002). */
export function isConflict(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "P2002";
}
