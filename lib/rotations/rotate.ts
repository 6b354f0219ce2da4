import type { Actor, Owner } from "../authz";
import { connect } from "../code-hosts/connect";
import { databaseNow } from "../credentials/clock";
import { authoriseOwner, notFound, ownerColumns } from "../credentials/owner";
import { accountOf } from "../credentials/summary";
import { askHost } from "../credentials/verify";
import { database, recordDenial } from "../db";
import type { Accepted, Entered, FailedRotation, RotateSupport, Successor } from "../hosts/adapter";
import { echoes } from "../hosts/host-said";
import { asRefusal } from "../hosts/http";
import { installationId } from "../installation";
import { describeError, log } from "../log";
import { readSiteSettings } from "../policy/site-settings";
import { type Failure, fail, ok, type Result } from "../result";
import type { Secret } from "../secret";
import { type Begun, beginRotation, failRotation, type Reason } from "./begin";
import { finishRotation } from "./finish";
import { type Journal, reserveJournal } from "./journal";
import type { ManagePermit, RotationOutcome } from "./rotation";
import { settleRotation } from "./settle";
import { findSubject, openSubject, rotateSupport, type Subject, wantedEnd } from "./subject";
import { writeAhead } from "./write-ahead";

/**
 * Replaces a credential's token by a fresh one that its code host makes: the same account, at least the same scopes. The
 * host is asked once, after the old one was found alive (a dead one that asks costs its whole family at GitLab), and its
 * answer is written ahead. An answer that was lost is settled, never asked for again.
 */
export interface RotationFailure extends Failure {
  hostSaid?: string | null;
  url?: string | null;
  /** Ask the person for the account's password, for this once, and call again with it. */
  needsPassword?: true;
}

export type Rotated = Result<RotationOutcome, RotationFailure>;

export async function rotateCredential(
  actor: Actor,
  { owner, credentialId, password = null }: { owner: Owner; credentialId: string; password?: Secret | null },
): Promise<Rotated> {
  const target = { type: "credential", id: credentialId };
  const permit = await authoriseOwner(actor, "credential.manage", owner, target);
  if (!permit.ok) return permit;
  const subject = await findSubject(permit.value, { id: credentialId, ...ownerColumns(owner) });
  if (!subject) {
    await recordDenial(actor, "credential.manage", target);
    return notFound();
  }
  return await rotateSubject(permit.value, subject, { reason: "person", password });
}

export async function rotateSubject(
  permit: ManagePermit,
  subject: Subject,
  { reason, password }: { reason: Reason; password: Secret | null },
): Promise<Rotated> {
  const db = database(permit);
  const now = await databaseNow(db);
  const support = rotateSupport(subject, now);
  if (!support.ok) return await refuseEarly(permit, subject, reason, support.error, "not-possible");
  const old = await openSubject(permit, subject);
  if (!old.ok) return await refuseEarly(permit, subject, reason, old.error, "unreadable");
  const { maxLifetimeDays } = await readSiteSettings(db);
  const begun = await beginRotation(permit, subject, reason);
  if (!begun.ok) return begun;
  const attempt: Attempt = {
    ...{ permit, subject, reason, password, support: support.value, begun: begun.value, old: old.value },
    expiresAt: wantedEnd(subject.row, maxLifetimeDays, now),
  };
  const journal = await reserve(begun.value.id);
  if (!journal) {
    const message = "The portal's data folder cannot be written, so the code host was not asked. Tell a site admin.";
    return await refuse(attempt, { message, hostSaid: null, url: null, cause: "data-folder" });
  }
  return await ask(attempt, journal);
}

interface Attempt {
  permit: ManagePermit;
  subject: Subject;
  reason: Reason;
  password: Secret | null;
  support: RotateSupport;
  begun: Begun;
  old: Entered;
  expiresAt: Date | null;
}

/** All that the answer will need is at hand before the host is asked. */
async function reserve(rotationId: string): Promise<Journal | null> {
  try {
    await installationId();
    return await reserveJournal(rotationId);
  } catch (error) {
    log().error(describeError(error), "a rotation's journal cannot be made");
    return null;
  }
}

async function ask(attempt: Attempt, journal: Journal): Promise<Rotated> {
  const { permit, subject, begun, old } = attempt;
  const { adapter, host, row } = subject;
  const before = await askHost(adapter, connect(adapter, host), old);
  if (!before.ok) {
    await journal.drop();
    const message = `${before.message} Nothing was changed.`;
    return await refuse(attempt, { ...before, message, cause: before.reason });
  }
  const made = await askOnce(attempt, before);
  if (!made.ok) {
    await journal.drop();
    if (made.isUnchanged) return await refuse(attempt, { ...made, cause: made.reason }, made.needsPassword);
    return ok(await settleRotation(permit, begun.id));
  }
  const compared = {
    before: { type: row.type, accountId: before.account?.id ?? row.accountId, scopes: asList(before) },
    byPassword: attempt.password !== null,
  };
  const at = { rotationId: begun.id, fromVersion: row.version, baseUrl: host.baseUrl };
  if (!(await writeAhead(permit, journal, at, made, compared))) {
    const message = `${host.name} has made the new token, and it is kept safe. The portal's database does not answer; the token is put in place as soon as it does.`;
    return fail("unavailable", message);
  }
  return ok(await finishRotation(permit, begun.id, attempt.password));
}

function asList({ scopes }: Accepted): string[] | null {
  return scopes === null ? null : [...scopes];
}

/** Longer than a check may take: a lost answer is worse than a late one. */
const DEADLINE_MS = 30_000;

async function askOnce(
  { subject, support, old, password, expiresAt }: Attempt,
  { account }: Accepted,
): Promise<Successor | FailedRotation> {
  const { adapter, host, row } = subject;
  let made: Successor | FailedRotation;
  try {
    const connection = connect(adapter, host, { deadlineMs: DEADLINE_MS });
    made = await support.successor(connection, old, account ?? accountOf(row), { expiresAt, password });
  } catch (error) {
    made = { ...asRefusal(error, host.name), isUnchanged: false };
  }
  if (made.ok) return made;
  const secrets = [old.token, ...Object.values(old.secrets), ...(password ? [password] : [])];
  return secrets.some((secret) => echoes(made, secret)) ? { ...made, hostSaid: null } : made;
}

interface Refused {
  message: string;
  hostSaid: string | null;
  url: string | null;
  cause: string;
}

async function refuse(
  { permit, subject, begun, reason }: Attempt,
  { message, hostSaid, url, cause }: Refused,
  needsPassword?: true,
): Promise<Rotated> {
  await failRotation(permit, subject, begun.id, { reason, message, hostSaid, cause });
  const code = needsPassword ? "needs-confirmation" : "host-refused";
  return { ok: false, error: { code, message, hostSaid, url, ...(needsPassword && { needsPassword }) } };
}

/** A person is told at once; what the schedule was refused is written down, or it would come back at each run. */
async function refuseEarly(
  permit: ManagePermit,
  subject: Subject,
  reason: Reason,
  error: Failure,
  cause: string,
): Promise<Rotated> {
  if (reason === "schedule") {
    await failRotation(permit, subject, null, { reason, message: error.message, hostSaid: null, cause });
  }
  return { ok: false, error };
}
