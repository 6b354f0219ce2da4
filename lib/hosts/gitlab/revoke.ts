import { z } from "zod";
import type { Account, Connection, Entered, Refusal, Revoked, RevokeSupport } from "../adapter";
import { type Answer, bearer, isSendable, readAnswer } from "../answer";
import { trimSlash } from "./base-url";
import { get } from "./client";
import { refuse, refuseThrown } from "./refusals";

/**
 * A token ends itself, whatever its scopes: DELETE /personal_access_tokens/self, since GitLab 15.0 with the scope api
 * and since 15.4 with any (doc/api/personal_access_tokens.md). Tokens of projects and groups are personal tokens of a
 * bot; where the server does not take them there, they end by their own number in their own project or group.
 */
export const gitlabRevocation: RevokeSupport = {
  refusal: (_baseUrl, { type }) => (endsItself.includes(type) ? null : sentenceFor(type)),
  revoke: (host, entered, account) => revokeGitlab(host, entered, account),
};

const endsItself: readonly string[] = ["personal", "project", "group", "fine-grained"];

function sentenceFor(type: string): string {
  if (type === "oauth") {
    return "GitLab lets only the app end its OAuth tokens. Revoke the app under Applications in GitLab's settings; the token itself ends after two hours.";
  }
  return "GitLab's API ends only personal, project and group access tokens. End this one by hand.";
}

async function revokeGitlab(host: Connection, entered: Entered, account: Account | null): Promise<Revoked | Refusal> {
  const cannot = gitlabRevocation.refusal(host.baseUrl, entered);
  if (cannot !== null) return unexpected(cannot);
  if (!isSendable(entered.token)) return unexpected("A GitLab token holds no spaces. Copy it again.");
  try {
    const answer = await remove(host, entered, "/api/v4/personal_access_tokens/self");
    const path = isMissing(answer) ? await ownPath(host, entered, account) : null;
    return read(host, entered, path === null ? answer : await remove(host, entered, path));
  } catch (error) {
    return refuseThrown(error, host.baseUrl);
  }
}

async function remove(host: Connection, { token }: Entered, path: string): Promise<Answer> {
  const headers = { authorization: bearer(token) };
  return readAnswer(await host.transport.fetch(`${trimSlash(host.baseUrl)}${path}`, { method: "DELETE", headers }));
}

function read(host: Connection, { token }: Entered, answer: Answer): Revoked | Refusal {
  if (answer.status === 204) return { ok: true, status: 204, hostSaid: null, isLater: false };
  const refusal = refuse(answer, { baseUrl: host.baseUrl, token });
  if (["rejected", "revoked", "expired"].includes(refusal.reason)) {
    return { ok: true, status: answer.status, hostSaid: refusal.hostSaid, isLater: false };
  }
  if (isMissing(answer)) {
    return {
      ...refusal,
      message: "This GitLab has no API to revoke a token with: it came with 15.0. Revoke it by hand.",
    };
  }
  if (refusal.reason !== "insufficient-scope") return refusal;
  return { ...refusal, message: "GitLab does not let this token revoke itself. Revoke it by hand." };
}

/** Not there, or not for this token. Which of the three a server says is unconfirmed. */
function isMissing({ status, json }: Answer): boolean {
  return [400, 404, 405].includes(status) && typeof json === "object" && json !== null;
}

const selfBody = z.object({ id: z.int().positive(), user_id: z.int().positive() });

/** Where a project's or group's token is by its own number; null where that is not certain. */
async function ownPath(host: Connection, { token }: Entered, account: Account | null): Promise<string | null> {
  const [, owner, ownerId] = /^(project|group)_(\d{1,15})_bot/.exec(account?.isBot ? account.login : "") ?? [];
  if (owner === undefined) return null;
  const answer = await get(host, "/api/v4/personal_access_tokens/self", bearer(token));
  const self = answer.status === 200 ? selfBody.safeParse(answer.json) : null;
  if (!self?.success || String(self.data.user_id) !== account?.id) return null;
  return `/api/v4/${owner}s/${ownerId}/access_tokens/${self.data.id}`;
}

function unexpected(message: string): Refusal {
  return { ok: false, reason: "unexpected", message, hostSaid: null, url: null, retryAt: null };
}
