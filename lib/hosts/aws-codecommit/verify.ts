import { Secret } from "../../secret";
import type { Accepted, Connection, Entered, Identification, Refusal, Verdict, VerifyStep } from "../adapter";
import { accountOfKeyId } from "./account-id";
import { placeOf } from "./base-url";
import { type Caller, readCaller } from "./caller";
import { type Answer, askUnsigned, type Client, noAnswer, openClient } from "./client";
import { isDenied, isUnknownKey } from "./codes";
import { readErrorCode } from "./error-code";
import { noteKeys, noteLastUse, readLastUse } from "./key-notes";
import { type Permissions, readPermissions } from "./permissions";
import { findUnsendable, isTemporary, refuse, refuseThrown } from "./refusals";

/**
 * Asks AWS about an access key: whose it is, its age and use, and the repositories, side by side; then, knowing whose,
 * what its policies allow. STS answers any key that is alive, whatever it may do. What AWS would not tell is said.
 */
type NamedCaller = Exclude<Caller, { kind: "root" }>;

interface Answers {
  identity: Answer<unknown> | { kind: "thrown"; error: unknown };
  keys: Answer<unknown> | null;
  lastUsed: Answer<unknown> | null;
  repositories: Answer<unknown> | null;
}

export async function verifyAws(
  host: Connection,
  entered: Entered,
  report: (step: VerifyStep) => void,
): Promise<Verdict> {
  const unsendable = findUnsendable(entered);
  if (unsendable) return unsendable;
  const startedAt = performance.now();
  const askedAt = Date.now();
  let isReached = false;
  const client = openClient(host, entered, () => {
    if (!isReached) report({ step: "reachable", version: null, elapsedMs: Math.round(performance.now() - startedAt) });
    isReached = true;
  });
  const answers = await askAll(client, entered, ({ account }) => report({ step: "account", account }));
  const caller = judgeIdentity(answers, client, entered);
  if ("ok" in caller) return caller;
  const { place } = client;
  const repositoryArn = (name: string) =>
    `arn:${place.partition}:codecommit:${place.region}:${caller.accountId}:${name}`;
  const permissions = await readPermissions(client, caller.policySource, repositoryArn, answers.repositories);
  const accepted = { ...accept(entered, caller, permissions, answers), ...readLastUse(answers.lastUsed, askedAt) };
  report({ step: "scopes", scopes: accepted.scopes });
  report({ step: "expiry", expiry: accepted.expiry });
  return accepted;
}

/** Every service of AWS refuses who does not sign, and says so in its own form. No version is told. */
export async function identifyAws(host: Connection): Promise<Identification> {
  const place = placeOf(host.baseUrl);
  const startedAt = performance.now();
  try {
    const raw = await askUnsigned(host, place);
    const elapsedMs = Math.round(performance.now() - startedAt);
    const told = raw.status === 400 || raw.status === 403 ? readErrorCode(raw) : null;
    // Which of these an unsigned request meets is unconfirmed.
    if (/^(MissingAuthenticationToken|IncompleteSignature|UnrecognizedClient|AccessDenied)/.test(told?.code ?? "")) {
      return { ok: true, product: "AWS CodeCommit", version: null, elapsedMs };
    }
    const answer = told ? ({ kind: "refused", ...told, raw } as const) : ({ kind: "unintelligible", raw } as const);
    return refuse(answer, place, nobody);
  } catch (error) {
    return refuseThrown(error, place);
  }
}

async function askAll(client: Client, entered: Entered, onCaller: (caller: NamedCaller) => void): Promise<Answers> {
  const quietly = <Output>(answered: Promise<Answer<Output>>) => answered.catch(() => null);
  const [identity, keys, lastUsed, repositories] = await Promise.all([
    client.identity().then(
      (answer) => {
        const caller = answer.kind === "answered" ? readCaller(answer.output, client.place, entered.token) : null;
        if (caller && caller.kind !== "root") onCaller(caller);
        return answer;
      },
      (error: unknown) => ({ kind: "thrown" as const, error }),
    ),
    quietly(client.accessKeys()),
    // A temporary key has ended before its use is a question.
    isTemporary(entered) ? null : quietly(client.lastUsed(entered.fields.accessKeyId ?? "")),
    quietly(client.repositories()),
  ]);
  return { identity, keys, lastUsed, repositories };
}

function judgeIdentity({ identity, keys }: Answers, { place }: Client, entered: Entered): NamedCaller | Refusal {
  if (identity.kind === "thrown") return refuseThrown(identity.error, place);
  if (identity.kind !== "answered") {
    const refusal = refuse(identity, place, entered);
    // IAM is one for all regions: what it knows, STS does not know yet, or not in this region.
    const isKnownElsewhere = isUnknownKey(identity) && keys !== null && (keys.kind === "answered" || isDenied(keys));
    if (!isKnownElsewhere) return refusal;
    const message = `AWS knows this key, but not in ${place.region}. If it is new, try again in a minute; otherwise check that this region is enabled in the AWS account.`;
    return { ...refusal, reason: "unexpected", message };
  }
  const caller = readCaller(identity.output, place, entered.token);
  if (!caller) return refuse({ kind: "unintelligible", raw: noAnswer }, place, entered);
  if (caller.kind !== "root") return caller;
  return {
    ok: false,
    reason: "blocked",
    message: `This key belongs to the root user of AWS account ${caller.accountId}, which may do everything and cannot be limited. Delete it, and make a key for an IAM user.`,
    hostSaid: null,
    url: null,
    retryAt: null,
  };
}

function accept(entered: Entered, caller: NamedCaller, permissions: Permissions, answers: Answers): Accepted {
  const keyId = entered.fields.accessKeyId ?? "";
  const isShort = isTemporary(entered);
  const notes: string[] = [];
  if (isShort) {
    notes.push("This key is temporary: it ends within hours, and AWS does not tell when. Add an access key to keep.");
  } else {
    notes.push(...noteKeys(answers.keys, keyId), ...noteLastUse(answers.lastUsed));
  }
  const byForm = accountOfKeyId(keyId);
  if (byForm && byForm !== caller.accountId) {
    notes.push(`By its form the key belongs to AWS account ${byForm}, but it works in ${caller.accountId}.`);
  }
  notes.push(...notePermissions(permissions, isShort));
  if (!answers.repositories || !(answers.repositories.kind === "answered" || isDenied(answers.repositories))) {
    notes.push("CodeCommit itself could not be asked. Check the credential again later.");
  }
  const { allowed, absent } = permissions;
  return {
    ok: true,
    account: caller.account,
    scopes: allowed.length + absent.length > 0 ? allowed : null,
    absent,
    expiry: isShort ? { known: false } : { known: true, at: null },
    type: isShort ? "temporary-key" : "access-key",
    notes,
  };
}

function notePermissions({ simulated, partial }: Permissions, isShort: boolean): string[] {
  if (simulated === "denied") {
    return [
      "This key may not ask what it may do. Allow its user iam:SimulatePrincipalPolicy on itself to have that compared.",
    ];
  }
  if (simulated === "no") return ["AWS did not tell what this key may do."];
  const notes = partial.length > 0 ? [`On some repositories only: ${partial.join(", ")}.`] : [];
  if (isShort) notes.push("What it may do is told without the policy of its session, which may allow less.");
  return notes;
}

const nobody: Entered = { type: "", token: new Secret(""), fields: {}, secrets: {} };
