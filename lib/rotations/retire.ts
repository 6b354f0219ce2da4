import { connect } from "../code-hosts/connect";
import { databaseNow } from "../credentials/clock";
import { openEntered } from "../credentials/entered";
import { ownerName } from "../credentials/owner";
import { accountOf } from "../credentials/summary";
import { askHost } from "../credentials/verify";
import { change, database } from "../db";
import type { Entered, NeedsPassword, Refusal, Revoked } from "../hosts/adapter";
import { asRefusal } from "../hosts/http";
import { announce } from "../notifications/event";
import type { Rotation } from "../prisma-client/client";
import type { Secret } from "../secret";
import { ERASED } from "./begin";
import { asItIs, gone } from "./outcome";
import type { ManagePermit, RotationOutcome, SuccessorFacts } from "./rotation";
import { findSubject, openSubject, type Subject } from "./subject";
import { eventOf } from "./tell";

/**
 * Ends the old token at its host when its quiet days are over: only while the one in place is accepted there, and never
 * the one in place. What the host does not do is tried again, or said with the page on which to do it by hand.
 */
export async function retireOld(
  permit: ManagePermit,
  rotationId: string,
  password: Secret | null = null,
): Promise<RotationOutcome> {
  const rotation = await database(permit).rotation.findUnique({ where: { id: rotationId } });
  const subject = rotation && (await findSubject(permit, { id: rotation.credentialId }));
  if (!rotation || !subject) return gone();
  if (rotation.state !== "overlap" || rotation.oldSealed === null) return asItIs(rotation);
  const { host, adapter } = subject;
  if (host.baseUrl !== rotation.sealedFor) {
    return await leave(permit, subject, rotation, `The address of ${host.name} has changed.`);
  }
  const old = await openCopy(rotation, rotation.oldSealed);
  const current = await openSubject(permit, subject);
  if (!current.ok) return await putOff(permit, subject, rotation, current.error.message, null, "unreadable");
  if (current.value.token.equals(old.token)) {
    return await end(permit, subject, rotation, "The old token is in use again, so it was not ended.");
  }
  const verdict = await askHost(adapter, connect(adapter, host), current.value);
  if (!verdict.ok) {
    const message = `The old token is kept: ${host.name} does not accept the new one at the moment.`;
    return await putOff(permit, subject, rotation, message, verdict.hostSaid, "successor");
  }
  const { revoke } = adapter;
  const refusal = revoke ? revoke.refusal(host.baseUrl, old) : `${adapter.name} ends no tokens through its API.`;
  if (!revoke || refusal !== null) return await leave(permit, subject, rotation, refusal ?? "");
  const answer = await ask(subject, () =>
    revoke.revoke(connect(adapter, host), old, accountOf(subject.row), { password }),
  );
  if (answer.ok || isDead(answer)) {
    return await end(permit, subject, rotation, `The old token for ${host.name} is ended.`);
  }
  if (answer.needsPassword) return await leave(permit, subject, rotation, answer.message);
  return await putOff(permit, subject, rotation, answer.message, answer.hostSaid, answer.reason);
}

/** For the old one what is refused as unknown is what was wanted. */
function isDead({ reason }: Refusal): boolean {
  return reason === "rejected" || reason === "revoked" || reason === "expired";
}

type Answer = Revoked | (Refusal & NeedsPassword);

async function ask({ host }: Subject, revoke: () => Promise<Answer>): Promise<Answer> {
  try {
    return await revoke();
  } catch (error) {
    return asRefusal(error, host.name);
  }
}

async function openCopy(rotation: Rotation, sealed: string): Promise<Entered> {
  const { id, fromVersion, oldSealedFields, oldFields, successor, sealedFor } = rotation;
  const { type } = (successor as unknown as SuccessorFacts).before;
  const row = { id, version: fromVersion, type, fields: oldFields, sealed, sealedFields: oldSealedFields };
  return await openEntered(row, { baseUrl: sealedFor }, "Rotation");
}

async function end(
  permit: ManagePermit,
  { row, host }: Subject,
  rotation: Rotation,
  message: string,
): Promise<RotationOutcome> {
  const endedAt = await databaseNow(database(permit));
  await change(permit, async (tx) => {
    const { count } = await tx.rotation.updateMany({
      where: { id: rotation.id, state: "overlap" },
      data: { ...ERASED, state: "done", detail: message, hostSaid: null, endedAt, claimedUntil: null },
    });
    const details = { owner: ownerName(row), rotation: rotation.id };
    const target = { type: "credential", id: row.id, label: host.name };
    const audit = { action: "rotation.retire", target, outcome: "ok", details } as const;
    return { value: null, audit: count === 1 ? audit : null };
  });
  return { state: "done", message, hostSaid: null, retireAt: null };
}

/** It stays alive there until somebody ends it by hand: they are told. */
async function leave(
  permit: ManagePermit,
  subject: Subject,
  rotation: Rotation,
  why: string,
): Promise<RotationOutcome> {
  const { row, host } = subject;
  const message =
    `The new token is in place. The old one still works at ${host.name}: end it there by hand. ${why}`.trim();
  const endedAt = await databaseNow(database(permit));
  await change(permit, async (tx) => {
    const { count } = await tx.rotation.updateMany({
      where: { id: rotation.id, state: "overlap" },
      data: { ...ERASED, state: "done", detail: message, endedAt, claimedUntil: null },
    });
    if (count === 0) return { value: null, audit: null };
    const title = `End the old token for ${host.name} by hand`;
    const told = { once: `${rotation.id} by hand`, title, body: message, data: { reason: "by-hand" } };
    await announce(tx, eventOf("credential.rotation-failed", subject, told));
    const details = { owner: ownerName(row), rotation: rotation.id, reason: "by-hand" };
    const target = { type: "credential", id: row.id, label: host.name };
    return { value: null, audit: { action: "rotation.retire", target, outcome: "failed", details } };
  });
  return { state: "done", message, hostSaid: null, retireAt: null };
}

const AGAIN_MS = 60 * 60_000;

/** Tried again in an hour; told once for each cause. */
async function putOff(
  permit: ManagePermit,
  subject: Subject,
  rotation: Rotation,
  message: string,
  hostSaid: string | null,
  cause: string,
): Promise<RotationOutcome> {
  const { row, host } = subject;
  const now = await databaseNow(database(permit));
  await change(permit, async (tx) => {
    const { count } = await tx.rotation.updateMany({
      where: { id: rotation.id, state: "overlap" },
      data: { detail: message, hostSaid, claimedUntil: new Date(now.getTime() + AGAIN_MS) },
    });
    if (count === 0) return { value: null, audit: null };
    const title = `The old token for ${host.name} could not be ended`;
    const body = `${message} Both tokens are valid. Forgepass tries again in an hour.`;
    const told = { once: `${rotation.id} ${cause}`, title, body, data: { reason: cause } };
    await announce(tx, eventOf("credential.rotation-failed", subject, told));
    const details = { owner: ownerName(row), rotation: rotation.id, reason: cause };
    const target = { type: "credential", id: row.id, label: host.name };
    return { value: null, audit: { action: "rotation.retire", target, outcome: "failed", details } };
  });
  return { state: "overlap", message, hostSaid, retireAt: rotation.retireAt?.toISOString() ?? null };
}
