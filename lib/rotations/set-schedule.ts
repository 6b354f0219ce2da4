import type { Actor, Owner } from "../authz";
import { databaseNow } from "../credentials/clock";
import { authoriseOwner, notFound, ownerColumns, ownerName } from "../credentials/owner";
import { change, database, recordDenial } from "../db";
import { fail, ok, type Result } from "../result";
import { findSubject, rotateSupport } from "./subject";

/** When a credential is rotated by itself, and how long the old one stays valid beside the new one. */
export interface Schedule {
  /** Days before its end, or after its making where it has none; null: never by itself. */
  rotateDays: number | null;
  /** Quiet days, where both can be valid; 0: the old one goes at once. */
  overlapDays: number;
}

export async function setRotationSchedule(
  actor: Actor,
  { owner, credentialId, rotateDays, overlapDays }: Schedule & { owner: Owner; credentialId: string },
): Promise<Result<Schedule>> {
  const target = { type: "credential", id: credentialId };
  const permit = await authoriseOwner(actor, "credential.manage", owner, target);
  if (!permit.ok) return permit;
  const subject = await findSubject(permit.value, { id: credentialId, ...ownerColumns(owner) });
  if (!subject) {
    await recordDenial(actor, "credential.manage", target);
    return notFound();
  }
  const { row, host } = subject;
  if (rotateDays !== null) {
    const support = rotateSupport(subject, await databaseNow(database(permit.value)));
    if (!support.ok) return support;
    if (support.value.password === "always") return fail("conflict", onlyWithPassword(host.name));
    const livesDays = row.expiresAt && (row.expiresAt.getTime() - row.enteredAt.getTime()) / 86_400_000;
    if (livesDays !== null && rotateDays >= Math.max(livesDays, 2)) {
      const days = Math.max(1, Math.floor(livesDays) - 1);
      const message = `This token lives ${Math.floor(livesDays)} days here. Choose ${days} or fewer days before its end.`;
      return fail("invalid-input", message, { rotateDays: message });
    }
  }
  await change(permit.value, async (tx) => {
    await tx.credential.updateMany({ where: { id: row.id }, data: { rotateDays, overlapDays } });
    const details = { owner: ownerName(row), rotateDays, overlapDays };
    return {
      value: null,
      audit: {
        action: "rotation.schedule",
        target: { ...target, label: host.name },
        outcome: "ok",
        details,
      },
    };
  });
  return ok({ rotateDays, overlapDays });
}

/** Of a host that rotates nothing without a person. */
function onlyWithPassword(hostName: string): string {
  return `${hostName} rotates a token only for the account's password, which is not kept here. Rotate it by hand when you are reminded of its end.`;
}
