import type { Actor } from "../authz";
import { authoriseOwner, ownerOf } from "../credentials/owner";
import { authorise, database, type Permit } from "../db";
import { fail, ok, type Result } from "../result";
import { SealError } from "../seal";
import { COPY_COLUMNS, type CopyRow, checkCopy } from "./check-copy";
import { type Receipt, receiptOf } from "./receipt";

/** "Check that it is dead": for whoever may manage what its owner has. To everybody else there is no such receipt. */
export async function checkRevocation(actor: Actor, id: string): Promise<Result<Receipt>> {
  const found = await findCopy(actor, id);
  if (!found.ok) return found;
  const { permit, row } = found.value;
  if (row.sealed === null) {
    return row.state === "dead"
      ? ok(receiptOf(row))
      : fail("conflict", "No copy of this token is kept any more, so it cannot be checked from here.");
  }
  try {
    return ok(receiptOf(await checkCopy(permit, row)));
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    return fail("integrity", "The key that sealed the copy is not in the keyring. Restore the keyring.");
  }
}

/** Whose it is says whom to ask, so the row is looked up first; nothing of it gets out without their yes. */
async function findCopy(
  actor: Actor,
  id: string,
): Promise<Result<{ permit: Permit<"credential.manage">; row: CopyRow }>> {
  if (actor.type !== "user") return fail("signed-out", "Sign in to go on.");
  const own = await authorise(actor, "account.manage", { id: actor.id });
  if (!own.ok) return own;
  const row = await database(own.value).revocation.findUnique({ where: { id }, select: COPY_COLUMNS });
  if (!row) return noSuchReceipt();
  const target = { type: "revocation", id };
  const permit = await authoriseOwner(actor, "credential.manage", ownerOf(row), target);
  return permit.ok ? ok({ permit: permit.value, row }) : noSuchReceipt();
}

function noSuchReceipt() {
  return fail("not-found", "There is no such receipt. Reload the page.");
}
