import type { Entered, Refusal, RefusalReason } from "../adapter";
import { quoteHost } from "../host-said";
import { asRefusal } from "../http";
import { accountOfKeyId } from "./account-id";
import { keysPage, type Place } from "./base-url";
import type { Answer, Raw } from "./client";
import { badSignature, denied, ended, isSkew, late, regionIsOff, throttled, unknownKey } from "./codes";

/**
 * What AWS's refusals mean. Only a code of AWS's own says anything about a key: a server error, a page, another
 * program's JSON, or a clock that is wrong never makes it rejected.
 */
type Refused = Exclude<Answer<unknown>, { kind: "answered" }>;

export function refuse(answer: Refused, place: Place, entered: Entered): Refusal {
  const { raw } = answer;
  const code = answer.kind === "refused" ? answer.code : "";
  const words = answer.kind === "refused" ? answer.message : "";
  const page = keysPage(place);

  if (raw.status === 429 || throttled.test(code)) {
    const message = "AWS is answering too many requests of this account. Try again later.";
    return { ...because("rate-limited", message), retryAt: readRetryAt(raw) };
  }
  if (raw.status >= 500) return because("unreachable", `AWS is not working (status ${raw.status}). Try again later.`);
  if (unknownKey.test(code)) {
    const account = accountOfKeyId(entered.fields.accessKeyId ?? "");
    const whose = account ? ` By its form it belongs to AWS account ${account}.` : "";
    return because(
      "rejected",
      `AWS does not know this access key, or it is switched off.${whose} If it was made within the last minute, try again; otherwise check its ID and the region, or make a new one.`,
      page,
    );
  }
  if (late.test(code) || (badSignature.test(code) && isSkew(words))) {
    return because(
      "unexpected",
      "The clock of the portal's server is wrong by more than 5 minutes, so AWS refuses what it signs. Ask the site's admin to set it right, then try again.",
    );
  }
  if (badSignature.test(code)) {
    return because(
      "rejected",
      "The secret access key does not belong to this access key ID. Copy both again, or make a new key.",
      page,
    );
  }
  if (ended.test(code)) {
    return because(
      "expired",
      "This temporary key has ended. Make a new one, or an access key that does not end.",
      page,
    );
  }
  if (denied.test(code)) {
    return because("insufficient-scope", "The key works, but may not do this. Allow it in a policy of its user.", page);
  }
  if (regionIsOff.test(code)) {
    return because(
      "blocked",
      `The region ${place.region} is not switched on for this AWS account. Enable it in the account's settings, or use a code host in another region.`,
    );
  }
  if (code !== "") {
    return because(
      "unexpected",
      `AWS refused the request with ${code}. Try again later, or check the code host's region.`,
    );
  }
  return because(
    "unexpected",
    `${place.region} does not answer as AWS does (status ${raw.status}). Check the code host's address, and whether something stands in front of it.`,
  );

  function because(reason: RefusalReason, message: string, url: string | null = null): Refusal {
    return { ok: false, reason, message, hostSaid: quote(words || code || null, entered), url, retryAt: null };
  }
}

/** What the transport threw, or AWS's client itself. */
export function refuseThrown(error: unknown, { region }: Place): Refusal {
  return asRefusal(error, `AWS in ${region}`);
}

/** AWS's words without either secret. */
export function quote(words: string | null, { token, secrets }: Entered): string | null {
  return quoteHost(words, token, ...Object.values(secrets));
}

/** By its type, or by its ID where that says otherwise. */
export function isTemporary({ type, fields }: Pick<Entered, "type" | "fields">): boolean {
  return type === "temporary-key" || /^ASIA/.test(fields.accessKeyId ?? "");
}

/** What cannot be sent, because it is not there or would not fit into a header. */
export function findUnsendable({ fields, token, secrets, type }: Entered): Refusal | null {
  const problem = !/^[A-Z0-9]{16,128}$/.test(fields.accessKeyId ?? "")
    ? "Enter the access key ID that belongs to this secret. It begins with AKIA or ASIA."
    : !/^[\x21-\x7e]+$/.test(token.reveal())
      ? "A secret access key holds no spaces and no special characters. Copy it again."
      : isTemporary({ type, fields }) && !/^[\x21-\x7e]+$/.test(secrets.sessionToken?.reveal() ?? "")
        ? "This key is temporary. Choose the type Temporary access key, and enter the session token that belongs to it."
        : null;
  return problem && { ok: false, reason: "unexpected", message: problem, hostSaid: null, url: null, retryAt: null };
}

const longestWaitMs = 24 * 60 * 60 * 1000;

/** AWS sends none; something in front of it may. Null when it makes no sense. */
function readRetryAt({ headers }: Raw): Date | null {
  const after = headers["retry-after"]?.trim() ?? "";
  const at = /^\d{1,9}$/.test(after) ? Date.now() + Number(after) * 1000 : Date.parse(after);
  return at >= Date.now() - 1000 && at <= Date.now() + longestWaitMs ? new Date(at) : null;
}
