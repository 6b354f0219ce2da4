import { parseOwner, pointInput } from "../credentials/input";
import { parse } from "../input";
import { ok, type Result } from "../result";
import { type SshKeyPoint, useField } from "./ssh-key";

const keyPointInput = pointInput.extend({ use: useField });

/** What the screens may send: whose credential, which, and what its key is for. */
export function parseKeyPoint(raw: unknown, actorId: string): Result<SshKeyPoint> {
  const parsed = parse(keyPointInput, raw);
  if (!parsed.ok) return parsed;
  const { owner, credentialId, use } = parsed.value;
  return ok({ owner: parseOwner(owner, actorId), credentialId, use });
}
