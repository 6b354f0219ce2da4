import { record } from "../audit";
import type { Permit } from "../db";
import type { Entered } from "../hosts/adapter";
import type { CodeHost } from "../prisma-client/client";
import { fail, ok, type Result } from "../result";
import { SealError } from "../seal";
import { openEntered } from "./entered";
import { ownerName } from "./owner";
import type { CredentialRow } from "./summary";

/**
 * Opens a stored credential for a request to its code host. What does not open for its row is an integrity failure: it
 * is audited, and nothing is sent anywhere.
 */
export const SEALED_COLUMNS = { sealed: true, sealedFields: true } as const;

export interface SealedColumns {
  sealed: string;
  sealedFields: string | null;
}

export async function openStored(
  permit: Permit<"credential.manage">,
  row: CredentialRow & SealedColumns,
  host: CodeHost,
): Promise<Result<Entered>> {
  try {
    return ok(await openEntered(row, host));
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    const { reason } = error;
    await record({
      actor: permit.actor,
      action: "credential.open",
      target: { type: "credential", id: row.id, label: host.name },
      outcome: "failed",
      details: { owner: ownerName(row), reason },
    });
    return fail(
      "integrity",
      reason === "missing-key"
        ? "The key that sealed this token is not in the keyring. Restore the keyring, or replace the token."
        : "The stored token does not fit its place: the database was changed from outside. Replace the token and tell a site admin.",
    );
  }
}
