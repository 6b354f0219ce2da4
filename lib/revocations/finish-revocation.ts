import { append } from "../audit";
import { databaseNow } from "../credentials/clock";
import { ownerColumns, ownerName, ownerOf } from "../credentials/owner";
import { change, type Permit } from "../db";
import type { Tx } from "../prisma";
import { ERASED, nextCheck, type RevocationOutcome } from "./outcome";
import { RECEIPT_COLUMNS, type ReceiptRow } from "./receipt";

/**
 * Writes down in one transaction what the host answered, and deletes the credential here: both or neither. A token that
 * was entered since, in its place, is another one and stays. Doing it twice comes to the same.
 */
export async function finishRevocation(
  permit: Permit<"credential.manage">,
  receipt: ReceiptRow,
  outcome: RevocationOutcome | null,
): Promise<ReceiptRow> {
  return await change(permit, async (tx) => {
    const now = await databaseNow(tx);
    const data = outcome ? columnsOf(outcome, receipt, now) : { nextCheckAt: nextCheck(now, now, null) };
    const value = await tx.revocation.update({ where: { id: receipt.id }, data, select: RECEIPT_COLUMNS });
    if (outcome) await append(tx, { actor: permit.actor, ...auditOf(receipt, outcome) });
    const isRemoved = await removeHere(tx, receipt);
    const lastFour = receipt.tokenLabel.split("…")[1] ?? "";
    const details = { owner: ownerName(receipt), lastFour, atHost: value.state, revocation: receipt.id };
    const audit = { action: "credential.remove", target: targetOf(receipt), outcome: "ok" as const, details };
    return { value, audit: isRemoved ? audit : null };
  });
}

export function columnsOf(outcome: RevocationOutcome, { requestedAt }: Pick<ReceiptRow, "requestedAt">, now: Date) {
  const { state, hostStatus, hostSaid, detail, retryAt, wasChecked } = outcome;
  return {
    state,
    detail,
    ...(hostStatus === undefined ? {} : { hostStatus }),
    ...(hostSaid === undefined ? {} : { hostSaid }),
    ...(wasChecked ? { checkedAt: now } : {}),
    ...(state === "dead" ? { ...ERASED, deadAt: now } : { nextCheckAt: nextCheck(requestedAt, now, retryAt) }),
  };
}

function auditOf(receipt: ReceiptRow, { state, result, hostStatus }: RevocationOutcome) {
  const details = { owner: ownerName(receipt), result, status: hostStatus ?? null, revocation: receipt.id };
  const isDone = state === "dead" || state === "asked";
  return {
    action: "credential.revoke",
    target: targetOf(receipt),
    outcome: isDone ? ("ok" as const) : ("failed" as const),
    details,
  };
}

export function targetOf({ credentialId, hostName }: ReceiptRow) {
  return { type: "credential", id: credentialId, label: hostName };
}

async function removeHere(tx: Tx, receipt: ReceiptRow): Promise<boolean> {
  const owned = ownerColumns(ownerOf(receipt));
  const { count } = await tx.credential.deleteMany({
    where: { id: receipt.credentialId, ...owned, enteredAt: { lte: receipt.requestedAt } },
  });
  return count > 0;
}
