import type { Actor } from "../authz";
import { change } from "../db";
import type { SshUse } from "../hosts/adapter";
import { ok, type Result } from "../result";
import { type Found, findKey, keyDetails, keyTarget, twinOf } from "./find";
import { digest, makePair, Outrun, outrun, refuseUse, refuseWhenMoved, sealPair } from "./make";
import { KEY_COLUMNS, type SshKeyPoint, type SshKeyRow, type SshKeySummary, summariseKey } from "./ssh-key";
import { type TakenOff, takeOffHost } from "./take-off";

/**
 * A new pair in the place of the old one, whose private part is gone from then on; where it was used for signatures as
 * well, the new one is too. The old public key is taken off the host afterwards, as far as that can be done; the new one
 * still has to be put there.
 */
export interface Regenerated {
  key: SshKeySummary;
  old: TakenOff;
  /** The credential's other key, when it was the same pair and is the same new one now. */
  also: { key: SshKeySummary; old: TakenOff } | null;
}

export async function regenerateSshKey(actor: Actor, point: SshKeyPoint): Promise<Result<Regenerated>> {
  const found = await findKey(actor, point);
  if (!found.ok) return found;
  const { key } = found.value;
  const refusal = refuseUse(found.value, point.use);
  if (refusal) return refusal;
  const twin = twinOf(found.value, key);
  const stored = await replacePairs(found.value, twin ? [key, twin] : [key]);
  if (!stored.ok) return stored;
  const [first, second] = stored.value.map((row, _index, keys) => summariseKey(row, { ...found.value, keys }));
  if (!first) return outrun();
  const isShared = found.value.adapter.ssh.signing === "same";
  const old = await takeOffHost(found.value, key);
  // In one list it was one entry, and it is gone.
  const also = twin && second ? { key: second, old: isShared ? old : await takeOffHost(found.value, twin) } : null;
  return ok({ key: first, old, also });
}

/** The same fresh pair for all of them, each sealed for its own row. */
async function replacePairs(found: Found, before: readonly SshKeyRow[]): Promise<Result<SshKeyRow[]>> {
  const { permit, host } = found;
  const [first] = before;
  if (!first) return outrun();
  const pair = await makePair(found, first.use as SshUse);
  const fresh = await Promise.all(before.map(({ id, version }) => sealPair(pair, { id, version: version + 1, host })));
  try {
    const rows = await change(permit, async (tx) => {
      await refuseWhenMoved(tx, host);
      const value: SshKeyRow[] = [];
      for (const [index, data] of fresh.entries()) {
        // Only the version that was seen: of two at the same time, one wins and the other is told.
        const { count } = await tx.sshKey.updateMany({
          where: { id: data.id, version: before[index]?.version ?? 0 },
          data: { ...data, ...UNKNOWN },
        });
        if (count !== 1) throw new Outrun();
        value.push(await tx.sshKey.findUniqueOrThrow({ where: { id: data.id }, select: KEY_COLUMNS }));
      }
      const details = {
        ...keyDetails(found, { ...first, fingerprint: pair.fingerprint }),
        uses: before.map(({ use }) => use),
        before: first.fingerprint,
        version: first.version + 1,
        sealDigest: digest(fresh[0]?.sealed ?? ""),
      };
      return {
        value,
        audit: { action: "ssh-key.regenerate", target: keyTarget(host, first.id), outcome: "ok", details },
      };
    });
    return ok(rows);
  } catch (error) {
    if (error instanceof Outrun) return outrun();
    throw error;
  }
}

const UNKNOWN = { state: "new", stateDetail: null, checkedAt: null, hostKeyId: null, sshUser: null };
