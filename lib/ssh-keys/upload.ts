import type { Actor } from "../authz";
import type { AddedSshKey, HostSshKey } from "../hosts/adapter";
import { isSshUser } from "../hosts/ssh/address";
import type { Failure, Result } from "../result";
import { type KeyLine, openKeyLine } from "./ask-host";
import { type Found, findKey } from "./find";
import { keyTitle, outrun } from "./make";
import { moved } from "./seal-key";
import { type SshKeyPoint, type SshKeyRow, type SshKeySummary, summariseKey } from "./ssh-key";
import { recordKey, writeState } from "./write-state";

/**
 * Puts the public key into the host's list, with the credential's own token. One that is there already is taken for
 * ours when it is in the account's own list, and explained otherwise.
 */
export type Uploaded = Result<{ key: SshKeySummary; was: "added" | "there" }, UploadFailure>;

export interface UploadFailure extends Failure {
  /** With host-refused: the host's own words, and where it can be put right. */
  hostSaid?: string | null;
  url?: string | null;
}

export async function uploadSshKey(actor: Actor, point: SshKeyPoint): Promise<Uploaded> {
  const found = await findKey(actor, point);
  if (!found.ok) return found;
  const { key, host } = found.value;
  if (key.sealedFor !== host.baseUrl) return moved(host);
  const line = await openKeyLine(found.value, point.use);
  if (!line.ok) return line;
  const added = await line.value.add(key, keyTitle(point.use));
  if (added.ok) return await keep(found.value, key, added, "added", line.value);
  if (added.reason === "duplicate") {
    const own = await line.value.find(key);
    if (own.ok && own.entry) return await keep(found.value, key, own.entry, "there", line.value);
  }
  return await refuse(found.value, key, added);
}

async function keep(
  found: Found,
  key: SshKeyRow,
  { id, user }: Pick<HostSshKey, "id" | "user">,
  was: "added" | "there",
  line: KeyLine,
): Promise<Uploaded> {
  const sshUser = user !== null && isSshUser(user) ? { sshUser: user } : {};
  const stored = await writeState(
    found,
    key,
    { state: "known", stateDetail: null, hostKeyId: id, ...sshUser },
    { action: "ssh-key.upload", outcome: "ok", details: { was, hostKeyId: id } },
  );
  if (stored) return { ok: true, value: { key: summariseKey(stored, found), was } };
  // Made anew meanwhile: nobody would remember this one, so it does not stay there.
  const removed = was === "added" ? await line.remove(id) : null;
  await recordKey(found, key, {
    action: "ssh-key.upload",
    outcome: "failed",
    details: { reason: "replaced-meanwhile", hostKeyId: id, removedAgain: removed?.ok ?? false },
  });
  return outrun();
}

async function refuse(found: Found, key: SshKeyRow, refusal: Exclude<AddedSshKey, { ok: true }>): Promise<Uploaded> {
  const { reason, message, hostSaid } = refusal;
  await recordKey(found, key, { action: "ssh-key.upload", outcome: "failed", details: { reason } });
  const url = "url" in refusal ? refusal.url : null;
  return { ok: false, error: { code: "host-refused", message, hostSaid, url } };
}
