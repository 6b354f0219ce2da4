import { setTimeout } from "node:timers/promises";
import type { Accepted, Account, Connection, Entered, Expiry, Refusal, Verdict, VerifyStep } from "../adapter";
import { type Answer, type Credentials, get, readCredentials } from "./client";
import { incomplete, isNotFound, nothingEntered, refuse, refuseThrown } from "./refusals";
import { hasTokens, readAccount, readCapabilities, readExpiry, readKeeper, readTokens, readVersion } from "./told";

/**
 * Asks Gerrit about a username and password: whose they are, what the account may do on the whole server, and until
 * when, side by side. Always below /a/: without it Gerrit answers as to a stranger, and a wrong password looks right.
 */
interface Question {
  host: Connection;
  entered: Entered;
  credentials: Credentials;
}

/** Understood, or why not. */
type Found<Thing> = { ok: true; thing: Thing } | { ok: false; refusal: Refusal };

/** What is nice to know is not worth a longer wait than this. */
const patienceMs = 1_500;

export async function verifyGerrit(
  host: Connection,
  entered: Entered,
  report: (step: VerifyStep) => void,
): Promise<Verdict> {
  const credentials = readCredentials(entered);
  if (!credentials) return incomplete(nothingEntered);
  const question = { host, entered, credentials };
  const startedAt = performance.now();
  const quietly = (path: string) => get(host, path, credentials).catch(() => null);
  const asked = {
    account: findAccount(question),
    capabilities: findCapabilities(question),
    version: quietly("/a/config/server/version"),
    info: quietly("/a/config/server/info"),
    tokens: quietly("/a/accounts/self/tokens"),
  };

  const account = await asked.account;
  const version = readVersionOf(account.ok ? await patiently(asked.version) : null);
  if (account.ok) {
    report({ step: "reachable", version, elapsedMs: Math.round(performance.now() - startedAt) });
    report({ step: "account", account: account.thing });
  }
  const capabilities = await asked.capabilities;
  if (!account.ok || !capabilities.ok) return gravest([account, capabilities]);
  report({ step: "scopes", scopes: capabilities.thing });
  const info = await patiently(asked.info);
  const tokens = await patiently(asked.tokens);
  const told = { version, keeper: readKeeper(info), tokens: readTokens(tokens) };
  const expiry = readExpiry(told);
  report({ step: "expiry", expiry });
  return accept(question, { account: account.thing, scopes: capabilities.thing, expiry, ...told });
}

function patiently(answered: Promise<Answer | null>): Promise<Answer | null> {
  return Promise.race([answered, setTimeout(patienceMs, null, { ref: false })]);
}

function readVersionOf(answer: Answer | null): string | null {
  return answer && readVersion(answer);
}

/** The detail is missing on servers before 2.9 only; the plain account has what is needed. */
async function findAccount(question: Question): Promise<Found<Account>> {
  const { host, credentials } = question;
  const read = (answer: Answer) => {
    const account = readAccount(answer, { baseUrl: host.baseUrl, username: credentials.username });
    return account && { thing: account };
  };
  const detail = await ask(question, "/a/accounts/self/detail", (answer) =>
    isNotFound(answer) ? { thing: null } : read(answer),
  );
  return detail.ok && detail.thing === null ? ask(question, "/a/accounts/self", read) : (detail as Found<Account>);
}

/** Null: this server keeps its rights elsewhere and says so with a 404 (PermissionBackend.checkUsesDefaultCapabilities). */
async function findCapabilities(question: Question): Promise<Found<readonly string[] | null>> {
  return ask(question, "/a/accounts/self/capabilities", (answer) => {
    if (isNotFound(answer) || isWithheld(answer)) return { thing: null };
    const names = readCapabilities(answer);
    return names && { thing: names };
  });
}

/** Signed in, but refused this one answer. */
function isWithheld({ status, headers, text }: Answer): boolean {
  const isText = /^text\/plain\b/i.test(headers["content-type"] ?? "");
  return status === 403 && isText && !/^authentication required/i.test(text.trim());
}

/** What `read` does not understand is a refusal. */
async function ask<Thing>(
  { host, entered, credentials }: Question,
  path: string,
  read: (answer: Answer) => { thing: Thing } | null,
): Promise<Found<Thing>> {
  try {
    const answer = await get(host, path, credentials);
    const understood = read(answer);
    return understood ? { ok: true, ...understood } : { ok: false, refusal: refuse(answer, host, entered) };
  } catch (error) {
    return { ok: false, refusal: refuseThrown(error, host) };
  }
}

/** A word on the password before what may only be a bad moment. */
function gravest(found: readonly Found<unknown>[]): Refusal {
  const refusals = found.flatMap((one) => (one.ok ? [] : [one.refusal]));
  return refusals.find(({ reason }) => reason === "rejected") ?? (refusals[0] as Refusal);
}

interface Told {
  account: Account;
  scopes: readonly string[] | null;
  expiry: Expiry;
  version: string | null;
  keeper: ReturnType<typeof readKeeper>;
  tokens: ReturnType<typeof readTokens>;
}

function accept({ host, entered }: Question, told: Told): Accepted {
  const { account, scopes, expiry, version, keeper } = told;
  const name = new URL(host.baseUrl).host;
  const notes: string[] = [];
  const type = settleType(entered.type, told);
  if (keeper === "other") {
    notes.push(
      `${name} may take the password of your company's directory here, which opens more than Gerrit. Use a service account, or a token where Gerrit makes them.`,
    );
  }
  if (type === "http-password" && hasTokens(version)) {
    notes.push(
      "Gerrit 3.13 and later have tokens, which can end and be deleted one by one. Make one and replace this.",
    );
  }
  if (scopes === null) notes.push(`${name} does not tell which capabilities the account has on the whole server.`);
  return { ok: true, account, scopes, expiry, type, notes };
}

/** Passwords from before 3.13 go on working, as the token "legacy" once they are migrated (MigratePasswordsToTokens). */
function settleType(given: string, { version, keeper, tokens }: Told): string {
  const makesTokens = hasTokens(version);
  if (makesTokens === false) return "http-password";
  // A directory's password opens the door beside the tokens, and the list does not say which of them did.
  if (makesTokens === null || tokens === null || keeper !== "own") return given;
  return tokens.length === 0 ? "http-password" : "token";
}
