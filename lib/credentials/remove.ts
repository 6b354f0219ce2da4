import type { Actor, Owner } from "../authz";
import { change, database, type Permit, recordDenial } from "../db";
import { adapterFor } from "../hosts/registry";
import { type Failure, ok, type Result } from "../result";
import { beginRevocation, dropRevocation, type Removable } from "../revocations/begin-revocation";
import { finishRevocation } from "../revocations/finish-revocation";
import { postponed, revokeAndProve } from "../revocations/outcome";
import { planRevocation, type RevocationPlan, withoutPassword } from "../revocations/plan-revocation";
import { type Receipt, type ReceiptRow, receiptOf } from "../revocations/receipt";
import { endRotationBeforeRemoval } from "../rotations/before-removal";
import type { Secret } from "../secret";
import { takeKeysOffHost } from "../ssh-keys/remove";
import type { TakenOff } from "../ssh-keys/take-off";
import { openStored, SEALED_COLUMNS, type SealedColumns } from "./open";
import { authoriseOwner, notFound, ownerColumns, ownerName } from "./owner";
import { accountOf, SUMMARY_COLUMNS } from "./summary";

/**
 * Deletes a credential here, for good, with its SSH keys, which are taken off the code host first as far as that can be
 * done. With `revoke` the host is asked to end the token too: what was begun is written down, with a sealed copy, before
 * the host is asked, and the receipt says how it answered. Without, the token lives on there.
 */
export interface Removed {
  /** What became of each SSH key at the host. */
  keys: TakenOff[];
  /** Null: removed here only. */
  receipt: Receipt | null;
}

export interface RemoveInput {
  owner: Owner;
  credentialId: string;
  revoke?: {
    /** The account's own, for this once, where the host asks for it. */
    password?: Secret | null;
    /** Do not ask the host, but keep a copy to check that the token is dead. */
    byHand?: boolean;
    /** Before each further check that it is dead; absent: two short ones. */
    waitsMs?: readonly number[];
    /** The host limits us until then: it is asked by itself later. */
    notBefore?: Date | null;
  } | null;
}

/** With needs-confirmation: nothing was removed; send the account's password with it. */
export interface RemoveFailure extends Failure {
  needsPassword?: true;
}

const WAITS_MS = [600, 1500];

export async function removeCredential(actor: Actor, input: RemoveInput): Promise<Result<Removed, RemoveFailure>> {
  const { owner, credentialId } = input;
  const target = { type: "credential", id: credentialId };
  const permit = await authoriseOwner(actor, "credential.manage", owner, target);
  if (!permit.ok) return permit;
  const found = await findRemovable(permit.value, owner, credentialId);
  if (!found) {
    await recordDenial(actor, "credential.manage", target);
    return notFound();
  }
  const password = input.revoke?.password ?? null;
  const rotation = await endRotationBeforeRemoval(permit.value, credentialId, {
    revokes: input.revoke != null,
    password,
  });
  if (!rotation.ok) return rotation;
  const plan = input.revoke ? planFor(found, input.revoke) : null;
  // Asked before anything is done: the keys go first, and without the password the rest would not follow.
  if (plan?.mayNeedPassword && plan.byApi && found.hasKeys && !input.revoke?.password) {
    return askPassword(`${found.host.name} may take the end of a token only with the account's password. Enter it.`);
  }
  const begun = plan ? await begin(permit.value, found, plan) : ok(null);
  if (!begun.ok) return begun;
  // While there still is a token to ask with.
  const keys = found.hasKeys ? await takeKeysOffHost(actor, { owner, credentialId }) : ok([]);
  const taken = keys.ok ? keys.value : [];
  if (begun.value === null) {
    const isRemoved = await removeHere(permit.value, owner, found);
    return isRemoved ? ok({ keys: taken, receipt: null }) : notFound();
  }
  const receipt = await end(permit.value, found, begun.value, input.revoke ?? {});
  return receipt.ok ? ok({ keys: taken, receipt: receiptOf(receipt.value) }) : receipt;
}

type Found = Removable & { sealed: SealedColumns; hasKeys: boolean };
type Begun = { receipt: ReceiptRow; entered: Parameters<typeof beginRevocation>[2]; byApi: boolean };

/** Within the owner only: another owner's id is not found. */
async function findRemovable(
  permit: Permit<"credential.manage">,
  owner: Owner,
  credentialId: string,
): Promise<Found | null> {
  const found = await database(permit).credential.findFirst({
    where: { id: credentialId, ...ownerColumns(owner) },
    select: {
      ...SUMMARY_COLUMNS,
      ...SEALED_COLUMNS,
      codeHost: true,
      owner: { select: { name: true, email: true } },
      team: { select: { name: true } },
      sshKeys: { select: { id: true }, take: 1 },
    },
  });
  if (!found) return null;
  const { codeHost: host, owner: person, team, sshKeys, sealed, sealedFields, ...row } = found;
  const ownerLabel = person ? `${person.name} (${person.email})` : (team?.name ?? "This site");
  return { row, host, ownerLabel, sealed: { sealed, sealedFields }, hasKeys: sshKeys.length > 0 };
}

function planFor({ host, row }: Found, { byHand }: NonNullable<RemoveInput["revoke"]>): RevocationPlan {
  const plan = planRevocation(host, row);
  return byHand && plan.byApi ? withoutPassword(plan, host) : plan;
}

/** Null: the stored token does not open, so that there is nothing to ask with and nothing to keep. */
async function begin(
  permit: Permit<"credential.manage">,
  found: Found,
  plan: RevocationPlan,
): Promise<Result<Begun | null>> {
  const { row, host, sealed } = found;
  // Sealed for another address, it opens for that one alone, and is sent nowhere.
  if (!plan.canCheck) return ok(null);
  const entered = await openStored(permit, { ...row, ...sealed }, host);
  if (!entered.ok) return ok(null);
  const receipt = await beginRevocation(permit, found, entered.value, plan);
  return receipt.ok ? ok({ receipt: receipt.value, entered: entered.value, byApi: plan.byApi }) : receipt;
}

async function end(
  permit: Permit<"credential.manage">,
  { row, host }: Found,
  { receipt, entered, byApi }: Begun,
  { password = null, waitsMs = WAITS_MS, notBefore = null }: NonNullable<RemoveInput["revoke"]>,
): Promise<Result<ReceiptRow, RemoveFailure>> {
  const adapter = byApi ? adapterFor(host.kind) : null;
  if (!adapter) return ok(await finishRevocation(permit, receipt, null));
  if (notBefore) return ok(await finishRevocation(permit, receipt, postponed(host, notBefore)));
  const outcome = await revokeAndProve({ adapter, host, entered, account: accountOf(row), password, waitsMs });
  if (outcome.state !== "needs-password") return ok(await finishRevocation(permit, receipt, outcome));
  await dropRevocation(permit, receipt, "needs-password");
  return askPassword(outcome.message);
}

function askPassword(message: string): { ok: false; error: RemoveFailure } {
  return { ok: false, error: { code: "needs-confirmation", message, needsPassword: true } };
}

async function removeHere(permit: Permit<"credential.manage">, owner: Owner, { row, host }: Found): Promise<boolean> {
  return await change(permit, async (tx) => {
    const { count } = await tx.credential.deleteMany({ where: { id: row.id, ...ownerColumns(owner) } });
    const details = { owner: ownerName(owner), lastFour: row.lastFour };
    const target = { type: "credential", id: row.id, label: host.name };
    const audit = { action: "credential.remove", target, outcome: "ok" as const, details };
    return { value: count > 0, audit: count > 0 ? audit : null };
  });
}
