/**
 * One audit entry as a sentence. An action that has no words yet still reads as what it is; nothing is left out of the
 * log for want of a sentence.
 */
interface Described {
  actorType: string;
  actorLabel: string;
  action: string;
  targetType: string | null;
  targetLabel: string | null;
  outcome: string;
  details: unknown;
}

/** noun.verb → what was done, {target} in its place; and when it failed. */
const phrases: Record<string, { ok: string; failed?: string }> = {
  "audit.export": { ok: "exported the audit log" },
  "calendar-link.create": { ok: "made a calendar link" },
  "calendar-link.revoke": { ok: "revoked a calendar link" },
  "code-host.add": { ok: "added the code host {target}" },
  "code-host.confirm-host-keys": { ok: "confirmed host keys of {target}" },
  "code-host.edit": { ok: "edited the code host {target}" },
  "code-host.keep-host-keys": { ok: "kept the published host keys of {target}" },
  "code-host.remove": { ok: "removed the code host {target}" },
  "code-host.scan-host-keys": {
    ok: "read the host keys of {target}",
    failed: "could not read the host keys of {target}",
  },
  "code-host.test": { ok: "tested the connection to {target}", failed: "tested the connection to {target}; it failed" },
  "code-host.try": { ok: "ended the pause of {target}" },
  "consumer.add": { ok: "added the consumer {target}" },
  "consumer.disable": { ok: "disabled the consumer {target}" },
  "consumer.edit": { ok: "edited the consumer {target}" },
  "consumer.enable": { ok: "enabled the consumer {target}" },
  "consumer.remove": { ok: "removed the consumer {target}" },
  "credential.add": { ok: "added a credential for {target}", failed: "could not add a credential for {target}" },
  "credential.check": {
    ok: "checked the credential for {target}",
    failed: "checked the credential for {target}; it was not accepted",
  },
  "credential.open": { ok: "opened the credential for {target}", failed: "could not open the credential for {target}" },
  "credential.remove": { ok: "removed the credential for {target}" },
  "credential.remove-many": { ok: "removed {target} at once", failed: "removed {target} at once" },
  "credential.replace": {
    ok: "replaced the credential for {target}",
    failed: "could not replace the credential for {target}",
  },
  "credential.revoke": {
    ok: "revoked the credential for {target} there",
    failed: "could not revoke the credential for {target} there",
  },
  "credential.rotate": {
    ok: "rotated the credential for {target}",
    failed: "could not rotate the credential for {target}",
  },
  "invitation.accept": { ok: "accepted an invitation as {target}" },
  "invitation.create": { ok: "invited {target}" },
  "invitation.revoke": { ok: "withdrew the invitation of {target}" },
  "job.run": { ok: "asked for background work: {target}" },
  "ledger.export": { ok: "exported the expiry ledger" },
  "mail.open": { ok: "opened the password for {target}", failed: "could not open the password for {target}" },
  "mail.remove": { ok: "removed the mail server {target}" },
  "mail.save": { ok: "set the mail server {target}" },
  "mail.test": { ok: "sent a test mail through {target}", failed: "could not send a test mail through {target}" },
  "notification.choose": { ok: "chose notifications for {target}" },
  "policy.change": { ok: "changed the policy" },
  "portal.claim": { ok: "set up the portal as {target}" },
  "revocation.begin": { ok: "began to revoke the credential for {target}" },
  "revocation.check": { ok: "checked that the removed credential for {target} is dead" },
  "revocation.give-up": { ok: "stopped checking the removed credential for {target}" },
  "revocation.watch": { ok: "kept a sealed copy of the credential for {target} to see that it dies" },
  "rotation.retire": {
    ok: "ended the old token for {target} after its rotation",
    failed: "could not end the old token for {target} after its rotation",
  },
  "rotation.schedule": { ok: "chose when the credential for {target} rotates" },
  "rotation.start": { ok: "began to rotate the credential for {target}" },
  "session.create": { ok: "signed in as {target}", failed: "failed to sign in as {target}" },
  "session.end": { ok: "ended sessions of {target}" },
  "ssh-key.check": {
    ok: "checked the SSH key for {target}",
    failed: "checked the SSH key for {target}; it is not known there",
  },
  "ssh-key.make": { ok: "made an SSH key for {target}" },
  "ssh-key.name-user": { ok: "entered the user name of the SSH key for {target}" },
  "ssh-key.open": { ok: "opened the SSH key for {target}", failed: "could not open the SSH key for {target}" },
  "ssh-key.regenerate": { ok: "made a new SSH key for {target}" },
  "ssh-key.remove": { ok: "removed the SSH key for {target}" },
  "ssh-key.take-off": {
    ok: "took the SSH key off {target}",
    failed: "could not take the SSH key off {target}",
  },
  "ssh-key.upload": { ok: "uploaded the SSH key to {target}", failed: "could not upload the SSH key to {target}" },
  "team.create": { ok: "made the team {target}" },
  "team.delete": { ok: "deleted the team {target}" },
  "team.edit": { ok: "edited the team {target}" },
  "team.member-add": { ok: "added {member} to the team {target}" },
  "team.member-change": { ok: "changed the role of {member} in the team {target}" },
  "team.member-remove": { ok: "took {member} out of the team {target}" },
  "user.change-email": {
    ok: "changed the e-mail address of {target}",
    failed: "failed to change the e-mail address of {target}",
  },
  "user.change-password": {
    ok: "changed the password of {target}",
    failed: "failed to change the password of {target}",
  },
  "user.change-role": { ok: "changed the role of {target}" },
  "user.create": { ok: "created the account {target}" },
  "user.delete": { ok: "deleted the account {target}" },
  "user.disable": { ok: "disabled the account {target}" },
  "user.enable": { ok: "enabled the account {target}" },
  "user.rename": { ok: "changed the name of {target}" },
  "webhook.add": { ok: "added the webhook {target}" },
  "webhook.disable": { ok: "disabled the webhook {target}" },
  "webhook.edit": { ok: "edited the webhook {target}" },
  "webhook.enable": { ok: "enabled the webhook {target}" },
  "webhook.remove": { ok: "removed the webhook {target}" },
  "webhook.resend": { ok: "sent a message again to the webhook {target}" },
  "webhook.rotate-secret": { ok: "made a new signing secret for the webhook {target}" },
  "webhook.test": { ok: "sent a test to the webhook {target}" },
};

/** What somebody did who was not signed in before, and is now: told of the account that they are. */
const arrivals: Record<string, string> = {
  "invitation.accept": "accepted an invitation",
  "portal.claim": "set up the portal",
  "session.create": "signed in",
};

/** What was asked for when it was denied: the policy's actions. */
const denials: Record<string, string> = {
  "account.manage": "change another account",
  "audit.read": "read the audit log",
  "code-host.list": "see the code hosts",
  "code-host.manage": "manage code hosts",
  "consumer.list": "see the consumers",
  "consumer.manage": "manage consumers",
  "credential.list": "see credentials that are not theirs",
  "credential.manage": "manage a credential that is not theirs",
  "notification.manage": "manage notifications that are not theirs",
  "session.create": "sign in",
  "site.manage": "see or change what holds for the whole site",
  "team.create": "make, name or delete teams",
  "team.list": "see the teams",
  "team.manage": "change a team that they do not run",
  "team.read": "see a team that they are not in",
  "user.manage": "manage users",
};

/** All actions that have words, for the page's filter. */
export const auditActions: readonly string[] = [...new Set([...Object.keys(phrases), ...Object.keys(denials)])].sort();

export function describeEntry(entry: Described): string {
  const { action, outcome, details } = entry;
  const arrived = outcome === "ok" ? arrivals[action] : undefined;
  if (arrived && entry.actorType === "anonymous" && entry.targetLabel) return `${entry.targetLabel} ${arrived}.`;
  const who = nameActor(entry);
  if (outcome === "denied" && entry.targetType === "page") {
    return `${who} was not allowed to open ${entry.targetLabel ?? "a page"}.`;
  }
  if (outcome === "denied") return `${who} was not allowed to ${denials[action] ?? spell(action, entry)}.`;
  const phrase = phrases[action];
  const told = outcome === "failed" ? (phrase?.failed ?? (phrase ? `failed: ${phrase.ok}` : undefined)) : phrase?.ok;
  const what =
    told?.replace("{target}", () => nameTarget(entry)).replace("{member}", () => nameMember(entry)) ??
    spell(action, entry);
  return `${who} ${what}${told === undefined && outcome === "failed" ? ", which failed" : ""}${addition(details)}.`;
}

function nameActor({ actorType, actorLabel }: Described): string {
  if (actorType === "anonymous") return "Someone not signed in";
  return actorType === "system" ? `Forgepass (${actorLabel})` : actorLabel;
}

function nameTarget({ targetLabel, targetType, actorLabel }: Described): string {
  if (targetLabel === actorLabel && targetType === "user") return "their own account";
  return targetLabel ?? (targetType ? `a ${spaced(targetType)}` : "nothing named");
}

/** Of a team: who was added, changed or taken out. */
function nameMember({ details, actorLabel }: Described): string {
  const member = (details as { member?: unknown } | null)?.member;
  if (typeof member !== "string") return "somebody";
  return member === actorLabel ? "themselves" : member;
}

/** "did credential.rotate on GitHub" */
function spell(action: string, entry: Described): string {
  const target = entry.targetLabel ?? entry.targetType;
  return `did ${action}${target ? ` on ${target}` : ""}`;
}

/** What a few details add: whose it was, why it failed, how many credentials went. */
function addition(details: unknown): string {
  if (typeof details !== "object" || details === null) return "";
  const { owner, reason, result, credentialsRemoved, credentialsToEnterAgain, from, to } = details as Record<
    string,
    unknown
  >;
  if (owner === "site") return `, owned by the site${because(reason ?? result)}`;
  if (typeof credentialsRemoved === "number" && credentialsRemoved > 0)
    return ` with ${credentials(credentialsRemoved)}`;
  if (typeof credentialsToEnterAgain === "number" && credentialsToEnterAgain > 0) {
    return `; ${credentials(credentialsToEnterAgain)} must be entered again`;
  }
  if (typeof from === "string" && typeof to === "string") return ` from ${from} to ${to}`;
  return because(reason ?? result);
}

function because(reason: unknown): string {
  return typeof reason === "string" && reason !== "valid" && reason !== "" ? ` (${spaced(reason)})` : "";
}

function credentials(count: number): string {
  return count === 1 ? "1 credential" : `${count} credentials`;
}

function spaced(word: string): string {
  return word.replaceAll("-", " ");
}
