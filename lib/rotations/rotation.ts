import type { Permit } from "../db";
import type { Expiry } from "../hosts/adapter";

/**
 * One rotation: asking → answered → overlap → done, or failed (nothing has changed) or lost (the answer was, and the old
 * one is dead). Each step is committed before the next begins, so that any process can go on where another was killed.
 */
export type RotationState = "asking" | "answered" | "overlap" | "done" | "failed" | "lost";

/** Those in which a credential can be rotated by nobody else; the database allows one of them at a time. */
export const UNDER_WAY: readonly RotationState[] = ["asking", "answered", "overlap"];

export type ManagePermit = Permit<"credential.manage">;

/** Name of the job, and of the system actor that works in it. */
export const ROTATION_JOB = "rotations.run";

/** A worker that was heard of nothing for so long is taken for dead. Longer than all that it waits for together. */
export const CLAIM_MS = 3 * 60_000;

/** What of a successor is no secret, and what it is compared with. Column `successor` of Rotation. */
export interface SuccessorFacts {
  type: string;
  fields: Record<string, string>;
  prefix: string;
  lastFour: string;
  /** When it ends, as the host said when it made it. */
  expiry: { known: boolean; at: string | null };
  /** The old one, as the host told of it right before. */
  before: { type: string; accountId: string | null; scopes: string[] | null };
  /** The account's password was needed, which is not kept: the old one goes at once or by hand. */
  byPassword: boolean;
}

export function expiryOfFacts({ expiry }: SuccessorFacts): Expiry {
  return expiry.known ? { known: true, at: expiry.at === null ? null : new Date(expiry.at) } : { known: false };
}

/** What became of it, for a person. */
export interface RotationOutcome {
  state: RotationState;
  /** What happened and what to do, in sentences. */
  message: string;
  hostSaid: string | null;
  /** With overlap: when the old one is retired. */
  retireAt: string | null;
}
