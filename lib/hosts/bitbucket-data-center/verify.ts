import type { Accepted, Account, Connection, Entered, Verdict, VerifyStep } from "../adapter";
import { accountOf, askCaller, askUser, type Identity } from "./account";
import { ask, findUnsendable } from "./client";
import { type Question, Refused } from "./question";
import { refuse, refuseThrown, unsendable } from "./refusals";
import { askRights, type Rights } from "./rights";
import { readCaller, readVersion } from "./told";

/**
 * Asks Bitbucket about a credential: first who it is, alone, as every wrong password brings its account nearer to a
 * CAPTCHA; then whose name that is and what it may do, side by side. At most six requests. What Bitbucket does not tell
 * stays unknown, and an answer that proves nothing is neither accepted nor rejected.
 */
export async function verifyBitbucketDataCenter(
  host: Connection,
  entered: Entered,
  report: (step: VerifyStep) => void,
): Promise<Verdict> {
  const problem = findUnsendable(entered);
  if (problem) return unsendable(problem);
  let isOver = false;
  try {
    return await verify({ host, entered }, (step) => {
      if (!isOver) report(step);
    });
  } catch (error) {
    return error instanceof Refused ? error.refusal : refuseThrown(error, host);
  } finally {
    // A late answer must not follow the verdict.
    isOver = true;
  }
}

async function verify(question: Question, report: (step: VerifyStep) => void): Promise<Verdict> {
  const { host, entered } = question;
  const startedAt = performance.now();
  const askedAt = Date.now();
  const first = await ask(host, "/rest/api/latest/application-properties", entered);
  const version = readVersion(first);
  if (version === null) return refuse(first, host, entered);
  report({ step: "reachable", version, elapsedMs: Math.round(performance.now() - startedAt) });

  const named = readCaller(first, entered.token);
  const caller = named ?? (await askCaller(question));
  if ("ok" in caller) return caller;
  const identified = named ? askUser(question, named) : Promise.resolve<Identity>({ kind: "untold" });
  const [identity, rights] = await Promise.all([
    identified.then((answer) => {
      report({ step: "account", account: accountOf(entered, caller, answer) });
      return answer;
    }),
    askRights(question, caller, identified, askedAt),
  ]);
  const verdict = accept(question, accountOf(entered, caller, identity), identity, rights);
  report({ step: "scopes", scopes: verdict.scopes });
  report({ step: "expiry", expiry: verdict.expiry });
  return verdict;
}

function accept({ host, entered }: Question, account: Account, identity: Identity, rights: Rights): Accepted {
  const type = settleType(entered.type, identity, rights);
  const notes: string[] = [];
  if (type === "password") {
    notes.push("A password may do all that its account may. An HTTP access token can be kept to less, and can end.");
  } else if (!rights.isExact) {
    const name = new URL(host.baseUrl).host;
    notes.push(`${name} does not tell a token all that it may do. The page that lists the token there shows it.`);
  }
  if (type === "http-access-token" && identity.kind === "unlisted") {
    notes.push("Bitbucket lists no user of this token's name. If a project or repository has it, choose that type.");
  }
  const { scopes, absent, expiry, lastUsedAt } = rights;
  if (absent?.includes("REPO_WRITE")) {
    const whose = type === "password" ? "the account" : "the token, or its account,";
    notes.push(`Bitbucket shows it no repository that it may write to. If a tool has to, give ${whose} write access.`);
  }
  const used = lastUsedAt !== undefined && { lastUsedAt };
  return { ok: true, account, scopes, ...(absent && { absent }), expiry, type, notes, ...used };
}

/** A person's token is a person's, whatever was said; a project's cannot be told from a repository's by its name. */
function settleType(given: string, identity: Identity, rights: Rights): string {
  if (given === "password") return given;
  if (rights.foundAs) return rights.foundAs;
  return identity.kind === "known" && !identity.user.account.isBot ? "http-access-token" : given;
}
