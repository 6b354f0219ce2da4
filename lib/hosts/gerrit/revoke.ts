import type { Connection, Entered, Refusal, Revoked, RevokeSupport } from "../adapter";
import { type Answer, get, readCredentials, send } from "./client";
import { isNotFound, nothingEntered, quote, refuse, refuseThrown } from "./refusals";
import { hasTokens, readKeeper, readVersion } from "./told";

/**
 * Up to 3.12 an account has one HTTP password, which deletes itself: DELETE /accounts/self/password.http
 * (rest-api-accounts). It is asked only where Gerrit itself keeps the passwords, or a directory's password would delete
 * another. From 3.13 on there are several tokens, and nothing tells which of them a text is: none is guessed.
 */
export const gerritRevocation: RevokeSupport = {
  refusal: (_baseUrl, { type }) =>
    type === "http-password"
      ? null
      : "Gerrit does not tell which of the account's tokens this is. Delete it on the settings page, by its ID.",
  revoke: revokeGerrit,
};

async function revokeGerrit(host: Connection, entered: Entered): Promise<Revoked | Refusal> {
  const cannot = gerritRevocation.refusal(host.baseUrl, entered);
  if (cannot !== null) return unexpected(cannot);
  const credentials = readCredentials(entered);
  if (!credentials) return unexpected(nothingEntered);
  try {
    const [version, info] = await Promise.all([
      get(host, "/a/config/server/version", credentials),
      get(host, "/a/config/server/info", credentials),
    ]);
    const release = readVersion(version);
    if (release === null) return read(version);
    const keeper = readKeeper(info);
    if (keeper === null) return read(info);
    if (hasTokens(release) !== false) {
      return unexpected(`Gerrit ${release} has tokens, and does not tell which of them this is. Delete it there.`);
    }
    if (keeper !== "own") {
      return unexpected("Gerrit does not tell that it keeps this password itself. Change it where it is kept.");
    }
    const headers = { accept: "application/json" };
    return read(await send(host, "DELETE", "/a/accounts/self/password.http", credentials, { headers }));
  } catch (error) {
    return refuseThrown(error, host);
  }

  function read(answer: Answer): Revoked | Refusal {
    const { status } = answer;
    if (status === 204) return { ok: true, status, hostSaid: null, isLater: false };
    const refusal = refuse(answer, host, entered);
    if (refusal.reason === "rejected") {
      return { ok: true, status, hostSaid: quote(answer.text.trim() || "Unauthorized", entered), isLater: false };
    }
    if (!isNotFound(answer)) return refusal;
    return { ...refusal, message: "Gerrit does not let this account delete its password. Delete it there." };
  }
}

function unexpected(message: string): Refusal {
  return { ok: false, reason: "unexpected", message, hostSaid: null, url: null, retryAt: null };
}
