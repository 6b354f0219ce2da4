import { createHash } from "node:crypto";
import { databaseNow } from "../credentials/clock";
import { sealEntered } from "../credentials/entered";
import { ownerName } from "../credentials/owner";
import { nextCheck } from "../credentials/schedule";
import { acceptedColumns, refusedColumns } from "../credentials/verify";
import { change, database } from "../db";
import type { Entered } from "../hosts/adapter";
import { announce } from "../notifications/event";
import { readSiteSettings } from "../policy/site-settings";
import type { Prisma, Rotation } from "../prisma-client/client";
import { ERASED } from "./begin";
import type { Proof } from "./prove";
import { expiryOfFacts, type ManagePermit, type RotationOutcome, type SuccessorFacts } from "./rotation";
import type { Subject } from "./subject";
import { eventOf } from "./tell";

/**
 * Puts the successor in the credential's place, in one transaction with the rotation's next state, the audit entry and
 * what people are told: only over the version that it replaces, and only once. Where the old one lives on, a copy of it
 * stays with the rotation until it is retired.
 */
type Placed = Extract<Proof, { state: "proven" | "unproven" }>;

const DAY_MS = 86_400_000;

/** Null: the credential or the rotation is not as it was; look again. */
export async function placeSuccessor(
  permit: ManagePermit,
  subject: Subject,
  rotation: Rotation,
  made: { facts: SuccessorFacts; successor: Entered; old: Entered | null; proof: Placed },
): Promise<{ state: RotationOutcome["state"]; isDue: boolean; outcome: RotationOutcome } | null> {
  const { row, host, adapter } = subject;
  const { facts, successor, old, proof } = made;
  const sealedHost = { baseUrl: rotation.sealedFor };
  const version = rotation.fromVersion + 1;
  const keepsOld = adapter.rotate?.overlaps === true && old !== null;
  const db = database(permit);
  const [now, { checkEveryHours }, sealed, copy] = await Promise.all([
    databaseNow(db),
    readSiteSettings(db),
    sealEntered(successor, { rowId: row.id, version, host: sealedHost }),
    keepsOld
      ? sealEntered(old, { rowId: rotation.id, version: rotation.fromVersion, host: sealedHost, table: "Rotation" })
      : null,
  ]);
  // What was made with a password that is not kept cannot be ended later without it.
  const overlapDays = facts.byPassword ? 0 : row.overlapDays;
  const retireAt = copy && new Date(now.getTime() + overlapDays * DAY_MS);
  const next: Prisma.RotationUpdateManyMutationInput = copy
    ? {
        ...ERASED,
        state: "overlap",
        ...{ oldSealed: copy.sealed, oldSealedFields: copy.sealedFields, oldFields: copy.fields, kid: copy.kid },
        retireAt,
        claimedUntil: null,
        ...{ storedAt: now, detail: proof.warning },
      }
    : { ...ERASED, state: "done", storedAt: now, endedAt: now, claimedUntil: null, detail: proof.warning };
  const columns = placedColumns(proof, facts, subject, now);
  const data: Prisma.CredentialUpdateManyMutationInput = {
    ...sealed,
    ...columns,
    nextCheckAt: nextCheck({ id: row.id, ...columns, doubtedAt: null, rejectedAt: null }, now, checkEveryHours),
    ...{ version, enteredAt: now, sealedFor: rotation.sealedFor, prefix: facts.prefix, lastFour: facts.lastFour },
    ...{ doubtedAt: null, rejectedAt: null, hostLastUsedAt: null, hostLastUsedKnown: false },
  };
  const message = sentence(subject, facts, proof, retireAt !== null);
  // As with every token that is stored: that a whole row was put back to an earlier state.
  const sealDigest = createHash("sha256").update(sealed.sealed).digest("base64url");
  const isPlaced = await change(permit, async (tx) => {
    const one = await tx.credential.updateMany({ where: { id: row.id, version: rotation.fromVersion }, data });
    const other = await tx.rotation.updateMany({ where: { id: rotation.id, state: "answered" }, data: next });
    if (one.count !== 1 || other.count !== 1) throw new Outrun();
    const details = { owner: ownerName(row), rotation: rotation.id, version, lastFour: facts.lastFour, sealDigest };
    const placed = { row: { ...row, prefix: facts.prefix, lastFour: facts.lastFour }, host };
    const end = expiryOfFacts(facts);
    const told = {
      once: `v${version}`,
      title: proof.warning ? `Look at the rotated token for ${host.name}` : `The token for ${host.name} was rotated`,
      body: message,
      data: { expiresAt: end.known ? (end.at?.toISOString() ?? null) : null, reason: proof.warning && "unproven" },
    };
    await announce(tx, eventOf(proof.warning ? "credential.rotation-failed" : "credential.rotated", placed, told));
    const target = { type: "credential", id: row.id, label: host.name };
    return { value: true, audit: { action: "credential.rotate", target, outcome: "ok", details } };
  }).catch((error: unknown) => {
    if (error instanceof Outrun) return false;
    throw error;
  });
  if (!isPlaced) return null;
  const state = copy ? "overlap" : "done";
  const outcome = { state, message, hostSaid: null, retireAt: retireAt?.toISOString() ?? null } as const;
  return { state, isDue: overlapDays === 0, outcome };
}

class Outrun extends Error {}

/** Unproven, what was known of the account and the scopes is kept: they are the old one's. */
function placedColumns(proof: Placed, facts: SuccessorFacts, { row }: Subject, now: Date) {
  const end = expiryOfFacts(facts);
  const expiry = { expiryKnown: end.known, expiresAt: end.known ? end.at : null };
  if (proof.state === "unproven") return { ...refusedColumns(proof.refusal, now), ...expiry, notes: [proof.warning] };
  const { notes, ...columns } = acceptedColumns(proof.verdict, row.type, now);
  return {
    ...columns,
    ...(proof.verdict.expiry.known ? {} : expiry),
    notes: proof.warning ? [proof.warning, ...notes] : notes,
  };
}

function sentence({ host }: Subject, facts: SuccessorFacts, { warning }: Placed, hasOverlap: boolean): string {
  const end = expiryOfFacts(facts);
  const until = end.known && end.at ? ` It ends on ${end.at.toISOString().slice(0, 10)}.` : "";
  if (warning) return warning;
  const old = hasOverlap ? "" : " The old one is dead.";
  return `The new token for ${host.name} is in place.${until}${old}`;
}
