import type { Actor } from "../authz";
import { SEALED_COLUMNS, type SealedColumns } from "../credentials/open";
import { authoriseOwner, notFound, ownerColumns, ownerName } from "../credentials/owner";
import { type CredentialRow, SUMMARY_COLUMNS } from "../credentials/summary";
import { database, type Permit, recordDenial } from "../db";
import type { Adapter } from "../hosts/adapter";
import { adapterFor } from "../hosts/registry";
import type { CodeHost } from "../prisma-client/client";
import { fail, ok, type Result } from "../result";
import { KEY_COLUMNS, type SshKeyPoint, type SshKeyRow } from "./ssh-key";

/** Everything about one credential and its keys that a deed with them needs. Nothing in it is opened. */
export interface Found {
  permit: Permit<"credential.manage">;
  row: CredentialRow & SealedColumns;
  host: CodeHost;
  adapter: Adapter;
  keys: readonly SshKeyRow[];
}

/** Within the owner only: another owner's credential is not found, and the attempt is audited. */
export async function findCredential(
  actor: Actor,
  { owner, credentialId }: Omit<SshKeyPoint, "use">,
  { evenIfDisabled = false }: { evenIfDisabled?: boolean } = {},
): Promise<Result<Found>> {
  const target = { type: "credential", id: credentialId };
  const permit = await authoriseOwner(actor, "credential.manage", owner, target);
  if (!permit.ok) return permit;
  const found = await database(permit.value).credential.findFirst({
    where: { id: credentialId, ...ownerColumns(owner) },
    select: {
      ...SUMMARY_COLUMNS,
      ...SEALED_COLUMNS,
      codeHost: true,
      owner: { select: { disabledAt: true } },
      sshKeys: { select: KEY_COLUMNS, orderBy: { use: "asc" } },
    },
  });
  if (!found) {
    await recordDenial(actor, "credential.manage", target);
    return notFound();
  }
  const { codeHost: host, owner: person, sshKeys: keys, ...row } = found;
  const adapter = adapterFor(host.kind);
  if (!adapter) return fail("unavailable", `This portal no longer knows code hosts of the kind ${host.kind}.`);
  if (person?.disabledAt && !evenIfDisabled)
    return fail("conflict", "The owner is disabled, so the credential is not used or checked.");
  return ok({ permit: permit.value, row, host, adapter, keys });
}

export async function findKey(actor: Actor, point: SshKeyPoint): Promise<Result<Found & { key: SshKeyRow }>> {
  const found = await findCredential(actor, point);
  if (!found.ok) return found;
  const key = found.value.keys.find(({ use }) => use === point.use);
  return key ? ok({ ...found.value, key }) : noSuchKey();
}

/** The credential's other key, when it is the same pair. */
export function twinOf({ keys }: Pick<Found, "keys">, key: SshKeyRow): SshKeyRow | null {
  return keys.find(({ id, fingerprint }) => id !== key.id && fingerprint === key.fingerprint) ?? null;
}

export function noSuchKey() {
  return fail("not-found", "There is no such key. It may have been removed; reload the page.");
}

/** What an audit entry says of a key; never more than its public part. */
export function keyTarget(host: { name: string }, id: string) {
  return { type: "ssh-key", id, label: host.name };
}

export function keyDetails({ row }: Pick<Found, "row">, key: Pick<SshKeyRow, "use" | "fingerprint">) {
  return { owner: ownerName(row), credential: row.id, use: key.use, fingerprint: key.fingerprint };
}
