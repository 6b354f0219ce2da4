import { openStored, SEALED_COLUMNS, type SealedColumns } from "../credentials/open";
import { type CredentialRow, SUMMARY_COLUMNS } from "../credentials/summary";
import { database } from "../db";
import type { Adapter, Entered, RotateSupport } from "../hosts/adapter";
import { adapterFor } from "../hosts/registry";
import type { CodeHost, Prisma } from "../prisma-client/client";
import { fail, ok, type Result } from "../result";
import type { ManagePermit } from "./rotation";

/** A credential with all that a rotation needs of it, and whether it can be rotated at all. */
export interface Subject {
  row: RotationRow;
  sealed: SealedColumns;
  host: CodeHost;
  adapter: Adapter;
  isOwnerDisabled: boolean;
}

export const ROTATION_COLUMNS = { ...SUMMARY_COLUMNS, enteredAt: true, rotateDays: true, overlapDays: true } as const;

export type RotationRow = CredentialRow & { enteredAt: Date; rotateDays: number | null; overlapDays: number };

/** Null: there is none, or its kind of code host is not known any more. */
export async function findSubject(
  permit: ManagePermit,
  where: Prisma.CredentialWhereInput & { id: string },
): Promise<Subject | null> {
  const found = await database(permit).credential.findFirst({
    where,
    select: { ...ROTATION_COLUMNS, ...SEALED_COLUMNS, codeHost: true, owner: { select: { disabledAt: true } } },
  });
  const adapter = found && adapterFor(found.codeHost.kind);
  if (!found || !adapter) return null;
  const { codeHost: host, owner, sealed, sealedFields, ...row } = found;
  return { row, sealed: { sealed, sealedFields }, host, adapter, isOwnerDisabled: owner?.disabledAt != null };
}

/** The token in place, to be sent to its host. */
export async function openSubject(permit: ManagePermit, { row, sealed, host }: Subject): Promise<Result<Entered>> {
  if (row.sealedFor !== host.baseUrl) return fail("conflict", movedSentence(host));
  return await openStored(permit, { ...row, ...sealed }, host);
}

function movedSentence({ name }: { name: string }): string {
  return `The address of ${name} has changed since the token was entered, so it is not sent there. Replace it by hand.`;
}

const DEAD: readonly string[] = ["rejected", "revoked", "expired", "blocked"];

/** A sentence that says why not and what to do instead, or the means. Nothing is asked of the host. */
export function rotateSupport(
  { row, host, adapter, isOwnerDisabled }: Omit<Subject, "sealed">,
  now: Date,
): Result<RotateSupport> {
  const { rotate } = adapter;
  const instead = "Make a new token there and replace this one.";
  if (!rotate) return fail("conflict", `${adapter.name} rotates no tokens through its API. ${instead}`);
  if (isOwnerDisabled) return fail("conflict", "The owner is disabled, so the credential is not used or rotated.");
  if (row.sealedFor !== host.baseUrl) return fail("conflict", movedSentence(host));
  if (row.expiresAt && row.expiresAt <= now) return fail("conflict", `This token has ended. ${instead}`);
  if (DEAD.includes(row.outcome)) return fail("conflict", `${host.name} does not accept this token. ${instead}`);
  const { type, scopesKnown } = row;
  const fields = row.fields as Record<string, string>;
  const refusal = rotate.refusal(host.baseUrl, { type, fields, scopes: scopesKnown ? row.scopes : null });
  return refusal === null ? ok(rotate) : fail("conflict", refusal);
}

const DAY_MS = 86_400_000;
const USUAL_DAYS = 90;
const LONGEST_DAYS = 365;

/**
 * When a successor is to end: as long after its making as its predecessor lived here, 90 days at least and a year at
 * most, and never longer than the policy allows. Null: as the old one, without an end or with one that is not told.
 */
export function wantedEnd(
  { expiresAt, enteredAt }: Pick<RotationRow, "expiresAt" | "enteredAt">,
  maxLifetimeDays: number | null,
  now: Date,
): Date | null {
  const after = (days: number) => new Date(now.getTime() + days * DAY_MS);
  if (expiresAt === null) return maxLifetimeDays === null ? null : after(maxLifetimeDays);
  const lived = Math.round((expiresAt.getTime() - enteredAt.getTime()) / DAY_MS);
  const days = Math.min(LONGEST_DAYS, Math.max(USUAL_DAYS, lived));
  return after(Math.min(days, maxLifetimeDays ?? days));
}
