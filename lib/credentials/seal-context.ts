import { installationId } from "../installation";
import type { SealContext } from "../seal";

/** Where what an owner entered is kept: as a credential, or as a copy of one in a row of these. */
export type SealedTable = Extract<SealContext["table"], "Credential" | "Rotation" | "Revocation">;

/** What a credential's seal is bound to: storing and opening must say the same. */
export async function sealContext(
  rowId: string,
  version: number,
  host: { baseUrl: string },
  field: "token" | "fields" = "token",
  table: SealedTable = "Credential",
): Promise<SealContext> {
  return {
    installationId: await installationId(),
    table,
    rowId,
    field,
    host: host.baseUrl,
    version,
  };
}
