import { record } from "../audit";
import { databaseNow } from "../credentials/clock";
import { openEntered } from "../credentials/entered";
import { ownerName } from "../credentials/owner";
import { change, database, type Permit } from "../db";
import type { Adapter, Entered } from "../hosts/adapter";
import { adapterFor } from "../hosts/registry";
import { announce } from "../notifications/event";
import type { CodeHost } from "../prisma-client/client";
import { SealError } from "../seal";
import { proveDead } from "./ask-host";
import { columnsOf, finishRevocation, targetOf } from "./finish-revocation";
import { dead, ERASED, type RevocationOutcome, revokeAndProve } from "./outcome";
import { planRevocation } from "./plan-revocation";
import { RECEIPT_COLUMNS, type ReceiptRow } from "./receipt";

/**
 * Takes up a receipt that is not closed, with its sealed copy: asks the host whether the token is dead, and asks for its
 * end first where that was begun and not answered. The copy goes when it is dead, when it does not open, and after thirty
 * days whatever is the case.
 */
export const COPY_COLUMNS = {
  ...RECEIPT_COLUMNS,
  codeHostId: true,
  type: true,
  fields: true,
  sealed: true,
  sealedFields: true,
  sealedFor: true,
} as const;

export type CopyRow = ReceiptRow & {
  codeHostId: string | null;
  type: string;
  fields: unknown;
  sealed: string | null;
  sealedFields: string | null;
  sealedFor: string;
};

export const KEPT_DAYS = 30;
const STILL_ALIVE_DAYS = 3;
const DAY_MS = 86_400_000;

type ManagePermit = Permit<"credential.manage">;

/** @returns the receipt as it is now */
export async function checkCopy(permit: ManagePermit, row: CopyRow): Promise<ReceiptRow> {
  const db = database(permit);
  const now = await databaseNow(db);
  if (now.getTime() - row.requestedAt.getTime() > KEPT_DAYS * DAY_MS) {
    return await giveUp(permit, row, `Nobody could say that it is dead within ${KEPT_DAYS} days.`);
  }
  const host = row.codeHostId ? await db.codeHost.findUnique({ where: { id: row.codeHostId } }) : null;
  const adapter = adapterFor(row.kind);
  if (!host || !adapter || host.baseUrl !== row.sealedFor) {
    return await giveUp(permit, row, "The code host was removed here, or its address has changed.");
  }
  const entered = await openCopy(permit, row);
  if (entered === null) return await giveUp(permit, row, "The sealed copy does not open any more.");
  return row.state === "asking"
    ? await resume(permit, row, { adapter, host, entered })
    : await verify(permit, row, { adapter, host, entered }, now);
}

interface Place {
  adapter: Adapter;
  host: CodeHost;
  entered: Entered;
}

/** What was begun and perhaps answered: it is asked again only where the token still works. */
async function resume(permit: ManagePermit, row: CopyRow, { adapter, host, entered }: Place): Promise<ReceiptRow> {
  const proof = await proveDead(adapter, host, entered);
  if (proof.is === "dead") return await finishRevocation(permit, row, dead(host, proof));
  if (proof.is === "unclear") {
    const detail = `${proof.message} Forgepass asks ${host.name} again by itself.`;
    const outcome = { state: "asking", detail, retryAt: proof.retryAt, wasChecked: false, result: "unclear" } as const;
    return await finishRevocation(permit, row, outcome);
  }
  const plan = planRevocation(host, row);
  if (!plan.byApi) return await finishRevocation(permit, row, byHand(plan.why ?? ""));
  const { account } = proof;
  const outcome = await revokeAndProve({ adapter, host, entered, account, password: null, waitsMs: [] });
  return await finishRevocation(permit, row, outcome.state === "needs-password" ? byHand(outcome.message) : outcome);
}

function byHand(why: string): RevocationOutcome {
  const detail = `${why} It still works there: delete it by hand.`;
  return { state: "alive", detail, retryAt: null, wasChecked: true, result: "by-hand" };
}

async function verify(
  permit: ManagePermit,
  row: CopyRow,
  { adapter, host, entered }: Place,
  now: Date,
): Promise<ReceiptRow> {
  const proof = await proveDead(adapter, host, entered);
  const ageMs = now.getTime() - row.requestedAt.getTime();
  // What the host said that it does, it has not done after an hour.
  const isLate = ageMs > 3_600_000;
  const state = row.state === "asked" && !isLate ? "asked" : "alive";
  const outcome: RevocationOutcome =
    proof.is === "dead"
      ? dead(host, proof)
      : proof.is === "unclear"
        ? { ...asBefore(row), detail: proof.message, retryAt: proof.retryAt, wasChecked: false, result: "unclear" }
        : { state, detail: `${host.name} still takes the token.`, retryAt: null, wasChecked: true, result: "alive" };
  const isFirstLate =
    proof.is === "alive" &&
    ageMs > STILL_ALIVE_DAYS * DAY_MS &&
    !(row.checkedAt && row.checkedAt.getTime() - row.requestedAt.getTime() > STILL_ALIVE_DAYS * DAY_MS);
  return await write(permit, row, outcome, isFirstLate);
}

function asBefore({ state }: CopyRow): Pick<RevocationOutcome, "state"> {
  return { state: state as RevocationOutcome["state"] };
}

async function write(
  permit: ManagePermit,
  row: CopyRow,
  outcome: RevocationOutcome,
  isFirstLate: boolean,
): Promise<ReceiptRow> {
  return await change(permit, async (tx) => {
    const now = await databaseNow(tx);
    const { count } = await tx.revocation.updateMany({
      // Whoever found it dead first says so.
      where: { id: row.id, deadAt: null },
      data: columnsOf(outcome, row, now),
    });
    const value = await tx.revocation.findUniqueOrThrow({ where: { id: row.id }, select: RECEIPT_COLUMNS });
    if (count === 0) return { value, audit: null };
    if (outcome.state === "dead") await announce(tx, eventOf(row, "credential.revoked"));
    else if (isFirstLate) await announce(tx, eventOf(row, "credential.still-alive"));
    const details = { owner: ownerName(row), result: outcome.result, revocation: row.id };
    const audit = { action: "revocation.check", target: targetOf(row), outcome: "ok" as const, details };
    // What comes to the same as before is not written down again.
    return { value, audit: outcome.state === row.state && permit.actor.type === "system" ? null : audit };
  });
}

function eventOf(row: CopyRow, event: "credential.revoked" | "credential.still-alive") {
  const { hostName, kind, ownerId, teamId, accountLogin, tokenLabel } = row;
  const isDead = event === "credential.revoked";
  return {
    event,
    credential: {
      id: row.credentialId,
      codeHostId: row.codeHostId ?? "",
      ...{ hostName, kind, ownerId, teamId, accountLogin, tokenLabel },
    },
    once: `revocation ${row.id}`,
    title: isDead ? `The removed token for ${hostName} is dead` : `The removed token for ${hostName} still works there`,
    body: isDead
      ? `${hostName} refuses it now. The sealed copy is erased.`
      : `It was removed here ${STILL_ALIVE_DAYS} days ago, and ${hostName} still takes it. Delete it there${row.page ? `: ${row.page}` : "."}`,
    data: { revocation: row.id, requestedAt: row.requestedAt.toISOString(), page: row.page },
  };
}

/** Null: it will never open. Throws where the keyring lacks its key: that can be put right. */
async function openCopy(permit: ManagePermit, row: CopyRow): Promise<Entered | null> {
  const { id, type, fields, sealed, sealedFields, sealedFor } = row;
  if (sealed === null) return null;
  try {
    return await openEntered(
      { id, version: 1, type, fields, sealed, sealedFields },
      { baseUrl: sealedFor },
      "Revocation",
    );
  } catch (error) {
    if (!(error instanceof SealError) || error.reason !== "integrity") throw error;
    const details = { owner: ownerName(row), reason: error.reason, revocation: id };
    await record({
      actor: permit.actor,
      action: "credential.open",
      target: targetOf(row),
      outcome: "failed",
      details,
    });
    return null;
  }
}

async function giveUp(permit: ManagePermit, row: CopyRow, why: string): Promise<ReceiptRow> {
  return await change(permit, async (tx) => {
    const data = { ...ERASED, state: "unknown", detail: `${why} The sealed copy is erased.` };
    const value = await tx.revocation.update({ where: { id: row.id }, data, select: RECEIPT_COLUMNS });
    const details = { owner: ownerName(row), result: "unknown", revocation: row.id };
    return {
      value,
      audit: { action: "revocation.give-up", target: targetOf(row), outcome: "ok", details },
    };
  });
}
