import type { Connection, Entered, Refusal, Revoked, RevokeSupport } from "../adapter";
import { type Answer, openClient } from "./client";
import { isDenied, isUnknownKey } from "./codes";
import { findUnsendable, isTemporary, quote, refuse, refuseThrown } from "./refusals";

/**
 * An access key deletes itself: DeleteAccessKey signed with it, without a user name, which IAM then takes from the key
 * (IAM API reference). A key that may not delete itself may be allowed to switch itself off, which ends it as well: it is
 * not switched off first, for one that is off signs nothing any more. AWS knows of it everywhere some seconds later.
 */
export const awsRevocation: RevokeSupport = {
  refusal(_baseUrl, credential) {
    if (isTemporary(credential)) {
      return "AWS has no call that ends one temporary key. It ends by itself within hours; to end it at once, revoke the role's sessions in IAM's console.";
    }
    return credential.type === "access-key"
      ? null
      : "AWS's API ends access keys only. Delete this one in IAM's console.";
  },
  revoke: revokeAws,
};

async function revokeAws(host: Connection, entered: Entered): Promise<Revoked | Refusal> {
  const cannot = awsRevocation.refusal(host.baseUrl, entered);
  if (cannot !== null) {
    return { ok: false, reason: "unexpected", message: cannot, hostSaid: null, url: null, retryAt: null };
  }
  const unsendable = findUnsendable(entered);
  if (unsendable) return unsendable;
  const client = openClient(host, entered);
  const keyId = entered.fields.accessKeyId ?? "";
  try {
    const deleted = await client.deleteAccessKey(keyId);
    if (!isDenied(deleted) || deleted.kind !== "refused") return read(deleted);
    const off = await client.deactivateAccessKey(keyId);
    // That the key is still there, switched off, is in AWS's words on why it was not deleted.
    return off.kind === "answered" ? { ...ended, hostSaid: quote(deleted.message, entered) } : read(off);
  } catch (error) {
    return refuseThrown(error, client.place);
  }

  function read(answer: Answer<unknown>): Revoked | Refusal {
    if (answer.kind === "answered") return ended;
    // Deleted before, or switched off.
    const isGone = answer.kind === "refused" && answer.raw.status === 404 && /^NoSuchEntity/.test(answer.code);
    if (answer.kind === "refused" && (isGone || isUnknownKey(answer))) {
      return { ok: true, status: answer.raw.status, hostSaid: quote(answer.message, entered), isLater: false };
    }
    const refusal = refuse(answer, client.place, entered);
    if (refusal.reason !== "insufficient-scope") return refusal;
    const message =
      "This key may not delete itself. Allow its user iam:DeleteAccessKey on itself, or delete it in IAM's console.";
    return { ...refusal, message };
  }
}

const ended: Revoked = { ok: true, status: 200, hostSaid: null, isLater: true };
