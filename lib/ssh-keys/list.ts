import type { Actor } from "../authz";
import { ok, type Result } from "../result";
import { findCredential } from "./find";
import { type SshKeyPoint, type SshKeySummary, summariseKey } from "./ssh-key";

/** The keys of one credential, the one for git first. Asks no host. */
export async function listSshKeys(actor: Actor, point: Omit<SshKeyPoint, "use">): Promise<Result<SshKeySummary[]>> {
  const found = await findCredential(actor, point, { evenIfDisabled: true });
  return found.ok ? ok(found.value.keys.map((key) => summariseKey(key, found.value))) : found;
}
