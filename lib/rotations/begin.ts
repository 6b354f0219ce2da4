import { randomUUID } from "node:crypto";
import { databaseNow } from "../credentials/clock";
import { ownerName } from "../credentials/owner";
import { change, database, isConflict } from "../db";
import { announce } from "../notifications/event";
import { fail, ok, type Result } from "../result";
import { CLAIM_MS, type ManagePermit } from "./rotation";
import type { Subject } from "./subject";
import { eventOf } from "./tell";

/**
 * Writes down that a rotation begins, before anything is asked: of two that begin at once the database refuses one. One
 * that came to nothing is written down too, so that the schedule knows of it.
 */
export type Reason = "person" | "schedule";

export interface Begun {
  id: string;
  startedAt: Date;
}

export async function beginRotation(
  permit: ManagePermit,
  { row, host }: Subject,
  reason: Reason,
): Promise<Result<Begun>> {
  const id = randomUUID();
  const startedAt = await databaseNow(database(permit));
  try {
    await change(permit, async (tx) => {
      await tx.rotation.create({
        data: {
          id,
          credentialId: row.id,
          fromVersion: row.version,
          state: "asking",
          reason,
          startedById: permit.actor.type === "user" ? permit.actor.id : null,
          sealedFor: host.baseUrl,
          startedAt,
          claimedUntil: new Date(startedAt.getTime() + CLAIM_MS),
        },
      });
      const details = { owner: ownerName(row), rotation: id, version: row.version };
      const target = { type: "credential", id: row.id, label: host.name };
      return { value: null, audit: { action: "rotation.start", target, outcome: "ok", details } };
    });
    return ok({ id, startedAt });
  } catch (error) {
    if (!isConflict(error)) throw error;
    return fail(
      "conflict",
      "This token is being rotated already, or the last one is not retired yet. Try again later.",
    );
  }
}

export interface Failing {
  message: string;
  hostSaid: string | null;
  /** A word for programs and for what is told once: insufficient-scope. */
  cause: string;
}

/** Nothing has changed: the old one stays. Null `rotationId`: it was refused before it began. */
export async function failRotation(
  permit: ManagePermit,
  { row, host }: Pick<Subject, "row" | "host">,
  rotationId: string | null,
  { reason, message, hostSaid, cause }: Failing & { reason: Reason },
): Promise<void> {
  const endedAt = await databaseNow(database(permit));
  const ended = { state: "failed", detail: message, hostSaid, endedAt, claimedUntil: null };
  await change(permit, async (tx) => {
    if (rotationId === null) {
      const { id: credentialId, version: fromVersion } = row;
      const begun = { id: randomUUID(), credentialId, fromVersion, reason, sealedFor: host.baseUrl };
      await tx.rotation.create({ data: { ...begun, ...ended, startedAt: endedAt } });
    } else {
      const data = { ...ended, ...ERASED };
      const { count } = await tx.rotation.updateMany({
        where: { id: rotationId, state: { in: ["asking", "answered"] } },
        data,
      });
      if (count === 0) return { value: null, audit: null };
    }
    if (reason === "schedule") {
      const title = `The token for ${host.name} could not be rotated`;
      const body = `${message} The present one stays in use. Forgepass tries again in a day.`;
      const told = { once: `v${row.version} ${cause}`, title, body, data: { reason: cause } };
      await announce(tx, eventOf("credential.rotation-failed", { row, host }, told));
    }
    const details = { owner: ownerName(row), reason: cause };
    const target = { type: "credential", id: row.id, label: host.name };
    return { value: null, audit: { action: "credential.rotate", target, outcome: "failed", details } };
  });
}

/** No copy outlives its use. */
export const ERASED = {
  sealed: null,
  sealedFields: null,
  kid: null,
  oldSealed: null,
  oldSealedFields: null,
} as const;
