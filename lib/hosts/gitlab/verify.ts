import { setTimeout } from "node:timers/promises";
import type { Secret } from "../../secret";
import type { Accepted, Account, Connection, Entered, Identification, Refusal, Verdict, VerifyStep } from "../adapter";
import { type Answer, bearer, isSendable } from "../answer";
import { usedBefore } from "../last-use";
import { trimSlash } from "./base-url";
import { get, openClient } from "./client";
import { openProgress } from "./progress";
import { isFromApi, isLackingPermission, isLackingScope, refuse, refuseThrown } from "./refusals";
import { nothingTold, readAccount, readToken, readTokenInfo, readTokenList, readVersion, type Told } from "./told";

/**
 * Asks GitLab about a token: what the token says of itself, whose it is, and the server's version, side by side. What
 * GitLab does not tell stays null, and an answer that proves nothing is neither accepted nor rejected.
 */
type Client = ReturnType<typeof openClient>;

interface Question {
  host: Connection;
  token: Secret;
  type: string;
  client: Client;
  /** When the first request went out. */
  startedAt: number;
}

/** What the token says of itself. */
type Own =
  | Told
  /** Valid, but neither this endpoint nor this server describes it. */
  | { kind: "untold"; isFineGrained: boolean }
  | { kind: "refused"; refusal: Refusal };

type Identity =
  | { kind: "known"; account: Account }
  /** Valid, but may not read who it is. */
  | { kind: "withheld" }
  | { kind: "refused"; refusal: Refusal };

export async function verifyGitlab(
  host: Connection,
  { token, type }: Entered,
  report: (step: VerifyStep) => void,
): Promise<Verdict> {
  if (!isSendable(token)) return unsendable();
  const progress = openProgress(report);
  const question = { host, token, type, client: openClient(host, token), startedAt: Date.now() };
  const version = askVersion(question).then((answer) => {
    if (answer) progress.reachable(answer.version);
  });
  const [own, identity] = await Promise.all([
    (type === "oauth" ? askTokenInfo(question) : askSelf(question)).then((answer) => {
      if (answer.kind === "told") progress.told(answer);
      return answer;
    }),
    askUser(question).then((answer) => {
      if (answer.kind === "known") progress.account(answer.account);
      return answer;
    }),
  ]);
  // The version is nice to know, and not worth a long wait.
  await Promise.race([version, setTimeout(500, undefined, { ref: false })]);
  const verdict = await judge(question, own, identity);
  if (verdict.ok) progress.finish(verdict);
  progress.close();
  return verdict;
}

/** GET /version wants a credential; GitLab is known by how it says so. The version is not told to strangers. */
export async function identifyGitlab(host: Connection): Promise<Identification> {
  const startedAt = performance.now();
  try {
    const answer = await get(host, "/api/v4/version", null);
    const elapsedMs = Math.round(performance.now() - startedAt);
    if (answer.status < 500 && isGitlab(answer)) {
      return { ok: true, product: "GitLab", version: readVersion(answer), elapsedMs };
    }
    return refuse(answer.status === 401 ? { ...answer, json: undefined } : answer, {
      baseUrl: host.baseUrl,
      token: null,
    });
  } catch (error) {
    return refuseThrown(error, host.baseUrl);
  }
}

/** The header is on every answer of the API, the sentence on every refusal of a stranger. */
function isGitlab(answer: Answer): boolean {
  if (typeof answer.json !== "object" || answer.json === null) return false;
  if (isFromApi(answer)) return true;
  return answer.status === 401 && (answer.json as { message?: unknown }).message === "401 Unauthorized";
}

async function askSelf(question: Question): Promise<Own> {
  return ask(question, question.client.self(), (answer): Own | null => {
    const told = answer.status === 200 ? readToken(answer.json) : null;
    if (told?.kind === "told") return withoutOwnUse(told, answer, question);
    if (told) return { kind: "refused", refusal: died(question.host, told.reason) };
    if (isLackingScope(answer)) return { kind: "untold", isFineGrained: isLackingPermission(answer) };
    // Before 15.5, or not a personal token. Which of the three an old server says is unconfirmed.
    return isJsonError(answer) && [400, 404, 405].includes(answer.status)
      ? { kind: "untold", isFineGrained: false }
      : null;
  });
}

function withoutOwnUse({ lastUsedAt, ...told }: Told, answer: Answer, { startedAt }: Question): Told {
  return { ...told, ...(lastUsedAt !== undefined && usedBefore(lastUsedAt, answer, startedAt)) };
}

/** OAuth tokens are described outside the API (doc/api/oauth2.md). A personal token is refused there with a 401. */
async function askTokenInfo(question: Question): Promise<Own> {
  return ask(question, get(question.host, "/oauth/token/info", bearer(question.token)), (answer): Own | null => {
    const told = answer.status === 200 ? readTokenInfo(answer.json) : null;
    if (told) return told;
    return isJsonError(answer) && [400, 401, 403, 404, 405].includes(answer.status)
      ? { kind: "untold", isFineGrained: false }
      : null;
  });
}

async function askUser(question: Question): Promise<Identity> {
  return ask(question, question.client.user(), (answer): Identity | null => {
    const account = answer.status === 200 ? readAccount(answer.json, question.host.baseUrl) : null;
    if (account) return { kind: "known", account };
    return isLackingScope(answer) ? { kind: "withheld" } : null;
  });
}

async function askVersion({ host, token }: Question): Promise<{ version: string | null } | null> {
  try {
    const answer = await get(host, "/api/v4/version", bearer(token));
    return answer.json === undefined || answer.status >= 500 ? null : { version: readVersion(answer) };
  } catch {
    return null;
  }
}

/** What `read` does not understand is a refusal. */
async function ask<Understood>(
  { host, token }: Question,
  answered: Promise<Answer>,
  read: (answer: Answer) => Understood | null,
): Promise<Understood | { kind: "refused"; refusal: Refusal }> {
  try {
    const answer = await answered;
    return read(answer) ?? { kind: "refused", refusal: refuse(answer, { baseUrl: host.baseUrl, token }) };
  } catch (error) {
    return { kind: "refused", refusal: refuseThrown(error, host.baseUrl) };
  }
}

async function judge(question: Question, own: Own, identity: Identity): Promise<Verdict> {
  if (own.kind === "refused" || identity.kind === "refused") return gravest(own, identity);
  const account = identity.kind === "known" ? identity.account : null;
  if (own.kind === "told") return accept(question, own, account);
  if (own.isFineGrained) return accept(question, { ...nothingTold, type: "fine-grained" }, account);
  return accept(question, account ? await askElsewhere(question, account) : nothingTold, account);
}

/** A word on the token or its account before what may only be a bad moment. */
function gravest(...answers: (Own | Identity)[]): Refusal {
  const refusals = answers.flatMap((answer) => (answer.kind === "refused" ? [answer.refusal] : []));
  const decisive = refusals.find(({ reason }) => ["revoked", "expired", "blocked", "rejected"].includes(reason));
  return decisive ?? (refusals[0] as Refusal);
}

/** For servers before 15.5, and for tokens whose type was guessed wrong. At most two further requests. */
async function askElsewhere(question: Question, account: Account): Promise<Told> {
  if (question.type === "oauth") {
    const own = await askSelf(question);
    return own.kind === "told" ? own : nothingTold;
  }
  const [info, listed] = await Promise.all([askTokenInfo(question), question.client.tokens().catch(() => null)]);
  if (info.kind === "told") return info;
  return (listed?.status === 200 ? readTokenList(listed.json, account.id) : null) ?? nothingTold;
}

function accept({ host, type }: Question, told: Told, account: Account | null): Accepted {
  const settled = settleType(type, told, account);
  const notes: string[] = [];
  if (!account) {
    const who = told.userId ? ` Its GitLab user number is ${told.userId}.` : "";
    const remedy = `To see the account here, make one that also has ${identityScope(settled)}.`;
    notes.push(`This token may not read whose it is.${who} ${remedy}`);
  }
  if (settled === "fine-grained") {
    notes.push("GitLab decides for each request what a fine-grained token may do, so scopes cannot be compared.");
  } else if (told.scopes === null) {
    notes.push(`${new URL(host.baseUrl).host} does not tell what this token may do, or until when.`);
  }
  const { scopes, expiry, lastUsedAt } = told;
  return { ok: true, account, scopes, expiry, type: settled, notes, ...(lastUsedAt !== undefined && { lastUsedAt }) };
}

/** Project and group tokens cannot have read_user. */
function identityScope(type: string): string {
  if (type === "fine-grained") return "the permission User: Read";
  return type === "project" || type === "group" ? "the scope read_api" : "the scope read_user";
}

/**
 * Tokens of projects and groups are personal tokens of a bot that is named for them. A bot of another kind, such as a
 * service account, is left what the owner said.
 */
function settleType(given: string, told: Told, account: Account | null): string {
  if (told.type) return told.type;
  const owner = account?.isBot ? /^(project|group)_\d+_bot/.exec(account.login)?.[1] : undefined;
  if (owner) return owner;
  const mayBeBot = account === null || account.isBot;
  return mayBeBot && ["project", "group"].includes(given) ? given : "personal";
}

function isJsonError({ json }: Answer): boolean {
  const body = typeof json === "object" && json !== null ? (json as Record<string, unknown>) : {};
  return typeof body.error === "string" || typeof body.message === "string";
}

/** The token still opened the door, but calls itself dead. */
function died(host: Connection, reason: "revoked" | "expired"): Refusal {
  const message =
    reason === "revoked"
      ? "This token was revoked on GitLab. Make a new one and replace it."
      : "This token has expired. Make a new one on GitLab and replace it.";
  const url = `${trimSlash(host.baseUrl)}/-/user_settings/personal_access_tokens`;
  return { ok: false, reason, message, hostSaid: null, url, retryAt: null };
}

function unsendable(): Refusal {
  const message = "A GitLab token holds no spaces and no special characters. Copy it again.";
  return { ok: false, reason: "unexpected", message, hostSaid: null, url: null, retryAt: null };
}
