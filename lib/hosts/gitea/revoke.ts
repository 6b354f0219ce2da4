import { z } from "zod";
import type { Secret } from "../../secret";
import type { Account, Connection, Entered, NeedsPassword, Refusal, Revoked, RevokeSupport } from "../adapter";
import { type Answer, basic, isSendable, readAnswer } from "../answer";
import { tokensPage, trimSlash } from "./base-url";
import { callApi, readJwtEnd } from "./client";
import type { Product } from "./product";
import { isLackingScope, refuse, refuseThrown } from "./refusals";
import { readRelease } from "./release";

/**
 * A token deletes itself where the server has DELETE /token (Gitea of 2026, PR go-gitea/gitea#37995; not Forgejo 15).
 * Everywhere else the account's password deletes it: DELETE /users/{name}/tokens/{id} (reqBasicOrRevProxyAuth), once the
 * account's list has shown by its last eight characters which of them it is, and no other ends the same.
 */
export function revocationOf(product: Product): RevokeSupport {
  return {
    password: product.kind === "gitea" ? "sometimes" : "always",
    refusal: (_baseUrl, { type }) =>
      type === "token" ? null : `${product.name} ends access tokens only. Remove this one by hand.`,
    async revoke(host, entered, account, { password }) {
      const question = { product, host, entered };
      const cannot = whyNot(question, account);
      if (cannot !== null) return unexpected(cannot);
      try {
        return await (password ? revokeWithPassword(question, account, password) : revokeByItself(question, account));
      } catch (error) {
        return refuseThrown(error, { product, baseUrl: host.baseUrl });
      }
    },
  };
}

interface Question {
  product: Product;
  host: Connection;
  entered: Entered;
}

type Answered = Revoked | (Refusal & NeedsPassword);

function whyNot({ product, entered: { type, token } }: Question, account: Account | null): string | null {
  if (type !== "token") return `${product.name} ends access tokens only. Remove this one by hand.`;
  if (!isSendable(token)) return `A ${product.name} token holds no spaces and no special characters. Copy it again.`;
  if (readJwtEnd(token)) return "This is an OAuth token, which ends soon. Revoke its app under Applications instead.";
  return account?.isBot ? "This is the token of a job, which ends with the job." : null;
}

async function revokeByItself(question: Question, account: Account | null): Promise<Answered> {
  const { product, host, entered } = question;
  const { token } = entered;
  // A server that has no such path says 404 or 405, to a token that is dead too.
  const answer = product.kind === "gitea" ? await callApi(host, token, "/token", { method: "DELETE" }) : null;
  if (answer?.status === 204) return ended;
  if (answer && !isUnserved(answer)) {
    const refusal = refuse(answer, { product, baseUrl: host.baseUrl, token, release: null });
    return refusal.reason === "rejected" ? deadWith(answer.status, refusal) : refusal;
  }
  const dead = await whyNotAlive(question);
  if (dead) return dead;
  if (account === null) return unexpected(`Forgepass does not know whose token this is. ${byHand(question)}`);
  const message = `This ${product.name} ends a token only for the account's own password. Enter it: it is used once and not kept.`;
  const url = tokensPage(host.baseUrl);
  const hostSaid = null;
  return { ok: false, reason: "insufficient-scope", message, hostSaid, url, retryAt: null, needsPassword: true };
}

/** Routes for nobody are told in plain text or in JSON, by release. */
function isUnserved({ status, json, text }: Answer): boolean {
  if (status === 405) return true;
  return status === 404 && (json !== undefined || /^404 page not found\s*$/.test(text));
}

/** Null: it still answers. Older servers take an unknown token for none, so that the release tells how to read them. */
async function whyNotAlive({ product, host, entered: { token } }: Question): Promise<Answered | null> {
  const { baseUrl } = host;
  const [version, user] = await Promise.all([callApi(host, token, "/version"), callApi(host, token, "/user")]);
  if (isLackingScope(user) || (user.status === 200 && isUser(user))) return null;
  const refusal = refuse(user, { product, baseUrl, token, release: readRelease(version) });
  return refusal.reason === "rejected" ? deadWith(user.status, refusal) : refusal;
}

function isUser({ json }: Answer): boolean {
  return z.object({ id: z.number().int(), login: z.string() }).safeParse(json).success;
}

const ownTokens = z
  .array(z.object({ id: z.number().int().positive(), token_last_eight: z.string().length(8) }))
  .max(1000);

/** Servers give fifty at most, unless they are set up otherwise. */
const pageSize = 50;

async function revokeWithPassword(question: Question, account: Account | null, password: Secret): Promise<Answered> {
  const { host, entered } = question;
  if (account === null) return unexpected(`Forgepass does not know whose token this is. ${byHand(question)}`);
  const dead = await whyNotAlive(question);
  if (dead) return dead;
  const path = `/users/${encodeURIComponent(account.login)}/tokens`;
  const authorization = basic(account.login, password);
  const listed = await askAs(host, authorization, "GET", `${path}?limit=${pageSize}`);
  const rows = listed.status === 200 ? ownTokens.safeParse(listed.json) : null;
  if (!rows?.success) return refusePassword(question, listed, password);
  const lastEight = entered.token.reveal().slice(-8);
  const [own, ...others] = rows.data.filter((row) => row.token_last_eight === lastEight);
  const total = Number(listed.headers["x-total-count"] ?? rows.data.length);
  if (!own || others.length > 0 || !(total <= rows.data.length)) {
    return unexpected(`Forgepass cannot tell which of the account's tokens this is. ${byHand(question)}`);
  }
  const deleted = await askAs(host, authorization, "DELETE", `${path}/${own.id}`);
  return deleted.status === 204 ? ended : refusePassword(question, deleted, password);
}

async function askAs(host: Connection, authorization: string, method: "GET" | "DELETE", path: string): Promise<Answer> {
  const headers = { accept: "application/json", authorization };
  return readAnswer(await host.transport.fetch(`${trimSlash(host.baseUrl)}/api/v1${path}`, { method, headers }));
}

function refusePassword(question: Question, answer: Answer, password: Secret): Answered {
  const { product, host } = question;
  const refusal = refuse(answer, { product, baseUrl: host.baseUrl, token: password, release: null });
  if (refusal.reason === "rate-limited" || refusal.reason === "unreachable") return refusal;
  if (answer.status === 401 && refusal.hostSaid !== null && refusal.reason === "rejected") {
    const message = `${product.name} does not take this password. ${byHand(question)}`;
    return { ...refusal, message, needsPassword: true };
  }
  const message = `${product.name} does not let this password end the token: an account with a second factor, or that signs in elsewhere, does it on the page.`;
  return { ...refusal, reason: "unexpected", message, url: tokensPage(host.baseUrl) };
}

function byHand({ product }: Question): string {
  return `Delete it under Applications in ${product.name}'s user settings.`;
}

const ended: Revoked = { ok: true, status: 204, hostSaid: null, isLater: false };

function deadWith(status: number, { hostSaid }: Refusal): Revoked {
  return { ok: true, status, hostSaid, isLater: false };
}

function unexpected(message: string): Refusal {
  return { ok: false, reason: "unexpected", message, hostSaid: null, url: null, retryAt: null };
}
