import type { Accepted, Account, Connection, Entered, Refusal, Verdict, VerifyStep } from "../adapter";
import type { Answer } from "../answer";
import { ask, authorize } from "./client";
import { type Place, placeOf } from "./place";
import { findUnsendable, isAbsent, readLacking, refuse, refuseThrown, refuseUnasked, wordsOf } from "./refusals";
import { describePlace, readPlace, readTold, readUser, type Seen, type Told } from "./told";

/**
 * Asks Bitbucket about a token: an API token who its user is, an access token for the place that it was made in, side by
 * side with the question for a user, which is refused and yet names its kind and scopes. A refusal for want of scopes
 * proves that a token is alive. When a token ends, Bitbucket tells nobody.
 */
interface Valid {
  kind: "valid";
  /** Null: it may not read that. */
  account: Account | null;
  seen: Seen | null;
  told: Told;
}

type Finding =
  | Valid
  /** Neither for nor against the token. */
  | { kind: "open"; told: Told; seen: Seen | null }
  | { kind: "absent"; told: Told }
  | { kind: "refused"; refusal: Refusal };

interface Question {
  host: Connection;
  entered: Entered;
}

export async function verifyBitbucketCloud(
  host: Connection,
  entered: Entered,
  report: (step: VerifyStep) => void,
): Promise<Verdict> {
  const unsendable = findUnsendable(entered);
  if (unsendable) return unsendable;
  const isUsers = entered.type === "api-token" || entered.type === "app-password";
  const place = isUsers ? null : placeOf(entered.type, entered.fields.where ?? "");
  if (!isUsers && !place) return refuseUnasked("Say where the token was made, as in workspace/repository.");

  const question = { host, entered };
  const startedAt = performance.now();
  let isReached = false;
  const [user, there] = await Promise.all([
    find(question, "/user", (answer) => readUserAnswer(answer, question), reached),
    place ? find(question, pathOf(place), (answer) => readPlaceAnswer(answer, place), reached) : null,
  ]);
  const verdict = place && there ? judgeAccessToken(question, place, user, there) : judgeApiToken(question, user);
  if (verdict.ok) {
    reached();
    report({ step: "account", account: verdict.account });
    report({ step: "scopes", scopes: verdict.scopes });
    report({ step: "expiry", expiry: verdict.expiry });
  }
  return verdict;

  function reached(): void {
    if (isReached) return;
    isReached = true;
    report({ step: "reachable", version: null, elapsedMs: Math.round(performance.now() - startedAt) });
  }
}

/** What each kind of access token may ask about itself. Lists are open to it only with a filter by project. */
export function pathOf(place: Place): string {
  switch (place.kind) {
    case "repository":
      return `/repositories/${place.workspace}/${place.slug}`;
    case "project":
      return `/repositories/${place.workspace}?q=${encodeURIComponent(`project.key="${place.key}"`)}&pagelen=1`;
    case "workspace":
      return `/workspaces/${place.workspace}`;
  }
}

/** What `read` does not understand is a refusal. */
async function find(
  { host, entered }: Question,
  path: string,
  read: (answer: Answer) => Finding | null,
  reached: () => void,
): Promise<Finding> {
  try {
    const answer = await ask(host, authorize(entered), path);
    const finding = read(answer);
    if (finding || wordsOf(answer) !== null) reached();
    return finding ?? { kind: "refused", refusal: refuse(answer, { baseUrl: host.baseUrl, entered }) };
  } catch (error) {
    return { kind: "refused", refusal: refuseThrown(error, host.baseUrl) };
  }
}

function readUserAnswer(answer: Answer, { host, entered }: Question): Finding | null {
  const told = readTold(answer);
  const account = answer.status === 200 ? readUser(answer.json, host.baseUrl) : null;
  if (account) return { kind: "valid", account, seen: null, told };
  const lacking = readLacking(answer);
  if (lacking) {
    return { kind: "valid", account: null, seen: null, told: { ...told, scopes: told.scopes ?? lacking.granted } };
  }
  if (entered.type === "api-token" || entered.type === "app-password" || wordsOf(answer) === null) return null;
  // Access tokens have no user. In which words they are told so is unconfirmed; a 401 there may say no more than that.
  if (answer.status === 403 && told.type !== null) return { kind: "valid", account: null, seen: null, told };
  return answer.status === 401 || answer.status === 403 ? { kind: "open", told, seen: null } : null;
}

function readPlaceAnswer(answer: Answer, place: Place): Finding | null {
  const told = readTold(answer);
  const seen = answer.status === 200 ? readPlace(answer.json, place) : null;
  if (seen) {
    // A public place is shown to anybody; only what is told of the token, or a private place, proves the token.
    const isProven = told.type !== null || told.scopes !== null || seen.isPrivate;
    return isProven ? { kind: "valid", account: null, seen, told } : { kind: "open", told, seen };
  }
  const lacking = readLacking(answer);
  if (lacking) {
    return { kind: "valid", account: null, seen: null, told: { ...told, scopes: told.scopes ?? lacking.granted } };
  }
  return isAbsent(answer) ? { kind: "absent", told } : null;
}

function judgeApiToken(question: Question, user: Finding): Verdict {
  if (user.kind === "refused") return user.refusal;
  if (user.kind !== "valid") return refuseUnasked("Bitbucket gave no clear answer. Try again later.");
  if (user.told.type === "app-password") {
    const message = "This is an app password, which Bitbucket is switching off. Make an API token with scopes instead.";
    return { ok: false, reason: "blocked", message, hostSaid: null, url: null, retryAt: null };
  }
  const notes: string[] = [];
  if (!user.account) {
    notes.push(
      "This token may not read whose it is. To see the account here, make one that also has read:user:bitbucket.",
    );
  }
  return accept(question, user.account, user.told, notes);
}

function judgeAccessToken(question: Question, place: Place, user: Finding, there: Finding): Verdict {
  // Its own place knows a token best: without a user, what is said of one matters little.
  if (user.kind === "refused" && there.kind !== "valid") return there.kind === "refused" ? there.refusal : user.refusal;
  if (there.kind === "refused") {
    const isAlive = user.kind === "valid" && there.refusal.reason === "rejected";
    if (!isAlive) return there.refusal;
  }
  const findings = [user, there].flatMap((finding) => (finding.kind === "refused" ? [] : [finding]));
  const told: Told = {
    type: findings.find((finding) => finding.told.type !== null)?.told.type ?? null,
    scopes: findings.find((finding) => finding.told.scopes !== null)?.told.scopes ?? null,
  };
  const type = told.type ?? question.entered.type;
  if (there.kind === "absent") return misplaced(place, told.type);
  if (!findings.some((finding) => finding.kind === "valid")) {
    return refuseUnasked(`Anybody can see ${place.path}, and Bitbucket does not say whether the token works.`);
  }
  const seen = there.kind === "refused" ? null : there.seen;
  const account =
    (user.kind === "valid" ? user.account : null) ??
    (seen ? describePlace(type, place, seen, question.host.baseUrl) : null);
  const notes: string[] = [];
  if (!account) {
    notes.push(`This token may not read ${place.path}, so Forgepass cannot tell whether it was made there.`);
  }
  return accept(question, account, told, notes);
}

/** The token may well work; it is not from there, or the name is wrong. */
function misplaced(place: Place, type: string | null): Refusal {
  const isOther = type !== null && type !== `${place.kind}-token`;
  const remedy = isOther
    ? `It is a ${type.replace("-token", " access token")}: choose that type.`
    : "Name the place that it was made in.";
  const message = `Bitbucket shows this token no ${place.kind} ${place.path}. ${remedy}`;
  return { ok: false, reason: "insufficient-scope", message, hostSaid: null, url: null, retryAt: null };
}

function accept({ entered }: Question, account: Account | null, told: Told, notes: readonly string[]): Accepted {
  const untold = told.scopes === null ? ["Bitbucket does not tell what this token may do."] : [];
  const end = "Bitbucket does not tell when a token ends. Keep a note of the date that was chosen for it.";
  return {
    ok: true,
    account,
    scopes: told.scopes,
    expiry: { known: false },
    type: told.type ?? entered.type,
    notes: [...notes, ...untold, end],
  };
}
