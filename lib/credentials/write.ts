import { createHash, randomUUID } from "node:crypto";
import { change, database, isConflict, isOrphan } from "../db";
import type { Accepted, Adapter, Probe } from "../hosts/adapter";
import { readSiteSettings } from "../policy/site-settings";
import type { Tx } from "../prisma";
import type { Prisma } from "../prisma-client/client";
import { fail, ok } from "../result";
import { databaseNow } from "./clock";
import { sealEntered } from "./entered";
import { notFound, ownerColumns, ownerName } from "./owner";
import { nextCheck } from "./schedule";
import type { Attempt, Stored } from "./store";
import { SUMMARY_COLUMNS, summarise } from "./summary";
import { acceptedColumns, hostUseColumns, probeColumn } from "./verify";

/**
 * Seals a token for its row, code host and version, and stores it in one transaction with its audit entry: no audit, no
 * credential. What changed under it meanwhile (the host's address, the credential itself) makes it refuse.
 */
export async function writeCredential(
  attempt: Attempt,
  verdict: Accepted | null,
  probe: Probe | null,
): Promise<Stored> {
  const { permit, input, host, adapter, current, read } = attempt;
  const { entered, prefix } = read;
  const id = current?.id ?? randomUUID();
  const version = (current?.version ?? 0) + 1;
  const db = database(permit);
  const [sealed, now, { checkEveryHours }] = await Promise.all([
    sealEntered(entered, { rowId: id, version, host }),
    databaseNow(db),
    readSiteSettings(db),
  ]);
  const accepted = acceptedColumns(verdict, entered.type, now);
  const data = {
    ...sealed,
    ...accepted,
    ...hostUseColumns(verdict),
    nextCheckAt: nextCheck({ id, ...accepted }, now, checkEveryHours),
    ...probeColumn(probe, now),
    version,
    enteredAt: now,
    sealedFor: host.baseUrl,
    prefix,
    lastFour: mayShowEnd(adapter, entered.type) ? entered.token.lastFour : "",
  };
  try {
    const row = await change(permit, async (tx) => {
      await refuseWhenMoved(tx, host);
      if (current) await replaceRow(tx, current, data);
      else await tx.credential.create({ data: { ...data, id, codeHostId: host.id, ...ownerColumns(input.owner) } });
      const value = await tx.credential.findUniqueOrThrow({ where: { id }, select: SUMMARY_COLUMNS });
      const details = {
        owner: ownerName(input.owner),
        type: value.type,
        account: value.accountLogin,
        lastFour: value.lastFour,
        outcome: value.outcome,
        confirmed: input.confirm.join(",") || null,
        version,
        // What the seal cannot show: that a whole row was put back to an earlier state.
        sealDigest: createHash("sha256").update(data.sealed).digest("base64url"),
      };
      const target = { type: "credential", id, label: host.name };
      const action = current ? "credential.replace" : "credential.add";
      return { value, audit: { action, target, outcome: "ok", details } };
    });
    return ok(summarise(row, adapter, host.baseUrl));
  } catch (error) {
    if (error instanceof Outrun) {
      return fail("conflict", "Somebody changed this while the token was checked. Reload the page and try again.");
    }
    if (isConflict(error)) return alreadyThere(host);
    // The person or the team was deleted while the token was checked.
    if (isOrphan(error)) return notFound();
    throw error;
  }
}

/** Of a password that a person chose, not even the end is shown. */
function mayShowEnd(adapter: Adapter, type: string): boolean {
  return adapter.credentialTypes.find(({ id }) => id === type)?.secretForm !== "password";
}

export function alreadyThere(host: { name: string }) {
  return fail("conflict", `There is a credential for ${host.name} already. Replace that one instead.`);
}

class Outrun extends Error {}

async function refuseWhenMoved(tx: Tx, host: { id: string; baseUrl: string }): Promise<void> {
  const [still] = await tx.$queryRaw<{ baseUrl: string }[]>`
    SELECT "baseUrl" FROM "CodeHost" WHERE id = ${host.id}::uuid FOR SHARE`;
  if (still?.baseUrl !== host.baseUrl) throw new Outrun();
}

/** Only the version that was seen: of two replacements at the same time, one wins and the other is told. */
async function replaceRow(
  tx: Tx,
  { id, version }: { id: string; version: number },
  data: Prisma.CredentialUpdateManyMutationInput,
): Promise<void> {
  const { count } = await tx.credential.updateMany({ where: { id, version }, data });
  if (count !== 1) throw new Outrun();
}
