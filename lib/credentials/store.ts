import { record } from "../audit";
import type { Actor } from "../authz";
import { connect } from "../code-hosts/connect";
import { requirementsByKind } from "../consumers/list-consumers";
import { database, type Permit, recordDenial } from "../db";
import type { Accepted, Adapter, Probe, Refusal, VerifyStep } from "../hosts/adapter";
import { adapterFor } from "../hosts/registry";
import { judgeOffline, judgePolicy, type Policy, type RuleVerdict } from "../policy/judge";
import { policyFor } from "../policy/site-policy";
import { readSiteSettings } from "../policy/site-settings";
import type { CodeHost } from "../prisma-client/client";
import { type Failure, fail, type Result } from "../result";
import { makeSshKey } from "../ssh-keys/make";
import { accountName } from "./account-name";
import { type Assessment, assess } from "./assessment";
import { databaseNow } from "./clock";
import { type Read, readEntered } from "./entered";
import type { Confirmation, StoreInput } from "./input";
import { authoriseOwner, notFound, type OwnerColumns, ownerColumns, ownerName } from "./owner";
import { type CredentialRow, type CredentialSummary, SUMMARY_COLUMNS } from "./summary";
import { askHost, askRepository, isInconclusive } from "./verify";
import { alreadyThere, writeCredential } from "./write";

/**
 * Adds a credential, or replaces one in place. The new token is checked with its code host first: one that the host
 * rejects, or that breaks the site's policy, is never stored; one that lacks scopes, could not be checked, or belongs to
 * another account than before, only when that is confirmed. Until the new one is stored, the old one stays as it was.
 */
export interface StoreFailure extends Failure {
  /** With needs-confirmation: send these again to store it all the same. */
  confirm?: Confirmation[];
  refusal?: Pick<Refusal, "reason" | "message" | "hostSaid" | "url"> & { retryAt: string | null };
  /** With other-account: logins. */
  accounts?: { before: string; now: string };
  /** With forbidden: the site's rules that it breaks. Nothing confirms it away. */
  rules?: RuleVerdict[];
}

/** As they are answered. */
export type StoreStep =
  | VerifyStep
  | { step: "probe"; probe: Probe }
  | { step: "assessment"; assessment: Assessment; notes: readonly string[] };
export type Report = (step: StoreStep) => void;

export type Stored = Result<CredentialSummary, StoreFailure>;

export interface Attempt {
  permit: Permit<"credential.manage">;
  input: StoreInput;
  host: CodeHost;
  adapter: Adapter;
  /** The one to replace. */
  current: CredentialRow | null;
  read: Read;
  policy: Policy;
}

export async function storeCredential(actor: Actor, input: StoreInput, report: Report = () => {}): Promise<Stored> {
  const target = { type: "code-host", id: input.codeHostId };
  const permit = await authoriseOwner(actor, "credential.manage", input.owner, target);
  if (!permit.ok) return permit;
  const db = database(permit.value);
  const owned = ownerColumns(input.owner);
  const [host, current, isThere, settings] = await Promise.all([
    db.codeHost.findUnique({ where: { id: input.codeHostId } }),
    db.credential.findFirst({ where: { codeHostId: input.codeHostId, ...owned }, select: SUMMARY_COLUMNS }),
    isOwnerThere(db, owned),
    readSiteSettings(db),
  ]);
  if (!host || !isThere) return notFound();
  if (input.credentialId === null && current) return alreadyThere(host);
  if (input.credentialId !== null && current?.id !== input.credentialId) {
    await recordDenial(actor, "credential.manage", { type: "credential", id: input.credentialId });
    return notFound();
  }
  const adapter = adapterFor(host.kind);
  if (!adapter) return fail("unavailable", `This portal no longer knows code hosts of the kind ${host.kind}.`);
  const read = readEntered(adapter, input);
  if (!read.ok) return read;
  const policy = policyFor(settings, host);
  const attempt = { permit: permit.value, input, host, adapter, current, read: read.value, policy };
  const broken = judgeOffline(policy, placeOf(attempt), read.value.entered.type);
  if (broken.length > 0) return await refuseByPolicy(attempt, broken);
  return await verifyAndWrite(attempt, report);
}

function placeOf({ input, host, adapter }: Attempt) {
  return { owner: input.owner.type, host, types: adapter.credentialTypes };
}

async function isOwnerThere(db: ReturnType<typeof database>, { ownerId, teamId }: OwnerColumns): Promise<boolean> {
  if (ownerId !== null) return (await db.user.count({ where: { id: ownerId } })) > 0;
  return teamId === null || (await db.team.count({ where: { id: teamId } })) > 0;
}

/** A host that was silent is given one more, short chance: a token that it rejects is not stored, whatever was confirmed. */
const ASK_AGAIN_MS = 3000;

async function verifyAndWrite(attempt: Attempt, report: Report): Promise<Stored> {
  const { permit, input, host, adapter } = attempt;
  const { entered } = attempt.read;
  const mayStayUnchecked = input.confirm.includes("unchecked");
  const connection = connect(adapter, host, mayStayUnchecked ? { deadlineMs: ASK_AGAIN_MS } : {});
  const [verdict, probe, needs, now] = await Promise.all([
    askHost(adapter, connection, entered, report),
    input.repository ? askRepository(adapter, connection, entered, input.repository) : null,
    requirementsByKind(permit.actor),
    databaseNow(database(permit)),
  ]);
  if (!needs.ok) return needs;
  if (!verdict.ok && mayStayUnchecked && isInconclusive(verdict)) return await write(attempt, null, null);
  if (!verdict.ok) return await refuse(attempt, verdict);
  if (probe) report({ step: "probe", probe });
  const checked = { ...verdict, outcome: "valid", isMoved: false } as const;
  const assessment = assess(adapter, checked, needs.value.get(host.kind) ?? [], now);
  if (assessment.isExpired) return await refuse(attempt, expired(adapter));
  const { type, expiry } = verdict;
  const found = { type, expiry, enteredAt: now, now, excess: assessment.excess };
  const { broken, untold } = judgePolicy(attempt.policy, placeOf(attempt), found);
  const notes = [...verdict.notes, ...untold.map(({ sentence }) => sentence)];
  report({ step: "assessment", assessment, notes });
  if (broken.length > 0) return await refuseByPolicy(attempt, broken);
  return askToConfirm(attempt, verdict, assessment) ?? (await write(attempt, verdict, probe));
}

/** Where git goes over SSH, a credential comes with a key pair. That it could not be made does not undo the rest. */
async function write(attempt: Attempt, verdict: Accepted | null, probe: Probe | null): Promise<Stored> {
  const stored = await writeCredential(attempt, verdict, probe);
  const { permit, input, host } = attempt;
  if (stored.ok && host.gitOverSsh) {
    await makeSshKey(permit.actor, { owner: input.owner, credentialId: stored.value.id, use: "git" });
  }
  return stored;
}

/** What must be confirmed and was not; null when nothing is left to ask. */
function askToConfirm({ input, current }: Attempt, { account }: Accepted, assessment: Assessment): Stored | null {
  const isOther = current?.accountId != null && account !== null && current.accountId !== account.id;
  const confirm: Confirmation[] = [];
  if (assessment.missing.length > 0) confirm.push("missing-scopes");
  if (isOther) confirm.push("other-account");
  if (confirm.every((one) => input.confirm.includes(one))) return null;
  const accounts = isOther ? { before: current?.accountLogin ?? "", now: account.login } : undefined;
  const sentences = [
    accounts &&
      `This token belongs to ${accountName(accounts.now)}; the one stored now is ${accountName(accounts.before)}'s.`,
    assessment.missing.length > 0 && lackSentence(assessment),
  ];
  const message = sentences.filter(Boolean).join(" ");
  return { ok: false, error: { code: "needs-confirmation", message, confirm, ...(accounts && { accounts }) } };
}

function lackSentence({ missing, consumers }: Assessment): string {
  const scopes = missing.map(({ scope }) => scope).join(", ");
  const works = consumers.filter(({ suffices }) => suffices === "yes").map(({ name }) => name);
  return `The token lacks ${scopes}. ${works.length > 0 ? `It works for ${works.join(" and ")} only.` : "It works for none of the tools."}`;
}

function expired(adapter: Adapter): Refusal {
  const message = `This token has expired. Make a new one on ${adapter.name}.`;
  return { ok: false, reason: "expired", message, hostSaid: null, url: null, retryAt: null };
}

async function refuseByPolicy(attempt: Attempt, rules: RuleVerdict[]): Promise<Stored> {
  await recordRefusal(attempt, { reason: "policy", rules: rules.map(({ rule }) => rule).join(",") });
  const message = rules.map(({ sentence }) => sentence).join(" ");
  return { ok: false, error: { code: "forbidden", message, rules } };
}

/** A token that the host rejects is not stored; one about which the host said nothing may be, when confirmed. */
async function refuse(attempt: Attempt, refusal: Refusal): Promise<Stored> {
  await recordRefusal(attempt, { reason: refusal.reason });
  const { reason, message, hostSaid, url, retryAt } = refusal;
  const shown = { reason, message, hostSaid, url, retryAt: retryAt?.toISOString() ?? null };
  if (!isInconclusive(refusal)) return { ok: false, error: { code: "host-refused", message, refusal: shown } };
  return { ok: false, error: { code: "needs-confirmation", message, refusal: shown, confirm: ["unchecked"] } };
}

async function recordRefusal({ permit, input, host, current }: Attempt, why: Record<string, string>): Promise<void> {
  await record({
    actor: permit.actor,
    action: current ? "credential.replace" : "credential.add",
    target: { type: "code-host", id: host.id, label: host.name },
    outcome: "failed",
    details: { owner: ownerName(input.owner), ...why },
  });
}
