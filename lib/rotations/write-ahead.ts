import { setTimeout } from "node:timers/promises";
import { databaseNow } from "../credentials/clock";
import { sealEntered } from "../credentials/entered";
import { database, isConflict } from "../db";
import type { Successor } from "../hosts/adapter";
import { describeError, log } from "../log";
import type { Prisma } from "../prisma-client/client";
import { dropJournal, type Journal, type JournalEntry, readJournals } from "./journal";
import type { ManagePermit, SuccessorFacts } from "./rotation";

/**
 * The host's answer is on disk before anything else happens with it: sealed into the journal, then into the database,
 * then the journal goes. What a process that died left in the journal is taken up by the next, also when the rotation was
 * given up meanwhile: the answer is the truth.
 */
export async function writeAhead(
  permit: ManagePermit,
  journal: Journal,
  at: { rotationId: string; fromVersion: number; baseUrl: string },
  made: Successor,
  compared: Pick<SuccessorFacts, "before" | "byPassword">,
): Promise<boolean> {
  const { entered, prefix, expiry } = made;
  const host = { baseUrl: at.baseUrl };
  const sealed = await sealEntered(entered, {
    rowId: at.rotationId,
    version: at.fromVersion + 1,
    host,
    table: "Rotation",
  });
  const successor: SuccessorFacts = {
    type: entered.type,
    fields: { ...entered.fields },
    prefix,
    lastFour: entered.token.lastFour,
    expiry: { known: expiry.known, at: (expiry.known && expiry.at?.toISOString()) || null },
    ...compared,
  };
  const entry: JournalEntry = {
    rotationId: at.rotationId,
    sealed: sealed.sealed,
    sealedFields: sealed.sealedFields,
    kid: sealed.kid,
    successor: { ...successor },
    answeredAt: new Date().toISOString(),
  };
  const isJournalled = await journal.write(entry).then(
    () => true,
    (error: unknown) => {
      log().error(describeError(error), "the rotation's journal cannot be written");
      return false;
    },
  );
  // In the journal it is safe, and the next run takes it up; else the database is all there is.
  const pauses = isJournalled ? [500, 1500] : Array.from({ length: 30 }, () => 2000);
  for (const pauseMs of [...pauses, null]) {
    try {
      await keepAnswer(permit, entry);
      await journal.drop();
      return true;
    } catch (error) {
      log().error({ ...describeError(error), rotation: at.rotationId }, "a rotation's answer waits for the database");
      if (pauseMs !== null) await setTimeout(pauseMs);
    }
  }
  await journal.close();
  return false;
}

/** Nothing happens when it is there already, or when there is no such rotation any more. */
async function keepAnswer(permit: ManagePermit, entry: JournalEntry): Promise<boolean> {
  const { rotationId: id, sealed, sealedFields, kid, successor, answeredAt } = entry;
  const { count } = await database(permit).rotation.updateMany({
    where: { id, state: { in: ["asking", "lost", "failed"] } },
    data: {
      state: "answered",
      ...{ sealed, sealedFields, kid, answeredAt, endedAt: null },
      successor: successor as Prisma.InputJsonObject,
    },
  });
  return count === 1;
}

/** @returns how many answers were taken up */
export async function takeUpJournals(permit: ManagePermit): Promise<number> {
  const db = database(permit);
  const now = await databaseNow(db);
  let taken = 0;
  for (const { rotationId, entry } of await readJournals()) {
    const where = { id: rotationId };
    const rotation = await db.rotation.findUnique({ where, select: { state: true, claimedUntil: true } });
    const isHeld = rotation?.state === "asking" && (rotation.claimedUntil ?? now) > now;
    // Whoever settles what was not answered ends the rotation first.
    if (isHeld || (rotation?.state === "asking" && entry === null)) continue;
    try {
      if (entry && (await keepAnswer(permit, entry))) taken += 1;
      await dropJournal(rotationId);
    } catch (error) {
      // Another rotation of the same credential is under way.
      if (!isConflict(error)) throw error;
    }
  }
  return taken;
}
