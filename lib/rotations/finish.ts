import { connect } from "../code-hosts/connect";
import { databaseNow } from "../credentials/clock";
import { openEntered } from "../credentials/entered";
import { accountOf } from "../credentials/summary";
import { database } from "../db";
import type { Entered } from "../hosts/adapter";
import { asRefusal } from "../hosts/http";
import type { Rotation } from "../prisma-client/client";
import type { Secret } from "../secret";
import { failRotation, type Reason } from "./begin";
import { asItIs, gone } from "./outcome";
import { placeSuccessor } from "./place";
import { type Proof, prove } from "./prove";
import { retireOld } from "./retire";
import type { ManagePermit, RotationOutcome, SuccessorFacts } from "./rotation";
import { findSubject, openSubject, type Subject } from "./subject";

/**
 * From the host's answer to the new token in its place: opens what was written ahead, proves it, and puts it there. It may
 * be begun any number of times, by any process: only one of them finds the rotation as it was and changes it.
 */
export async function finishRotation(
  permit: ManagePermit,
  rotationId: string,
  password: Secret | null = null,
): Promise<RotationOutcome> {
  const rotation = await database(permit).rotation.findUnique({ where: { id: rotationId } });
  const subject = rotation && (await findSubject(permit, { id: rotation.credentialId }));
  if (!rotation || !subject) return gone();
  if (rotation.state !== "answered") return asItIs(rotation);
  const facts = rotation.successor as unknown as SuccessorFacts;
  const successor = await openSuccessor(rotation, facts);
  if (subject.row.version !== rotation.fromVersion) {
    const message = "Somebody replaced the token while it was rotated, so the new one was not needed.";
    return await giveUp(permit, subject, rotation, successor, { message, hostSaid: null, cause: "replaced" });
  }
  const old = await openOld(permit, subject);
  const proof = await proveUnlessMoved(permit, subject, rotation, { old, successor, facts });
  if (proof.state === "unfit") {
    const { message, hostSaid } = proof;
    return await giveUp(permit, subject, rotation, successor, { message, hostSaid, cause: "unfit" });
  }
  if (proof.state === "later") return await wait(permit, subject, rotation);
  const placed = await placeSuccessor(permit, subject, rotation, { facts, successor, old, proof });
  if (placed === null) return await finishRotation(permit, rotationId, password);
  return placed.state === "overlap" && placed.isDue ? await retireOld(permit, rotationId, password) : placed.outcome;
}

async function openSuccessor(rotation: Rotation, facts: SuccessorFacts): Promise<Entered> {
  const { id, fromVersion, sealed, sealedFields, sealedFor } = rotation;
  if (sealed === null) throw new Error("a rotation that was answered has no answer");
  const { type, fields } = facts;
  const row = { id, version: fromVersion + 1, type, fields, sealed, sealedFields };
  return await openEntered(row, { baseUrl: sealedFor }, "Rotation");
}

/** As it was stored, also when its host's address has changed since. Null: it does not open. */
async function openOld(permit: ManagePermit, subject: Subject): Promise<Entered | null> {
  const host = { ...subject.host, baseUrl: subject.row.sealedFor };
  const opened = await openSubject(permit, { ...subject, host });
  return opened.ok ? opened.value : null;
}

/** To an address that has changed since it was asked, no token goes. */
async function proveUnlessMoved(
  permit: ManagePermit,
  subject: Subject,
  rotation: Rotation,
  { old, successor, facts }: { old: Entered | null; successor: Entered; facts: SuccessorFacts },
): Promise<Proof> {
  const { adapter, host } = subject;
  if (host.baseUrl !== rotation.sealedFor || old === null) {
    const message = `The address of ${host.name} has changed since the new token was made, so it was not tried.`;
    if (adapter.rotate?.overlaps) return { state: "unfit", message, hostSaid: null };
    const refusal = { ...asRefusal(null, host.name), message };
    return { state: "unproven", refusal, warning: message };
  }
  const now = await databaseNow(database(permit));
  const waitedMs = now.getTime() - (rotation.answeredAt ?? now).getTime();
  return await prove(subject, () => connect(adapter, host), { old, successor, facts, waitedMs });
}

const RETRY_MS = 2 * 60_000;

async function wait(permit: ManagePermit, { host }: Subject, rotation: Rotation): Promise<RotationOutcome> {
  const now = await databaseNow(database(permit));
  const message = `${host.name} has made the new one and does not know it everywhere yet. The old one works meanwhile, and Forgepass goes on by itself.`;
  await database(permit).rotation.updateMany({
    where: { id: rotation.id, state: "answered" },
    data: { claimedUntil: new Date(now.getTime() + RETRY_MS), detail: message },
  });
  return { state: "answered", message, hostSaid: null, retireAt: null };
}

/** The successor is ended at the host, as far as that can be done, so that nothing unknown stays behind. */
async function giveUp(
  permit: ManagePermit,
  subject: Subject,
  rotation: Rotation,
  successor: Entered,
  why: { message: string; hostSaid: string | null; cause: string },
): Promise<RotationOutcome> {
  const isEnded = subject.host.baseUrl === rotation.sealedFor && (await endSuccessor(subject, successor));
  const rest = isEnded ? "The new one is ended again." : `End it at ${subject.host.name} by hand.`;
  const message = `${why.message} ${rest}`;
  await failRotation(permit, subject, rotation.id, { ...why, message, reason: rotation.reason as Reason });
  return { state: "failed", message, hostSaid: why.hostSaid, retireAt: null };
}

async function endSuccessor({ adapter, host, row }: Subject, successor: Entered): Promise<boolean> {
  const { revoke } = adapter;
  if (!revoke || revoke.refusal(host.baseUrl, successor) !== null) return false;
  try {
    return (await revoke.revoke(connect(adapter, host), successor, accountOf(row), { password: null })).ok;
  } catch {
    return false;
  }
}
