import { connect } from "../code-hosts/connect";
import { databaseNow } from "../credentials/clock";
import { ownerName } from "../credentials/owner";
import { accountOf } from "../credentials/summary";
import { change, database } from "../db";
import type { Settled } from "../hosts/adapter";
import { asRefusal } from "../hosts/http";
import { announce } from "../notifications/event";
import type { Rotation } from "../prisma-client/client";
import { failRotation, type Reason } from "./begin";
import { asItIs, gone } from "./outcome";
import type { ManagePermit, RotationOutcome } from "./rotation";
import { findSubject, openSubject, type Subject } from "./subject";
import { eventOf } from "./tell";

/**
 * After an answer that was lost: the host is asked what has become of the old token, and nothing else. Dead: the rotation
 * is lost, and people are told to make a token by hand. Alive: nothing has changed, which is believed only when the host
 * has had the time to carry out what it was asked late. Otherwise it is asked again later.
 */
const BELIEVED_AFTER_MS = 60_000;
const AGAIN_MS = 5 * 60_000;

export async function settleRotation(permit: ManagePermit, rotationId: string): Promise<RotationOutcome> {
  const rotation = await database(permit).rotation.findUnique({ where: { id: rotationId } });
  const subject = rotation && (await findSubject(permit, { id: rotation.credentialId }));
  if (!rotation || !subject) return gone();
  if (rotation.state !== "asking") return asItIs(rotation);
  const { host, row } = subject;
  const give = (message: string, hostSaid: string | null, cause: string) =>
    giveUp(permit, subject, rotation, { message, hostSaid, cause });
  if (row.version !== rotation.fromVersion) {
    return await give("Somebody replaced the token while it was rotated.", null, "replaced");
  }
  const old = await openSubject(permit, subject);
  if (!old.ok) return await give(old.error.message, null, "unreadable");
  const { adapter } = subject;
  if (!adapter.rotate) return await give(`${adapter.name} rotates no tokens.`, null, "not-possible");
  const settled = await adapter.rotate
    .settle(connect(adapter, host), old.value, accountOf(row), rotation.startedAt)
    .catch((error: unknown): Settled => ({ ...asRefusal(error, host.name), state: "unclear" }));
  if (settled.state === "lost") return await lose(permit, subject, rotation, settled);
  const now = await databaseNow(database(permit));
  const believedAt = new Date(rotation.startedAt.getTime() + BELIEVED_AFTER_MS);
  if (settled.state === "unchanged" && now >= believedAt) {
    return await give(settled.message, settled.hostSaid, "lost-answer");
  }
  const message = `The answer of ${host.name} was lost on its way. Forgepass does not ask twice; it finds out what was done, which takes some minutes. Leave the token as it is until then.`;
  const claimedUntil = settled.state === "unchanged" ? believedAt : new Date(now.getTime() + AGAIN_MS);
  await database(permit).rotation.updateMany({
    where: { id: rotation.id, state: "asking" },
    data: { claimedUntil, detail: message, hostSaid: settled.hostSaid },
  });
  return { state: "asking", message, hostSaid: settled.hostSaid, retireAt: null };
}

async function giveUp(
  permit: ManagePermit,
  subject: Subject,
  rotation: Rotation,
  why: { message: string; hostSaid: string | null; cause: string },
): Promise<RotationOutcome> {
  await failRotation(permit, subject, rotation.id, { ...why, reason: rotation.reason as Reason });
  return { state: "failed", message: why.message, hostSaid: why.hostSaid, retireAt: null };
}

async function lose(
  permit: ManagePermit,
  subject: Subject,
  rotation: Rotation,
  { message, hostSaid }: Settled,
): Promise<RotationOutcome> {
  const { row, host } = subject;
  const now = await databaseNow(database(permit));
  await change(permit, async (tx) => {
    const { count } = await tx.rotation.updateMany({
      where: { id: rotation.id, state: "asking" },
      data: { state: "lost", detail: message, hostSaid, endedAt: now, claimedUntil: null },
    });
    if (count === 0) return { value: null, audit: null };
    await tx.credential.updateMany({
      where: { id: row.id, version: rotation.fromVersion },
      data: {
        ...{ outcome: "revoked", outcomeDetail: message, hostSaid, outcomeUrl: null, retryAt: null },
        ...{ checkedAt: now, doubtedAt: now, rejectedAt: now },
      },
    });
    const title = `The token for ${host.name} is dead, and its successor was lost`;
    const told = { once: `${rotation.id} lost`, title, body: message, isToReplace: true, data: { reason: "lost" } };
    await announce(tx, eventOf("credential.rotation-failed", subject, told));
    const details = { owner: ownerName(row), rotation: rotation.id, reason: "lost" };
    const target = { type: "credential", id: row.id, label: host.name };
    return { value: null, audit: { action: "credential.rotate", target, outcome: "failed", details } };
  });
  return { state: "lost", message, hostSaid, retireAt: null };
}
