import { randomUUID } from "node:crypto";
import { sealEntered } from "../credentials/entered";
import { ownerColumns, ownerName, ownerOf } from "../credentials/owner";
import type { CredentialRow } from "../credentials/summary";
import { change, type Permit } from "../db";
import type { Entered } from "../hosts/adapter";
import type { CodeHost } from "../prisma-client/client";
import { fail, ok, type Result } from "../result";
import type { RevocationPlan } from "./plan-revocation";
import { RECEIPT_COLUMNS, type ReceiptRow } from "./receipt";

/**
 * Writes the receipt ahead, with a sealed copy of the token, before the host is asked for its end: whatever dies after
 * this, the job `revocations.confirm` knows what was begun and finishes it. Of two who begin at once, one is told.
 */
export interface Removable {
  row: CredentialRow;
  host: CodeHost;
  /** Whose it is, as readable now. */
  ownerLabel: string;
}

/** As long as this the one who began has it for himself; then the job takes it over. */
const LEASE_SECONDS = 180;

export async function beginRevocation(
  permit: Permit<"credential.manage">,
  { row, host, ownerLabel }: Removable,
  entered: Entered,
  plan: RevocationPlan,
): Promise<Result<ReceiptRow>> {
  const id = randomUUID();
  const sealed = await sealEntered(entered, { rowId: id, version: 1, host, table: "Revocation" });
  const owned = ownerColumns(ownerOf(row));
  const receipt = await change(permit, async (tx) => {
    const [still] = await tx.$queryRaw<{ now: Date; isTaken: boolean }[]>`
      SELECT clock_timestamp() AS now, EXISTS (
        SELECT 1 FROM "Revocation" r
        WHERE r."credentialId" = c.id AND r.state = 'asking' AND r."nextCheckAt" > clock_timestamp()
      ) AS "isTaken"
      FROM "Credential" c WHERE c.id = ${row.id}::uuid AND c.version = ${row.version} FOR UPDATE OF c`;
    if (!still || still.isTaken) return { value: null, audit: null };
    // What was begun before and never came to an end is this one's now.
    await tx.revocation.deleteMany({ where: { credentialId: row.id, state: "asking" } });
    const value = await tx.revocation.create({
      data: {
        ...sealed,
        ...owned,
        id,
        credentialId: row.id,
        codeHostId: host.id,
        hostName: host.name,
        kind: host.kind,
        ownerLabel,
        tokenLabel: tokenLabel(row),
        accountLogin: row.accountLogin,
        state: plan.byApi ? "asking" : "alive",
        detail: plan.why,
        page: plan.page,
        sealedFor: host.baseUrl,
        requestedById: permit.actor.type === "user" ? permit.actor.id : null,
        requestedAt: still.now,
        nextCheckAt: new Date(still.now.getTime() + LEASE_SECONDS * 1000),
      },
      select: RECEIPT_COLUMNS,
    });
    const target = { type: "credential", id: row.id, label: host.name };
    const details = { owner: ownerName(row), revocation: id };
    return {
      value,
      audit: { action: plan.byApi ? "revocation.begin" : "revocation.watch", target, outcome: "ok", details },
    };
  });
  return receipt
    ? ok(receipt)
    : fail("conflict", "Somebody else is removing or has replaced this token. Reload the page in a few minutes.");
}

/** Nothing came of it, and nothing was asked of the host that it did: the receipt goes, the credential stays. */
export async function dropRevocation(
  permit: Permit<"credential.manage">,
  { id, credentialId, hostName }: ReceiptRow,
  reason: string,
): Promise<void> {
  await change(permit, async (tx) => {
    await tx.revocation.deleteMany({ where: { id } });
    const target = { type: "credential", id: credentialId, label: hostName };
    return {
      value: null,
      audit: { action: "credential.revoke", target, outcome: "failed", details: { reason, revocation: id } },
    };
  });
}

function tokenLabel({ prefix, lastFour }: CredentialRow): string {
  return prefix || lastFour ? `${prefix}…${lastFour}` : "";
}
