import type { Secret } from "../../secret";
import type { Account, Connection, Entered, NeedsPassword, Refusal, Revoked, RevokeSupport } from "../adapter";
import type { Answer } from "../answer";
import { askCaller } from "./account";
import { ask, findUnsendable } from "./client";
import { ownTokensPage, ownTokensPath, withPassword } from "./own-tokens";
import { readTokenId } from "./recognise";
import { isMissing, isSignedIn, isWithheld, readError, refuse, refuseThrown, unsendable } from "./refusals";

/**
 * Bitbucket ends a token by its number: DELETE /rest/access-tokens/latest/users/{slug}/{id} (REST API). The number is in
 * the token itself, so it is never another's. Atlassian says that tokens cannot manage tokens: the token's own try is
 * made first, then the account's password is asked for, and the token is only ended while it still answers for the same
 * account. Tokens of projects and repositories want an administrator's password.
 */
export const bitbucketDataCenterRevocation: RevokeSupport = {
  password: "always",
  refusal(_baseUrl, { type }) {
    if (type === "http-access-token") return null;
    return type === "password"
      ? "A password cannot be revoked. Change it in Bitbucket."
      : "Only an administrator of its project or repository can revoke this token. Ask for that, or do it there.";
  },
  async revoke(host, entered, account, { password }) {
    const cannot = bitbucketDataCenterRevocation.refusal(host.baseUrl, entered) ?? findUnsendable(entered);
    if (cannot !== null) return unsendable(cannot);
    const id = readTokenId(entered.token.reveal());
    if (id === null || account === null) {
      return unsendable("Forgepass cannot tell which of the account's tokens this is. Revoke it by hand.");
    }
    try {
      const question = { host, entered, account, path: `${ownTokensPath(account)}/${id}` };
      return await (password ? revokeWithPassword(question, password) : revokeByItself(question));
    } catch (error) {
      return refuseThrown(error, host);
    }
  },
};

interface Question {
  host: Connection;
  entered: Entered;
  account: Account;
  path: string;
}

type Answered = Revoked | (Refusal & NeedsPassword);

async function revokeByItself({ host, entered, path }: Question): Promise<Answered> {
  const answer = await ask(host, path, entered, { method: "DELETE" });
  if (answer.status === 204) return ended;
  const refusal = refuse(answer, host, entered);
  if (refusal.reason === "rejected" && isDeadFor(answer)) return dead(answer.status, refusal);
  if (refusal.reason === "rejected") {
    // What anybody would be told: who is it, then?
    const caller = await askCaller({ host, entered });
    if ("ok" in caller) return caller.reason === "rejected" ? dead(401, caller) : caller;
  }
  if (refusal.reason !== "rejected" && !isWithheld(answer)) return refusal;
  const message = "Bitbucket ends a token only for the account's own password. Enter it: it is used once and not kept.";
  return { ...refusal, reason: "insufficient-scope", message, url: ownTokensPage(host), needsPassword: true };
}

async function revokeWithPassword({ host, entered, account, path }: Question, password: Secret): Promise<Answered> {
  const caller = await askCaller({ host, entered });
  if ("ok" in caller) return caller.reason === "rejected" ? dead(401, caller) : caller;
  if (caller.name.toLowerCase() !== account.login.toLowerCase()) {
    return unsendable("Bitbucket says that this token is another account's now. Check it again, then revoke it.");
  }
  const owner = withPassword(account, password);
  const answer = await ask(host, path, owner, { method: "DELETE" });
  if (answer.status === 204) return ended;
  const refusal = refuse(answer, host, owner);
  if (refusal.reason === "rejected") {
    const message = "Bitbucket does not take this password. Several wrong ones lock the account.";
    return { ...refusal, message, needsPassword: true };
  }
  if (!isMissing(answer) && refusal.reason !== "insufficient-scope") return refusal;
  const message = "Bitbucket does not let this account end the token. Revoke it by hand.";
  return { ...refusal, message, url: ownTokensPage(host) };
}

const ended: Revoked = { ok: true, status: 204, hostSaid: null, isLater: false };

function dead(status: number, { hostSaid }: Refusal): Revoked {
  return { ok: true, status, hostSaid, isLater: false };
}

/** Its word on the credential, and not on what anybody may do. */
function isDeadFor(answer: Answer): boolean {
  return !isSignedIn(answer) && /IncorrectPassword/.test(readError(answer)?.exceptionName ?? "");
}
