import type { Secret } from "../../secret";
import type { Connection, Entered, Refusal, Revoked, RevokeSupport } from "../adapter";
import { quoteHost } from "../host-said";
import { asRefusal } from "../http";
import { deploymentOf } from "./addresses";
import { type Answer, openClient } from "./client";
import { readRefusal } from "./refusals";

/**
 * GitHub ends a token for whoever holds it: POST /credentials/revoke with the token in the body and nobody signed in, as
 * it refuses every Authorization header with 403. It answers 202 and does it later; the owner is mailed. 60 calls an
 * hour from one address (OpenAPI of github.com). It is absent on Enterprise Server 3.17 to 3.19, and not confirmed on
 * *.ghe.com, where it is tried. Installation tokens end themselves: DELETE /installation/token, everywhere.
 */
export const githubRevocation: RevokeSupport = {
  refusal(baseUrl, { type }) {
    if (type === "installation") return null;
    if (!revocable.includes(type)) return "GitHub's API does not end this kind of token. Delete it by hand.";
    return deploymentOf(baseUrl) === "server"
      ? "GitHub Enterprise Server has no API to revoke a token with. Delete it by hand."
      : null;
  },
  revoke: revokeGithub,
};

const revocable: readonly string[] = ["classic", "fine-grained", "oauth", "app-user", "refresh"];

/** Tokens from before April 2021 have no prefix, and are not among the kinds that it takes. */
const taken = /^(gh[pour]_|github_pat_)/;

async function revokeGithub(host: Connection, entered: Entered): Promise<Revoked | Refusal> {
  const { type, token } = entered;
  const cannot = githubRevocation.refusal(host.baseUrl, entered);
  if (cannot !== null) return unexpected(cannot);
  try {
    if (type === "installation") {
      const answer = await openClient(host, token)("/installation/token", { method: "DELETE" });
      return readInstallation(answer, host, token);
    }
    if (!taken.test(token.reveal())) {
      return unexpected("GitHub's API ends only tokens with a prefix such as ghp_. Delete this one by hand.");
    }
    const body = { credentials: [token.reveal()] };
    return read(await openClient(host, null)("/credentials/revoke", { method: "POST", body }), host, token);
  } catch (error) {
    return asRefusal(error, "GitHub");
  }
}

function read(answer: Answer, host: Connection, token: Secret): Revoked | Refusal {
  if (answer.status === 202) return { ok: true, status: 202, hostSaid: saidIn(answer, token), isLater: true };
  const refusal = readRefusal(answer, host.baseUrl, token);
  if (refusal.hostSaid === null) return refusal;
  if (refusal.reason === "rate-limited") {
    const message = "GitHub takes 60 revocations an hour from one address. Try again later, or delete it by hand.";
    return { ...refusal, message };
  }
  if (refusal.reason === "unreachable") return refusal;
  // Nobody is signed in there, so nothing that it says is about the token's own rights.
  const message =
    answer.status === 404
      ? "This GitHub has no API to revoke a token with. Delete it by hand."
      : "GitHub did not take the token for revocation. Delete it by hand.";
  return { ...refusal, reason: "unexpected", message, url: null };
}

function readInstallation(answer: Answer, host: Connection, token: Secret): Revoked | Refusal {
  if (answer.status === 204) return { ok: true, status: 204, hostSaid: null, isLater: false };
  const refusal = readRefusal(answer, host.baseUrl, token);
  if (refusal.reason !== "rejected") return refusal;
  return { ok: true, status: answer.status, hostSaid: refusal.hostSaid, isLater: false };
}

function saidIn({ data }: Answer, token: Secret): string | null {
  const words = typeof data === "object" && data !== null && "message" in data ? data.message : null;
  return quoteHost(words, token);
}

function unexpected(message: string): Refusal {
  return { ok: false, reason: "unexpected", message, hostSaid: null, url: null, retryAt: null };
}
