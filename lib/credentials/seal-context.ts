import { installationId } from "../installation";
import type { SealContext } from "../seal";

/** What a credential's seal is bound to: storing and opening must say the same. */
export async function sealContext(
  rowId: string,
  version: number,
  host: { baseUrl: string },
  field: "token" | "fields" = "token",
): Promise<SealContext> {
  return {
    installationId: await installationId(),
    table: "Credential",
    rowId,
    field,
    host: host.baseUrl,
    version,
  };
}
